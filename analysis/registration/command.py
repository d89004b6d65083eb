"""``python -m analysis preregister STUDY --out DIR``: the dated document of a study, before its data."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable
from pathlib import Path


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
    from analysis.errors import ExportError
    from analysis.registration.document import need_arms, register
    from analysis.registration.writing import write

    try:
        found = register(options.study, options.treatments, options.date, tell)
        need_arms(found, options.study)
        paths = write(found, options.out)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except FileExistsError as error:
        print(f"error: {error}: is there already; a registration is never overwritten", file=sys.stderr)
        return 2
    print(f"registered on {found.date}: {', '.join(path.name for path in paths)} in {options.out}")
    print(f"when there are data: python -m analysis report EXPORT… --study {paths[0]} --out DIR")
    return 0
