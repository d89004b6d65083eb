"""Questions on elimination, learning and coalitions in demand games of many players."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.certificate.certificate import Finding, not_applicable
from mechanisms.certificate.crowd_theory import CrowdTheory
from mechanisms.certificate.crowd_words import at, equilibrium, undecided
from mechanisms.certificate.nash_rows import NO_EQUILIBRIUM
from mechanisms.certificate.theory import Types
from mechanisms.crowds.crowd import kinds_of
from mechanisms.crowds.elimination import CrowdElimination, iterated
from mechanisms.verdicts import Verdict
from mechanisms.writing import how_many


def eliminated(theory: CrowdTheory, which: str) -> list[tuple[Types, CrowdElimination, list[tuple[int, ...]]]]:
    """What iterated elimination leaves in every case of types, and the seats of its kinds; decided once."""
    if which in theory.eliminated:
        return theory.eliminated[which]
    found = []
    for types in theory.type_profiles:
        kinds = kinds_of(theory.crowd, theory.values(types))
        left = iterated(theory.crowd, list(kinds), [len(seats) for seats in kinds.values()], which)
        found.append((types, left, list(kinds.values())))
        if not left.solved:
            break  # one is enough
    theory.eliminated[which] = found
    return found


def solvable(theory: CrowdTheory, which: str) -> Finding:
    """Whether one message profile is left at every type profile, and in how many rounds."""
    found = eliminated(theory, which)
    types, left, seats = found[-1]
    method = f"iterated elimination of {'strictly dominated' if which == 'strict' else 'overwhelmed'} messages by kind"
    rounds = [result.rounds for _types, result, _seats in found]
    if left.solved:
        if not left.complete:
            method += ", those that rounding cannot save"
        most = f"{min(rounds)} to {max(rounds)}" if min(rounds) < max(rounds) else f"{max(rounds)}"
        at_most = "" if all(result.complete for _, result, _ in found) else "at most "
        answer = f"{at_most}{most} round{'' if most == '1' else 's'}"
        return Finding(Verdict("holds", method, theory.size), answer)
    several = theory.equilibria(types).total != 1 if theory.crowd.others is not None else False
    if left.complete or several:
        numbers = [f"{len(own)} of {theory.name(s)}" for own, s in zip(left.survivors, seats, strict=True)]
        words = f"{at(theory, types)}these many messages are left: {', '.join(numbers)}"
        if not left.complete:
            method, words = "solvable games have one equilibrium", f"{at(theory, types)}there is not just one"
        return Finding(Verdict("fails", method, theory.size), witness=words)
    return undecided(
        f"{at(theory, types)}more than one message is left to some, but what differs by less than a point's rounding "
        "was not compared at every profile of the others"
    )


def rationalizable(theory: CrowdTheory) -> Finding:
    """Whether one message profile is rationalizable at every type profile, where elimination or equilibria say it."""
    argument = "what is strictly dominated is never a best reply, and equilibria always are"
    return _by_solving(theory, argument, several=True)


def best_replies_converge(theory: CrowdTheory) -> Finding:
    """Whether best replies reach a Nash equilibrium from every message profile."""
    return _by_solving(theory, "each round of best replies leaves what one more round of elimination leaves")


def fictitious_play_converges(theory: CrowdTheory) -> Finding:
    return _by_solving(theory, "fictitious play goes to what iterated dominance leaves (Milgrom and Roberts 1991)")


def _by_solving(theory: CrowdTheory, argument: str, several: bool = False) -> Finding:
    """What holds in every game that iterated strict dominance solves, and in no game without an equilibrium, or with
    `several`."""
    solved = solvable(theory, "strict")
    if solved.verdict.holds:
        return Finding(Verdict("holds", f"solvable by iterated strict dominance: {argument}", theory.size))
    if theory.crowd.others is not None:
        for types, found in theory.nash.items():
            if not found.total or (several and found.total > 1):
                number = "several pure Nash equilibria" if found.total else "no pure Nash equilibrium"
                witness = f"{at(theory, types)}there {'are' if found.total else 'is'} {number}"
                return Finding(Verdict("fails", found.method, theory.size), witness=witness)
    return undecided("iterated strict dominance does not solve the game, and there are too many profiles to start from")


def logit_selects(theory: CrowdTheory) -> Finding:
    if theory.crowd.others is not None and not all(found.total for found in theory.nash.values()):
        return not_applicable(NO_EQUILIBRIUM)
    return undecided("the logit equilibrium of so many players was not followed")


def strong_exists(theory: CrowdTheory) -> Finding:
    """Whether every type profile has a pure equilibrium from which no coalition can make all its members better off.

    Under serial sharing of a convex cost every pure equilibrium is strong, on any grid and after any rounding (Moulin
    and Shenker 1992 on the continuum). Let a coalition change its demands, and take a member whose new demand q is the
    lowest of the members'. Up to q nobody then demands less than before, so that this member pays at least what q alone
    would have cost before the others changed, and q alone was no improvement.
    """
    counts = [found.total for found in theory.nash.values()]
    few, many = how_many(min(counts)), how_many(max(counts))
    without = next((types for types, found in theory.nash.items() if not found.total), None)
    if without is not None:
        witness = f"{at(theory, without) or 'here '}there is no pure Nash equilibrium at all"
        return Finding(Verdict("fails", next(iter(theory.nash.values())).method, theory.size), witness=witness)
    if theory.crowd.others == "levels" and theory.crowd.is_convex:
        answer = f"{few} to {many} at a type profile" if few != many else f"{many} at every type profile"
        method = (
            "every pure equilibrium is strong: the cost is convex, and of the members of a coalition the one with the "
            "lowest new demand does not gain (Moulin and Shenker 1992)"
        )
        return Finding(Verdict("holds", method, theory.size), answer)
    return _left_together(theory)


def _left_together(theory: CrowdTheory) -> Finding:
    """Whether at some type profile all players together leave every equilibrium by demanding a little less or more."""
    for types, found in theory.nash.items():
        moves = [_gain_together(theory, types, found.example(k)) for k in range(len(found.counts))]
        if all(move is not None for move in moves):
            new = theory.as_messages(moves[0] if moves[0] is not None else found.example(0)).tolist()
            words = (
                f"{at(theory, types)}{equilibrium(theory, types, found, 0)} is a Nash equilibrium, which all leave "
                f"together when {theory.group(new, types)}"
            )
            method = "at every pure equilibrium of a type profile all players gain by one change together"
            return Finding(Verdict("fails", method, theory.size), witness=words)
    return undecided("no change of all players together helps them all, and coalitions are too many to go through")


def _gain_together(theory: CrowdTheory, types: Types, profile: IntArray) -> IntArray | None:
    """A profile in which everybody demands so many steps less, or more, and all have more points; None: there is none.

    Who cannot demand so little or so much demands what is nearest.
    """
    grids = [np.array(theory.crowd.kind(i, 0.0).places) for i in range(theory.n)]
    at = [int(np.searchsorted(grid, place)) for grid, place in zip(grids, profile, strict=True)]
    steps = [s for s in range(-theory.crowd.size, theory.crowd.size + 1) if s]
    moved = np.array(
        [[grid[min(max(k + s, 0), len(grid) - 1)] for grid, k in zip(grids, at, strict=True)] for s in steps]
    )
    values = np.array(theory.values(types))
    points = theory.treatment.play(values, theory.crowd.quantities[np.vstack([profile, moved])]).points
    better = np.flatnonzero((points[1:] > points[0]).all(axis=1))
    return moved[better[0]] if len(better) else None
