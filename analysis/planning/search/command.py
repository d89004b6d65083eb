"""`python -m analysis design TREATMENT --vary KEY=V1,V2 … --theories A B | --against TREATMENT --subjects MODEL`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import ending
from analysis.folder import check_writable
from analysis.planning.command import kept_by

if TYPE_CHECKING:
    from analysis.planning.search.measured import Search
    from mechanisms.subjects.population import Population

THEORIES = {"dominant": "dominant(noise=0.2)", "nash": "nash(noise=0.2)"}
"""What these names alone stand for as theories: without errors one decision would refute them."""


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument("treatment", type=Path, metavar="TREATMENT", help="the design to begin with")
    parser.add_argument(
        "--vary", action="append", default=[], metavar="KEY=V1,V2,…",
        help="values to try, as in 'roles.*.messages.step=1,2' or 'types.values=[8, 20],[8, 30]'; again for other keys",
    )  # fmt: skip
    parser.add_argument("--vary-both", action="append", default=[], metavar="KEY=V1,V2,…", help="also in --against")
    parser.add_argument(
        "--theories", nargs=2, metavar="MODEL", help="of the same play: dominant, nash, or models of docs/subjects.md"
    )
    parser.add_argument("--against", type=Path, metavar="TREATMENT", help="a treatment to compare with")
    parser.add_argument("--subjects", nargs="+", metavar="MODEL", help="who plays both treatments; two: one for each")
    parser.add_argument("--outcome", default="dominant_played", metavar="COLUMN", help="(default: %(default)s)")
    parser.add_argument("--test", default="permutation", help="permutation (default), ranks or t")
    parser.add_argument("--alternative", choices=("two-sided", "greater", "less"), default="two-sided")
    parser.add_argument("--alpha", type=float, default=0.05, help="level of the test (default: %(default)s)")
    parser.add_argument("--by", choices=("power", "likelihood"), help="per unit of money (default: power)")
    parser.add_argument(
        "--require", action="append", default=[], metavar="WHAT",
        help="unique-dominant, unique-nash, not-negative, a row of the certificate, or a limit as in 'minutes<=45'",
    )  # fmt: skip
    parser.add_argument("--round-seconds", type=float, default=60, metavar="S", help="of a round without a limit (60)")
    parser.add_argument("--sessions", type=int, default=8, metavar="N", help="at most (default: %(default)s)")
    parser.add_argument("--simulations", type=int, default=200, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--proposals", type=int, default=3, metavar="N", help="at most (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(default: %(default)s)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for tables, figure and proposals")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (default: %(default)s)")
    parser.add_argument(
        "--ray", metavar="ADDRESS", help='a Ray cluster, or "local" for one with --workers workers here'
    )
    parser.add_argument("--resume", type=Path, metavar="DIR", help="keep what is done here, and go on from it")
    parser.epilog = "exit code: 0; 2 for what cannot be, or if no design meets what is required"


def run(options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    from analysis.errors import ExportError
    from analysis.planning.cells import OutcomeError
    from analysis.planning.power import PlanError
    from analysis.planning.work import WorkError
    from mechanisms.subjects.population import PopulationError
    from mechanisms.treatments import TreatmentError
    from mechanisms.verdicts import TooLargeError

    errors = (PlanError, OutcomeError, WorkError, PopulationError, TreatmentError, TooLargeError, ExportError, OSError)
    return ending(partial(_design, options, tell), errors, kept_by(options.resume))


def _design(options: argparse.Namespace, tell: Callable[[str], None]) -> None:
    from analysis.planning.search.result import design_search
    from analysis.planning.search.writing import text, write

    check_writable(options.out)
    found = design_search(
        _search(options), options.by or "power", options.proposals, options.workers, options.ray, options.resume, tell
    )
    print(text(found), end="")
    if options.out is not None:
        tell("certificates of the proposals")
        print(f"written: {', '.join(path.name for path in write(found, options.out))} in {options.out}")


def _search(options: argparse.Namespace) -> Search:
    from analysis.planning.search.measured import Search
    from analysis.planning.search.requirements import Requirement
    from analysis.planning.search.space import Space
    from mechanisms.certificate.variations import asked
    from mechanisms.treatments import load_treatment

    second = load_treatment(options.against) if options.against else None
    space = Space.of(load_treatment(options.treatment), asked(options.vary), second, asked(options.vary_both))
    return Search(
        space, _populations(options), options.theories is not None, options.outcome, options.test, options.alternative,
        options.alpha, options.sessions, options.simulations, options.seed,
        tuple(Requirement.of(text) for text in options.require), options.round_seconds,
    )  # fmt: skip


def _populations(options: argparse.Namespace) -> tuple[Population, Population]:
    from analysis.planning.power import PlanError
    from mechanisms.subjects.population import Population

    if (options.theories is None) == (options.subjects is None):
        raise PlanError("design: name two --theories of the same play, or --against a treatment and the --subjects")
    names = options.theories or options.subjects
    if len(names) > 2 or (options.subjects and not options.against):
        raise PlanError("--subjects: one model, or two, one for each treatment; and --against names the second one")
    first, second = names * (2 // len(names))
    if options.theories:
        first, second = THEORIES.get(first, first), THEORIES.get(second, second)
    return Population.of(first), Population.of(second)
