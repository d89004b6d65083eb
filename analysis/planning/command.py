"""`python -m analysis power TREATMENT TREATMENT --subjects MODEL --outcome COLUMN --sessions N … --out DIR`, or, of the
hypotheses of a study, `python -m analysis power STUDY --sessions N … --out DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of power from behaviour; those of power from rates are beside them."""
    group = parser.add_argument_group(
        "power from behaviour", "two treatment files, or a study file, and how people decide"
    )
    group.add_argument(
        "treatments",
        nargs="*",
        type=Path,
        metavar="TREATMENT",
        help="two files, or one of two parts (second less first); or a study file: its hypotheses",
    )
    group.add_argument(
        "--subjects",
        nargs="+",
        metavar="MODEL",
        help="who plays (docs/subjects.md); two: one for each treatment; of a study: for all arms in place of its "
        "[power.subjects]",
    )
    group.add_argument("--pilot", nargs="+", type=Path, metavar="EXPORT", help="fit the model of this name to it")
    group.add_argument("--outcome", default="dominant_played", metavar="COLUMN", help="(default: %(default)s)")
    group.add_argument(
        "--sessions", type=int, nargs="+", metavar="N", help="sessions in each arm (default: as a study plans)"
    )
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
    from analysis.planning.questions import of_study, of_treatments
    from analysis.planning.saying import text, write
    from analysis.planning.work import WorkError
    from analysis.simulation.studies import is_study
    from mechanisms.subjects.population import PopulationError
    from mechanisms.treatments import TreatmentError
    from mechanisms.verdicts import TooLargeError

    try:
        study = options.treatments[0] if [is_study(path) for path in options.treatments] == [True] else None
        for asked in [of_treatments(options)] if study is None else of_study(study, options):
            result = behavioural_power(
                asked.arms, asked.outcome, asked.sessions, asked.test, asked.alternative, asked.level,
                options.simulations, options.seed, asked.margin, options.workers, options.ray, options.resume, tell,
                asked.orders,
            )  # fmt: skip
            if asked.name:
                print(f"{asked.name}: {asked.outcome}, {result.names[1]} less {result.names[0]}")
            print(text(result), end="")
            if options.out is not None:
                out = options.out / asked.name
                print(f"written: {', '.join(path.name for path in write(result, out))} in {out}")
    except (PlanError, OutcomeError, WorkError, PopulationError, TreatmentError, TooLargeError, ExportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        kept = f"; what is done is in {options.resume}" if options.resume else ""
        print(f"stopped{kept}", file=sys.stderr)
        return 130
    return 0
