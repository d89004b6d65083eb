"""What uniform random play gives: the baseline of every outcome that depends on the game.

Two games give chance different rates: uniform play hits a Nash equilibrium of one in half of all groups and of another
hardly ever. Between different games outcomes are therefore compared above chance, whose mean is 0 in every game if play
is uniform: the hit rate less the area of the prediction (Selten's measure); the outcome less its expectation under
uniform play, for what follows from the messages. Within one game chance is the same everywhere and cancels out.

The expectation is over all message profiles of the types that were drawn, each equally likely. It is exact where the
game has at most MOST_PROFILES of them, else the mean over so many random ones (seed 1), whose error is far below that
of any data.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd

from analysis.games import GROUP, by_sequence, treatment_of
from analysis.measures.rates import ABOVE
from mechanisms.arrays import FloatArray
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError

MOST_PROFILES = 100_000
"""Message profiles that are gone through at one type profile."""

MOST_MESSAGES = 2_000_000
"""Messages in these profiles: of a hundred players 20,000 profiles."""

CHANCE = "_by_chance"
AREAS = {"dominant_played": "dominant_area", "nash_played": "nash_area", "truthful": "message_share"}
"""Hit -> column with what uniform play hits, joined by `analysis.predictions`."""

OF_GROUPS = ("efficient", "efficiency", "transfers_sum", "earnings_sd")
OF_MEMBERS = ("earnings",)
HITS = (*AREAS, "efficient")
"""Those that are hit or missed."""
HAVE_CHANCE = (*AREAS, *OF_GROUPS, *OF_MEMBERS)
"""Outcomes of which uniform play gives something else in every game."""
EXACT = 1e-9
"""A group has the efficient outcome if its surplus is the efficient one to this share of the largest."""


def profiles_of(treatment: Treatment) -> FloatArray:
    """Message profiles, shape (k, n): all, or MOST_PROFILES random ones, of large groups fewer.

    >>> from mechanisms.treatments import load_treatment
    >>> profiles_of(load_treatment("treatments/cason_pivotal.toml")).shape
    (625, 2)
    """
    grids = [position.messages for position in treatment.positions]
    if np.prod([float(len(grid)) for grid in grids]) <= MOST_PROFILES:
        return np.array(list(product(*grids)), dtype=float)
    rng, count = np.random.default_rng(1), min(MOST_PROFILES, MOST_MESSAGES // len(grids))
    return np.stack([rng.choice(grid, count) for grid in grids], axis=-1).astype(float)


@lru_cache(maxsize=64)
def _profiles(definition: str) -> FloatArray:
    return profiles_of(treatment_of(definition))


def expected(treatment: Treatment, types: FloatArray, profiles: FloatArray) -> dict[str, FloatArray]:
    """Expectations under uniform play of a group with the given types.

    Returns
    -------
    Name -> array: efficient (share of profiles with the efficient surplus), efficiency (NaN unless the efficient
    surplus is positive), transfers_sum, earnings_sd, each a number; earnings, shape (n,), of each member. Earnings
    are in points.
    """
    play = treatment.play(np.broadcast_to(types, profiles.shape), profiles)
    try:
        surplus, most = treatment.surplus(play), float(treatment.efficient_surplus(types[None])[0])
    except TooLargeError:  # of many goods of everybody's own
        surplus, most = treatment.surplus(play), np.nan
    points = np.asarray(play.points, dtype=float) / 10.0**treatment.rounding
    return {
        "efficient": np.nan if np.isnan(most) else np.mean(np.abs(most - surplus) <= EXACT * max(1.0, abs(most))),
        "efficiency": np.asarray(surplus.mean() / most if most > 0 else np.nan),
        "transfers_sum": play.transfers.sum(axis=-1).mean(),
        "earnings_sd": points.std(axis=-1).mean(),
        "earnings": points.mean(axis=0),
    }


def with_chance(table: pd.DataFrame) -> pd.DataFrame:
    """The table of `with_outcomes` with what uniform play gives (``…_by_chance``) and the outcome less that
    (``…_above_chance``) for every outcome that has such a baseline; blank where the outcome is."""
    found = {name: np.full(len(table), np.nan) for name in (*OF_GROUPS, *OF_MEMBERS)}
    complete = table["surplus"].notna().to_numpy(dtype=bool)
    used = (*GROUP, "position", "type", "sequence", "identity", "definition")  # of many columns
    seats = table[[column for column in used if column in table]]
    # sessions of one game differ in their seeds, and so in their definitions: what uniform play gives does not
    for rows in seats[complete].groupby("identity", sort=False).indices.values():
        of_game = np.flatnonzero(complete)[rows]
        own = seats.iloc[of_game]
        definition = str(own["definition"].iloc[0])
        for here, treatment in by_sequence(own, treatment_of(definition)):
            at = of_game[here]
            _fill(treatment, _profiles(definition), own.iloc[here], at, found)
    rate = table["exchange_rate"].to_numpy(dtype=float)
    for name in ("earnings", "earnings_sd"):
        found[name] = found[name] * rate
    chance = {name: pd.Series(entries, index=table.index) for name, entries in found.items()}
    chance |= {hit: table[area].astype("float64") for hit, area in AREAS.items()}
    columns = {}
    for name, baseline in chance.items():
        value = table[name].astype("float64")
        columns[name + CHANCE] = baseline.where(value.notna())
        columns[name + ABOVE] = value - baseline
    return table.assign(**columns)


def _fill(
    treatment: Treatment, profiles: FloatArray, rows: pd.DataFrame, at: np.ndarray, found: dict[str, np.ndarray]
) -> None:
    """Expectations at the types of each group; `rows` are whole groups, `at` their places."""
    order = np.lexsort((rows["position"].to_numpy(), rows.groupby(GROUP).ngroup().to_numpy()))
    members = at[order].reshape(-1, treatment.group_size)
    types = rows["type"].to_numpy(dtype=float)[order].reshape(-1, treatment.group_size)
    distinct, which = np.unique(types, axis=0, return_inverse=True)
    for k, own in enumerate(distinct):
        here = members[which.ravel() == k]
        for name, value in expected(treatment, own, profiles).items():
            found[name][here] = value


def no_hit_from_chance(means: np.ndarray, counts: np.ndarray) -> bool:
    """Whether no unit deviates from chance by as much as one hit.

    Where a prediction is so sharp that chance is expected to hit less than once a unit, units without a hit differ by
    what was taken off alone, and a test of them would find a difference of two games in the games.

    Parameters
    ----------
    means, counts : shape (..., n): hit rate less area, and of how many decisions or groups; NaN where there are none

    >>> no_hit_from_chance(np.array([-0.002, -0.007]), np.array([60, 60]))
    True
    >>> no_hit_from_chance(np.array([-0.002, 0.01]), np.array([60, 100]))
    False
    """
    return bool(np.nanmax(np.abs(means * counts), initial=0.0) < 1 - EXACT)
