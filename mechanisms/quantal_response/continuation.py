"""Following a curve of solutions: pseudo-arclength continuation (Allgower and Georg 1990, chapters 6 to 8).

A point is (x, lambda), shape (m + 1,); m equations in it define a curve, which may turn back in lambda. A step goes
along the tangent, and Newton's method returns from there to the curve. The step length follows from how fast that
contracts, how far it goes and by how much the tangent turns. The determinant of derivatives and tangent keeps its sign
along a curve; it changes when another curve is crossed, or jumped to, and so a change is believed only in very short
steps.

Several curves of as many unknowns are followed side by side (`Curves`): each step of Newton's method is one pass over
arrays, whatever their number. `follow` is the same for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.writing import apart

Equations = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""From a point to the values of the equations (m,) and their derivatives (m, m + 1)."""
ManyEquations = Callable[[IntArray, FloatArray], tuple[FloatArray, FloatArray]]
"""The same for the curves with these numbers (k,) and a point of each (k, m + 1): (k, m) and (k, m, m + 1)."""

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
MAX_RATE = 1e9
"""Lambda times the range of payoffs: nobody errs at higher rates, and the steps would not end."""


class BranchError(RuntimeError):
    """The curve could not be followed as far as wanted; the message says where it was lost."""


@dataclass(frozen=True, eq=False)
class _Places:
    """A point of each of k curves, the derivatives there, and how hard it was to get there (1 = as hard as wanted).

    Attributes
    ----------
    found : ndarray (k,) of bool, where there is such a point; the other entries mean nothing
    points, derivatives, efforts : ndarrays (k, m + 1), (k, m, m + 1), (k,)
    """

    found: np.ndarray
    points: FloatArray
    derivatives: FloatArray
    efforts: FloatArray


class Curves:
    """Curves that are followed side by side, lambda growing at first.

    Parameters
    ----------
    equations : function, see above
    starts : ndarray (k, m + 1), a point of each curve

    Attributes
    ----------
    points : ndarray (k, m + 1), where each curve is
    lost : ndarray (k,) of bool, whether no step was short enough, or too many were needed

    Examples
    --------
    >>> def circles(which, points):
    ...     return (points**2).sum(axis=1)[:, None] - 1, 2 * points[:, None, :]
    >>> curves = Curves(circles, np.array([[1.0, 0.0], [-1.0, 0.0]]))
    >>> curves.reach(np.array([0.6, 0.8])).tolist(), curves.points.round(9).tolist()
    ([True, True], [[0.8, 0.6], [-0.6, 0.8]])
    """

    def __init__(self, equations: ManyEquations, starts: FloatArray) -> None:
        self.equations, self.points = equations, starts.copy()
        self.lost = np.zeros(len(starts), dtype=bool)
        self._steps, self._sides = np.full(len(starts), FIRST_STEP), np.ones(len(starts))
        self._tried = np.zeros(len(starts), dtype=int)
        up = np.zeros_like(starts)
        up[:, -1] = 1.0
        self._tangents = _tangents(equations(np.arange(len(starts)), starts)[1], up)
        assert np.isfinite(self._tangents).all()

    def reach(self, targets: FloatArray) -> np.ndarray:
        """Follow each curve until lambda is its target (k,); whether it got there (k,)."""
        while (going := np.flatnonzero(~self.lost & (self.points[:, -1] != targets))).size:
            self.advance(going, targets[going])
        return ~self.lost

    def advance(self, which: IntArray, targets: FloatArray) -> None:
        """A next point of each of the curves `which` (k,), not beyond its target (k,); or the curve is lost."""
        while True:
            self.lost[which] |= (self._steps[which] < SHORTEST_STEP) | (self._tried[which] >= MAX_STEPS)
            going = ~self.lost[which]
            which, targets = which[going], targets[going]
            if not which.size:
                return
            before, steps = self.points[which], self._steps[which]
            ahead = before + steps[:, None] * self._tangents[which]
            places = _correct(self.equations, which, ahead, self._tangents[which], steps)
            self._hit(which, places, targets)
            accepted = self._accept(which, places, targets)
            self._tried[which] += 1
            which, targets = which[~accepted], targets[~accepted]
            self._steps[which] /= 2

    def _hit(self, which: IntArray, places: _Places, targets: FloatArray) -> None:
        """Where lambda is past the target: the point at the target instead, between the last two points."""
        past = np.flatnonzero(places.found & (places.points[:, -1] >= targets))
        if not past.size:
            return
        before, after, target = self.points[which[past]], places.points[past], targets[past]
        share = (target - before[:, -1]) / (after[:, -1] - before[:, -1])
        guess = before + share[:, None] * (after - before)
        guess[:, -1] = target
        fixed = np.zeros_like(guess)
        fixed[:, -1] = 1.0
        hit = _correct(self.equations, which[past], guess, fixed, np.linalg.norm(after - before, axis=1))
        hit.points[:, -1] = target
        places.found[past], places.points[past] = hit.found, hit.points
        places.derivatives[past], places.efforts[past] = hit.derivatives, hit.efforts

    def _accept(self, which: IntArray, places: _Places, targets: FloatArray) -> np.ndarray:
        """Go to the places that are believed; which of the curves (k,) do."""
        found = np.flatnonzero(places.found)
        accepted = np.zeros(len(which), dtype=bool)
        if not found.size:
            return accepted
        curves, derivatives, along = which[found], places.derivatives[found], self._tangents[which[found]]
        turned = _tangents(derivatives, along)
        angles = np.arccos(np.minimum(1.0, (turned * along).sum(axis=1)))
        sides = np.linalg.slogdet(np.concatenate([derivatives, turned[:, None]], axis=1))[0]
        kept = (sides == self._sides[curves]) | (self._steps[curves] <= CROSSING_STEP)
        believed = (angles <= 2 * ANGLE) & kept  # an angle that is no number is not
        accepted[found] = believed
        curves, points = curves[believed], places.points[found[believed]]
        self.points[curves], self._tangents[curves] = points, turned[believed]
        self._sides[curves] = np.where(sides[believed] == 0, self._sides[curves], sides[believed])
        efforts = np.maximum(places.efforts[found], angles / ANGLE)[believed]
        longer = np.minimum(LONGEST_STEP, self._steps[curves] / np.clip(efforts, 0.4, 2))
        self._steps[curves] = np.where(points[:, -1] == targets[accepted], self._steps[curves], longer)
        return accepted


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

    def one(which: IntArray, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        values, derivatives = equations(points[0])
        return values[None], derivatives[None]

    curves, only = Curves(one, start[None]), np.zeros(1, dtype=int)
    yield start
    for target in targets:
        while (point := curves.points[0])[-1] != target:
            curves.advance(only, np.array([target]))
            if curves.lost[0]:
                reach, wanted = apart(float(point[-1]) / unit, float(target) / unit)
                raise BranchError(f"the branch was lost at lambda = {reach}, before {wanted}")
            yield curves.points[0].copy()


def _solved(matrices: FloatArray, values: FloatArray) -> FloatArray:
    """The solutions (k, m) of k systems of linear equations; not a number where there is none."""
    try:
        return np.asarray(np.linalg.solve(matrices, values[..., None])[..., 0])
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.full_like(values, np.nan)
        return np.concatenate([_solved(one[None], value[None]) for one, value in zip(matrices, values, strict=True)])


def _tangents(derivatives: FloatArray, along: FloatArray) -> FloatArray:
    """The unit tangents (k, m + 1) of curves in the directions `along`; not a number where there is none."""
    last = np.zeros_like(along)
    last[:, -1] = 1.0
    tangents = _solved(np.concatenate([derivatives, along[:, None]], axis=1), last)
    return np.asarray(tangents / np.linalg.norm(tangents, axis=1, keepdims=True))


def _correct(
    equations: ManyEquations, which: IntArray, guesses: FloatArray, normals: FloatArray, steps: FloatArray
) -> _Places:
    """Newton's method on the planes through the guesses; not found where that is too hard."""
    points, efforts = guesses.copy(), np.full(len(which), np.inf)
    derivatives = np.empty((len(which), points.shape[1] - 1, points.shape[1]))
    first, contraction = np.zeros(len(which)), np.zeros(len(which))
    active = np.arange(len(which))
    for attempt in range(NEWTON_STEPS):
        values, changes = equations(which[active], points[active])
        rows = np.concatenate([changes, normals[active, None]], axis=1)
        corrections = _solved(rows, np.concatenate([values, np.zeros((len(active), 1))], axis=1))
        lengths, sizes = np.abs(corrections).max(axis=1), np.maximum(1.0, np.abs(points[active]).max(axis=1))
        if attempt == 0:
            first[active] = lengths
        if attempt == 1:
            far = first[active] > TOLERANCE * sizes
            contraction[active[far]] = lengths[far] / first[active[far]]
        lengths[(np.abs(values).max(axis=1) <= ROUNDING * sizes) & np.isfinite(lengths)] = 0.0
        most = 4 * DISTANCE * steps[active] if attempt == 0 else 4 * CONTRACTION * first[active]
        fine = lengths <= np.maximum(most, TOLERANCE * sizes)
        points[active[fine]] -= corrections[fine]
        there = fine & (lengths <= TOLERANCE * sizes)
        done = active[there]
        derivatives[done] = changes[there]
        efforts[done] = np.sqrt(np.maximum(contraction[done] / CONTRACTION, first[done] / steps[done] / DISTANCE))
        active = active[fine & ~there]
        if not active.size:
            break
    return _Places(efforts <= 2, points, derivatives, efforts)
