"""Power from behaviour: how often a test finds the difference between treatments that a model of people makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analysis.measures.outcomes import OUTCOMES
from analysis.planning.decisions import TESTS, WITH_MARGIN, Asked, detectable, exchangeable, rejections
from analysis.planning.experiments import OF_DECISIONS, Arm, Experiments, played
from analysis.planning.work import done, pieces
from analysis.registration.testing import least_possible
from mechanisms.arrays import FloatArray
from mechanisms.shown import Shown, Words, table_rows
from mechanisms.studies import TESTS as NAMED

PIECE = 50
"""Experiments that are simulated together."""
MAX_DECISIONS = 10**8
"""In so many experiments."""
UNNAMED = ("a first arm", "a second arm")
"""Two arms of one name."""
WANTED = 0.8
"""The power that the minimum detectable effect is for."""

NO_RATES = {o.column for own in OUTCOMES for o in (own, own.between_games()) if not o.share}


class PlanError(ValueError):
    """What was asked for cannot be; the message says what is right."""


@dataclass(frozen=True)
class Question:
    """What is asked of a comparison.

    Attributes
    ----------
    arms : two, the effect is the second less the first; three and more; or one, which is compared with a value
    outcome : a column of the decisions with predictions, such as "dominant_played" or "earnings"
    test : one that a hypothesis can name (`mechanisms.studies.TESTS`)
    alternative, level : of the test
    margin, value : in the unit of the outcome
    orders : in which the same people play both arms, as many each (the participants of an arm are those of one order),
        so that tests are of differences within units; (): other people in each arm
    together : the sessions are shared by all arms, whose people do not meet; whole : sessions are the units
    of_family : how many tests share the level (each is made at its part of it: Bonferroni, which Holm's method beats)
    called : the arms; (): as their treatments
    """

    arms: tuple[Arm, ...]
    outcome: str
    test: str = "permutation"
    alternative: str = "two-sided"
    level: float = 0.05
    margin: float = 0.0
    value: float = 0.0
    orders: tuple[tuple[int, ...], ...] = ()
    together: bool = False
    whole: bool = False
    of_family: int = 1
    called: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        names = self.called or tuple(arm.treatment.name for arm in self.arms)
        return UNNAMED if len(names) == 2 and names[0] == names[1] else names

    @property
    def paired(self) -> bool:
        """Whether units are in all arms, or beside a value."""
        return bool(self.orders) or (self.together and self.whole) or len(self.arms) == 1

    @property
    def at_the_margin(self) -> float:
        """The difference of which a test with a margin must not say that it is smaller (or larger)."""
        return self.margin * WITH_MARGIN.get(self.test, 0.0) * (-1 if self.alternative == "less" else 1)


@dataclass(frozen=True, eq=False)
class BehaviouralPower(Shown):
    """table : one row a number of sessions: sessions (an arm; "6, 4" where arms have other numbers), units (an arm),
    participants (all), effect (mean difference, second less first, in the unit of the outcome; of one arm less the
    value; of three and more the largest one), power, power_low, power_high (95 %, Clopper–Pearson, for the chance error
    of the simulation), false_positives with low and high, detectable (at 80 % power), cost, cost_sd (money, of the
    whole experiment), least_p (that the test can give with so many units), why_not (no test is possible); asked;
    experiments : simulated; seed"""

    table: pd.DataFrame
    asked: Question
    experiments: int
    seed: int

    def _facts(self) -> dict[str, object]:
        names = self.asked.names
        compared = f"{names[1]} less {names[0]}" if len(names) == 2 else ", ".join(names)
        return {"": Words(f"{self.asked.outcome}: {compared}"), "test": Words(self.asked.test)}

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        return table_rows(self.table)


def behavioural_power(
    asked: Question,
    sessions: Sequence[int | tuple[int, ...]],
    experiments: int = 1000,
    seed: int = 1,
    workers: int = 1,
    ray: str | None = None,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> BehaviouralPower:
    """Simulate experiments with the largest number of sessions an arm, and test each with the first of them.

    Parameters
    ----------
    sessions : numbers of sessions in each arm, or of each arm (one number an arm)
    workers, ray, folder, tell : as `analysis.planning.work.done`; they do not change the result

    Raises
    ------
    PlanError, OutcomeError, PopulationError, TooLargeError
        One line each.
    """
    arms = len(asked.arms)
    counts = sorted({(n,) * arms if isinstance(n, int) else tuple(n) for n in sessions})
    _check(asked, counts, experiments)
    of_decisions = asked.test if asked.test in OF_DECISIONS else ""
    wanted = Experiments(
        asked.arms, asked.outcome, tuple(counts), of_decisions, seed, asked.orders, asked.together, asked.whole
    )
    key = wanted, experiments, [arm.population.components for arm in asked.arms]
    found = done(partial(played, wanted), pieces(experiments, PIECE), key, workers, ray, folder, tell)
    rows = [_row(asked, wanted, found, c) for c in range(len(counts))]
    return BehaviouralPower(pd.DataFrame(rows), asked, experiments, seed)


def _check(asked: Question, counts: Sequence[tuple[int, ...]], experiments: int) -> None:
    if not counts or min(map(min, counts)) < 1 or experiments < 2:
        raise PlanError("sessions and experiments: use 1 session or more an arm, and 2 experiments or more")
    if asked.test not in TESTS:
        raise PlanError(f"test: {asked.test!r}: use one of {', '.join(TESTS)}")
    most = [max(own) for own in zip(*counts, strict=True)]
    decisions = PIECE * sum(count * arm.decisions for count, arm in zip(most, asked.arms, strict=True))
    if decisions > MAX_DECISIONS:
        raise PlanError(
            f"sessions: {each(most)} in each arm make {decisions:.3g} decisions in {PIECE} experiments, which are "
            f"simulated together: more than {MAX_DECISIONS:.0e}; use fewer sessions"
        )
    named, arms = NAMED[asked.test], min(len(asked.arms), 3)
    if arms not in named.arms:
        fit = ", ".join(name for name, test in NAMED.items() if arms in test.arms)
        raise PlanError(f"test: {asked.test!r} cannot be of {len(asked.arms)} arms: use one of {fit}")
    if asked.alternative not in named.alternatives:
        allowed = " or ".join(named.alternatives)
        raise PlanError(f"alternative: {asked.alternative!r}: use {allowed} with the test {asked.test}")
    if named.rates and asked.outcome in NO_RATES:
        fit = ", ".join(outcome.column for outcome in OUTCOMES if outcome.tested and outcome.share)
        raise PlanError(f"test: {asked.test!r}: {asked.outcome} is no hit or miss: use one of {fit}, or another test")
    if not 0 < asked.level < 1:
        raise PlanError(f"level: {asked.level}: use a number between 0 and 1")
    if named.margin != (asked.margin > 0):
        raise PlanError(
            f"margin: {', '.join(WITH_MARGIN)}, and no other test, need one above 0, in the unit of the outcome"
        )


def _row(asked: Question, wanted: Experiments, found: dict[str, np.ndarray], c: int) -> dict[str, object]:
    """One number of sessions."""
    counts, level = wanted.sessions[c], asked.level / asked.of_family
    means = {
        name: found[name][:, : counts[j] * (found[name].shape[1] // wanted.most)]
        for name, j in [(f"{kind}{k}", k - 1) for kind in ("arm", "null") for k in range(1, len(counts) + 1)]
        if name in found
    }
    own = [means[f"arm{k}"] for k in range(1, len(counts) + 1)]
    null = [own[0], *(means[f"null{k}"] for k in range(2, len(counts) + 1))]
    if len(own) == 1:  # beside the value; without a difference their mean is the value
        value = np.full_like(own[0], asked.value)
        own, null = [value, own[0]], [value, own[0] - own[0].mean() + asked.value]
    how = Asked(
        asked.alternative, asked.margin, asked.paired,
        exchangeable(asked.outcome, [arm.treatment for arm in asked.arms]),
    )  # fmt: skip
    if asked.test in OF_DECISIONS:
        hits, false = found["p"][:, c] <= level, found["null_p"][:, c] <= level
    else:
        hits = rejections(asked.test, own[0], own[1], level, how, *own[2:])
        # arms that are just not equivalent (as good, better by more) are the null of a test with a margin
        false = rejections(asked.test, null[0], null[1] + asked.at_the_margin, level, how, *null[2:])
    power, wrong = (binomtest(int(x.sum()), len(x)).proportion_ci() for x in (hits, false))
    money = [found[f"cost{k}"][:, :count].sum(axis=1) for k, count in enumerate(counts, 1)]
    cost = np.sum(money, axis=0)
    people = [count * arm.participants for count, arm in zip(counts, asked.arms, strict=True)]
    units = [means[f"arm{k}"].shape[1] for k in range(1, len(counts) + 1)]
    least, why_not = least_possible(
        asked.test, units * 2 if len(units) == 1 else units, asked.paired, asked.alternative
    )
    return {
        "sessions": each(counts),
        "units": each(units),
        "participants": people[0] * len(asked.orders) if asked.orders else sum(people),
        "effect": _effect(own),
        "power": float(hits.mean()),
        "power_low": float(power.low),
        "power_high": float(power.high),
        "false_positives": float(false.mean()),
        "false_positives_low": float(wrong.low),
        "false_positives_high": float(wrong.high),
        "detectable": detectable(asked.test, null[0], null[1], level, WANTED, how) if len(own) == 2 else float("nan"),
        "cost": float(cost.mean()),
        "cost_sd": float(cost.std(ddof=1)),
        "least_p": least,
        "why_not": why_not,
    }


def each(numbers: Sequence[int]) -> int | str:
    """One number if all are the same.

    >>> each([6, 6]), each([6, 4])
    (6, '6, 4')
    """
    return int(numbers[0]) if len(set(numbers)) == 1 else ", ".join(map(str, numbers))


def _effect(arms: Sequence[FloatArray]) -> float:
    """The second less the first; of several the largest difference."""
    means = [float(arm.mean()) for arm in arms]
    return means[1] - means[0] if len(means) == 2 else max(means) - min(means)
