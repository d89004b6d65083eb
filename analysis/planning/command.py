"""`python -m analysis power TREATMENT TREATMENT --subjects MODEL --outcome COLUMN --sessions N … --out DIR`, or `power
STUDY --out DIR`, where the file of a study says all this."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import ending
from analysis.folder import check_writable

if TYPE_CHECKING:
    from analysis.planning.experiments import Arm
    from analysis.planning.power import Question
    from analysis.registration.document import Registration
    from mechanisms.subjects.population import Population
    from mechanisms.treatments import Treatment

OUTCOME = "dominant_played"
RULE = "permutation", "two-sided", 0.05, 0.0
"""Test, alternative, level and margin, unless they are said; a study file says them."""

OF_RATES = {
    "rates": "here they come from --subjects",
    "correlation": "here it comes from --subjects",
    "units": "here they come from --sessions",
    "decisions": "here they come from --participants and --rounds",
    "paired": "name one file of two parts, which the same people play",
}
"""Options of power from rates, and what says the same here."""
OF_BEHAVIOUR = (
    *("subjects", "pilot", "outcome", "sessions", "participants", "rounds", "margin", "treatments"),
    *("out", "ray", "resume"),
)


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of power from behaviour; those of power from rates are beside them."""
    group = parser.add_argument_group("power from behaviour", "treatments or a study, and a model of who plays")
    group.add_argument(
        "files", nargs="*", type=Path, metavar="FILE",
        help="two treatments (second less first), one of two parts, or a study, whose hypotheses are asked about",
    )  # fmt: skip
    group.add_argument(
        "--subjects", nargs="+", metavar="MODEL", help="who plays (docs/subjects.md); one for all, or one each"
    )
    group.add_argument("--pilot", nargs="+", type=Path, metavar="EXPORT", help="fit the model of this name to it")
    group.add_argument("--outcome", metavar="COLUMN", help=f"(default: {OUTCOME})")
    group.add_argument(
        "--sessions", type=int, nargs="+", metavar="N", help="sessions in each arm (default: as the study says)"
    )
    group.add_argument("--participants", type=int, metavar="N", help="in each session (default: as the files say)")
    group.add_argument("--rounds", type=int, metavar="N", help="(default: as the files say)")
    group.add_argument("--margin", type=float, metavar="M", help="of --test equivalence, noninferiority, superiority")
    group.add_argument("--treatments", type=Path, metavar="DIR", help="of a study file (default: treatments)")
    group.add_argument("--out", type=Path, metavar="DIR", help="folder for table, curve and paragraph")
    group.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default: %(default)s)")
    group.add_argument("--ray", metavar="ADDRESS", help='a Ray cluster, or "local" for one with --workers workers here')
    group.add_argument("--resume", type=Path, metavar="DIR", help="keep what is done here, and go on from it")


def run(options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    from analysis.errors import ExportError
    from analysis.planning.cells import OutcomeError
    from analysis.planning.power import PlanError
    from analysis.planning.work import WorkError
    from mechanisms.subjects.population import PopulationError
    from mechanisms.treatments import TreatmentError
    from mechanisms.verdicts import TooLargeError

    errors = (PlanError, OutcomeError, WorkError, PopulationError, TreatmentError, TooLargeError, ExportError, OSError)
    return ending(partial(_power, options, tell), errors, kept_by(options.resume))


def told(options: argparse.Namespace) -> tuple[str, str, float, float]:
    """Test, alternative, level and margin."""
    test, alternative, level, margin = RULE
    return (
        options.test or test,
        options.alternative or alternative,
        level if options.alpha is None else options.alpha,
        margin if options.margin is None else options.margin,
    )


def kept_by(resume: Path | None) -> str:
    """What is there of a run that was stopped."""
    return f"what is done is in {resume}" if resume else "nothing was written"


def _power(options: argparse.Namespace, tell: Callable[[str], None]) -> None:
    from analysis.planning.power import behavioural_power
    from analysis.planning.saying import text, write

    check_writable(options.out)
    seed = 1 if options.seed is None else options.seed
    for name, asked, sessions in _questions(options):
        result = behavioural_power(
            asked, sessions, options.simulations, seed, options.workers, options.ray, options.resume, tell
        )
        print("".join(filter(None, [name and f"{name}\n\n", text(result), name and "\n"])), end="")
        if options.out is not None:
            out = options.out / name.partition(":")[0] if name else options.out
            print(f"written: {', '.join(path.name for path in write(result, out))} in {out}")


def _questions(options: argparse.Namespace) -> Iterator[tuple[str, Question, list[int | tuple[int, ...]]]]:
    """What it is called, what is asked, and for how many sessions."""
    from analysis.planning.power import PlanError, Question
    from analysis.registration.document import study_of

    if said := [key for key in OF_RATES if getattr(options, key)]:
        raise PlanError(f"--{said[0]}: is of power from rates, without files; {OF_RATES[said[0]]}")
    study = study_of(options.files[0], options.treatments) if len(options.files) == 1 else None
    if study is not None:
        keys = "outcome", "test", "alternative", "alpha", "margin"
        if said := [key for key in keys if getattr(options, key) is not None]:
            raise PlanError(f"--{said[0]} {getattr(options, said[0])}: {options.files[0]} says it: leave it out")
        yield from _of_study(options, study)
        return
    treatments, orders = _treatments(options)
    populations = _populations(options, treatments)
    arms = tuple(map(_arm, treatments, populations))
    yield "", Question(arms, options.outcome or OUTCOME, *told(options), orders=orders), options.sessions or []


def _of_study(
    options: argparse.Namespace, study: Registration
) -> Iterator[tuple[str, Question, list[int | tuple[int, ...]]]]:
    """Each hypothesis, for each pair that it is about."""
    from dataclasses import replace

    from analysis.planning.pilot import fitted
    from analysis.planning.power import PlanError
    from analysis.planning.questions import questions
    from analysis.registration.sessions import populations_of, sessions_of

    if options.subjects and len(options.subjects) > 1:
        raise PlanError("--subjects: one model for all arms, or none: those of the arms are power.subjects")
    every = sessions_of(study, None, options.participants)
    silos: dict[str, int | None] = {}
    treatments: dict[str, Treatment] = {}
    for s in every:
        silos |= dict(zip(s.arms.arms, s.arms.silos, strict=True))
        treatments |= dict(zip(s.arms.arms, s.design.treatments, strict=True))
    if options.rounds is not None:
        treatments = {name: treatment.with_protocol(rounds=options.rounds) for name, treatment in treatments.items()}
    text = options.subjects[0] if options.subjects else None
    if not options.pilot:
        who = populations_of(study, text)
    elif text is not None:
        who = dict(zip(treatments, fitted(text, options.pilot, list(treatments.values())), strict=True))
    else:
        raise PlanError("--pilot: name the model that is fitted to it, as in --subjects qre")
    arms = {name: replace(_arm(own, who[name]), silo=silos[name]) for name, own in treatments.items()}
    for name, asked, counts in questions(study, arms, every):
        unsaid = next((arm.name for arm in study.arms if arm.name in asked.called and arm.sessions is None), None)
        if unsaid and not options.sessions:
            raise PlanError(f"{study.study.name}: arm {unsaid} plans no number of sessions: use --sessions N")
        yield name, asked, options.sessions or [counts]


def _arm(treatment: Treatment, population: Population) -> Arm:
    from analysis.planning.experiments import Arm

    return Arm(json.dumps(treatment.definition, sort_keys=True), population, treatment.protocol.participants)


def _populations(options: argparse.Namespace, treatments: list[Treatment]) -> list[Population]:
    """Who plays each treatment."""
    from analysis.planning.pilot import fitted
    from analysis.planning.power import PlanError
    from mechanisms.subjects.population import Population

    names = options.subjects or []
    if not names:
        raise PlanError("power: --subjects is missing: name who plays (docs/subjects.md)")
    if len(names) not in (1, len(treatments)):
        raise PlanError(f"--subjects: name one model for all, or {len(treatments)}, one for each arm")
    names = names * (len(treatments) // len(names))
    if not options.pilot:
        return [Population.of(name) for name in names]
    of_name = {name: fitted(name, options.pilot, treatments) for name in dict.fromkeys(names)}
    return [of_name[name][k] for k, name in enumerate(names)]


def _treatments(options: argparse.Namespace) -> tuple[list[Treatment], tuple[tuple[int, ...], ...]]:
    """Those of the arms; where they are two parts that the same people play, the orders of the parts."""
    from analysis.planning.power import PlanError
    from mechanisms.treatments import load_session_design, load_treatment
    from mechanisms.treatments.loading import of_each_order

    if len(options.files) not in (1, 2):
        raise PlanError("power: name two treatment files (or one of two parts), or a study")
    orders: tuple[tuple[int, ...], ...] = ()
    together = options.participants
    if len(options.files) == 1:
        design = load_session_design(options.files[0])
        if len(design.treatments) != 2:
            raise PlanError(f"{options.files[0]}: {len(design.treatments)} part: name two files, or one of two parts")
        people, orders = design.participants if together is None else together, design.orders
        together = of_each_order(people, len(orders))
        treatments = [treatment.with_protocol(show_up_fee=design.show_up_fee) for treatment in design.treatments]
    else:
        treatments = [load_treatment(path) for path in options.files]
    changes = {"rounds": options.rounds, "participants": together}
    given = {key: value for key, value in changes.items() if value is not None}
    return [treatment.with_protocol(**given) for treatment in treatments], orders
