"""What goes wrong with input: a list of problems, each with its place, and the error that carries the list."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MAX_LISTED = 50
"""Problems that a message lists; `ExportError.problems` has all of them."""


EXAMPLES, MANY_ALIKE = 3, 8
"""Problems that are shown of a kind of which there are more than so many."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file.

    what : what stands there and what would be right
    line : line in the file, 0 if it is about the whole file
    column : name of the column, "" if it is about the whole line

    >>> print(Problem("demand_custom.csv", "'1,5'; expected a number", 7, "message"))
    demand_custom.csv, line 7, column message: '1,5'; expected a number
    """

    file: str
    what: str
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        where = f", line {self.line}" if self.line else ""
        return self.file + where + (f", column {self.column}" if self.column else "") + f": {self.what}"


def wrong_entry(file: str, line: int, column: str, value: object, expected: str) -> Problem:
    """An entry that is not as it should be."""
    return Problem(file, f"{shown(value)}; expected {expected}", line, column)


def shown(value: object) -> str:
    """A value in quotes, cut if it is long."""
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "…")


class ExportError(ValueError):
    """Exports that cannot be read completely; the message says where, what stands there, what is expected.

    problems : everything that is wrong, over all files, by file and line; () if it is not about a place in a file
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


def ending(work: Callable[[], None], errors: tuple[type[Exception], ...], kept: str = "nothing was written") -> int:
    """The exit code of a command: 0; 2 for an error of these, told in one line; 130 if it was stopped.

    kept : what is there after a stop
    """
    try:
        work()
    except BrokenPipeError:  # is an OSError, but no fault of the input: the reader left
        raise
    except errors as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"stopped; {kept}", file=sys.stderr)
        return 130
    return 0


def _by_column(problems: Sequence[Problem]) -> str:
    """How many are in which column of which file.

    >>> _by_column([Problem("a.csv", "", 2, "round"), Problem("a.csv", "", 3, "round"), Problem("a.csv", "", 3)])
    'in all: a.csv, column round: 2; a.csv: 1'
    """
    counts = Counter(problem.file + (f", column {problem.column}" if problem.column else "") for problem in problems)
    return "in all: " + "; ".join(f"{where}: {number}" for where, number in counts.most_common())


def raise_if_any(problems: Sequence[Problem]) -> None:
    """ExportError with all problems, the first MAX_LISTED of them in its message."""
    if not problems:
        return
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: (problem.file, problem.line))
    told = _told(ordered)
    lines = told[:MAX_LISTED]
    if len(told) > len(lines):
        lines.append(f"and {len(told) - len(lines)} more")
    head = [f"{len(ordered)} problems; nothing was read:"] if len(ordered) > 1 else []
    head += [_by_column(ordered)] if len(told) > MAX_LISTED else []
    raise ExportError("\n".join([*head, *lines]), ordered)


def _told(problems: Sequence[Problem]) -> list[str]:
    """A line for each problem; of many of one kind in a column the first ones, and how many there are.

    >>> _told([wrong_entry("a.csv", line, "round", "", "a number") for line in range(2, 99)])[2:]
    ["a.csv, line 4, column round: ''; expected a number", 'a.csv, column round: 94 more such entries; if a \
spreadsheet has changed the file, download it again']
    """
    kind = [(one.file, one.column, one.what.rpartition("; expected ")[2]) for one in problems]
    many, shown_of = Counter(kind), Counter[tuple[str, str, str]]()
    lines = []
    for problem, own in zip(problems, kind, strict=True):
        shown_of[own] += 1
        if many[own] <= MANY_ALIKE or shown_of[own] <= EXAMPLES:
            lines.append(str(problem))
        if many[own] > MANY_ALIKE and shown_of[own] == EXAMPLES:
            where = problem.file + (f", column {problem.column}" if problem.column else "")
            more = f"{many[own] - EXAMPLES} more such entries; if a spreadsheet has changed the file, download it again"
            lines.append(f"{where}: {more}")
    return lines
