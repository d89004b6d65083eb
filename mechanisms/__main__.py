"""Command line: the theory certificate of a treatment.

python -m mechanisms certify treatments/NAME.toml [--format text|json|html|markdown]    (or a folder: all treatments)
python -m mechanisms certify --compare treatments/A.toml treatments/B.toml
python -m mechanisms certify treatments/NAME.toml --vary rounding=0,1,2 --vary messages.step=1,2
python -m mechanisms rules                                      (the rules that treatment files can name: docs/rules.md)

Exit code 0: certified, whatever the verdicts; 2: a file or an argument is wrong; 130: interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mechanisms.certificate import Certificate, certify
from mechanisms.certificate.rendering import as_html, as_json, as_markdown, as_text, compared
from mechanisms.certificate.variations import asked, vary
from mechanisms.terminal import ended, progress
from mechanisms.treatments import Treatment, TreatmentError, load_session_designs, load_treatment
from mechanisms.treatments.rules import table

SHIPPED = "treatments"
"""The folder whose certificates are in the documentation."""
MARKDOWN_HEAD = """# What theory says of the shipped treatments

Made by `python -m mechanisms certify treatments --format markdown > docs/treatments.md`; a test compares the two. All
verdicts are about the game as played: messages on the grid, points after rounding.

"""
MARKDOWN_HEAD_OF_OTHERS = """# What theory says

Made by `python -m mechanisms certify`. All verdicts are about the game as played: messages on the grid, points after
rounding.

"""
RULES_HEAD = """# The rules that treatment files can name

Made by `python -m mechanisms rules > docs/rules.md` from the records in `mechanisms/cost_sharing` and
`mechanisms/transfers`; a test compares the two. From each demand rule follows a social choice function,
NAME`_direct`. `name` and the options stand in the table `[mechanism]` of a treatment file (`docs/add-a-treatment.md`).
Messages are demands (form of play `demand`) or reported types (`direct`).

"""
FORMATS = {"text": as_text, "html": as_html, "markdown": as_markdown}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        print(_output(options), end="")
    except TreatmentError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; nothing was certified", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mechanisms", description="Theory of the game as played.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("rules", help="print the table of the rules, in Markdown")
    command = commands.add_parser("certify", help="print the certificate")
    command.add_argument("files", nargs="*", metavar="FILE", help="a treatment file, or a folder of them")
    command.add_argument("--format", choices=[*FORMATS, "json"], default="text")
    command.add_argument("--compare", nargs="+", metavar="FILE", default=[], help="two or more treatments side by side")
    command.add_argument(
        "--vary", action="append", metavar="KEY=V1,V2,…", default=[], help="verdicts by a design number"
    )
    return parser


def _output(options: argparse.Namespace) -> str:
    if options.command == "rules":
        return f"{RULES_HEAD}{table()}\n"
    treatments = [treatment for path in (*options.files, *options.compare) for treatment in _treatments(path)]
    if not treatments:
        raise TreatmentError("no treatment file is named: for example treatments/park_vcg.toml")
    if options.vary:
        return "\n".join(_varied(treatment, asked(options.vary)) for treatment in treatments)
    certificates = [_certified(treatment) for treatment in treatments]
    if options.compare:
        return compared(certificates)
    if options.format == "json":
        return as_json(certificates)
    sections = "\n".join(FORMATS[options.format](certificate) for certificate in certificates)
    head = MARKDOWN_HEAD if [Path(path) for path in options.files] == [Path(SHIPPED)] else MARKDOWN_HEAD_OF_OTHERS
    return (head if options.format == "markdown" else "") + sections


def _treatments(path: str) -> list[Treatment]:
    """The treatment of a file, or all of a folder."""
    if not Path(path).is_dir():
        return [load_treatment(path)]
    return [design.treatments[0] for design in load_session_designs(path) if len(design.treatments) == 1]


def _varied(treatment: Treatment, values: dict[str, list[Any]]) -> str:
    names, certificates, impossible = [], [], []
    for name, varied in vary(treatment, values):
        if isinstance(varied, TreatmentError):
            impossible.append(f"not possible: {varied}\n")
        else:
            names.append(name)
            certificates.append(_certified(varied, name))
    table = compared(certificates, names) if certificates else ""
    return f"{treatment.title}\n\n{table}{''.join(impossible)}"


def _certified(treatment: Treatment, name: str = "") -> Certificate:
    """With progress on the terminal."""
    with progress() as tell:
        return certify(treatment, lambda concept: tell(f"{name or treatment.name}: {concept}"))


if __name__ == "__main__":
    sys.exit(ended(main))
