"""Distributions of points foregone: what share of decisions foregoes at most so much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd

from analysis.figures.colours import CHANCE, ROLES
from analysis.figures.plots import HEIGHT, STYLE, Drawing, panel_row
from analysis.games import games
from analysis.predictions.best_reply import message_indices, profile_numbers, replies_of
from analysis.predictions.solutions import Solutions

DASHES = ("-", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)), (0, (5, 1, 1, 1, 1, 1)), (0, (2, 2)))
"""Each line has its own, and its own colour."""


def chance_foregone(predicted: pd.DataFrame, solutions: Solutions) -> pd.DataFrame:
    """What uniform random play foregoes at the places of all members of groups that decided.

    Returns
    -------
    DataFrame: points, weight (sums to 1), by points; empty if nothing is known. `predicted` holds one treatment.
    """
    found = []
    for game in games(predicted):
        members = game.played_groups
        index = message_indices(game, members)
        sizes = [len(position.messages) for position in game.treatment.positions]
        for i, size in enumerate(sizes):
            types = game.of("type", members[:, i])
            others = profile_numbers(np.delete(index, i, axis=1), sizes, i)
            for value in np.unique(types).tolist():
                replies = replies_of(solutions, i, value)
                if replies is None:
                    continue
                profiles, count = np.unique(others[types == value], return_counts=True)
                lost = replies.best[profiles, None] - replies.own[profiles]
                weight = np.broadcast_to(count[:, None] / size, lost.shape)
                units = pd.DataFrame({"units": lost.ravel(), "weight": weight.ravel()})
                found.append(units.groupby("units", as_index=False).sum())
    if not found:
        return pd.DataFrame({"points": [], "weight": []})
    table = pd.concat(found).groupby("units", as_index=False)["weight"].sum()
    points = table["units"] / 10.0**solutions.treatment.rounding
    return pd.DataFrame({"points": points, "weight": table["weight"] / table["weight"].sum()})


def foregone_distributions(
    samples: Mapping[str, np.ndarray],
    xlabel: str,
    chance: pd.DataFrame | None = None,
    colours: Sequence[str] = ROLES,
) -> Drawing:
    """Empirical distribution functions, one line a sample.

    Parameters
    ----------
    samples : name -> values, NaN left out; at most as many as DASHES
    xlabel : what the values are
    chance : table of `chance_foregone`, drawn in grey
    colours : of the lines: ROLES, or TREATMENTS

    Raises
    ------
    ValueError
        If there are more samples than lines that can be told apart.
    """
    if len(samples) > len(DASHES):
        raise ValueError(f"samples: {len(samples)}; at most {len(DASHES)} lines can be told apart")
    with mpl.rc_context(STYLE):
        figure, axes = panel_row(1, HEIGHT + 0.6)
        axis = axes[0]
        values = {name: np.asarray(sample, dtype=float) for name, sample in samples.items()}
        kept = {name: sample[~np.isnan(sample)] for name, sample in values.items()}
        ends = [sample.max() for sample in kept.values() if len(sample)]
        if chance is not None and len(chance):
            ends.append(float(chance["points"].max()))
            axis.step(
                *_steps(chance["points"].to_numpy(), chance["weight"].cumsum().to_numpy()),
                where="post",
                color=CHANCE,
                linewidth=2.6,
                alpha=0.6,
                label="chance alone",
            )
        for (name, sample), colour, dashes in zip(kept.items(), colours, DASHES, strict=False):
            points, count = np.unique(sample, return_counts=True)
            if len(points):
                share = np.cumsum(count) / len(sample)
                axis.step(*_steps(points, share, max(ends)), where="post", color=colour, linestyle=dashes, label=name)
        axis.set(xlabel=xlabel, ylabel="Share of decisions that\nforego at most so much (%)", ylim=(-2, 102))
        figure.legend(loc="outside right center", fontsize=8)
        figure.set_size_inches(7.2, HEIGHT + 0.2)
        return Drawing(figure, f"Distribution functions: {xlabel}, by {', '.join(kept)}")


def _steps(points: np.ndarray, share: np.ndarray, end: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the distribution function in per cent, from 0 on and to `end`."""
    last = points[-1] if end is None else max(end, points[-1])
    return np.concatenate([[0.0], points, [last]]), 100 * np.concatenate([[0.0], share, [1.0]])
