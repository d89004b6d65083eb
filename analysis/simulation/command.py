"""`python -m analysis simulate TREATMENT… --subjects MODEL --sessions N --out DIR`, or `simulate STUDY --out DIR`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from analysis.errors import ending

SUBJECTS = "uniform"
"""Who plays treatments, if nobody says it."""


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE",
        help="of treatments/, or of studies/ (or the .json of a registration): that says who plays what, how often",
    )  # fmt: skip
    parser.add_argument(
        "--subjects", metavar="MODEL",
        help='who plays, as in "0.7*qre(lambda=0.05~0.5) + 0.3*truthful" (docs/subjects.md; default: uniform; of a '
        "study what its [power] says)",
    )  # fmt: skip
    parser.add_argument(
        "--sessions", type=int, metavar="N", help="of each treatment or arm (default: as the study says, else 1)"
    )
    parser.add_argument("--participants", type=int, metavar="N", help="in each session (default: as the file says)")
    parser.add_argument(
        "--seed",
        type=int,
        help="session k, counted over all FILEs, has the seed SEED + k - 1 (default: that of the study, else 1)",
    )
    parser.add_argument("--treatments", type=Path, metavar="DIR", help="of a study file (default: treatments)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the exports; made if missing"
    )
    parser.epilog = "exit code: 0; 2 for a file, a model or a number that cannot be"


def run(options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    from analysis.errors import ExportError
    from mechanisms.subjects.population import PopulationError  # scipy's solvers are slow to load
    from mechanisms.treatments import TreatmentError
    from mechanisms.verdicts import TooLargeError

    errors = (ExportError, PopulationError, TooLargeError, TreatmentError, OSError)
    return ending(partial(_simulate, options, tell), errors, "the file that was being written is gone")


def _simulate(options: argparse.Namespace, tell: Callable[[str], None]) -> None:
    from analysis.registration.document import study_of
    from analysis.registration.sessions import populations_of
    from analysis.simulation.writing import write_sessions, write_study
    from mechanisms.subjects.population import Population, PopulationError

    sessions, seed = (1 if given is None else given for given in (options.sessions, options.seed))
    if sessions < 1 or seed < 0:
        raise PopulationError("--sessions and --seed: use a number of sessions from 1, and a seed from 0")
    names = [path.stem for path in options.files]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise PopulationError(
            f"{twice}: two FILEs have this name, and each writes {twice}_custom.csv: name each once; "
            "--sessions N simulates more sessions"
        )
    before = 0  # sessions of one seed are the same play: those of several files count on
    for path in options.files:
        if study := study_of(path, options.treatments):
            who = populations_of(study, options.subjects)
            written = write_study(
                study, who, options.out, options.seed, options.sessions, options.participants, tell, before
            )
        else:
            population = Population.of(SUBJECTS if options.subjects is None else options.subjects)
            written = [
                write_sessions(path, population, sessions, options.out, seed, options.participants, tell, before)
            ]
        before += sum(one.sessions for one in written)
        for one in written:
            print(one.sentence())
    print(f"written: {options.out}")
