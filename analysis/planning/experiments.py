"""Whole experiments of simulated subjects: unit means of the outcome in two arms, and without a difference.

Experiment e has sessions of its own in each arm, and, if the model says so, parameters of its own, the same in both
arms. Without a difference both arms are sessions of the first arm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.inference.clustered import clustered
from analysis.inference.clusters import cells
from analysis.inference.compare import observation_of
from analysis.inference.mixed import mixed
from analysis.inference.units import UNIT
from analysis.inference.wild import wild_cluster_bootstrap
from analysis.planning.cells import Cells, OutcomeError
from analysis.simulation.rows import session_code, units_earned
from mechanisms.arrays import FloatArray
from mechanisms.session.draws import paid_round
from mechanisms.subjects.parts import APART
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import PartOf, Simulated, simulate_sessions
from mechanisms.treatments import Treatment

OF_DECISIONS = {
    "linear": lambda data: clustered(data, "linear", "CR2"),
    "logit": lambda data: clustered(data, "logit", "CR2"),
    "probit": lambda data: clustered(data, "probit", "CR2"),
    "wild": lambda data: wild_cluster_bootstrap(data, "linear"),
    "mixed": lambda data: mixed(data, "logit"),
}
"""Tests on decisions; two-sided."""


@dataclass(frozen=True)
class Arm:
    """definition : of a treatment; population : who plays; participants : of a session"""

    definition: str
    population: Population
    participants: int

    @property
    def treatment(self) -> Treatment:
        return _without_practice(self.definition, self.participants)


@dataclass(frozen=True)
class Experiments:
    """arms : two; outcome : a column; sessions : numbers of sessions an arm, ascending; test : one of decisions, or
    ""; seed; orders : in which the same people play both arms, (): other people in each"""

    arms: tuple[Arm, Arm]
    outcome: str
    sessions: tuple[int, ...]
    test: str = ""
    seed: int = 1
    orders: tuple[tuple[int, ...], ...] = ()


@lru_cache(maxsize=16)
def _without_practice(definition: str, participants: int) -> Treatment:
    return Treatment.from_json(definition).with_protocol(participants=participants, practice_rounds=0)


@lru_cache(maxsize=16)
def _cells(treatment: Treatment, outcome: str) -> Cells:
    return Cells(treatment, outcome)


def played(wanted: Experiments, first: int, last: int) -> Mapping[str, np.ndarray]:
    """Experiments `first` to `last` - 1.

    Returns
    -------
    first, second, null : unit means (experiments, units), by session; the null is a second sample of the first arm
    first_cost, second_cost : money paid in each session (experiments, sessions)
    p, null_p : p-values (experiments, len(sessions)) of a test of decisions, empty otherwise
    """
    most = wanted.sessions[-1]
    found: dict[str, Any] = {}
    samples: dict[str, list[Played]] = {}
    blocks = len(wanted.orders) or 1
    for name, k, offset in (("first", 0, 0), ("second", 1, 1), ("null", 0, 2)):
        arm = wanted.arms[k]
        begin = 3 * first * most  # each experiment has three samples of sessions, one after the other
        numbers = range(begin, 3 * last * most)
        chosen = (np.arange(len(numbers)) // most) % 3 == (0 if wanted.orders else offset)
        samples[name] = []
        for block in range(blocks):
            place = PartOf(wanted.seed, block, offset + 1) if wanted.orders else None
            seed = wanted.seed + offset * APART if wanted.orders else wanted.seed
            sample = _sample(arm, numbers, chosen, first, most, seed, place)
            samples[name].append((sample, _cells(arm.treatment, wanted.outcome).of(sample)))
        units = [_unit_means(wanted.outcome, *sample, bool(wanted.orders)) for sample in samples[name]]
        found[name] = np.concatenate(units, axis=1).reshape(last - first, -1)
    found["first_cost"], found["second_cost"] = (
        cost.reshape(last - first, most) for cost in _costs(samples["first"], samples["second"], bool(wanted.orders))
    )
    shape = (last - first, len(wanted.sessions))
    for name, second in (("p", "second"), ("null_p", "null")):
        found[name] = np.empty(shape) if wanted.test in OF_DECISIONS else np.empty((last - first, 0))
        if wanted.test in OF_DECISIONS:
            for e in range(last - first):
                for c, count in enumerate(wanted.sessions):
                    here = slice(e * most, e * most + count)
                    found[name][e, c] = _p(wanted, samples["first"], samples[second], here)
    return found


Played = tuple[Simulated, FloatArray]
"""Sessions, and the outcome of each decision."""


def _costs(first: list[Played], second: list[Played], paired: bool) -> tuple[FloatArray, FloatArray]:
    """Money paid in each session of the arms; where everybody plays both, show-up fees are counted in the first."""
    sums = [
        np.sum([paid(sample, not (paired and k)) for sample, _ in arm], axis=0) for k, arm in enumerate((first, second))
    ]
    return sums[0], sums[1]


def _sample(
    arm: Arm, numbers: range, chosen: np.ndarray, first: int, most: int, seed: int, place: PartOf | None
) -> Simulated:
    """Some of the sessions `numbers`, with the parameters of their experiments."""
    experiments = first + np.arange(len(numbers)) // (3 * most)
    pieces = np.flatnonzero(chosen).reshape(-1, most)
    parts = [
        simulate_sessions(
            arm.treatment, arm.population, range(numbers[k[0]], numbers[k[-1]] + 1), seed, arm.participants,
            int(experiments[k[0]]), place,
        )
        for k in pieces
    ]  # fmt: skip

    def of(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    seeds = tuple(s for part in parts for s in part.seeds)
    return Simulated(arm.treatment, seeds, of("groups"), of("types"), of("messages"), of("points"))


def units_of_session(treatment: Treatment, groups: int) -> int:
    """Independent units of a session: groups that stay together are apart, strangers are one unit."""
    return groups if treatment.protocol.matching == "partner" else 1


def _unit_means(outcome: str, sample: Simulated, values: FloatArray, paired: bool) -> FloatArray:
    """(sessions, units of a session); who plays both arms in one order meets the others of it in one of them."""
    sessions, _, groups, _ = values.shape
    units = 1 if paired else units_of_session(sample.treatment, groups)
    if observation_of(outcome) == "group":
        values = values[..., :1]
    apart = values.transpose(0, 2, 1, 3).reshape(sessions, units, -1)
    there = ~np.isnan(apart)
    if not there.any(axis=2).all():
        raise OutcomeError(f"outcome: {outcome} is blank in a whole unit of {sample.treatment.name}")
    return np.where(there, apart, 0).sum(axis=2) / there.sum(axis=2)


def paid(sample: Simulated, with_fees: bool = True) -> FloatArray:
    """Money paid in each session, show-up fees included: (sessions,)."""
    t = sample.treatment
    fee, rate = float(t.protocol.show_up_fee) if with_fees else 0.0, float(t.money(1))
    total = []
    for s, seed in enumerate(sample.seeds):
        drawn = paid_round(t, session_code(t, seed), 1, seed)
        total.append(np.round(np.maximum(0, fee + rate * units_earned(sample, s, drawn)), 2).sum())
    return np.array(total)


def _p(wanted: Experiments, first: list[Played], second: list[Played], here: slice) -> float:
    """p-value of a test of decisions in one experiment; 1 if it cannot be computed."""
    tables = []
    blocks = [(k, b, *sample) for k, arm in enumerate((first, second)) for b, sample in enumerate(arm)]
    for k, block, sample, values in blocks:
        own = values[here]
        index = np.indices(own.shape)
        units = 1 if wanted.orders else units_of_session(sample.treatment, own.shape[2])
        unit = index[0] * units + (index[2] if units > 1 else 0)
        who = f"{block}/" if wanted.orders else f"{k}/"  # the same people in both arms
        table = {"arm": str(k), "session_code": index[0].ravel(), "participant_id": sample.groups[here].ravel(),
                 "outcome": own.ravel(), UNIT: [f"{who}{u}" for u in unit.ravel()]}  # fmt: skip
        rows = pd.DataFrame(table).assign(session_code=lambda t, who=who: who + t["session_code"].astype(str))
        tables.append(rows[index[3].ravel() == 0] if observation_of(wanted.outcome) == "group" else rows)
    rows = pd.concat(tables, ignore_index=True).dropna(subset=["outcome"])
    if rows.groupby("arm")["outcome"].nunique().max() < 2:
        return 1.0
    person = [] if observation_of(wanted.outcome) == "group" else ["session_code", "participant_id"]
    data = cells(rows, "outcome", "arm", ("0", "1"), "unit", [], person)
    found = float(OF_DECISIONS[wanted.test](data).p)
    return 1.0 if np.isnan(found) else found
