"""Boxes of type profiles of a coalition, with bounds on what its members can gain there by a joint lie.

They leave out most lies at most type profiles before any is gone through: branch and bound for
mechanisms.solutions.group_manipulability.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.shown import Shown


@dataclass(frozen=True, eq=False)
class Box(Shown):
    """Consecutive types of each member of a coalition, and some of its joint lies.

    Attributes
    ----------
    members, rest : the coalition, and the types of the others
    lies : payoffs (types of the member, lies) of each member, who gets them with each of these types
    truth : payoffs (members, types of members …) under the truth
    corner : the lowest type of each member
    names : the number of each lie
    """

    members: tuple[int, ...]
    rest: tuple[int, ...]
    lies: list[np.ndarray]
    truth: np.ndarray
    corner: tuple[int, ...]
    names: IntArray

    def bound(self, truth: np.ndarray, member: int | None = None) -> np.ndarray:
        """For each lie an upper bound, over the box, of the gain of one member, or of the sum of all: (lies,).

        What a lie gives is a sum of functions f_i of one type each, and `truth` (types of members …) is what has to be
        beaten. With g_i the truth along the i-th axis through the middle of the box, the gain is at most the sum of the
        maxima of f_i - g_i, less the minimum of truth - sum of g_i: close to the maximum, if the truth is nearly
        additive in the box.
        """
        middle = tuple(size // 2 for size in truth.shape)
        total, rest = np.zeros(len(self.names), dtype=truth.dtype), truth
        for i, part in enumerate(self.lies):
            if member is None or i == member:
                along = truth[(*middle[:i], slice(None), *middle[i + 1 :])]
                total += (part - along[:, None]).max(axis=0)
                rest = rest - along.reshape([-1 if k == i else 1 for k in range(truth.ndim)])
        return np.asarray(total - rest.min())

    def only(self, lies: IntArray | slice) -> Box:
        """The box with some of its lies."""
        return replace(self, lies=[part[:, lies] for part in self.lies], names=self.names[lies])

    def halves(self) -> Iterator[Box]:
        """The box, cut across its longest side."""
        sizes = self.truth.shape[1:]
        i = int(np.argmax(sizes))
        for part in (slice(0, sizes[i] // 2), slice(sizes[i] // 2, sizes[i])):
            yield replace(
                self,
                lies=[own[part] if k == i else own for k, own in enumerate(self.lies)],
                truth=self.truth[(slice(None),) * (i + 1) + (part,)],
                corner=tuple(low + part.start if k == i else low for k, low in enumerate(self.corner)),
            )
