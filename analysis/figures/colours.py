"""One meaning for each colour in all figures of a report.

Predictions and what is measured against them have the strong colours of Okabe and Ito, treatments those of Tol's muted
scheme, what is neither (roles and types, data as they are, chance) shades of grey. Colour is never the only mark:
shape, dashes or labels differ too.
"""

from __future__ import annotations

DOMINANT, NASH, BEST_REPLY, EFFICIENCY = "#0072B2", "#D55E00", "#56B4E9", "#009E73"
"""Dominant messages and play of them; equilibria and play of them; best replies; surplus."""
BLACK, GREY, CHANCE = "#000000", "#767676", "#767676"
"""Frames, means and what is drawn in; intervals, and what chance alone gives."""
DATA = "#555555"
"""Decisions as they are."""
TREATMENTS = ("#332288", "#CC6677", "#DDCC77", "#117733", "#882255", "#44AA99", "#AA4499", "#999933")
"""In the order of treatments."""
ROLES = ("#000000", "#4d4d4d", "#808080", "#1a1a1a", "#666666", "#999999", "#333333")
"""Roles and types, told apart by dashes."""


def treatment(k: int) -> str:
    """Colour of the k-th treatment, from 0.

    >>> treatment(0), treatment(8)
    ('#332288', '#332288')
    """
    return TREATMENTS[k % len(TREATMENTS)]
