"""What a power analysis is asked: by two treatment files, or by the hypotheses of a study file."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from analysis.measures.outcomes import OUTCOMES
from analysis.planning.decisions import TESTS, WITH_MARGIN
from analysis.planning.experiments import Arm
from analysis.planning.pilot import fitted
from analysis.planning.power import PlanError
from analysis.registration.document import Registration
from analysis.simulation.studies import arms_of, populations_of
from mechanisms.studies import HypothesisSpec
from mechanisms.subjects.population import Population
from mechanisms.treatments import Treatment, load_session_design, load_treatment

OF_HYPOTHESES = {
    "outcome": "dominant_played", "test": "permutation", "alternative": "two-sided", "alpha": 0.05, "margin": 0.0,
}  # fmt: skip
"""Options that the hypotheses of a study say, with what they are otherwise."""


@dataclass(frozen=True)
class Question:
    """One comparison of two arms.

    name : of the hypothesis, "" if there is but one question; orders : in which the same people play both arms
    sessions : numbers of sessions an arm, () : not said
    """

    name: str
    arms: tuple[Arm, Arm]
    outcome: str
    test: str
    alternative: str
    level: float
    margin: float
    sessions: tuple[int, ...]
    orders: tuple[tuple[int, ...], ...] = ()


def of_treatments(options: argparse.Namespace) -> Question:
    """Two treatments, or, where they are two parts that the same people play, the orders of the parts.

    Raises
    ------
    PlanError, PopulationError, TreatmentError
        One line each.
    """
    if len(options.treatments) not in (1, 2) or not options.subjects or len(options.subjects) > 2:
        raise PlanError(
            "power: name two treatment files (or one of two parts), and --subjects for both, or two of them; or a "
            "study file"
        )
    orders: tuple[tuple[int, ...], ...] = ()
    together = options.participants
    if len(options.treatments) == 1:
        design = load_session_design(options.treatments[0])
        if len(design.treatments) != 2:
            raise PlanError(
                f"{options.treatments[0]}: {len(design.treatments)} part: name two files, or one of two parts"
            )
        people, orders = options.participants or design.participants, design.orders
        if people % len(orders):
            raise PlanError(f"--participants {people}: cannot be divided among {len(orders)} orders")
        together = people // len(orders)
        treatments = [treatment.with_protocol(show_up_fee=design.show_up_fee) for treatment in design.treatments]
    else:
        treatments = [load_treatment(path) for path in options.treatments]
    treatments = [_as_asked(t, options, together) for t in treatments]
    names = options.subjects * (2 // len(options.subjects))
    if options.pilot:
        populations = [fitted(name, options.pilot, treatments)[k] for k, name in enumerate(names)]
    else:
        populations = [Population.of(name) for name in names]
    first, second = (_arm(t, population) for t, population in zip(treatments, populations, strict=True))
    how = {key: getattr(options, key) for key in ("outcome", "test", "alternative", "margin")}
    return Question(
        "", (first, second), **how, level=options.alpha, sessions=tuple(options.sessions or ()), orders=orders
    )


def of_study(path: Path, options: argparse.Namespace) -> list[Question]:
    """The hypotheses of a study file that compare two arms, in their order.

    Raises
    ------
    PlanError, ExportError, PopulationError, TreatmentError
        One line each: the study cannot be used, none of its hypotheses can be planned for, or an option is theirs.
    """
    for key, default in OF_HYPOTHESES.items():
        if getattr(options, key) != default:
            raise PlanError(f"--{key} {getattr(options, key)}: the hypotheses of {path} say it: leave it out")
    if options.subjects and len(options.subjects) > 1:
        raise PlanError(
            f"--subjects: one model for all arms, or none: those of the arms are [power.subjects] of {path}"
        )
    found, treatments = arms_of(path)
    treatments = {name: _as_asked(t, options, options.participants) for name, t in treatments.items()}
    text = options.subjects[0] if options.subjects else None
    if options.pilot:
        if text is None:
            raise PlanError("--pilot: name the model that is fitted to it, as in --subjects qre")
        own = fitted(text, options.pilot, list(treatments.values()))
        populations = dict(zip(treatments, own, strict=True))
    else:
        populations = populations_of(found, path, text)
    arms = {name: _arm(t, populations[name]) for name, t in treatments.items()}
    asked = [
        _question(f"H{k}", spec, pair, found, arms, options)
        for k, spec in enumerate(found.study.spec.hypotheses, 1)
        for pair in ([spec.arms] if spec.arms else combinations(found.study.arms, 2))
        if len(pair) == 2 and spec.test_in_force in TESTS
    ]
    if not asked:
        raise PlanError(f"{path}: no hypothesis compares two arms by one of {', '.join(TESTS)}")
    return asked


def _question(
    name: str, spec: HypothesisSpec, pair: tuple[str, ...], found: Registration, arms: dict[str, Arm],
    options: argparse.Namespace,
) -> Question:  # fmt: skip
    """A hypothesis on a pair of arms, or of treatments that are one arm's, in the unit of the outcome."""
    own = [next(arm for arm in found.arms if name in (arm.name, arm.treatment)) for name in pair]
    outcome = next(outcome for outcome in OUTCOMES if outcome.column == spec.outcome)
    compared = outcome if own[0].identity == own[1].identity else outcome.between_games()
    planned = {arm.sessions for arm in own} - {None}
    sessions = options.sessions or ([planned.pop()] if len(planned) == 1 else ())
    name += "" if spec.arms else f"_{'_'.join(pair)}"
    margin = float(spec.margin or 0) / outcome.factor if spec.test_in_force in WITH_MARGIN else 0.0
    return Question(
        name, (arms[own[0].name], arms[own[1].name]), compared.column, spec.test_in_force, spec.alternative,
        spec.level_in_force, margin, tuple(sessions),
    )  # fmt: skip


def _as_asked(treatment: Treatment, options: argparse.Namespace, participants: int | None) -> Treatment:
    changes = {"rounds": options.rounds, "participants": participants}
    return treatment.with_protocol(practice_rounds=0, **{k: v for k, v in changes.items() if v is not None})


def _arm(treatment: Treatment, population: Population) -> Arm:
    return Arm(json.dumps(treatment.definition, sort_keys=True), population, treatment.protocol.participants)
