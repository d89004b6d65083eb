"""Schedules in which no two people are ever in the same group twice.

A plan is an integer array of shape (rounds, n_groups, group_size) of people 0 … n - 1. With fixed roles the
people p·m … p·m + m - 1 (m = number of groups) play position p in every round; people of one role never meet.

Where plans come from, best first
---------------------------------
Fixed roles are the problem of mutually orthogonal Latin rectangles. Person i of role 0 meets, in round r,
person i + d[r, p] of role p, where the differences of any two columns of d run through distinct elements of a
group of order m.
1. Groups of two: cyclic rotation, d[r, 1] = r. Larger groups: d[r, p] = r·c_p in a product of finite fields
   gives m rounds whenever group_size is at most the smallest prime power in m (MacNeish 1922).
2. Otherwise d is searched over the integers mod m (``difference_rows``).
Roles that change:
3. groups of two: the round robin, n - 1 rounds;
4. a fixed-role plan, followed by plans within each role's people (who have not met yet), recursively;
5. one round that is developed by adding 1 mod the number of rounds, to points of which some stay fixed
   (``starter_round``), for example the Kirkman system of 15 people and a nearly Kirkman one of 24.

The searches are bounded by a count of steps and always use the same stream of random numbers, so that whether
a plan is found depends neither on the machine nor on the seed of a session. ``mechanisms.matching.groups`` makes the
plan a random one.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mechanisms.matching.finite_fields import FiniteField, prime_powers
from mechanisms.matching.schedule_search import difference_rows, starter_round

Plan = NDArray[np.int64]


def longest_bound(n_people: int, group_size: int, fixed_roles: bool) -> tuple[int | None, str]:
    """The number of rounds that no schedule can exceed (None: no limit), and why."""
    n_groups = n_people // group_size
    if group_size == 1:
        return None, "nobody meets anybody"
    if n_groups < group_size:
        return 1, "with fewer groups than people in a group, two of them would meet again in the second round"
    if fixed_roles:
        return n_groups, f"there are {n_groups} people of each role to meet"
    others = n_people - 1
    if group_size == 2:
        return others, f"there are {others} others to meet"
    return others // (group_size - 1), f"each round uses up {group_size - 1} of the {others} others"


@lru_cache(maxsize=256)
def schedule(n_people: int, group_size: int, rounds: int, fixed_roles: bool) -> Plan:
    """A plan of at least ``rounds`` rounds if one is found, else the longest plan that was found."""
    if group_size == 1:
        plan = np.tile(np.arange(n_people)[:, np.newaxis], (rounds, 1, 1))
    elif n_people // group_size < group_size:
        plan = _columns(np.zeros((1, group_size), dtype=np.int64), n_people // group_size)
    else:
        plan = (_fixed_roles if fixed_roles else _changing_roles)(n_people, group_size, rounds)
    plan.setflags(write=False)
    return plan


# --- roles that stay ---


def _columns(differences: Plan, n_groups: int) -> Plan:
    """Rows d[r, p], integers mod m, to the plan in which i of role 0 meets i + d[r, p] of role p in round
    r."""
    first = np.arange(n_groups)[np.newaxis, :, np.newaxis]
    role = np.arange(differences.shape[1]) * n_groups
    return (first + differences[:, np.newaxis, :]) % n_groups + role


def _fixed_roles(n_people: int, group_size: int, rounds: int) -> Plan:
    n_groups = n_people // group_size
    if group_size == 2:
        return _columns(np.outer(np.arange(n_groups), [0, 1]), n_groups)
    if group_size <= min(prime_powers(n_groups)):
        return _field_product(n_groups, group_size)
    for length in _shorter(min(rounds, n_groups)):
        rows = difference_rows(n_groups, group_size, length)
        if rows is not None:
            return _columns(np.array(rows), n_groups)
    return _columns(np.zeros((1, group_size), dtype=np.int64), n_groups)


def _field_product(n_groups: int, group_size: int) -> Plan:
    """m rounds from the ring ∏GF(q): the multipliers c_p differ in every component, so each c_p - c_q is
    invertible."""
    fields = [FiniteField(q) for q in prime_powers(n_groups)]
    elements = list(product(*(range(field.order) for field in fields)))
    number = {element: index for index, element in enumerate(elements)}
    plan = np.empty((n_groups, n_groups, group_size), dtype=np.int64)
    for position in range(group_size):
        for r, round_element in enumerate(elements):
            shift = [f.product(x, position) for f, x in zip(fields, round_element, strict=True)]
            for i, person in enumerate(elements):
                other = tuple(f.sum(x, d) for f, x, d in zip(fields, person, shift, strict=True))
                plan[r, i, position] = position * n_groups + number[other]
    return plan


# --- roles that change ---


def _changing_roles(n_people: int, group_size: int, rounds: int) -> Plan:
    if group_size == 2:
        return _round_robin(n_people)
    best = _by_roles_then_within(n_people, group_size, rounds)
    bound = longest_bound(n_people, group_size, False)[0] or rounds
    longer = sorted({*range(rounds, min(rounds + 6, bound) + 1), bound})  # some lengths have more symmetric plans
    for length in [*longer, *_shorter(rounds - 1)]:
        if len(best) >= min(rounds, length):
            break
        start = starter_round(n_people, group_size, length)
        if start is not None:
            best = _developed(np.array(start), n_people, length)
    return best


def _shorter(length: int) -> Iterator[int]:
    """This length, then shorter ones, in steps that are small for small ones."""
    while length > 1:
        yield length
        length -= max(1, length // 16)


def _round_robin(n_people: int) -> Plan:
    """The circle method: one person stays, the others rotate; those opposite one another meet."""
    m = n_people - 1
    r = np.arange(m)[:, np.newaxis]
    k = np.arange(1, n_people // 2)[np.newaxis, :]
    pairs = np.stack([(r + k) % m, (r - k) % m], axis=-1)
    with_fixed = np.stack([r, np.full_like(r, m)], axis=-1)
    return np.concatenate([with_fixed, pairs], axis=1)


def _by_roles_then_within(n_people: int, group_size: int, rounds: int) -> Plan:
    n_groups = n_people // group_size
    first = schedule(n_people, group_size, min(rounds, n_groups), True)
    more = rounds - len(first)
    if more <= 0 or n_groups % group_size or len(first) < n_groups:
        return first
    within = schedule(n_groups, group_size, more, False)
    blocks = [within + role * n_groups for role in range(group_size)]
    return np.concatenate([first, np.concatenate(blocks, axis=1)])


def _developed(start: Plan, n_people: int, length: int) -> Plan:
    """Add 0, 1, …, length - 1 to every moving point of the starting round; orbits are runs of ``length``
    people."""
    moving = start < n_people // length * length
    shifts = np.arange(length)[:, np.newaxis, np.newaxis]
    return np.where(moving, start // length * length + (start + shifts) % length, start)
