"""Command line: ``python -m analysis audit EXPORT…``, ``python -m analysis report EXPORT… --out DIR`` and, before there
are data, ``python -m analysis power``.

Exit code 0: no mismatch and no impossible entry; 1: the audit found some (a report is written all the same); 2: the
input cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analysis.audit import AuditResult, audit, changed_treatments, listed
from analysis.errors import ExportError
from analysis.exports import Exports, read_exports


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.command == "power":
        return _print_power(options)
    try:
        exports = read_exports(options.exports)
        result = audit(exports.decisions)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    result = replace(result, notes=result.notes + changed_treatments(exports.decisions, "treatments"))
    if options.command == "audit":
        _print_audit(exports, result, None if options.all else 50)
    else:
        _write_report(exports, result, options.out)
    return 0 if result.ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis", description="Check and analyse exports of the platform."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("audit", help="recompute every outcome and payoff from the treatment and the messages")
    check.add_argument("--all", action="store_true", help="show all findings, not only the first 50")
    report = commands.add_parser("report", help="write report.html and decisions.csv")
    report.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the results; made if missing"
    )
    for command in (check, report):
        command.add_argument(
            "exports", nargs="+", metavar="EXPORT", help="files APP_custom.csv, or folders with such files"
        )
        command.epilog = "exit code: 0 no mismatch, 1 mismatches or impossible entries, 2 input that cannot be read"
    _add_power(commands.add_parser("power", help="how many sessions are enough: power of the tests, by simulation"))
    return parser


def _add_power(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--units", type=int, nargs="+", required=True, metavar="N", help="units (sessions) in each arm")
    parser.add_argument("--decisions", type=int, required=True, help="decisions of a unit in an arm: people × rounds")
    parser.add_argument("--rates", type=float, nargs=2, required=True, metavar=("A", "B"), help="rates of the two arms")
    parser.add_argument("--correlation", type=float, required=True, help="between decisions of one unit, 0 to 1")
    parser.add_argument("--paired", action="store_true", help="every unit plays both arms")
    parser.add_argument("--test", choices=("permutation", "ranks"), default="permutation")
    parser.add_argument("--alternative", choices=("two-sided", "greater", "less"), default="two-sided")
    parser.add_argument("--alpha", type=float, default=0.05, help="level of the test (default: %(default)s)")
    parser.add_argument("--simulations", type=int, default=2000, help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(default: %(default)s)")
    parser.epilog = "exit code: 0; 2 for a design that cannot be"


def _print_power(options: argparse.Namespace) -> int:
    from analysis.power import Design, power, power_table  # statsmodels is slow to load, and the audit does not need it

    rates, rule = (options.rates[0], options.rates[1]), (options.test, options.alternative, options.alpha)
    try:
        designs = [Design(n, options.decisions, rates, options.correlation, options.paired) for n in options.units]
        results = [power(design, *rule, options.simulations, options.seed) for design in designs]
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(power_table(results))
    print(*(result.sentence() for result in results), sep="\n")
    return 0


def _print_audit(exports: Exports, result: AuditResult, most: int | None) -> None:
    notes = [f"note: {line}" for line in reading_notes(exports)]
    print("\n".join(filter(None, [result.verdict, *notes, listed(result, most)])))


def reading_notes(exports: Exports) -> list[str]:
    """What was read, dropped and skipped, one sentence each."""
    notes = [f"read {', '.join(f'{file.name} ({file.rows} rows)' for file in exports.files)}"]
    if exports.duplicates:
        notes.append(f"{exports.duplicates} rows that other downloads hold too were dropped")
    if exports.superseded:
        notes.append(f"{exports.superseded} rows of earlier downloads were replaced by the fuller rows of later ones")
    names: dict[str, set[str]] = {}
    for name, reason in exports.skipped:
        names.setdefault(reason, set()).add(name)
    return notes + [f"skipped {', '.join(sorted(names[reason]))}: {reason}" for reason in sorted(names)]


def _write_report(exports: Exports, result: AuditResult, out: Path) -> None:
    from analysis.report import write_report  # matplotlib is slow to load, and the audit does not need it

    page = write_report(exports, result, out)
    print(result.verdict)
    print(f"written: {page} and {page.with_name('decisions.csv')}")
    if not result.ok:
        print("the audit found mismatches or impossible entries: see the top of the report", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
