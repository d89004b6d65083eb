"""How a case is measured: floor and work run in turn in one process, medians of each, memory in a run of its own."""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

SECONDS = 1.0
FEWEST, MOST = 7, 3001
LONG = 1.0
"""Seconds from which on one run of another way is enough."""


@dataclass(frozen=True)
class Other:
    """Another way to do the work of a case: a plain method, or another program.

    Attributes
    ----------
    name : what it is
    run : function of what `prepare` gave, the work; None if there is none
    part : how much of the work it does
    prepare : function, what has to be done before and is measured apart; it gives None if that is nothing
    missing : why there is no `run`
    """

    name: str
    run: Callable[[Any], Any] | None
    part: float = 1.0
    prepare: Callable[[], Any] = lambda: None
    missing: str = "not installed"


@dataclass(frozen=True)
class Case:
    """One line of the table.

    Attributes
    ----------
    work, size : what is computed, and how much of it
    floor : function, the least that any method must do; `floor_is` says what
    ours : function, the work
    target : the ratio ours / floor that is wanted
    memory_target : megabytes beyond input and output that are wanted; None if there is no such target
    others : other ways to do the work, measured in the same run
    """

    work: str
    size: str
    floor: Callable[[], Any]
    floor_is: str
    ours: Callable[[], Any]
    target: float | None = None
    memory_target: float | None = None
    others: tuple[Other, ...] = ()


HEADER = ("work", "size", "floor ms", "ours ms", "ratio", "target", "MB", "target", "others, × ours", "floor")


def print_table(benches: Mapping[str, Callable[[], Iterable[Case]]], names: Iterable[str] = ()) -> None:
    """Run the benches of these names, or all, and print a line for each case; what is measured is told meanwhile."""
    rows = [HEADER]
    for name in list(names) or benches:
        for case in benches[name]():
            print(f"{name}: {case.work}, {case.size}", file=sys.stderr)
            rows.append(row(case))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for line in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def row(case: Case) -> tuple[str, ...]:
    """The line of a case, as text."""
    floor, ours = alternate(case.floor, case.ours)
    ratio = ours / floor
    missed = " missed" if case.target is not None and ratio > case.target else ""
    memory, memory_target = "", ""
    if case.memory_target is not None:
        used = memory_beyond_output(case.ours)
        memory = f"{used:.1f}"
        memory_target = f"<= {case.memory_target:g}" + (" missed" if used > case.memory_target else "")
    target = "" if case.target is None else f"<= {case.target:g}{missed}"
    return (
        case.work,
        case.size,
        f"{floor * 1e3:.4g}",
        f"{ours * 1e3:.4g}",
        f"{ratio:.2f}",
        target,
        memory,
        memory_target,
        "; ".join(compared(other, ours) for other in case.others),
        case.floor_is,
    )


def compared(other: Other, ours: float) -> str:
    """How long another way takes, as a multiple of our time."""
    if other.run is None:
        return f"{other.name}: {other.missing}"
    start = time.perf_counter()
    given = other.prepare()
    prepared = time.perf_counter() - start
    times = [seconds(lambda: other.run(given))]
    if times[0] < LONG:
        times += [seconds(lambda: other.run(given)) for _ in range(2)]
    extra = f" + {prepared / ours:.3g} to build the game" if given is not None else ""
    return f"{other.name} {min(times) / other.part / ours:.3g}{extra}"


def seconds(function: Callable[[], Any]) -> float:
    """The time of one run."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def alternate(floor: Callable[[], Any], ours: Callable[[], Any]) -> tuple[float, float]:
    """Medians of runs in turn, after one of each to warm up."""
    once = seconds(floor) + seconds(ours)
    once = min(once, seconds(floor) + seconds(ours))
    runs = min(MOST, max(FEWEST, int(SECONDS / once)))
    times = [(seconds(floor), seconds(ours)) for _ in range(runs)]
    return median(a for a, _ in times), median(b for _, b in times)


def memory_beyond_output(work: Callable[[], Any]) -> float:
    """Megabytes at the peak of a run, less those of what it returns."""
    tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        result = work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return float((peak - result.nbytes) / 1e6)
