"""Several things to compute that do not need each other, on several processors of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeVar

Result = TypeVar("Result")


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


THREADS = "OPENBLAS_NUM_THREADS"


def one_thread() -> None:
    """Linear algebra in one thread, if numpy has not been loaded yet: with several the order in which numbers are added
    up, and with it the last digits of estimates, would depend on the number of processors."""
    if "numpy" not in sys.modules:
        os.environ.setdefault(THREADS, "1")


def threads() -> int:
    """Threads of linear algebra in this process."""
    given = os.environ.get(THREADS, "")
    return int(given) if given.isdecimal() and int(given) else cores()


def together(
    jobs: Sequence[tuple[str, Callable[[], Result]]], workers: int = 1, tell: Callable[[str], None] = lambda _: None
) -> list[Result]:
    """What the jobs return, in their order.

    Parameters
    ----------
    jobs : what each is called in `tell`, and a function that can be pickled
    workers : processes; 1: this process. Linear algebra has as many threads in each as here, see `one_thread`
    tell : is told a job's name: before it, or when it is done where there are several processes

    >>> from functools import partial
    >>> together([("four", partial(max, 3, 4)), ("two", partial(max, 1, 2))])
    [4, 2]
    """
    found: list[Result] = []
    if workers == 1 or len(jobs) < 2:
        for name, job in jobs:
            tell(name)
            found.append(job())
        return found
    joblib = import_module("joblib")  # slow to load
    with joblib.parallel_config(backend="loky", inner_max_num_threads=threads()):
        results = joblib.Parallel(n_jobs=workers, return_as="generator")(joblib.delayed(job)() for _, job in jobs)
        for (name, _), result in zip(jobs, results, strict=True):
            tell(name)
            found.append(result)
    return found
