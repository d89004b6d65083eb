"""Whole experiments of simulated subjects: unit means of the outcome in each arm, and without a difference.

Experiment e has sessions of its own in each arm, or sessions that all arms share, and, if the model says so, parameters
of its own, the same in all arms. Without a difference all arms are sessions of the first arm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.inference.compare import observation_of
from analysis.inference.regressions.clustered import clustered
from analysis.inference.regressions.clusters import cells
from analysis.inference.regressions.mixed import mixed
from analysis.inference.regressions.wild import wild_cluster_bootstrap
from analysis.inference.units import UNIT
from analysis.planning.cells import Cells, OutcomeError
from analysis.registration.possible import units_of_session
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
    """definition : of a treatment; population : who plays; participants : of a session; silo : how many of them are
    matched among each other, None: all"""

    definition: str
    population: Population
    participants: int
    silo: int | None = None

    @property
    def treatment(self) -> Treatment:
        return _treatment(self.definition, self.participants)

    @property
    def decisions(self) -> int:
        """Of a session."""
        return self.participants * self.treatment.protocol.rounds

    @property
    def units(self) -> int:
        """Independent units of a session."""
        return units_of_session(self.treatment, self.silo)


@dataclass(frozen=True)
class Experiments:
    """What is simulated.

    Attributes
    ----------
    arms : one or more
    outcome : a column
    sessions : numbers of sessions of each arm, from few to many
    test : one of decisions, or ""
    seed
    orders : in which the same people play both of two arms, (): other people in each
    together : sessions are shared by all arms, whose people never meet
    whole : sessions are units, whoever met whom
    """

    arms: tuple[Arm, ...]
    outcome: str
    sessions: tuple[tuple[int, ...], ...]
    test: str = ""
    seed: int = 1
    orders: tuple[tuple[int, ...], ...] = ()
    together: bool = False
    whole: bool = False

    @property
    def paired(self) -> bool:
        """Whether units are in all arms."""
        return bool(self.orders) or (self.together and self.whole)

    def units(self, arm: Arm) -> int:
        """Independent units of a session of an arm."""
        return 1 if self.paired or self.whole else arm.units

    @property
    def most(self) -> int:
        return max(max(counts) for counts in self.sessions)

    @property
    def samples(self) -> tuple[tuple[str, int], ...]:
        """What is played in an experiment: its name, and the number of its arm."""
        own = [(f"arm{k}", k - 1) for k in range(1, len(self.arms) + 1)]
        return (*own, *((f"null{k}", 0) for k in range(2, len(self.arms) + 1)))


@lru_cache(maxsize=16)
def _treatment(definition: str, participants: int) -> Treatment:
    return Treatment.from_json(definition).with_protocol(participants=participants)


@lru_cache(maxsize=16)
def _cells(treatment: Treatment, outcome: str) -> Cells:
    return Cells(treatment, outcome)


def played(wanted: Experiments, first: int, last: int) -> Mapping[str, np.ndarray]:
    """Experiments `first` to `last` - 1.

    Returns
    -------
    arm1, arm2, … : unit means (experiments, units), by session; null2, … : those of other samples of the first arm
    cost1, cost2, … : money paid in each session (experiments, sessions)
    p, null_p : p-values (experiments, len(sessions)) of a test of decisions, empty otherwise
    """
    most, every = wanted.most, len(wanted.samples)
    begin = every * first * most  # the samples of an experiment are sessions one after the other
    numbers = range(begin, every * last * most)
    shared = bool(wanted.orders) or wanted.together
    samples: dict[str, list[Played]] = {}
    for offset, (name, k) in enumerate(wanted.samples):
        arm = wanted.arms[k]
        chosen = (np.arange(len(numbers)) // most) % every == (0 if shared else offset)
        blocks = range(len(wanted.orders)) if wanted.orders else [offset]
        samples[name] = []
        for block in blocks:
            apart = shared or arm.silo is not None
            place = PartOf(wanted.seed, block, offset + 1, silo=arm.silo) if apart else None
            seed = wanted.seed + offset * APART if shared else wanted.seed
            sample = _sample(arm, numbers, chosen, (first, most, every), seed, place)
            samples[name].append((sample, _cells(arm.treatment, wanted.outcome).of(sample)))
    found: dict[str, Any] = {}
    for name, k in wanted.samples:
        units = [_unit_means(wanted, wanted.arms[k], *sample) for sample in samples[name]]
        found[name] = np.concatenate(units, axis=1).reshape(last - first, -1)
    for k in range(len(wanted.arms)):
        # where everybody plays both, show-up fees are counted in the first
        money = [paid(sample, not (wanted.orders and k)) for sample, _ in samples[f"arm{k + 1}"]]
        found[f"cost{k + 1}"] = np.sum(money, axis=0).reshape(last - first, most)
    shape = last - first, len(wanted.sessions) if wanted.test in OF_DECISIONS else 0
    for name, second in (("p", "arm2"), ("null_p", "null2")):
        found[name] = np.empty(shape)
        for e, c in np.ndindex(shape):
            here = [slice(e * most, e * most + count) for count in wanted.sessions[c]]
            found[name][e, c] = _p(wanted, samples["arm1"], samples[second], here)
    return found


Played = tuple[Simulated, FloatArray]
"""Sessions, and the outcome of each decision."""


def _sample(
    arm: Arm, numbers: range, chosen: np.ndarray, of: tuple[int, int, int], seed: int, place: PartOf | None
) -> Simulated:
    """Some of the sessions `numbers`, with the parameters of their experiments; `of` : the first experiment, sessions
    of a sample, samples of an experiment."""
    first, most, every = of
    experiments = first + np.arange(len(numbers)) // (every * most)
    pieces = np.flatnonzero(chosen).reshape(-1, most)
    parts = [
        simulate_sessions(
            arm.treatment, arm.population, range(numbers[k[0]], numbers[k[-1]] + 1), seed, arm.participants,
            int(experiments[k[0]]), place,
        )
        for k in pieces
    ]  # fmt: skip

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(part, name) for part in parts])

    seeds = tuple(s for part in parts for s in part.seeds)
    return Simulated(arm.treatment, seeds, joined("groups"), joined("types"), joined("messages"), joined("points"))


def _unit_means(wanted: Experiments, arm: Arm, sample: Simulated, values: FloatArray) -> FloatArray:
    """(sessions, units of a session); who plays both arms in one order meets the others of it in one of them."""
    units = wanted.units(arm)
    if observation_of(wanted.outcome) == "group":
        values = values[..., :1]
    apart = values.transpose(0, 2, 1, 3).reshape(len(values), units, -1)
    there = ~np.isnan(apart)
    if not there.any(axis=2).all():
        raise OutcomeError(f"outcome: {wanted.outcome} is blank in a whole unit of {sample.treatment.name}")
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


def _p(wanted: Experiments, first: list[Played], second: list[Played], here: list[slice]) -> float:
    """p-value of a test of decisions in one experiment, of the sessions `here` of each arm; 1 if it cannot be
    computed."""
    tables = []
    blocks = [(k, b, *sample) for k, arm in enumerate((first, second)) for b, sample in enumerate(arm)]
    for k, block, sample, values in blocks:
        own = values[here[k]]
        index = np.indices(own.shape)
        units = wanted.units(wanted.arms[k])
        unit = index[0] * units + index[2] * units // own.shape[2]
        who = f"{block}/" if wanted.orders else f"{k}/"  # the same people in both arms, or others
        apart = "" if wanted.paired and not wanted.orders else who
        table = {"arm": str(k), "session_code": index[0].ravel(), "participant_id": sample.groups[here[k]].ravel(),
                 "outcome": own.ravel(), UNIT: [f"{apart}{u}" for u in unit.ravel()]}  # fmt: skip
        rows = pd.DataFrame(table).assign(session_code=lambda t, who=who: who + t["session_code"].astype(str))
        tables.append(rows[index[3].ravel() == 0] if observation_of(wanted.outcome) == "group" else rows)
    rows = pd.concat(tables, ignore_index=True).dropna(subset=["outcome"])
    if rows.groupby("arm")["outcome"].nunique().max() < 2:
        return 1.0
    person = [] if observation_of(wanted.outcome) == "group" else ["session_code", "participant_id"]
    data = cells(rows, "outcome", "arm", ("0", "1"), "unit", [], person)
    found = float(OF_DECISIONS[wanted.test](data).p)
    return 1.0 if np.isnan(found) else found
