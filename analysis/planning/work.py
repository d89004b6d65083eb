"""Many pieces of work on many processors: the same pieces, in the same order, whoever does them.

A piece is a range of experiments. What it gives is kept in a folder as soon as it is done, so that a run that was
killed goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from analysis.arguments import out_of_range
from analysis.workers import as_done

Piece = tuple[int, int]
Function = Callable[[int, int], Mapping[str, np.ndarray]]


class WorkError(RuntimeError):
    """The work cannot be given out; the message says why."""


def pieces(number: int, size: int) -> list[Piece]:
    """Ranges of at most `size`, whatever the number of workers.

    >>> pieces(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return [(first, min(first + size, number)) for first in range(0, number, size)]


def done(
    function: Function,
    every: Sequence[Piece],
    key: object,
    workers: int = 1,
    ray: str | None = None,
    folder: Path | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> dict[str, np.ndarray]:
    """The arrays of all pieces, one after the other along the first axis.

    Parameters
    ----------
    function : of a piece; it can be pickled
    key : what the results depend on; pieces that were kept for another key are not used
    workers : processes on this machine; 1: this process
    ray : address of a Ray cluster, "local" for one on this machine with `workers` workers
    folder : where pieces are kept; None: nowhere
    tell : is told how far it is, and the time left

    Raises
    ------
    WorkError
        If there are no workers, Ray is asked for and is not installed, its cluster does not answer, or a worker is
        lost.
    """
    if reason := out_of_range("workers", workers):
        raise WorkError(f"workers: {workers}: use {reason}")
    name = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
    kept = {piece: _read(folder, name, piece) for piece in every}
    missing = [piece for piece in every if kept[piece] is None]
    begun = time.monotonic()
    for number, (piece, result) in enumerate(_computed(function, missing, workers, ray), 1):
        kept[piece] = result
        _keep(folder, name, piece, result)
        left = (time.monotonic() - begun) / number * (len(missing) - number)
        tell(f"{len(every) - len(missing) + number} of {len(every)} pieces, {left:.0f} s left")
    found = [kept[piece] for piece in every]
    return {part: np.concatenate([result[part] for result in found if result is not None]) for part in found[0] or {}}


def _computed(
    function: Function, missing: Sequence[Piece], workers: int, ray: str | None
) -> Iterator[tuple[Piece, Mapping[str, np.ndarray]]]:
    if ray is not None:
        yield from _on_ray(function, missing, workers, ray)
    else:
        jobs = [partial(function, *piece) for piece in missing]
        yield from ((missing[k], result) for k, result in as_done(jobs, workers))


def _named(function: Function, piece: Piece) -> tuple[Piece, Mapping[str, np.ndarray]]:
    return piece, function(*piece)


def _on_ray(
    function: Function, missing: Sequence[Piece], workers: int, address: str
) -> Iterator[tuple[Piece, Mapping[str, np.ndarray]]]:
    """In whatever order they are ready; what a piece raises is raised here as itself."""
    try:
        ray = import_module("ray")
    except ImportError:
        raise WorkError("--ray: Ray is not installed: pip install -r requirements-ray.txt") from None
    where = {"num_cpus": workers, "include_dashboard": False} if address == "local" else {"address": address}
    try:
        _answers(address)
        ray.init(log_to_driver=False, logging_level="WARNING", **where)
    except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
        reason = (str(error).splitlines() or ["no answer"])[0]
        raise WorkError(f"--ray {address}: no such cluster ({reason}): use HOST:PORT, auto or local") from None
    try:
        task, shared = ray.remote(_named), ray.put(function)
        waiting: list[Any] = [task.remote(shared, piece) for piece in missing]
        while waiting:
            ready, waiting = ray.wait(waiting)
            yield ray.get(ready[0])
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError as error:
        raise WorkError(f"--ray {address}: {str(error).splitlines()[0]}; what is kept by --resume stays") from None
    finally:
        ray.shutdown()


def _answers(address: str) -> None:
    """OSError if nobody listens there: Ray itself would wait for many minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=10).close()


def _path(folder: Path, name: str, piece: Piece) -> Path:
    return folder / f"{name}-{piece[0]}-{piece[1]}.npz"


def _read(folder: Path | None, name: str, piece: Piece) -> Mapping[str, np.ndarray] | None:
    if folder is None or not _path(folder, name, piece).exists():
        return None
    with np.load(_path(folder, name, piece), allow_pickle=False) as stored:
        return {part: stored[part] for part in stored.files}


def _keep(folder: Path | None, name: str, piece: Piece, result: Mapping[str, np.ndarray]) -> None:
    """Written beside and renamed: a kill leaves no half of a file."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, name, piece)
    half = path.with_suffix(f".{os.getpid()}")
    with half.open("wb") as stream:
        np.savez(stream, **dict(result))  # type: ignore[arg-type]
    half.replace(path)
