"""The figure of a specification curve: estimates with intervals, and below them what each of them has chosen."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from analysis.figures.colours import BLACK, GREY
from analysis.figures.plots import STYLE, WIDTH, Drawing


def specification_figure(
    effects: np.ndarray,
    limits: np.ndarray,
    dots: np.ndarray,
    lines: Sequence[str],
    usual: int | None,
    unit: str,
    what: str,
) -> Drawing:
    """One column a specification, in the order of its effect.

    Parameters
    ----------
    effects, limits : shape (n,) and (n, 2), in `unit`; infinite limits are drawn to the edge
    dots : bool, shape (n, n_lines): what each has chosen; lines : their names
    usual : the one that is filled; None: none
    what : in words, for the title
    """
    order = np.argsort(effects, kind="stable")
    x = np.arange(len(order))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 2.3 + 0.2 * len(lines)), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[2.0, 0.2 * len(lines)])
        finite = np.concatenate([limits[np.isfinite(limits)], effects, [0.0]])
        margin = 0.08 * (float(np.ptp(finite)) or 1.0)
        bottom, top = float(finite.min()) - margin, float(finite.max()) + margin
        ends = np.clip(np.nan_to_num(limits[order], nan=np.nan), bottom, top)
        drawn = ~np.isnan(ends).any(axis=1)
        above.vlines(x[drawn], ends[drawn, 0], ends[drawn, 1], color=GREY, linewidth=1.2)
        filled = order == usual
        above.plot(x, effects[order], linestyle="none", marker="o", markerfacecolor="white", color=BLACK)
        above.plot(x[filled], effects[order][filled], linestyle="none", marker="o", color=BLACK)
        above.axhline(0, color=BLACK, linewidth=0.8, linestyle=":")
        above.set(ylim=(bottom, top), ylabel=f"Difference\n({unit})", title=what)
        above.tick_params(axis="x", length=0)
        for k in range(len(lines)):
            chosen = dots[order, k]
            below.plot(
                x[chosen], np.full(int(chosen.sum()), k), linestyle="none", marker="o", color=BLACK, markersize=4
            )
            below.plot(
                x[~chosen],
                np.full(int((~chosen).sum()), k),
                linestyle="none",
                marker=".",
                color="#cccccc",
                markersize=3,
            )
        below.set(yticks=range(len(lines)), ylim=(len(lines) - 0.5, -0.5), xticks=[])
        below.set_yticklabels(list(lines), fontsize=7.5)
        below.spines["bottom"].set_visible(False)
        return Drawing(figure, f"Specification curve of {what}: estimates with intervals, and what each has chosen")
