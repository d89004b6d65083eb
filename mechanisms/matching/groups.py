"""Who meets whom: the groups of every round of a session.

A matching is an integer array of shape (rounds, n_groups, group_size) that holds participants, numbered from
0; the last axis is the position, so that column 0 lists the people who play the treatment's first role.

``partner``            the same group in every round;
``stranger``           groups drawn anew, at random, in every round;
``perfect_stranger``   a drawn schedule in which no two people are ever in the same group twice.

With fixed roles everybody keeps one position for the whole session; otherwise positions are drawn in every
round.

All randomness is ``rng.random()`` followed by a stable argsort: numpy promises the same uniform numbers from
one version to the next, but not the same permutations, and a session must be reproducible from its seed years
later. For partner and stranger a round's draw does not depend on the number of rounds: a longer session
begins like the shorter one.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mechanisms.arrays import as_a, as_flag, brief, is_whole
from mechanisms.matching.perfect_stranger import longest_bound, schedule
from mechanisms.writing import counted

Groups = NDArray[np.int64]
Generator = np.random.Generator
Draw = Callable[[int, int, int, bool, Generator], Groups]


MAX_SEATS = 10**8


class MatchingError(ValueError):
    """The groups that were asked for cannot be formed; the message says why in one line."""


def match_groups(
    matching: str,
    n_participants: int,
    group_size: int,
    rounds: int,
    fixed_roles: bool,
    rng: Generator,
) -> Groups:
    """Draw the groups of a session.

    Parameters
    ----------
    matching : "partner", "stranger" or "perfect_stranger".
    n_participants, group_size, rounds : positive whole numbers; groups must come out even.
    fixed_roles : whether everybody keeps the same position in all rounds.
    rng : source of the randomness; the same state gives the same groups.

    Returns
    -------
    ndarray of int64, shape (rounds, n_groups, group_size): participants from 0, by position.

    Raises
    ------
    MatchingError
        When the participants cannot be divided, or when no perfect-stranger schedule is that long.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.Generator(np.random.PCG64(1))
    >>> match_groups("perfect_stranger", 4, 2, 2, True, rng).shape
    (2, 2, 2)
    """
    as_a("rng", rng, np.random.Generator), as_flag("fixed_roles", fixed_roles)
    for name, value in (("n_participants", n_participants), ("group_size", group_size), ("rounds", rounds)):
        if not is_whole(value):
            raise MatchingError(f"{name} = {brief(value)} is not possible: use a whole number")
    # Whole numbers of numpy can overflow.
    n_participants, group_size, rounds = int(n_participants), int(group_size), int(rounds)
    if n_participants * rounds > MAX_SEATS:
        raise MatchingError(f"n_participants = {n_participants}, rounds = {rounds}: more than {MAX_SEATS} places")
    if not isinstance(matching, str) or matching not in _DRAWS:
        raise MatchingError(f"matching = {brief(matching)} is unknown: use one of {', '.join(_DRAWS)}")
    if rounds < 1:
        raise MatchingError(f"rounds = {rounds} is not possible: use 1 or more")
    _check_division(n_participants, group_size)
    return _DRAWS[matching](n_participants, group_size, rounds, fixed_roles, rng)


def _check_division(n_participants: int, group_size: int) -> None:
    if group_size < 1:
        raise MatchingError(f"group_size = {group_size} is not possible: use 1 or more")
    if n_participants >= group_size and n_participants % group_size == 0:
        return
    below = n_participants // group_size * group_size
    right = f"{below} or {below + group_size}" if below > 0 else str(group_size)
    people = counted(n_participants, "participant")
    raise MatchingError(f"{people} cannot be divided into groups of {group_size}: use {right}")


def _shuffled(rng: Generator, *shape: int) -> Groups:
    """Independent random orders of 0 … shape[-1] - 1 along the last axis."""
    return np.argsort(rng.random(shape), axis=-1, kind="stable")


def _redraw_positions(groups: Groups, rng: Generator) -> Groups:
    return np.take_along_axis(groups, _shuffled(rng, *groups.shape), axis=-1)


def _partner(n_participants: int, group_size: int, rounds: int, fixed: bool, rng: Generator) -> Groups:
    once = _shuffled(rng, n_participants).reshape(-1, group_size)
    groups = np.repeat(once[np.newaxis], rounds, axis=0)
    return groups if fixed else _redraw_positions(groups, rng)


def _stranger(n_participants: int, group_size: int, rounds: int, fixed: bool, rng: Generator) -> Groups:
    n_groups = n_participants // group_size
    if not fixed:
        return _shuffled(rng, rounds, n_participants).reshape(rounds, n_groups, group_size)
    seats = _shuffled(rng, n_participants).reshape(group_size, n_groups)  # a row: the people of a role
    draws = _shuffled(rng, rounds, group_size, n_groups)
    met = np.take_along_axis(seats[np.newaxis], draws, axis=-1)
    return np.ascontiguousarray(met.transpose(0, 2, 1))


def _perfect_stranger(n_participants: int, group_size: int, rounds: int, fixed: bool, rng: Generator) -> Groups:
    n_groups = n_participants // group_size
    bound, reason = longest_bound(n_participants, group_size, fixed)
    people = f"{n_participants} participants in groups of {group_size}"
    roles = "fixed roles" if fixed else "roles that change"
    if bound is not None and rounds > bound:
        raise MatchingError(
            f"such a perfect_stranger schedule cannot exist: with {people} and {roles} at most {bound} "
            f"round{'s' * (bound != 1)} ({reason}), asked for {rounds}"
        )
    plan = schedule(n_participants, group_size, rounds, fixed)
    if len(plan) < rounds:
        raise MatchingError(
            f"no perfect_stranger schedule of {rounds} rounds was found for {people} and {roles} "
            "(whether one exists is not known to this program): "
            f"{len(plan)} round{'s' * (len(plan) != 1)} could be found, use at most that many"
        )
    plan = plan[_shuffled(rng, len(plan))[:rounds]]
    groups_shuffled = _shuffled(rng, rounds, n_groups)[..., np.newaxis]
    groups = _shuffled(rng, n_participants)[np.take_along_axis(plan, groups_shuffled, axis=1)]
    return groups if fixed else _redraw_positions(groups, rng)


_DRAWS: dict[str, Draw] = {
    "partner": _partner,
    "stranger": _stranger,
    "perfect_stranger": _perfect_stranger,
}
