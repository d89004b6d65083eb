"""Bubble plots: which messages were sent together, with the predictions drawn in.

The area of a bubble is proportional to the number of groups (or decisions) at its place. For two players both messages
are axes; for more, the own message stands against the mean of the others' messages.
"""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.figures.colours import BEST_REPLY, BLACK, DATA, DOMINANT, NASH
from analysis.figures.plots import STYLE, Drawing, panel_grid
from analysis.games import GROUP
from analysis.predictions.best_reply import replies_of
from analysis.predictions.equilibrium_play import payoff_dominant
from analysis.predictions.solutions import Solutions
from analysis.predictions.theory import type_profile

LARGEST, LARGEST_ALONE = 260, 600
"""Area of the largest bubble, square points: in one of several panels, and in a single one."""

MAX_PANELS = 6
DECIMALS = 9
"""Means of grid points are rounded to so many decimals before equal ones are put together."""


def joint_messages(predicted: pd.DataFrame, solutions: Solutions) -> Drawing | None:
    """Both players' messages on the grid, one panel for the types in the pair; the most frequent ones if they are many.

    Parameters
    ----------
    predicted : decisions of one treatment with two players (table of `predict`); groups with a timeout are left out
    solutions : of that treatment

    Returns
    -------
    Drawing; None if no group decided

    Raises
    ------
    ValueError
        If groups do not have two members.
    """
    if solutions.treatment.group_size != 2:
        raise ValueError(f"solutions: groups of {solutions.treatment.group_size}; joint messages are drawn for pairs")
    rows = predicted[~predicted["group_timed_out"].fillna(True).astype(bool)]
    if rows.empty:
        return None
    wide = rows.pivot(index=GROUP, columns="position", values=["type", "message"])
    table = pd.DataFrame(wide.to_numpy(), columns=["t1", "t2", "x", "y"])
    counts = table.groupby(["t1", "t2", "x", "y"], sort=True).size().rename("n").reset_index()
    shown = counts.groupby(["t1", "t2"])["n"].sum().sort_values(ascending=False, kind="stable").index[:MAX_PANELS]
    roles = [position.role for position in solutions.treatment.positions]
    with mpl.rc_context(STYLE):
        figure, axes = panel_grid(len(shown), 4.6 if len(shown) == 1 else 2.6)
        most, largest = int(counts["n"].max()), LARGEST if len(shown) > 1 else LARGEST_ALONE
        for axis, types in zip(axes, sorted(shown), strict=True):
            here = counts[(counts["t1"] == types[0]) & (counts["t2"] == types[1])]
            _predictions(axis, solutions, types)
            _bubbles(axis, here, most, largest)
            _limits(axis, *(position.messages for position in solutions.treatment.positions))
            axis.set(xlabel=f"Message, {roles[0]}", ylabel=f"Message, {roles[1]}", aspect="equal")
            if len(shown) > 1:
                axis.set_title(type_profile(solutions.treatment, types))
        figure.legend(
            handles=[*_pair_handles(axes), *_sizes(most, "group", largest)],
            loc="outside lower center",
            ncols=3,
            fontsize=8,
            handletextpad=1.4,
        )
        return Drawing(figure, "Messages of both members of each pair, with Nash equilibria and dominant messages")


def own_and_others(rows: pd.DataFrame, predicted: pd.DataFrame, solutions: Solutions, who: str) -> Drawing | None:
    """The own message against the mean of the others' messages, one panel an entry of the column `who`.

    Parameters
    ----------
    rows : own decisions of one treatment with the column `who` (role and type, say)
    predicted : all decisions of the treatment: what the others did is taken from it
    solutions : of that treatment

    Returns
    -------
    Drawing with best replies: their mean as a line, and from the least to the largest as a band, over all profiles of
    the others with that mean; None if no group decided
    """
    there = predicted[predicted["best_reply_count"].notna()]
    total = there.groupby(GROUP)["message"].transform("sum")
    others = ((total - there["message"]) / (solutions.treatment.group_size - 1)).round(DECIMALS)
    table = rows.join(others.rename("x"), how="inner").rename(columns={"message": "y"})
    if table.empty:
        return None
    counts = table.groupby([who, "x", "y"], sort=True).size().rename("n").reset_index()
    names = list(dict.fromkeys(table.sort_values(["position", "type"])[who]))[:MAX_PANELS]
    grids = [position.messages for position in solutions.treatment.positions]
    with mpl.rc_context(STYLE):
        figure, axes = panel_grid(len(names), 2.5, share=True)
        most, largest = int(counts["n"].max()), LARGEST if len(names) > 1 else LARGEST_ALONE
        for axis, name in zip(axes, names, strict=True):
            people = table.loc[table[who] == name, ["position", "type"]].drop_duplicates()
            _best_replies(axis, solutions, [(int(p) - 1, float(t)) for p, t in people.itertuples(index=False)])
            _bubbles(axis, counts[counts[who] == name], most, largest)
            _limits(axis, np.concatenate(grids), np.concatenate(grids))
            axis.set(title=name, xlabel="Mean message of the others", ylabel="Own message")
            axis.label_outer()
        line = Line2D([], [], color=BEST_REPLY, linestyle="--", label="best reply (mean)")
        band = Patch(color=BEST_REPLY, alpha=0.25, linewidth=0, label="least to largest best reply")
        handles = [line, band, *_sizes(most, "decision", largest)]
        figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=8)
        return Drawing(figure, f"Own message against the mean of the others' messages, with best replies, by {who}")


def _predictions(axis: Axes, solutions: Solutions, types: tuple[float, float]) -> None:
    """Equilibria as crosses, payoff-dominant ones as stars, dominant messages as lines."""
    for i, draw in enumerate((axis.axvline, axis.axhline)):
        dominant = solutions.dominant(i, types[i])
        for message in dominant if dominant is not None else ():
            draw(message, color=DOMINANT, linestyle=(0, (5, 2)), linewidth=1, zorder=1)
    equilibria = solutions.nash(types)
    if equilibria is None or not len(equilibria):
        return
    best = payoff_dominant(solutions, types, equilibria)
    axis.scatter(
        equilibria[~best, 0],
        equilibria[~best, 1],
        marker="x",
        s=14,
        linewidths=0.8,
        color=NASH,
        zorder=2,
        label="Nash",
    )
    axis.scatter(
        equilibria[best, 0],
        equilibria[best, 1],
        marker="*",
        s=90,
        facecolors="none",
        edgecolors=NASH,
        zorder=4,
        label="best",
    )


def _best_replies(axis: Axes, solutions: Solutions, people: list[tuple[int, float]]) -> None:
    """Mean, least and largest best reply by the others' mean message; people: (position from 0, type)."""
    found = []
    for i, value in people:
        replies = replies_of(solutions, i, value)
        if replies is None:
            return
        grids = [position.messages for j, position in enumerate(solutions.treatment.positions) if j != i]
        mean = np.mean(np.meshgrid(*grids, indexing="ij"), axis=0).ravel()
        best = np.where(replies.is_best, replies.messages, np.nan)
        found.append(
            pd.DataFrame(
                {
                    "x": mean.round(DECIMALS),
                    "mean": np.nanmean(best, axis=1),
                    "least": np.nanmin(best, axis=1),
                    "most": np.nanmax(best, axis=1),
                }
            )
        )
    table = pd.concat(found).groupby("x").agg({"mean": "mean", "least": "min", "most": "max"}).reset_index()
    axis.fill_between(table["x"], table["least"], table["most"], color=BEST_REPLY, alpha=0.25, linewidth=0, zorder=1)
    axis.plot(table["x"], table["mean"], color=BEST_REPLY, linestyle="--", zorder=2)


def _bubbles(axis: Axes, counts: pd.DataFrame, most: int, largest: int) -> None:
    area = largest * counts["n"] / most
    axis.scatter(counts["x"], counts["y"], s=area, color=DATA, alpha=0.65, edgecolors=BLACK, linewidths=0.5, zorder=3)


def _limits(axis: Axes, x: np.ndarray, y: np.ndarray) -> None:
    """The whole grid with a margin, so that no bubble is cut."""
    for grid, limit in ((x, axis.set_xlim), (y, axis.set_ylim)):
        margin = 0.08 * (grid.max() - grid.min() or 1)
        limit(grid.min() - margin, grid.max() + margin)


def _pair_handles(axes: list[Axes]) -> list[Line2D]:
    """Entries of the legend for what is drawn in some panel."""
    drawn = {str(part.get_label()) for axis in axes for part in axis.collections if np.size(part.get_offsets())}
    handles = []
    if "Nash" in drawn:
        handles.append(_mark("x", "Nash equilibrium"))
    if "best" in drawn:
        handles.append(_mark("*", "payoff-dominant equilibrium", markersize=9, markerfacecolor="none"))
    if any(axis.lines for axis in axes):
        handles.append(Line2D([], [], color=DOMINANT, linestyle=(0, (5, 2)), linewidth=1, label="dominant message"))
    return handles


def _mark(marker: str, label: str, **style: Any) -> Line2D:
    return Line2D([], [], linestyle="none", marker=marker, color=NASH, label=label, **style)


def _sizes(most: int, what: str, largest: int) -> list[Line2D]:
    """Bubbles of the least and the largest number."""
    return [
        Line2D(
            [],
            [],
            linestyle="none",
            marker="o",
            markersize=float(np.sqrt(largest * number / most)),
            markerfacecolor=DATA,
            alpha=0.65,
            markeredgecolor=BLACK,
            markeredgewidth=0.5,
            label=f"{number} {what}{'s' if number > 1 else ''}",
        )
        for number in sorted({1, most})
    ]
