"""Which part may import which: apps -> mechanisms <- analysis, rooms in an order, no circles, nothing private.

The imports are read from the source, also those within functions. What only type checkers read may point back within
a package, since it never runs, but not into another package.
"""

from collections import defaultdict

import pytest

from tests.house import APPS, MODULES, ROOT, imported_modules, imports_in, imports_of, package_of, room_of

# From the ground up: a room imports only from earlier lines; those of one line do not import each other.
ORDER = {
    "mechanisms": """
        lazy shown writing terminal version
        options
        arrays rule
        verdicts matching
        costs games
        cost_sharing
        environments demand_equilibria
        choice_functions played transfers
        solutions
        bayesian quantal_response stages crowds
        treatments
        certificate session explanations
        studies
        subjects descriptions
        __main__
    """,
    "engine": """
        people words room_files
        record identities aids questionnaires stored_study
        otree_repairs
        session instructions
        demo payouts
        screens admin
        quiz guess_page
        export models forgetting
        pages paper
        bots
    """,
    "commands": """
        opening
        backup seats
    """,
    "analysis": """
        arguments errors words variables libraries memory workers
        folder games codebook
        predictions
        loading measures
        checks inference flow behaviour
        registration
        simulation audit power figures tidy
        experience planning
        report
        __main__
    """,
}
MAY_USE = {"mechanisms": {"mechanisms"}, "analysis": {"analysis", "mechanisms"}, "apps": {"apps", "mechanisms"}}
MAY_USE["apps"] |= {"commands"}  # who may open the laboratory is decided in one place
MAY_USE["commands"] = {"commands"}  # before anything is installed


def floors(package):
    lines = [line.split() for line in ORDER[package].strip().splitlines()]
    return {f"{package}.{room}": k for k, line in enumerate(lines) for room in line}


FLOORS = {room: floor for package in ORDER for room, floor in floors(package).items()}
FLOORS["engine"] = -1  # its __init__ holds the version and nothing else


def strange(of):
    """Module -> what `of(module)` finds, where it finds anything: one test goes through all modules."""
    return {module: found for module in MODULES if (found := of(module))}


def test_packages_import_in_one_direction():
    def foreign(module):
        return [name for name, _ in imported_modules(module) if package_of(name) not in MAY_USE[package_of(module)]]

    assert strange(foreign) == {}


def test_the_product_imports_no_tests():
    assert strange(lambda module: [name for name, _ in imports_of(module) if name.split(".")[0] == "tests"]) == {}


@pytest.mark.parametrize("script", [ROOT / "settings.py", ROOT / "run.py", *sorted((ROOT / "examples").glob("*.py"))])
def test_scripts_and_examples_import_no_tests(script):
    assert [name for name, _ in imports_in(script.read_text("utf-8")) if name.split(".")[0] == "tests"] == []


def test_private_modules_stay_in_their_package():
    """A module that begins with an underscore is imported by its folder alone."""

    def borrowed(module):
        private = [name for name, _ in imported_modules(module) if MODULES[name].stem.strip("_") != MODULES[name].stem]
        return [
            name
            for name in private
            if MODULES[name].name not in ("__init__.py", "__main__.py")
            and MODULES[name].parent != MODULES[module].parent
        ]

    assert strange(borrowed) == {}


def test_every_room_has_its_place_in_the_order():
    rooms = {room_of(module) for module in MODULES} - APPS - {"mechanisms", "analysis", "commands"}
    assert rooms == set(FLOORS), "a new room: put it where it belongs in ORDER"


def is_above(room, other):
    """Whether a room stands above another of the same package, or beside it."""
    package = other.split(".")[0]
    return room.split(".")[0] == package and FLOORS.get(room, len(FLOORS)) >= FLOORS[other]


def test_no_arrow_leads_up():
    """The face of a package (its __init__) stands above all its rooms."""

    def up(module):
        room = room_of(module)
        return [
            name
            for name, for_types in imported_modules(module)
            if not for_types and room in FLOORS and room_of(name) != room and is_above(room_of(name), room)
        ]

    assert strange(up) == {}


def test_apps_do_not_import_each_other():
    for module in MODULES:
        if room_of(module) in APPS:
            assert {room_of(name) for name, _ in imported_modules(module)} & APPS <= {room_of(module)}
        elif package_of(module) == "apps":
            assert not {room_of(name) for name, _ in imported_modules(module)} & APPS


def circle(arrows):
    """Some modules that import each other in a circle, or nothing; depth first."""
    state = {}

    def visit(module, path):
        state[module] = "open"
        for other in sorted(arrows[module]):
            if state.get(other) == "open":
                return [*path[path.index(other) :], other]
            if other not in state and (found := visit(other, [*path, other])):
                return found
        state[module] = "done"
        return None

    return next((found for start in sorted(arrows) if start not in state and (found := visit(start, [start]))), None)


def test_no_circles():
    arrows = defaultdict(set)
    for module in MODULES:
        arrows[module] |= {name for name, for_types in imported_modules(module) if not for_types and name != module}
    assert circle(arrows) is None


def test_what_is_searched_for_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None
    source = "import x.y\ndef f():\n    from a.b import c\nfrom . import d\nfrom ..e import g\n"
    source += "if TYPE_CHECKING:\n    import t"
    assert set(imports_in(source, "p.q.r")) == {
        ("x.y", False), ("a.b.c", False), ("p.q.d", False), ("p.e.g", False), ("t", True)
    }  # fmt: skip
    assert len(MODULES) > 200
    assert ("engine.words.language", False) in set(imported_modules("engine.screens.round"))
    assert (ROOT / "settings.py").exists()
