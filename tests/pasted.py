"""Examples of what a package offers, run as people run them: pasted after `from mechanisms import *`, or analysis.

They are the doctests of its modules, which know the modules' own names otherwise: an import that an example lacks would
be there by chance.
"""

import importlib
import inspect
from functools import cache
from pathlib import Path

from mechanisms.lazy import entries

PACKAGES = ("mechanisms", "analysis")


def functions_and_classes(package):
    """(name, function or class) of all that the face of a package offers; rooms and tables of names are neither."""
    room = importlib.import_module(package)
    for entry in entries(Path(room.__file__).with_suffix(".pyi")):
        found = getattr(room, entry.name)
        if inspect.ismodule(found):  # a room, or a module that is called like its function
            found = getattr(found, entry.name, None)
        if inspect.isroutine(found) or inspect.isclass(found):
            yield entry.name, inspect.unwrap(found)


@cache
def offered(package):
    """Where the examples of the face are, and the names that they find."""
    names = {}
    exec(f"from {package} import *", names)
    return tuple(f"{found.__module__}.{found.__qualname__}" for _, found in functions_and_classes(package)), names


def paste(doctest):
    """A doctest item of pytest finds the names of the star import alone, if it is of something that a face offers."""
    package = doctest.name.partition(".")[0]
    if package in PACKAGES:
        places, names = offered(package)
        if any(doctest.name == place or doctest.name.startswith(f"{place}.") for place in places):
            doctest.dtest.globs = dict(names)
