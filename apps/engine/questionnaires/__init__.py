"""The library of questionnaires that a treatment can ask after the last round.

One file a scale, with the name of the scale; each is found by itself. docs/add-a-questionnaire.md is the guide.
"""

import pkgutil
from importlib import import_module

from engine.questionnaires.scales import Item, Scale


def _found() -> dict[str, Scale]:
    files = sorted(file.name for file in pkgutil.iter_modules(__path__) if file.name != "scales")
    return {name: import_module(f"{__name__}.{name}").SCALE for name in files}


SCALES = _found()

__all__ = ["SCALES", "Item", "Scale"]
