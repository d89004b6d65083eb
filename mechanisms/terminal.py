"""Tables and progress of the command lines, by rich.

On a terminal a table fits its width, with cells that wrap; anywhere else (a file, a pipe, a test) it has one line a row
and nothing is cut, however wide. Progress is for people who look: only a terminal shows it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

UNLIMITED = 100_000
"""Columns of what is no terminal."""
READER_LEFT = 141
"""Exit code of who writes into a pipe that nobody reads any more: 128 + SIGPIPE."""


def ended(main: Callable[[], int]) -> int:
    """The exit code of a command line, whose reader may leave early without a traceback (`… | head`)."""
    try:
        try:
            return main()
        finally:  # also where argparse exits after its help
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more when it ends
        return READER_LEFT


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = False) -> str:
    """A table as lines of text, each with its line end; numbers stand to the right.

    >>> print(table(["units", "power %"], [["4", "61.0"], ["16", "100.0"]], numbers=True), end="")
    units  power %
        4     61.0
       16    100.0
    """
    from rich.box import SIMPLE_HEAD  # rich is loaded by who prints
    from rich.console import Console
    from rich.table import Table

    shown = sys.stdout.isatty()
    width = None if shown else UNLIMITED
    console = Console(
        force_terminal=shown, force_jupyter=False, width=width, color_system=None, markup=False, emoji=False
    )
    drawn = Table(box=SIMPLE_HEAD if shown else None, padding=(0, 2, 0, 0), pad_edge=False)
    for head in heads:
        drawn.add_column(head, justify="right" if numbers else "left", overflow="fold", no_wrap=not shown)
    for row in rows:
        drawn.add_row(*row)
    with console.capture() as captured:
        console.print(drawn, highlight=False)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines() if line.strip())


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Within, what is said with the given function stands on one line of the terminal, which is gone afterwards.

    >>> with progress() as tell:
    ...     tell("the first of three")  # to standard error, if that is a terminal
    """
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("") as status:
        yield lambda text: status.update(Text(f"{text} …"))
