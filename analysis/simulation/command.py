"""`python -m analysis simulate TREATMENT… --subjects MODEL --sessions N --out DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("treatments", nargs="+", type=Path, metavar="TREATMENT", help="files of treatments/")
    parser.add_argument(
        "--subjects", default="uniform", metavar="MODEL",
        help='who plays, as in "0.7*qre(lambda=0.05~0.5) + 0.3*truthful" (docs/subjects.md; default: %(default)s)',
    )  # fmt: skip
    parser.add_argument("--sessions", type=int, default=1, metavar="N", help="of each treatment (default: %(default)s)")
    parser.add_argument("--participants", type=int, metavar="N", help="in each session (default: as the file says)")
    parser.add_argument(
        "--seed", type=int, default=1, help="session k has the seed SEED + k - 1 (default: %(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the exports; made if missing"
    )
    parser.epilog = "exit code: 0; 2 for a treatment, a model or a number that cannot be"


def run(options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    from analysis.simulation.writing import write_sessions  # scipy's solvers are slow to load
    from mechanisms.subjects.population import Population, PopulationError
    from mechanisms.treatments import TreatmentError
    from mechanisms.verdicts import TooLargeError

    try:
        if options.sessions < 1 or options.seed < 0:
            raise PopulationError("--sessions and --seed: use a number of sessions from 1, and a seed from 0")
        population = Population.of(options.subjects)
        for path in options.treatments:
            written = write_sessions(
                path, population, options.sessions, options.out, options.seed, options.participants, tell
            )
            print(written.sentence())
    except (PopulationError, TooLargeError, TreatmentError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"written: {options.out}")
    return 0
