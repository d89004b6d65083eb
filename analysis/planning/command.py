"""`python -m analysis power TREATMENT TREATMENT --subjects MODEL --outcome COLUMN --sessions N … --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.planning.experiments import Arm


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of power from behaviour; those of power from rates are beside them."""
    group = parser.add_argument_group("power from behaviour", "two treatment files, and a model of how people decide")
    group.add_argument(
        "treatments",
        nargs="*",
        type=Path,
        metavar="TREATMENT",
        help="two files, or one of two parts; second less first",
    )
    group.add_argument(
        "--subjects", nargs="+", metavar="MODEL", help="who plays (docs/subjects.md); two: one for each treatment"
    )
    group.add_argument("--pilot", nargs="+", type=Path, metavar="EXPORT", help="fit the model of this name to it")
    group.add_argument("--outcome", default="dominant_played", metavar="COLUMN", help="(default: %(default)s)")
    group.add_argument("--sessions", type=int, nargs="+", metavar="N", help="sessions in each arm")
    group.add_argument("--participants", type=int, metavar="N", help="in each session (default: as the files say)")
    group.add_argument("--rounds", type=int, metavar="N", help="(default: as the files say)")
    group.add_argument(
        "--margin", type=float, default=0.0, metavar="M", help="of --test equivalence, noninferiority, superiority"
    )
    group.add_argument("--out", type=Path, metavar="DIR", help="folder for table, curve and paragraph")
    group.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default: %(default)s)")
    group.add_argument("--ray", metavar="ADDRESS", help='a Ray cluster, or "local" for one with --workers workers here')
    group.add_argument("--resume", type=Path, metavar="DIR", help="keep what is done here, and go on from it")


def run(options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    from analysis.errors import ExportError
    from analysis.planning.cells import OutcomeError
    from analysis.planning.power import PlanError, behavioural_power
    from analysis.planning.saying import text, write
    from analysis.planning.work import WorkError
    from mechanisms.subjects.population import PopulationError
    from mechanisms.treatments import TreatmentError
    from mechanisms.verdicts import TooLargeError

    try:
        arms, orders = _arms(options)
        result = behavioural_power(
            arms, options.outcome, options.sessions or (), options.test, options.alternative, options.alpha,
            options.simulations, options.seed, options.margin, options.workers, options.ray, options.resume, tell,
            orders,
        )  # fmt: skip
        print(text(result), end="")
        if options.out is not None:
            print(f"written: {', '.join(path.name for path in write(result, options.out))} in {options.out}")
    except (PlanError, OutcomeError, WorkError, PopulationError, TreatmentError, TooLargeError, ExportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        kept = f"; what is done is in {options.resume}" if options.resume else ""
        print(f"stopped{kept}", file=sys.stderr)
        return 130
    return 0


def _arms(options: argparse.Namespace) -> tuple[tuple[Arm, Arm], tuple[tuple[int, ...], ...]]:
    """The arms; where they are two parts that the same people play, the orders of the parts."""
    from analysis.planning.experiments import Arm
    from analysis.planning.pilot import fitted
    from analysis.planning.power import PlanError
    from mechanisms.subjects.population import Population
    from mechanisms.treatments import load_session_design, load_treatment

    if len(options.treatments) not in (1, 2) or not options.subjects or len(options.subjects) > 2:
        raise PlanError(
            "power: name two treatment files (or one of two parts), and --subjects for both, or two of them"
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
    changes = {"rounds": options.rounds, "participants": together}
    given = {key: value for key, value in changes.items() if value is not None}
    treatments = [t.with_protocol(practice_rounds=0, **given) for t in treatments]
    names = options.subjects * (2 // len(options.subjects))
    if options.pilot:
        populations = [fitted(name, options.pilot, treatments)[k] for k, name in enumerate(names)]
    else:
        populations = [Population.of(name) for name in names]
    first, second = (
        Arm(json.dumps(t.definition, sort_keys=True), population, t.protocol.participants)
        for t, population in zip(treatments, populations, strict=True)
    )
    return (first, second), orders
