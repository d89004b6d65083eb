"""The house as it is written: modules, their imports, and which test file belongs to which module."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("mechanisms", "analysis", "apps", "commands")


def name_of(path):
    """The name under which a file is imported: apps/ is on the path, so that its packages are at the top."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[0] == "apps":
        parts = parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}
APPS = {path.parent.name for path in (ROOT / "apps").glob("*/__init__.py")} - {"engine"}


def package_of(module):
    """mechanisms, analysis or apps."""
    return MODULES[module].relative_to(ROOT).parts[0]


@cache
def imports_of(module):
    """(imported name, whether only type checkers read it) of all imports, those within functions too."""
    return tuple(imports_in(MODULES[module].read_text("utf-8"), module, MODULES[module].name == "__init__.py"))


def imports_in(source, module="", is_package=False):
    tree = ast.parse(source)
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in typing) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = module.split(".")
            above = here[: len(here) - node.level + is_package] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}", id(node) in typing) for alias in node.names)


@cache
def imported_modules(module):
    """Modules of this house that a module imports: `from a.b import c` is a.b.c if that is a module, else a.b."""
    found = [(name if name in MODULES else name.rpartition(".")[0], types) for name, types in imports_of(module)]
    return {(name, types) for name, types in found if name in MODULES}


def room_of(module):
    """The first folder or file below a package, and below engine: mechanisms.solutions, engine.screens, demand."""
    parts = module.split(".")
    return parts[0] if parts[0] in APPS else ".".join(parts[:2])


def place_of(module):
    """Where the tests of a module are: a/b/test_c.py; of a package itself a/b/test_b.py; underscores are left out."""
    path = MODULES[module].relative_to(ROOT)
    folder = ROOT / "tests" / path.parent
    return folder / f"test_{(path.parent.name if path.stem == '__init__' else path.stem.strip('_'))}.py"
