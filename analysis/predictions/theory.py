"""What theory predicts for a treatment, in rows for tables and in a sentence."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from analysis.predictions.solutions import Solutions
from analysis.words import counted, grid, listed, percent, plain, type_name
from mechanisms.treatments import Treatment
from mechanisms.treatments.treatment import MAX_PLAYERS

MAX_LISTED_PROFILES = 12
MAX_LISTED_EQUILIBRIA = 3


def dominance_rows(solutions: Solutions) -> list[dict[str, Any]]:
    """Dominant messages by role and type: roles (equal ones in one row), type, grid (size), dominant, count, area."""
    treatment = solutions.treatment
    rows: dict[tuple, list[str]] = {}
    for i, position in enumerate(treatment.positions):
        for value in position.types[position.probabilities > 0].tolist():
            key = (type_name(treatment, i, value), len(position.messages), *_dominant(solutions, i, value))
            rows.setdefault(key, []).append(position.role)
    return [
        {"roles": listed(roles), "type": name, "grid": size, "dominant": text, "count": count, "area": area}
        for (name, size, text, count, area), roles in rows.items()
    ]


def decision_makers(solutions: Solutions) -> dict[tuple[int, float], str]:
    """(position from 0, type) -> a name for rows of results: the type, with roles where theory differs by role."""
    names: dict[tuple[int, float], str] = {}
    treatment = solutions.treatment
    same: dict[tuple, list[int]] = {}
    for i, position in enumerate(treatment.positions):
        for value in position.types[position.probabilities > 0].tolist():
            same.setdefault((value, type_name(treatment, i, value), _dominant(solutions, i, value)), []).append(i)
    for (value, name, _), positions in same.items():
        everybody = len(positions) == treatment.group_size
        roles = listed(treatment.positions[i].role for i in positions)
        names |= {(i, value): name if everybody else f"{roles}: {name}" for i in positions}
    return names


def _dominant(solutions: Solutions, position: int, value: float) -> tuple[str, str, str]:
    weak = solutions.dominant(position, value)
    if weak is None:
        return "not computed (too large)", "–", "–"
    if len(weak) == 0:
        return "none", "0", "–"
    strict = solutions.dominant(position, value, "strict")
    kind = " (strictly)" if strict is not None and len(strict) else ""
    size = len(solutions.treatment.positions[position].messages)
    return (grid(weak) + kind, str(len(weak)), percent(len(weak) / size))


def nash_summary(solutions: Solutions, drawn: list[tuple[float, ...]]) -> str:
    """Number of pure Nash equilibria over type profiles: all of them, or those that were drawn if they are too many."""
    every = solutions.type_profiles()
    profiles = every if every is not None else drawn
    counts = [solutions.nash(profile) for profile in profiles]
    if not counts:
        return "No group has decided yet."
    if any(equilibria is None for equilibria in counts):
        return f"Pure Nash equilibria were not computed: {solutions.too_large.get('Nash equilibria', 'too large')}."
    if len(profiles) == 1:
        only = counts[0] if counts[0] is not None else np.empty((0, 1))
        share = percent(len(only) / solutions.profiles())
        return (
            f"The game has {counted(len(only), 'pure Nash equilibrium', 'pure Nash equilibria')} among its "
            f"{solutions.profiles():,.0f} message profiles: chance alone plays one {share} % of the time."
        )
    sizes = Counter(len(equilibria) for equilibria in counts if equilibria is not None)
    if set(sizes) == {0}:
        return f"The game has no pure Nash equilibrium at any of the {len(profiles)} type profiles."
    spread = listed(
        f"{counted(size, 'equilibrium', 'equilibria')} at {counted(times, 'type profile')}"
        for size, times in sorted(sizes.items())
    )
    which = "type profiles" if every is not None else "type profiles that were drawn (all would be too many)"
    mean = float(np.mean([len(equilibria) for equilibria in counts if equilibria is not None])) / solutions.profiles()
    return (
        f"Pure Nash equilibria of the game among the types drawn (as if all types were known), over the "
        f"{len(profiles)} {which}: {spread}. A group has {solutions.profiles():,.0f} message profiles, so that chance "
        f"alone plays an equilibrium {percent(mean)} % of the time (mean over these type profiles)."
    )


def nash_rows(solutions: Solutions) -> list[dict[str, str]]:
    """One row a type profile, if they are few: types, count, area, equilibria (text, if few)."""
    profiles = solutions.type_profiles()
    if profiles is None or len(profiles) > MAX_LISTED_PROFILES:
        return []
    rows = []
    for profile in profiles:
        equilibria = solutions.nash(profile)
        if equilibria is None:
            return []
        few = len(equilibria) <= MAX_LISTED_EQUILIBRIA
        text = "; ".join(profile_text(equilibrium) for equilibrium in equilibria) if few else "(many)"
        area = percent(len(equilibria) / solutions.profiles())
        rows.append(
            {
                "types": type_profile(solutions.treatment, profile),
                "count": str(len(equilibria)),
                "area": area,
                "text": text or "none",
            }
        )
    return rows


def profile_text(messages: np.ndarray) -> str:
    return "(" + _listed_or_counted([plain(message) for message in messages]) + ")"


def type_profile(treatment: Treatment, types: tuple[float, ...]) -> str:
    """The types of a group in words, in the order of positions; of a large group how many are of which type."""
    return _listed_or_counted([type_name(treatment, i, value) for i, value in enumerate(types)])


def _listed_or_counted(names: list[str]) -> str:
    """
    >>> _listed_or_counted(["3", "4"]), _listed_or_counted(["4", "3"] + ["4"] * 11)
    ('3, 4', '12 × 4, 1 × 3')
    """
    if len(names) <= MAX_PLAYERS:
        return ", ".join(names)
    return ", ".join(
        f"{count} × {name}" for name, count in sorted(Counter(names).items(), key=lambda one: (-one[1], one))
    )
