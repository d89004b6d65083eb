"""A profile of messages in which a mistake would show: for examples on pages, and for robots that check payoffs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mechanisms.treatments.treatment import Treatment


def telling_profile(treatment: Treatment, types: tuple[float, ...]) -> list[float]:
    """Of 200 profiles the first with distinct messages and points that are distinct and not zero, or the nearest to it.

    With equal or zero points a bot could not notice that two players, or a payoff and nothing, were mixed up.
    """
    return list(telling_profiles(treatment, types)[0])


def telling_profiles(treatment: Treatment, types: tuple[float, ...]) -> list[tuple[float, ...]]:
    """Distinct profiles among 200, those that tell most first."""
    rng = np.random.default_rng(0)
    profiles = np.stack([rng.choice(place.messages, 200) for place in treatment.positions], axis=-1)
    points = treatment.play(np.array(types), profiles).points
    merit = [3 * telling(p) + len(set(m.tolist())) / len(m) for p, m in zip(points, profiles, strict=True)]
    ordered = profiles[np.argsort(-np.array(merit), kind="stable")]
    return list(dict.fromkeys(tuple(profile) for profile in ordered.tolist()))


def telling(points: ArrayLike) -> float:
    """1 if all points are distinct and none is zero, less otherwise."""
    return float(len({int(p) for p in np.asarray(points) if p != 0}) / np.size(points))
