"""``python -m analysis preregister STUDY --out DIR``: the dated document of a study, before its data."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable
from functools import partial
from pathlib import Path

from analysis.errors import ExportError, ending
from analysis.folder import check_writable


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", type=Path, metavar="STUDY", help="a file of studies/")
    parser.add_argument("--out", type=Path, default=Path("registrations"), metavar="DIR", help="(default: %(default)s)")
    parser.add_argument(
        "--treatments", type=Path, default=Path("treatments"), metavar="DIR", help="of its arms (default: %(default)s)"
    )
    parser.add_argument(
        "--date", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help="of the document (default: today)"
    )
    parser.epilog = "exit code: 0; 2 for a study that cannot be registered, or whose document is there already"


def run(options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    return ending(partial(_register, options, tell), (ExportError, FileExistsError))


def _register(options: argparse.Namespace, tell: Callable[[str], None]) -> None:
    from analysis.registration.document import need_arms, register
    from analysis.registration.writing import warnings, write

    check_writable(options.out)
    found = register(options.study, options.treatments, options.date, tell)
    need_arms(found, options.study)
    paths = write(found, options.out)
    print(f"registered on {found.date}: {', '.join(path.name for path in paths)} in {options.out}")
    for line in warnings(found):
        print(f"warning: {line}")
    print(f"when there are data: python -m analysis report EXPORT… --study {paths[0]} --out DIR")
