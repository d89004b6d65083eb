"""Command line: ``python -m analysis audit EXPORT…``, ``… tidy EXPORT… --out DIR``, ``… report EXPORT… --out DIR``,
``… codebook [EXPORT…]``, ``… experience EXPORT… --out FILE`` and, before there are data, ``… power``,
``… design TREATMENT``, ``… preregister STUDY`` and ``… simulate TREATMENT… --out DIR``.

Exit code 0: no mismatch and no impossible entry; 1: the audit found some (a report is written all the same); 2: the
input cannot be read.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import libraries, workers

libraries.ensure()  # before what needs them is read
workers.one_thread()

from analysis.arguments import LEAST, out_of_range  # noqa: E402
from analysis.audit import AuditResult, audit, changed_treatments, listed  # noqa: E402
from analysis.errors import ExportError  # noqa: E402
from analysis.folder import check_writable  # noqa: E402
from analysis.loading.exports import Exports, read_exports  # noqa: E402
from analysis.planning import command as planning  # noqa: E402
from analysis.planning.search import command as design  # noqa: E402
from analysis.registration import command as preregister  # noqa: E402
from analysis.simulation import command as simulate  # noqa: E402
from mechanisms.terminal import ended, progress  # noqa: E402
from mechanisms.writing import counted  # noqa: E402

if TYPE_CHECKING:
    from analysis.report.plan import Plan

EXPORT_HELP = "exports (APP_custom.csv, all_apps_wide, page times, …), or folders with such files"


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    for name, value in vars(options).items():
        if name in LEAST and (reason := out_of_range(name, value)):
            print(f"error: --{name} is {value}; it must be {reason}", file=sys.stderr)
            return 2
    if options.command == "power" and (options.files or options.subjects):
        with _progress(None) as tell:
            return planning.run(options, tell)
    if options.command == "design":
        with _progress(None) as tell:
            return design.run(options, tell)
    if options.command == "power":
        return _print_power(options)
    if options.command == "preregister":
        with _progress(None) as tell:
            return preregister.run(options, tell)
    if options.command == "simulate":
        with _progress(None) as tell:
            return simulate.run(options, tell)
    try:
        if options.command == "codebook":
            return _write_codebook(options)
        if options.command == "tidy":
            return _write_tidy(options)
        if options.command == "report":
            return _write_report(options)
        if options.command == "experience":
            return _write_experience(options)
        exports = read_exports(options.exports)
        result = _audited(exports)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    _print_audit(exports, result, None if options.all else 50)
    return 0 if result.ok else 1


class Parser(argparse.ArgumentParser):
    """What begins like a negative number is a value, no option: `--subjects "-0.2*uniform"` is told what is wrong."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._negative_number_matcher = re.compile(r"-\.?\d")


def _audited(exports: Exports) -> AuditResult:
    result = audit(exports.decisions, *map(exports.companions.get, ("record", "quiz")))
    return replace(result, notes=result.notes + changed_treatments(exports.decisions, "treatments"))


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m analysis", description="Check and analyse exports of the platform.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("audit", help="recompute every outcome and payoff from the treatment and the messages")
    check.add_argument("--all", action="store_true", help="show all findings, not only the first 50")
    report = commands.add_parser("report", help="write report.html, with all tables, figures, tests and decisions")
    report.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder for the results; made if missing"
    )
    report.add_argument(
        "--behaviour", action=argparse.BooleanOptionalAction, default=True, help="fit models of behaviour (default)"
    )
    report.add_argument(
        "--progress", action=argparse.BooleanOptionalAction, help="say what begins (default: where a terminal is)"
    )
    report.add_argument(
        "--workers", type=int, metavar="N",
        help="processes that test and fit (default: one for each processor if there are many decisions); same bytes",
    )  # fmt: skip
    _add_plan(report)
    _add_selection(report)
    tidy = commands.add_parser("tidy", help="write the decisions as CSV, Parquet and Stata, with codebook and flow")
    tidy.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results; made if missing")
    _add_selection(tidy)
    _add_session_data(tidy, "columns of your own (wave, pair, …), which each decision of the session has then")
    earlier = commands.add_parser("experience", help="the table of earlier sessions, for advice by experience")
    earlier.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file .csv, beside the treatment")
    earlier.add_argument("--treatment", metavar="NAME", help="only its sessions; needed where there are several games")
    _add_selection(earlier)
    for command in (check, report, tidy, earlier):
        command.add_argument("exports", nargs="+", metavar="EXPORT", help=EXPORT_HELP)
        command.epilog = "exit code: 0 no mismatch, 1 mismatches or impossible entries, 2 input that cannot be read"
    tidy.epilog = earlier.epilog = "exit code: 0; 2 input that cannot be read"
    codebook = commands.add_parser("codebook", help="every variable: name, meaning, unit, range, blanks, source")
    codebook.add_argument("exports", nargs="*", metavar="EXPORT", help="only their variables, and what they hold")
    codebook.add_argument("--out", type=Path, metavar="FILE", help="a file .md or .csv (default: print Markdown)")
    codebook.epilog = tidy.epilog
    _add_power(commands.add_parser("power", help="how many sessions are enough: power of the tests, by simulation"))
    design.add(commands.add_parser("design", help="which values of a treatment tell two theories apart, and for what"))
    preregister.add(commands.add_parser("preregister", help="the dated document of a study, before its data"))
    simulate.add(commands.add_parser("simulate", help="sessions of simulated subjects, as exports of the platform"))
    return parser


def _add_plan(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the plan", "whatever is not named here is exploratory")
    group.add_argument("--primary", metavar="OUTCOME", help="the primary outcome, such as nash_played")
    group.add_argument("--secondary", nargs="+", default=[], metavar="OUTCOME", help="secondary outcomes")
    group.add_argument(
        "--study", type=Path, metavar="FILE",
        help="a study file with [[hypotheses]], or the .json of its registration, instead of these two",
    )  # fmt: skip
    group.add_argument("--treatments", type=Path, metavar="DIR", help="of a study file (default: treatments)")
    group.add_argument(
        "--alternative", choices=("two-sided", "greater", "less"), help="of the primary outcome: second less first arm"
    )
    group.add_argument(
        "--margin", type=float, metavar="M", help="equivalence of the primary outcome: in the unit of the tables"
    )
    group.add_argument(
        "--unit", metavar="met|session|COLUMN",
        help="independent units: by who met whom (default), whole sessions, or a column (several: A,B)",
    )  # fmt: skip
    group.add_argument(
        "--strata", metavar="COLUMN", help="assignments are permuted within its entries (wave, pair; several: A,B)"
    )
    group.add_argument("--covariates", nargs="+", default=[], metavar="COLUMN", help="of the regressions")
    _add_session_data(group, "columns of your own (wave, pair, …), for --strata, --covariates and --unit")
    group.add_argument("--same-person", metavar="COLUMN", help="equal entries: the same person in several sessions")


def _add_session_data(parser: argparse._ActionsContainer, columns: str) -> None:
    parser.add_argument(
        "--session-data", type=Path, metavar="FILE", help=f"CSV or .xlsx with session_code and {columns}"
    )


def _plan(options: argparse.Namespace) -> Plan:
    from analysis.inference.units import MET
    from analysis.report.plan import Plan, hypothesis, planned_by, registration_of
    from mechanisms.studies.schema import AnalysisSpec

    if options.study is not None and (options.primary or options.secondary):
        raise ExportError("--study and --primary or --secondary: expected one of them, the study file names both")
    if options.primary is None and (options.alternative or options.margin is not None):
        raise ExportError("--alternative and --margin are of the primary outcome: expected --primary too")
    if options.study is None and options.treatments is not None:
        raise ExportError(f"--treatments {options.treatments} is of the arms of a study: expected --study too")
    registration = registration_of(options.study, options.treatments) if options.study is not None else None
    found = planned_by(registration, options.study) if registration is not None else ()
    if options.primary is not None:
        entry = {"outcome": options.primary, "alternative": options.alternative or "two-sided"}
        found += (hypothesis(entry | {"margin": options.margin}, "--primary"),)
    found += tuple(hypothesis({"outcome": name, "kind": "secondary"}, "--secondary") for name in options.secondary)
    named = [] if options.primary is None else [options.primary]
    for name in options.secondary:
        if name in named:
            raise ExportError(f"--secondary {name}: this outcome is named already; expected each outcome once")
        named.append(name)
    source = f"study file {options.study.name}" if options.study is not None else "by the command line"
    how = AnalysisSpec() if registration is None else registration.study.spec.analysis
    unit = tuple(options.unit.split(",")) if options.unit else how.unit or (MET,)
    strata = tuple(options.strata.split(",")) if options.strata else how.strata
    covariates, person = tuple(options.covariates) or how.covariates, options.same_person or how.same_person
    return Plan(found, strata, covariates, person, unit, source, registration)


def _add_selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--exclude", type=Path, metavar="FILE",
        help="CSV with the columns session_code, participant_code (blank: the whole session), reason",
    )  # fmt: skip
    parser.add_argument("--keep-demo", action="store_true", help="analyse demo sessions too")


def _add_power(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--units", type=int, nargs="+", metavar="N", help="units (sessions) in each arm")
    parser.add_argument("--decisions", type=int, help="decisions of a unit in an arm: people × rounds")
    parser.add_argument("--rates", type=float, nargs=2, metavar=("A", "B"), help="rates of the two arms")
    parser.add_argument("--correlation", type=float, help="between decisions of one unit, 0 to 1")
    parser.add_argument("--paired", action="store_true", help="every unit plays both arms")
    parser.add_argument(
        "--test", help="permutation (default) or ranks; with treatments also the others of docs/registration.md"
    )
    parser.add_argument("--alternative", choices=("two-sided", "greater", "less"), help="(default: two-sided)")
    parser.add_argument("--alpha", type=float, help=f"level of the test (default: {planning.RULE[2]})")
    parser.add_argument("--simulations", type=int, default=2000, help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(default: %(default)s)")
    planning.add(parser)
    parser.epilog = "exit code: 0; 2 for a design that cannot be"


def _print_power(options: argparse.Namespace) -> int:
    from analysis.power import Design, power, power_table  # statsmodels is slow to load, and the audit does not need it

    if said := [key for key in planning.OF_BEHAVIOUR if getattr(options, key) is not None]:
        print(f"error: power: --{said[0]}: name two treatment files, or a study; it is of them", file=sys.stderr)
        return 2
    if missing := [key for key in ("units", "decisions", "rates", "correlation") if getattr(options, key) is None]:
        print(f"error: power: --{missing[0]} is missing; or name two treatment files and --subjects", file=sys.stderr)
        return 2
    rates, rule = (options.rates[0], options.rates[1]), planning.told(options)[:3]
    try:
        designs = [Design(n, options.decisions, rates, options.correlation, options.paired) for n in options.units]
        results = [power(design, *rule, options.simulations, options.seed) for design in designs]
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(power_table(results), end="")
    print(*(result.sentence() for result in results), sep="\n")
    return 0


def _write_codebook(options: argparse.Namespace) -> int:
    from analysis.codebook import as_csv, codebook_of, markdown, observed

    if options.out is not None and options.out.suffix not in (".md", ".csv"):
        raise ExportError(f"--out {options.out}: expected a file that ends in .md or .csv")
    entries, seen = None, None
    if options.exports:
        exports = read_exports(options.exports)
        tables = {"decisions": exports.decisions, **exports.companions}
        entries = codebook_of({name: [str(column) for column in table] for name, table in tables.items()})
        seen = {(name, column): what for name, table in tables.items() for column, what in observed(table).items()}
    text = as_csv(entries, seen) if options.out and options.out.suffix == ".csv" else markdown(entries, seen)
    if options.out is None:
        print(text, end="")
        return 0
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text, encoding="utf-8", newline="\n")
    print(f"written: {options.out}")
    return 0


def _write_tidy(options: argparse.Namespace) -> int:
    from analysis.flow import flow
    from analysis.tidy import write_tidy  # pyarrow is slow to load, and the audit does not need it

    check_writable(options.out)
    exports = read_exports(options.exports, options.exclude, options.keep_demo, options.session_data)
    written = write_tidy(exports, options.out)
    print("\n".join([flow(exports).sentence, *(f"note: {line}" for line in reading_notes(exports))]))
    print(f"written: {', '.join(path.name for path in written)} in {options.out}")
    return 0


def _write_experience(options: argparse.Namespace) -> int:
    from analysis.experience import write_experience

    exports = read_exports(options.exports, options.exclude, options.keep_demo)
    kept = exports.decisions[exports.decisions["in_analysis"]]
    made = write_experience(kept, options.out, options.treatment)
    print(f"written: {options.out}, with {made}")
    return 0


def _print_audit(exports: Exports, result: AuditResult, most: int | None) -> None:
    notes = [f"note: {line}" for line in reading_notes(exports)]
    print("\n".join(filter(None, [result.verdict, *notes, listed(result, most)])))


def reading_notes(exports: Exports) -> list[str]:
    """What was read, dropped and skipped, one sentence each."""
    files = (f"{file.name} ({counted(file.rows, 'row')})" for file in exports.files)
    notes = [f"read {', '.join(files)}"]
    if exports.duplicates:
        many = counted(exports.duplicates, "row that stands", "rows that stand")
        notes.append(f"{many} in the files more than once: taken once")
    if exports.superseded:
        many = counted(exports.superseded, "row was replaced by a fuller row", "rows were replaced by fuller rows")
        notes.append(f"{many} of the same decision")
    notes += exports.notes
    names: dict[str, set[str]] = {}
    for name, reason in exports.skipped:
        names.setdefault(reason, set()).add(name)
    return notes + [f"skipped {_some(sorted(names[reason]))}: {reason}" for reason in sorted(names)]


def _some(names: list[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _write_report(options: argparse.Namespace) -> int:
    from analysis.report.checked import check
    from analysis.report.page import write_report  # matplotlib is slow to load, and the audit does not need it
    from analysis.report.plan import with_registration

    plan = _plan(options)
    check_writable(options.out)
    with _progress(options.progress) as tell:
        tell("reading and audit")
        exports = read_exports(options.exports, options.exclude, options.keep_demo, options.session_data)
        for note in check(exports.decisions, plan):
            print(f"note: {note}", file=sys.stderr, flush=True)
        result = _audited(exports)
        plan, exports = with_registration(plan, exports)
        page = write_report(exports, result, options.out, options.behaviour, tell, plan, options.workers)
    print(result.verdict)
    print(f"written: {page}, beside it decisions.csv, estimates.csv, methods.txt, tables and figures")
    if not result.ok:
        print("the audit found mismatches or impossible entries: see the top of the report", file=sys.stderr)
    return 0 if result.ok else 1


def _progress(wanted: bool | None) -> AbstractContextManager[Callable[[str], None]]:
    """What begins: on one line of a terminal; if asked for, line by line where none is."""
    if wanted and not sys.stderr.isatty():
        return nullcontext(lambda text: print(f"… {text}", file=sys.stderr, flush=True))
    return nullcontext(lambda text: None) if wanted is False else progress()


if __name__ == "__main__":
    sys.exit(ended(main))
