"""What is true of the incentives of a rule for one player: what questions of understanding ask, with yes and no."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray, takes
from mechanisms.descriptions.advice import best_whatever, counterexample
from mechanisms.descriptions.menus import opportunity_sets
from mechanisms.descriptions.requests import larger_requests_do_not_matter
from mechanisms.treatments.treatment import Treatment


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


def _several_for_an_outcome(allocations: IntArray) -> bool:
    ordered = np.sort(allocations, axis=0)
    return bool((ordered[1:] == ordered[:-1]).any())
