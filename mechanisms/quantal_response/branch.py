"""Logit equilibria of an agent form on the principal branch (McKelvey and Palfrey 1998, for extensive games; 1995).

Every agent plays messages with probabilities proportional to exp(lambda * expected points) against the others' average
strategies. The curve of equilibria that begins with uniform play at lambda = 0 is followed by its length on the
logarithms of the probabilities (continuation.py); where it passes a lambda several times, the equilibrium met
first is meant, as in equilibria.py, which the tests compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.quantal_response.continuation import TOLERANCE, BranchError, follow
from mechanisms.verdicts import TooLargeError

if TYPE_CHECKING:
    from mechanisms.quantal_response.agents import AgentForm

HIGHEST_PRECISION = 1e5
"""Of lambda times the range of points."""
MAX_MESSAGES = 2000
"""Messages of all agents: the Jacobian takes 32 MB."""
HIGHEST_LOG = 1.0
"""Log probabilities above it, which only a guess far off the branch has, are cut: no overflow."""
NEWTON_STEPS = 20


class LogitBranch:
    """The principal branch of one agent form, followed as far as it has been asked for.

    Parameters
    ----------
    form : AgentForm

    Raises
    ------
    TooLargeError
        If the agents have more than MAX_MESSAGES messages.

    Examples
    --------
    >>> from mechanisms.quantal_response.agents import AgentForm
    >>> pennies = AgentForm((np.array([[[9.0, 0], [0, 1]]]), np.array([[[0, 1.0], [1, 0]]])), (np.ones(1),) * 2)
    >>> np.exp(LogitBranch(pennies).at(1.0)[1]).round(3)
    array([[0.313, 0.687]])
    """

    def __init__(self, form: AgentForm) -> None:
        self.form = form
        sizes = [size for own, size in zip(form.payoffs, form.sizes, strict=True) for _ in own]
        self.size = sum(sizes)
        if self.size > MAX_MESSAGES:
            raise TooLargeError(
                f"too large: the {len(sizes)} types have {self.size} messages together, more than {MAX_MESSAGES}; "
                "a coarser grid would fit"
            )
        ends = np.cumsum(sizes).tolist()
        self.agents = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        owners = [i for i, own in enumerate(form.payoffs) for _ in own]
        self.blocks = [slice(ends[first] - sizes[first], ends[last - 1]) for first, last in _spans(owners)]
        self.points = [np.append(-np.log(np.repeat(sizes, sizes).astype(np.float64)), 0.0)]
        self._ahead = follow(self.equations, self.points[0], [2 * HIGHEST_PRECISION], form.range)
        next(self._ahead)

    @property
    def turns(self) -> int:
        """How often the branch has turned back in lambda as far as it was followed."""
        forward = np.diff([point[-1] for point in self.points]) > 0
        return int(np.count_nonzero(forward[1:] != forward[:-1]))

    def at(self, rate: float) -> list[FloatArray]:
        """Log probabilities at lambda = `rate` (1/points): one array (T_i, A_i) a position.

        Raises
        ------
        BranchError
            If the branch is lost before, or lambda times the range of points exceeds HIGHEST_PRECISION.
        """
        target = rate * self.form.range
        while self.points[-1][-1] < target:
            following = next(self._ahead, None)
            if following is None:
                raise BranchError(f"lambda = {rate:.6g} is beyond the branch, which ends at {self.reach:.6g}")
            self.points.append(following)
        place = next(k for k, point in enumerate(self.points) if point[-1] >= target)
        return self._split(self.points[0] if place == 0 else self._between(place, target))

    @property
    def reach(self) -> float:
        """The largest lambda so far, 1/points."""
        return float(max(point[-1] for point in self.points) / self.form.range)

    def equations(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log probabilities less the logit replies to them (size,), and the derivatives (size, size + 1)."""
        logs, rate = point[:-1], point[-1] / self.form.range
        played = np.exp(np.minimum(logs, HIGHEST_LOG))
        averages = self.form.averages(self._split(played))
        change = np.zeros((self.size, self.size + 1))
        for i in range(self.form.n):
            self._slopes(i, averages, change)
        change[:, :-1] *= rate * played
        change[:, -1] /= self.form.range
        replies = np.empty(self.size)
        expected = change[:, -1] * point[-1]
        for part in self.agents:
            highest = expected[part].max()
            replies[part] = expected[part] - highest - np.log(np.exp(expected[part] - highest).sum())
            change[part] -= np.exp(replies[part]) @ change[part]
        np.negative(change, out=change)
        change[np.arange(self.size), np.arange(self.size)] += 1
        return logs - replies, change

    def _slopes(self, i: int, averages: list[FloatArray], change: FloatArray) -> None:
        """Fill in position i's expected points (last column) and their derivatives by probabilities of the others."""
        form, own = self.form, self.blocks[i]
        for j in range(form.n):
            if j != i:
                pair = form.against(averages, i, kept=(j,))
                slopes = (pair if i < j else pair.swapaxes(1, 2)).reshape(-1, form.sizes[j])
                for t, prior in enumerate(form.priors[j]):
                    begin = self.blocks[j].start + t * form.sizes[j]
                    change[own, begin : begin + form.sizes[j]] = prior * slopes
        change[own, -1] = form.against(averages, i).reshape(-1)

    def _between(self, place: int, target: float) -> FloatArray:
        """The equilibrium between two points of the branch: Newton's method at a fixed lambda."""
        before, after = self.points[place - 1], self.points[place]
        point = before + (target - before[-1]) / (after[-1] - before[-1]) * (after - before)
        point[-1] = target
        reach = 2 * float(np.abs(after - before).max()) + TOLERANCE
        for _ in range(NEWTON_STEPS):
            value, change = self.equations(point)
            try:
                step = np.linalg.solve(change[:, :-1], value)
            except np.linalg.LinAlgError:
                break
            point[:-1] -= step
            if np.abs(point - before).max() > reach:
                break
            if np.abs(step).max() <= TOLERANCE * max(1.0, float(np.abs(point[:-1]).max())):
                return point
        return list(follow(self.equations, before, [target], self.form.range))[-1]

    def _split(self, numbers: FloatArray) -> list[FloatArray]:
        """Numbers of all agents' messages as one array (T_i, A_i) a position."""
        shapes = [(len(own), size) for own, size in zip(self.form.payoffs, self.form.sizes, strict=True)]
        return [numbers[block].reshape(shape) for block, shape in zip(self.blocks, shapes, strict=True)]


def _spans(owners: list[int]) -> list[tuple[int, int]]:
    """The first agent of each position, and the one after its last."""
    begin = [owners.index(i) for i in range(owners[-1] + 1)]
    return list(zip(begin, [*begin[1:], len(owners)], strict=True))
