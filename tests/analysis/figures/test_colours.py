"""One meaning for each colour: no two meanings share one, and figures use no colour of their own."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.colors import to_rgb

from analysis.figures import colours

FIGURES = Path(colours.__file__).parent
MEANINGS = {
    "dominant": (colours.DOMINANT,),
    "Nash": (colours.NASH,),
    "best reply": (colours.BEST_REPLY,),
    "efficiency": (colours.EFFICIENCY,),
    "chance": (colours.CHANCE,),
    "data": (colours.DATA,),
    "treatments": colours.TREATMENTS,
}


@pytest.mark.parametrize(("one", "other"), list(combinations(MEANINGS, 2)))
def test_no_two_meanings_share_a_colour(one, other):
    for first in MEANINGS[one]:
        for second in MEANINGS[other]:
            assert max(abs(a - b) for a, b in zip(to_rgb(first), to_rgb(second), strict=True)) > 0.1, (first, second)


def test_treatments_differ():
    assert len(set(colours.TREATMENTS)) == len(colours.TREATMENTS) == 8


@pytest.mark.parametrize("path", sorted(FIGURES.glob("*.py")), ids=lambda path: path.name)
def test_figures_use_the_colours_of_the_list(path):
    """Greys of grids and legends, which mean nothing, are their own."""
    found = re.findall(r"#[0-9A-Fa-f]{6}", path.read_text(encoding="utf-8"))
    if path.name != "colours.py":
        assert {text for text in found if len(set(re.findall("..", text[1:]))) > 1} == set()
