"""Following a curve of solutions: pseudo-arclength continuation (Allgower and Georg 1990, chapters 6 to 8).

A point is (x, lambda), shape (m + 1,); m equations in it define a curve, which may turn back in lambda. A step goes
along the tangent, and Newton's method returns from there to the curve. The step length follows from how fast that
contracts, how far it goes and by how much the tangent turns. The determinant of derivatives and tangent keeps its sign
along a curve; it changes when another curve is crossed, or jumped to, and so a change is believed only in very short
steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.writing import apart

Equations = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From a point to the values of the equations (m,) and their derivatives (m, m + 1)."""

TOLERANCE = 1e-12
"""Of a coordinate, relative to the largest of them and at least 1."""
ROUNDING = 16 * float(np.finfo(np.float64).eps)
"""Values of the equations below it, relative to the same, are noise: where derivatives are nearly singular, corrections
that follow from them do not become smaller than TOLERANCE."""
FIRST_STEP, SHORTEST_STEP, LONGEST_STEP = 0.1, 1e-9, 1e6
CONTRACTION, DISTANCE, ANGLE = 0.1, 0.1, 0.2
"""What a step should show: ratio of Newton corrections, first correction as a part of the step, turn in radians."""
CROSSING_STEP = 1e-3
"""A change of orientation is believed only in steps that are this short: it is a crossing then, and no jump."""
NEWTON_STEPS = 8
MAX_STEPS = 100_000


class BranchError(RuntimeError):
    """The curve could not be followed as far as wanted; the message says where it was lost."""


@dataclass(frozen=True, eq=False)
class _Place:
    """A point of the curve, the derivatives there, and how hard it was to get there (1 = as hard as wanted)."""

    point: FloatArray
    derivatives: FloatArray
    effort: float


def follow(equations: Equations, start: FloatArray, targets: list[float], unit: float = 1.0) -> Iterator[FloatArray]:
    """Points along the curve from `start`, lambda growing at first, until lambda has passed all targets.

    Parameters
    ----------
    equations : function, see above
    start : ndarray (m + 1,), a point of the curve
    targets : ascending, above the lambda of the start; each is hit, as a float, when it is first passed
    unit : lambda is divided by it in messages

    Raises
    ------
    BranchError
        If no step is short enough, or too many steps are needed.

    Examples
    --------
    >>> def circle(point):
    ...     return np.array([point @ point - 1]), 2 * point[None, :]
    >>> list(follow(circle, np.array([1.0, 0.0]), [0.6]))[-1].round(9)
    array([0.8, 0.6])
    """
    point, step, ahead, orientation = start, FIRST_STEP, list(targets), 1.0
    tangent = _tangent(equations(point)[1], np.append(np.zeros(len(start) - 1), 1.0))
    assert tangent is not None
    yield point
    for _ in range(MAX_STEPS):
        place = _correct(equations, point + step * tangent, tangent, step)
        if place is not None and place.point[-1] >= ahead[0]:
            place = _hit(equations, point, place.point, ahead[0])
        turned = None if place is None else _tangent(place.derivatives, tangent)
        if place is not None and turned is not None:
            angle = float(np.arccos(min(1.0, float(turned @ tangent))))
            side = float(np.linalg.slogdet(np.vstack([place.derivatives, turned]))[0])
            if angle <= 2 * ANGLE and (side == orientation or step <= CROSSING_STEP):
                point, tangent, orientation = place.point, turned, side or orientation
                yield point
                if point[-1] == ahead[0]:
                    ahead.pop(0)
                    if not ahead:
                        return
                else:
                    step = min(LONGEST_STEP, step / float(np.clip(max(place.effort, angle / ANGLE), 0.4, 2)))
                continue
        step /= 2
        if step < SHORTEST_STEP:
            break
    reach, wanted = apart(float(point[-1]) / unit, float(ahead[0]) / unit)
    raise BranchError(f"the branch was lost at lambda = {reach}, before {wanted}")


def _tangent(derivatives: FloatArray, along: FloatArray) -> FloatArray | None:
    """The unit tangent of the curve in the direction of `along`; None where there is none."""
    try:
        tangent = np.linalg.solve(np.vstack([derivatives, along]), np.append(np.zeros(len(derivatives)), 1.0))
    except np.linalg.LinAlgError:
        return None
    return np.asarray(tangent / np.linalg.norm(tangent))


def _correct(equations: Equations, guess: FloatArray, normal: FloatArray, step: float) -> _Place | None:
    """Newton's method on the plane through the guess; None if that is too hard."""
    point, first, contraction = guess, 0.0, 0.0
    for attempt in range(NEWTON_STEPS):
        value, derivatives = equations(point)
        try:
            correction = np.linalg.solve(np.vstack([derivatives, normal]), np.append(value, 0.0))
        except np.linalg.LinAlgError:
            return None
        length, size = float(np.abs(correction).max()), max(1.0, float(np.abs(point).max()))
        if attempt == 0:
            first = length
        if attempt == 1 and first > TOLERANCE * size:
            contraction = length / first
        if np.abs(value).max() <= ROUNDING * size:
            length = 0.0
        if not length <= max(4 * DISTANCE * step if attempt == 0 else 4 * CONTRACTION * first, TOLERANCE * size):
            return None
        point = point - correction
        if length <= TOLERANCE * size:
            effort = float(max(np.sqrt(contraction / CONTRACTION), np.sqrt(first / step / DISTANCE)))
            return _Place(point, derivatives, effort) if effort <= 2 else None
    return None


def _hit(equations: Equations, before: FloatArray, after: FloatArray, target: float) -> _Place | None:
    """The point at lambda = target between two points of the curve."""
    guess = before + (target - before[-1]) / (after[-1] - before[-1]) * (after - before)
    guess[-1] = target
    fixed = np.append(np.zeros(len(guess) - 1), 1.0)
    place = _correct(equations, guess, fixed, float(np.linalg.norm(after - before)))
    if place is not None:
        place.point[-1] = target
    return place
