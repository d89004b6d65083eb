"""What descriptions and advice say of a game: opportunity sets ("menus"), prices of own quantities, and what is true.

All of it is found on the game as played, so that no page can say what is not so.
"""

from mechanisms.descriptions.advice import (
    Comparison,
    Truths,
    best_whatever,
    counterexample,
    expected_points,
    most_telling,
    truth_is_best,
    truths,
)
from mechanisms.descriptions.incentives import comparisons, incentives, right_answers
from mechanisms.descriptions.menus import OpportunitySets, Result, menu, opportunity_sets
from mechanisms.descriptions.requests import (
    larger_requests_do_not_matter,
    shares_depend_on_everybody,
    units_depend_on_others,
)

__all__ = [
    "Comparison",
    "OpportunitySets",
    "Result",
    "Truths",
    "best_whatever",
    "comparisons",
    "counterexample",
    "expected_points",
    "incentives",
    "larger_requests_do_not_matter",
    "menu",
    "most_telling",
    "opportunity_sets",
    "right_answers",
    "shares_depend_on_everybody",
    "truth_is_best",
    "truths",
    "units_depend_on_others",
]
