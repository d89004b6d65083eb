"""Power from behaviour: how often a test finds the difference between two treatments that a model of people makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analysis.planning.decisions import ALTERNATIVES, TESTS, WITH_MARGIN, detectable, rejections
from analysis.planning.experiments import OF_DECISIONS, Arm, Experiments, played
from analysis.planning.work import done, pieces
from mechanisms.shown import Shown, Words, table_rows
from mechanisms.studies import TESTS as NAMED

PIECE = 50
"""Experiments that are simulated together."""
WANTED = 0.8
"""The power that the minimum detectable effect is for."""


class PlanError(ValueError):
    """What was asked for cannot be; the message says what is right."""


@dataclass(frozen=True, eq=False)
class BehaviouralPower(Shown):
    """table : one row a number of sessions: sessions (an arm), units (an arm), participants (all), effect (mean
    difference, second less first, in the unit of the outcome), power, power_low, power_high (95 %, Clopper–Pearson, for
    the chance error of the simulation), false_positives with low and high, detectable (at 80 % power), cost, cost_sd
    (money, of the whole experiment); experiments : simulated; orders : of the arms, where everybody plays both; the
    rest as asked for"""

    table: pd.DataFrame
    arms: tuple[Arm, Arm]
    outcome: str
    test: str
    alternative: str
    level: float
    experiments: int
    seed: int
    margin: float = 0.0
    orders: tuple[tuple[int, ...], ...] = ()

    def _facts(self) -> dict[str, object]:
        return {"": Words(f"{self.outcome}: {self.names[1]} less {self.names[0]}"), "test": Words(self.test)}

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        return table_rows(self.table)

    @property
    def names(self) -> tuple[str, str]:
        return self.arms[0].treatment.name, self.arms[1].treatment.name


def behavioural_power(
    arms: tuple[Arm, Arm],
    outcome: str,
    sessions: Sequence[int],
    test: str = "permutation",
    alternative: str = "two-sided",
    level: float = 0.05,
    experiments: int = 1000,
    seed: int = 1,
    margin: float = 0.0,
    workers: int = 1,
    ray: str | None = None,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda text: None,
    orders: tuple[tuple[int, ...], ...] = (),
) -> BehaviouralPower:
    """Simulate experiments with up to max(sessions) sessions an arm, and test each with the first of them.

    Parameters
    ----------
    arms : the effect is the second less the first
    outcome : a column of the decisions with predictions, such as "dominant_played" or "earnings"
    test : of unit means: permutation, ranks, t, equivalence, noninferiority, superiority; of decisions: linear, logit,
        probit, wild, mixed
    orders : in which the same people play both arms, as many each (the participants of an arm are those of one order),
        so that tests are of differences within units; (): other people in each arm
    workers, ray, folder, tell : as `analysis.planning.work.done`; they do not change the result

    Raises
    ------
    PlanError, OutcomeError, PopulationError, TooLargeError
        One line each.
    """
    counts = tuple(sorted(set(sessions)))
    _check(counts, test, alternative, level, experiments, margin)
    wanted = Experiments(arms, outcome, counts, test if test in OF_DECISIONS else "", seed, orders)
    key = (arms, outcome, counts, wanted.test, seed, experiments, *([orders] if orders else []))
    found = done(partial(played, wanted), pieces(experiments, PIECE), key, workers, ray, folder, tell)
    asked = (test, alternative, level, margin)
    rows = [_row(found, c, count, counts[-1], arms, orders, *asked) for c, count in enumerate(counts)]
    return BehaviouralPower(pd.DataFrame(rows), arms, outcome, *asked[:3], experiments, seed, margin, orders)


def _check(counts: tuple[int, ...], test: str, alternative: str, level: float, experiments: int, margin: float) -> None:
    if not counts or counts[0] < 1 or experiments < 2:
        raise PlanError("sessions and experiments: use 1 session or more an arm, and 2 experiments or more")
    if test not in TESTS:
        raise PlanError(f"test: {test!r}: use one of {', '.join(TESTS)}")
    if alternative not in (allowed := NAMED[test].alternatives if test in NAMED else ALTERNATIVES):
        raise PlanError(f"alternative: {alternative!r}: use {' or '.join(allowed)} with the test {test}")
    if not 0 < level < 1:
        raise PlanError(f"level: {level}: use a number between 0 and 1")
    if (test in WITH_MARGIN) != (margin > 0):
        raise PlanError(
            f"margin: {', '.join(WITH_MARGIN)}, and no other test, need one above 0, in the unit of the outcome"
        )


def _row(
    found: dict[str, np.ndarray], c: int, count: int, most: int, arms: tuple[Arm, Arm],
    orders: tuple[tuple[int, ...], ...], test: str, alternative: str, level: float, margin: float,
) -> dict[str, float]:  # fmt: skip
    """One number of sessions."""
    of = {name: found[name][:, : count * (found[name].shape[1] // most)] for name in ("first", "second", "null")}
    if test in OF_DECISIONS:
        hits, false = found["p"][:, c] <= level, found["null_p"][:, c] <= level
    else:
        paired = bool(orders)
        hits = rejections(test, of["first"], of["second"], alternative, level, margin, paired)
        # arms that are just not equivalent (as good, better by more) are the null of a test with a margin
        shift = margin * WITH_MARGIN.get(test, 0.0) * (-1 if alternative == "less" else 1)
        false = rejections(test, of["first"], of["null"] + shift, alternative, level, margin, paired)
    power, wrong = (binomtest(int(x.sum()), len(x)).proportion_ci() for x in (hits, false))
    cost = found["first_cost"][:, :count].sum(axis=1) + found["second_cost"][:, :count].sum(axis=1)
    return {
        "sessions": count,
        "units": of["first"].shape[1],
        "participants": count * (len(orders) * arms[0].participants or sum(arm.participants for arm in arms)),
        "effect": float((of["second"].mean(axis=1) - of["first"].mean(axis=1)).mean()),
        "power": float(hits.mean()),
        "power_low": float(power.low),
        "power_high": float(power.high),
        "false_positives": float(false.mean()),
        "false_positives_low": float(wrong.low),
        "false_positives_high": float(wrong.high),
        "detectable": detectable(test, of["first"], of["null"], alternative, level, WANTED, bool(orders)),
        "cost": float(cost.mean()),
        "cost_sd": float(cost.std(ddof=1)),
    }
