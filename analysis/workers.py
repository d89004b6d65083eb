"""Several things to compute that do not need each other, on several processors of this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
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


def as_done(jobs: Sequence[Callable[[], Result]], workers: int = 1) -> Iterator[tuple[int, Result]]:
    """(number of the job, what it returns), as soon as it is known: in their order in this process (`workers` 1), in
    whatever order they are ready in several. What a job raises is raised here.

    >>> from functools import partial
    >>> sorted(as_done([partial(max, 3, 4), partial(max, 1, 2)]))
    [(0, 4), (1, 2)]
    """
    if workers == 1 or len(jobs) < 2:
        yield from ((k, job()) for k, job in enumerate(jobs))
        return
    joblib = import_module("joblib")  # slow to load
    with joblib.parallel_config(backend="loky", inner_max_num_threads=threads()):
        parallel = joblib.Parallel(n_jobs=workers, return_as="generator_unordered")
        yield from parallel(joblib.delayed(_numbered)(k, job) for k, job in enumerate(jobs))


def _numbered(k: int, job: Callable[[], Result]) -> tuple[int, Result]:
    return k, job()


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
    found: dict[int, Result] = {}
    if workers == 1 or len(jobs) < 2:
        for k, (name, job) in enumerate(jobs):
            tell(name)
            found[k] = job()
    else:
        for k, result in as_done([job for _, job in jobs], workers):
            found[k] = result
            tell(jobs[k][0])
    return [found[k] for k in range(len(jobs))]
