"""`python -m analysis simulate TREATMENT… --subjects MODEL --sessions N --out DIR`; or a study file: its arms."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mechanisms.subjects.population import Population
    from mechanisms.treatments import Treatment


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "treatments", nargs="+", type=Path, metavar="TREATMENT", help="files of treatments/ and studies/"
    )
    parser.add_argument(
        "--subjects", metavar="MODEL",
        help='who plays, as in "0.7*qre(lambda=0.05~0.5) + 0.3*truthful" (docs/subjects.md; default: uniform; of a '
        "study: its [power.subjects])",
    )  # fmt: skip
    parser.add_argument("--sessions", type=int, metavar="N", help="of each treatment (default: 1, or as a study plans)")
    parser.add_argument("--participants", type=int, metavar="N", help="in each session (default: as the file says)")
    parser.add_argument(
        "--seed", type=int, default=1, help="session k has the seed SEED + k - 1 (default: %(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the exports; made if missing"
    )
    parser.epilog = "exit code: 0; 2 for a treatment, a model or a number that cannot be"


def run(options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    from analysis.errors import ExportError
    from analysis.simulation.studies import is_study
    from analysis.simulation.writing import write_sessions  # scipy's solvers are slow to load
    from mechanisms.subjects.population import Population, PopulationError
    from mechanisms.treatments import TreatmentError
    from mechanisms.verdicts import TooLargeError

    try:
        if (options.sessions is not None and options.sessions < 1) or options.seed < 0:
            raise PopulationError("--sessions and --seed: use a number of sessions from 1, and a seed from 0")
        for path in options.treatments:
            if is_study(path):
                wanted = _of_study(path, options.subjects)
            else:
                wanted = [(path, Population.of(options.subjects or "uniform"), None)]
            for made, population, planned in wanted:
                written = write_sessions(
                    made, population, options.sessions or planned or 1, options.out, options.seed,
                    options.participants, tell,
                )  # fmt: skip
                print(written.sentence())
    except (PopulationError, TooLargeError, TreatmentError, ExportError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"written: {options.out}")
    return 0


def _of_study(path: Path, subjects: str | None) -> list[tuple[Treatment | Path, Population, int | None]]:
    """What each arm plays, who plays it, and how many sessions are planned."""
    from analysis.errors import ExportError
    from analysis.simulation.studies import arms_of, populations_of

    found, treatments = arms_of(path)
    populations, names = populations_of(found, path, subjects), [treatment.name for treatment in treatments.values()]
    if twice := next((name for name in names if names.count(name) > 1), None):
        alike = " and ".join(repr(arm.name) for arm in found.arms if arm.treatment == twice)
        raise ExportError(
            f"{path}: the data of arms {alike} would be of one treatment, {twice!r}; expected arms that differ in "
            "treatment, style, advice or understanding"
        )
    return [(treatments[arm.name], populations[arm.name], arm.sessions) for arm in found.arms]
