"""What a player may believe: conjectures that are consistent with the reports that the others are left with.

A conjecture names for every type profile of the others, drawn from the priors, a distribution on the profiles of
reports that these types are left with (S Definition 5). With private values only the distribution of messages that
results matters. The largest expectation of a function of the others' messages over all conjectures is
E over theta_{-i} of the maximum over the product of the sets R_j(theta_j): one maximum an axis, no list of conjectures.
If types are correlated, theta_{-i} is drawn given the own type (Dekel, Fudenberg & Morris 2007), all else is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.bayesian._weights import WeightedGame


@dataclass(frozen=True, eq=False)
class Conjectures:
    """All conjectures of one type about the others.

    Attributes
    ----------
    sets : for each other player the different sets of messages that types are left with; sets of types with
        probability 0 do not matter
    weights : shape (G,), the joint weight of each combination of sets, one of each other player
    types : for each other player and each of these sets the types that it is of
    """

    sets: tuple[tuple[IntArray, ...], ...]
    weights: np.ndarray
    types: tuple[tuple[IntArray, ...], ...]

    def most_favourable(self, contrast: np.ndarray) -> tuple[IntArray, int | float]:
        """The conjecture with the largest expectation of a function of the others' messages, (A_j, …) without i.

        Returns
        -------
        flat indices of the profile of messages that is expected for each combination of sets, (G,); the weighted sum
        """
        sizes, choices = contrast.shape, []
        for axis, groups in enumerate(self.sets):
            parts = [contrast.take(messages, axis=axis) for messages in groups]
            at = [messages[part.argmax(axis=axis)] for messages, part in zip(groups, parts, strict=True)]
            choices.append(np.stack(at, axis=axis))
            contrast = np.stack([part.max(axis=axis) for part in parts], axis=axis)
        combinations = np.indices(contrast.shape)
        messages: list[IntArray] = []
        for k in reversed(range(len(sizes))):
            messages.insert(0, choices[k][(*combinations[: k + 1], *messages)])
        profile = np.zeros(contrast.shape, dtype=np.int64)
        for size, part in zip(sizes, messages, strict=True):
            profile = profile * size + part
        return profile.ravel(), (contrast.ravel() * self.weights).sum()

    def certain(self) -> tuple[IntArray, ...]:
        """The messages of each other player that all types may send: they can be believed whatever the types are."""
        return tuple(_common(groups) for groups in self.sets)

    def possible(self) -> tuple[IntArray, ...]:
        """The messages of each other player that some type may send."""
        return tuple(np.unique(np.concatenate(groups)) for groups in self.sets)

    def used(self, profile: IntArray, sizes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """The other player (from 0), type and message for each message that a conjecture, as of `most_favourable`,
        expects of a type; `sizes`: how many messages each other player has."""
        if not sizes:
            return
        said = np.unravel_index(profile, sizes)
        combinations = np.unravel_index(np.arange(len(profile)), tuple(map(len, self.sets)))
        for k, (messages, sets) in enumerate(zip(said, combinations, strict=True)):
            for chosen, message in set(zip(sets.tolist(), messages.tolist(), strict=True)):
                for t in self.types[k][chosen].tolist():
                    yield k, t, message

    def among(self, names: Sequence[IntArray]) -> Conjectures:
        """The same where each other player has only these messages, which include all that are possible."""
        pairs = zip(names, self.sets, strict=True)
        sets = tuple(tuple(np.searchsorted(known, group) for group in groups) for known, groups in pairs)
        return Conjectures(sets, self.weights, self.types)


def conjectures_of(weighted: WeightedGame, player: int, surviving: Sequence[np.ndarray]) -> list[Conjectures]:
    """The conjectures of each type of a player; surviving[j], bool (T_j, A_j): what the types of j are left with."""
    others, n_types = weighted.others(player), len(weighted.weights[player])
    possible = [np.flatnonzero(weighted.weights[j]) for j in others]
    found = [
        np.unique(surviving[j][types], axis=0, return_inverse=True) for j, types in zip(others, possible, strict=True)
    ]
    sets = tuple(tuple(np.flatnonzero(row) for row in distinct) for distinct, _ in found)
    groups = [group.ravel() for _, group in found]
    of_sets = tuple(
        tuple(types[group == k] for k in range(len(of_player)))
        for types, group, of_player in zip(possible, groups, sets, strict=True)
    )
    if weighted.joint is None:
        totals = [
            _sums_of_groups(weighted.weights[j][types], [group])
            for j, types, group in zip(others, possible, groups, strict=True)
        ]
        weights = np.ones((), dtype=weighted.weights[0].dtype)
        for total in totals:
            weights = np.multiply.outer(weights, total)
        return [Conjectures(sets, np.asarray(weights).ravel(), of_sets)] * n_types
    beliefs = (weighted.belief([player], [t])[np.ix_(*possible)] for t in range(n_types))
    return [Conjectures(sets, _sums_of_groups(belief, groups).ravel(), of_sets) for belief in beliefs]


def _sums_of_groups(weights: np.ndarray, groups: Sequence[IntArray]) -> np.ndarray:
    """The sums of weights (T_j, …) over the types in each combination of groups; groups[k]: the group of each type."""
    total = np.zeros([int(group.max()) + 1 for group in groups], dtype=weights.dtype)
    np.add.at(total, np.ix_(*groups), weights)
    return total


def _common(groups: tuple[IntArray, ...]) -> IntArray:
    shared = groups[0]
    for messages in groups[1:]:
        shared = np.intersect1d(shared, messages)
    return shared
