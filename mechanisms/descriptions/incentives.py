"""What is true of the incentives of a rule for one player: what questions of understanding ask, and what is right.

Some are answered with yes and no; others compare two messages against the same messages of the others.
"""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.descriptions.advice import Comparison, best_whatever, compared, counterexample, own_first
from mechanisms.descriptions.menus import opportunity_sets
from mechanisms.descriptions.requests import larger_requests_do_not_matter
from mechanisms.treatments.treatment import Treatment

CHOICES = (("yes", "no"), ("first", "second", "same"))
"""What can be right: of a question with yes and no, and of a comparison."""
UNKNOWN = "unknown"
"""What can be chosen beside it."""


@takes(treatment=Treatment)
def right_answers(treatment: Treatment, player: int, own_type: float) -> dict[str, str]:
    """The answer that is right to each question of understanding that a player of a type is asked, in their order.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> right_answers(load_treatment("treatments/chen_serial.toml"), 0, 16.1)
    {'best': 'no', 'own_request': 'no', 'larger_requests': 'no', 'which': 'first'}
    """
    facts = {name: "yes" if so else "no" for name, so in incentives(treatment, player, own_type).items()}
    found = comparisons(treatment, player, own_type)
    return facts | {name: brings_more(pair) for name, pair in found.items()}


@takes(treatment=Treatment)
def incentives(treatment: Treatment, player: int, own_type: float) -> dict[str, bool]:
    """Whether it is so, by the name of the question.

    Where messages are reports: gain (another report than the truth can bring more), own_report (it changes what is
    open, and at which price; only where no outcome has two prices, as what is open is then plain), others_reports (they
    do), price (reports with the same outcome can cost differently, as prices are written; only where several reports
    have one outcome). Where they are demands: best (one request is, whatever the others request), own_request (it
    changes what each quantity costs), larger_requests (by how much others request more changes what is paid). Where the
    order of reports is drawn: whether it can be so in one of the orders.

    Parameters
    ----------
    player : int, from 0

    Raises
    ------
    TooLargeError
        If the game has too many payoffs.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> incentives(load_treatment("treatments/cason_pivotal.toml"), 0, -6)
    {'gain': False, 'own_report': False, 'others_reports': True, 'price': False}
    >>> incentives(load_treatment("treatments/chen_serial.toml"), 0, 16.1)
    {'best': False, 'own_request': False, 'larger_requests': False}
    """
    if treatment.messages_are == "demands":
        return {
            "best": len(best_whatever(treatment, player, own_type)) > 0,
            "own_request": False,
            "larger_requests": not larger_requests_do_not_matter(treatment, player),
        }
    orders = treatment.in_every_order()
    sets = [opportunity_sets(ordered, player) for ordered in orders]
    one_price = all(each.one_price for each in sets)
    found = {"gain": any(counterexample(ordered, player, own_type) is not None for ordered in orders)}
    if one_price:
        found["own_report"] = False
    found["others_reports"] = any(each.vary for each in sets)
    if _several_for_an_outcome(sets[0].allocations):
        found["price"] = not one_price
    return found


@takes(treatment=Treatment)
def comparisons(treatment: Treatment, player: int, own_type: float) -> dict[str, Comparison]:
    """Two messages, the lower one first, against the same messages of the others, by the name of the question.

    which: where they differ most; which_again: of those as far apart as possible that bring as much; as far as there
    are such. Where messages are reports one of the two is the truth.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> comparisons(load_treatment("treatments/cason_pivotal.toml"), 0, -6)["which"]
    Comparison(others=(20.0,), messages=(-22.0, -6.0), points=(14, 210))
    """
    own = own_first(treatment, player, own_type)
    grid = treatment.positions[player].messages
    reports = treatment.messages_are == "reports"
    first = [int(np.searchsorted(grid, own_type))] if reports else list(range(len(grid)))
    found = {"which": _differing(own, first), "which_again": _equal(own, first)}
    return {
        name: compared(treatment, player, own, min(chosen[:2]), max(chosen[:2]), chosen[2])
        for name, chosen in found.items()
        if chosen is not None
    }


def brings_more(pair: Comparison) -> str:
    """Which of the two messages: "first", "second", or "same"."""
    first, second = pair.points
    return "first" if first > second else "second" if first < second else "same"


def _differing(own: IntArray, first: list[int]) -> tuple[int, int, int] | None:
    """(message, other message, profile of the others) with the largest difference, of the messages `first`."""
    differences = [(int(np.abs(own - own[a]).max()), a) for a in first]
    size, a = max(differences, key=lambda pair: pair[0])
    if not size:
        return None
    b, where = np.unravel_index(int(np.abs(own - own[a]).argmax()), own.shape)
    return a, int(b), int(where)


def _equal(own: IntArray, first: list[int]) -> tuple[int, int, int] | None:
    """The same where both bring as much, of messages as far apart as possible."""
    ties = [(abs(a - b), a, b) for a in first for b in range(len(own)) if a != b and (own[a] == own[b]).any()]
    if not ties:
        return None
    _apart, a, b = max(ties)
    return a, b, int((own[a] == own[b]).argmax())


def _several_for_an_outcome(allocations: IntArray) -> bool:
    ordered = np.sort(allocations, axis=0)
    return bool((ordered[1:] == ordered[:-1]).any())
