"""Figures of treatments side by side: the units that tests work on, and time over rounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.figures import colours
from analysis.figures.colours import BLACK, GREY
from analysis.figures.plots import STYLE, Drawing, panel_grid, panel_row
from analysis.inference import UnitMeans
from analysis.measures.bands import LEAST_UNITS, cluster_bands, mean_interval
from analysis.measures.outcomes import Outcome

MARKS = ("o", "s", "D", "^", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":")
MAX_NAME = 16
"""Characters of a treatment's name under an axis."""


def units_figure(means: Sequence[tuple[Outcome, UnitMeans]], names: Sequence[str], unit: str) -> Drawing:
    """One panel an outcome: each unit's mean as a mark, the mean of the units as a line."""
    with mpl.rc_context(STYLE):
        figure, axes = panel_grid(len(means), 1.9)
        for axis, (outcome, table) in zip(axes, means, strict=True):
            for k, name in enumerate(names):
                if name in table.arms:
                    column = table.means[:, table.arms.index(name)]
                    _strip(axis, k, column[~np.isnan(column)] * outcome.factor, outcome.unit == "%" and outcome.share)
            axis.set_title(
                outcome.title if len(outcome.title) < 32 else outcome.title.replace(": ", ":\n"), fontsize=8.5
            )
            axis.set(ylabel=outcome.unit, xlim=(-0.5, len(names) - 0.5), xticks=range(len(names)))
            slanted = len(names) > 2
            labels = [name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…" for name in names]
            axis.set_xticklabels(
                labels, fontsize=7.5, rotation=30 if slanted else 0, ha="right" if slanted else "center"
            )
            if outcome.unit == "%":
                axis.set_ylim(-3, 103)
        titles = ", ".join(outcome.title for outcome, _ in means)
        return Drawing(figure, f"Mean of each {unit} by treatment: {titles}")


def _strip(axis: Axes, k: int, values: np.ndarray, bounded: bool) -> None:
    """Marks of one treatment, side by side in the order of their values, so that equal ones are all seen; their mean,
    and with enough units its interval by Student's t (of rates within 0 to 100)."""
    if not len(values):
        return
    width = min(0.5, 0.08 * (len(values) - 1))
    at = k + np.linspace(-width / 2, width / 2, len(values)) if len(values) > 1 else np.array([float(k)])
    colour = colours.treatment(k)
    axis.plot(at, np.sort(values), linestyle="none", marker=MARKS[k % len(MARKS)], color=colour, clip_on=False)
    axis.hlines(values.mean(), k - 0.32, k + 0.32, color=BLACK, linewidth=1)
    if len(values) >= LEAST_UNITS:
        low, high = mean_interval(values)
        if bounded:
            low, high = max(low, 0.0), min(high, 100.0)
        axis.fill_between([k - 0.32, k + 0.32], low, high, color=GREY, alpha=0.2, linewidth=0)


def seconds_figure(own: pd.DataFrame, names: Sequence[str], arm: str) -> Drawing:
    """Mean seconds of a decision by round, one line a treatment, with bands where units are enough; `own`: decisions
    that people made themselves, with the columns unit and `arm`."""
    with mpl.rc_context(STYLE):
        figure, (axis,) = panel_row(1, 2.8)
        for k, name in enumerate(names):
            rows = own[(own[arm] == name) & own["seconds_taken"].notna()]
            if rows.empty:
                continue
            table = cluster_bands(rows, "seconds_taken")
            style: Any = {"color": colours.treatment(k), "marker": MARKS[k % len(MARKS)]}
            if table["low"].notna().any():
                axis.fill_between(
                    table["round"], table["low"], table["high"], color=style["color"], alpha=0.2, linewidth=0
                )
            axis.plot(table["round"], table["mean"], linestyle=LINES[k % len(LINES)], label=name, **style)
        axis.set(xlabel="Round", ylabel="Mean seconds of a decision", title="Time for a decision")
        axis.set_ylim(bottom=0)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.legend(fontsize=8)
        return Drawing(figure, "Mean seconds of a decision by round and treatment")
