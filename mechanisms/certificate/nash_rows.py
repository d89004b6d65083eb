"""Questions on pure Nash equilibria of the games of complete information, and what they are worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mechanisms.certificate.certificate import BEFORE, BOTH, Finding, not_applicable
from mechanisms.certificate.theory import Question, Theory
from mechanisms.solutions.efficiency import EquilibriumSurplus
from mechanisms.verdicts import Verdict
from mechanisms.writing import apart, percent

METHOD = "every message profile at every type profile"
SHOWN = 3
TOLERANCE = 1e-9
"""Of the largest amount or surplus, efficient or of an equilibrium: a surplus may cancel to 0."""
NOTHING_LOST = (0.0, 0.0)
NO_EQUILIBRIUM = "some type profile has no pure Nash equilibrium"


def unique_nash(theory: Theory) -> Finding:
    """Whether there is exactly one pure Nash equilibrium whatever the types are."""
    counts = theory.nash_counts
    fewest, most = min(counts.values()), max(counts.values())
    profiles = int(np.prod(theory.game.n_messages))
    if len(counts) == 1:
        answer = f"{most} of {profiles} message profiles"
    else:
        answer = (
            f"{fewest} to {most} of {profiles} message profiles" if fewest < most else f"{most} at all type profiles"
        )
    types = next((types for types, count in counts.items() if count != 1), None)
    if types is None:
        if len(counts) == 1:
            answer += ": " + theory.messages(theory.nash_at(next(iter(counts)))[0])
        return Finding(Verdict("holds", METHOD, theory.size), answer)
    some = [theory.messages(equilibrium) for equilibrium in theory.nash_at(types)[:SHOWN]]
    at = f"at {theory.types(types)} " if theory.types(types) else ""
    witness = f"{at}there are {counts[types]}" + (f", among them: {'; '.join(some)}" if some else "")
    return Finding(Verdict("fails", METHOD, theory.size), answer, witness)


def truth_is_nash(theory: Theory) -> Finding:
    """Whether telling the truth is a pure Nash equilibrium at every type profile."""
    truthful = theory.game.truthful
    if truthful is None:
        return not_applicable("messages are demands, not reports")
    for types in theory.type_profiles:
        truth = [int(truthful[i][t]) for i, t in enumerate(types)]
        if not theory.stable(types)[tuple(truth)]:
            gain, words = _best_deviation(theory, types, truth)
            witness = f"at {theory.types(types) or 'the types'}: {words}, gaining {theory.points(gain)}"
            return Finding(Verdict("fails", METHOD, theory.size), witness=witness)
    return Finding(Verdict("holds", METHOD, theory.size))


def _best_deviation(theory: Theory, types: tuple[int, ...], profile: list[int]) -> tuple[int, str]:
    """The largest gain of one player from leaving a profile, and what that player does."""
    best = (0, "")
    for i, t in enumerate(types):
        own = theory.game.payoffs[i][t][tuple(slice(None) if k == i else m for k, m in enumerate(profile))]
        gain = int(own.max() - own[profile[i]])
        if gain > best[0]:
            others = theory.messages(profile, without=[i])
            words = (
                f"{theory.who(i, t)} does better by {theory.act} {theory.message(i, int(own.argmax()))} when {others}"
            )
            best = (gain, words)
    return best


def efficient_nash(theory: Theory) -> Finding:
    """Whether every pure Nash equilibrium has the efficient surplus, and what the worst one loses."""
    if not any(theory.nash_counts.values()):
        return not_applicable("there is no pure Nash equilibrium")
    return _efficient(theory, "worst", lambda found: found.worst)


def best_nash_is_efficient(theory: Theory) -> Finding:
    """Whether some pure Nash equilibrium has the efficient surplus, and the prices of the best and the worst one."""
    if not all(theory.nash_counts.values()):
        return not_applicable(NO_EQUILIBRIUM)
    surpluses = [_surplus(theory, types) for types in theory.type_profiles]
    stability = [found.price_of_stability for found in surpluses if found.price_of_stability is not None]
    anarchy = [found.price_of_anarchy for found in surpluses if found.price_of_anarchy is not None]
    if anarchy:
        best, worst = (text.replace("inf", "infinite") for text in apart(max(stability), max(anarchy)))
        prices = f"efficient surplus / surplus: {best} in the best equilibrium, {worst} in the worst one"
        prices += ", at the type profile where it is largest" if len(surpluses) > 1 else ""
    else:
        prices = "no ratio: the efficient surplus is not positive"
    return replace(_efficient(theory, "best", lambda found: found.best), answer=prices)


def _efficient(theory: Theory, name: str, choose: Callable[[EquilibriumSurplus], int | None]) -> Finding:
    """Whether the chosen equilibrium of every type profile is efficient, and where it loses the largest share."""
    lost, words, largest, most = 0.0, "", theory.scale, NOTHING_LOST
    for types in theory.type_profiles:
        found = _surplus(theory, types)
        largest = max(largest, abs(found.optimum), *np.abs(found.surplus).tolist())
        k = choose(found)
        lost = lost if k is None else max(lost, float(found.loss[k]))
        if k is not None and (loss := share_lost(float(found.surplus[k]), found.optimum)) > most:
            at = f"at {theory.types(types)} " if theory.types(types) else ""
            share = f" ({percent(found.efficiency[k])})" if found.optimum > 0 else ""
            surplus, optimum = apart(float(found.surplus[k]), found.optimum)
            got = f"surplus {surplus} instead of {optimum}{share}"
            most, words = loss, f"{at}{theory.messages(found.equilibria[k])}: {got}"
    fails = lost > TOLERANCE * largest
    verdict = Verdict("fails" if fails else "holds", METHOD, theory.size, TOLERANCE)
    return Finding(verdict, witness=f"the {name} one, {words}" if fails else "", numbers=BOTH)


def share_lost(surplus: float, optimum: float) -> tuple[float, float]:
    """What orders losses: the ratio that is printed, where the efficient surplus is positive, and then the amount."""
    ratio = np.inf if surplus <= 0 else round(optimum / surplus, 9)  # no noise: of equal ones the first is named
    return (float(ratio) if optimum > 0 else 0.0), optimum - surplus


def _surplus(theory: Theory, types: tuple[int, ...]) -> EquilibriumSurplus:
    """The surplus of the equilibria of one type profile, beside the efficient one (before rounding to points); of those
    that do the same, the first stands for all."""
    if types in theory.surpluses:
        return theory.surpluses[types]
    values = np.array([theory.treatment.positions[i].types[t] for i, t in enumerate(types)])
    found = theory.nash_by_outcome(types)
    played = [theory.treatment.positions[i].messages[sent] for i, sent in enumerate(found.T)]
    surplus = theory.treatment.surplus(theory.treatment.play(values, np.stack(played, axis=-1)))
    efficient = float(theory.treatment.efficient_surplus(values))
    theory.surpluses[types] = EquilibriumSurplus(found, surplus, efficient, METHOD, TOLERANCE)
    return theory.surpluses[types]


def payoff_dominant_exists(theory: Theory) -> Finding:
    """Whether at every type profile all players like one equilibrium at least as much as every other."""
    if not all(theory.nash_counts.values()):
        return not_applicable(NO_EQUILIBRIUM)
    answer = ""
    for types in theory.different:
        stable = theory.stable(types)
        at = np.flatnonzero(stable)
        own = [theory.own_points(i, t).reshape(-1)[at] for i, t in enumerate(types)]
        best = at[np.logical_and.reduce([points == points.max() for points in own])]
        if not len(best):
            likes = [np.unravel_index(at[points.argmax()], stable.shape) for points in own]
            words = [f"{theory.role(i)} likes most that {theory.messages(said)}" for i, said in enumerate(likes)]
            at_types = f"at {theory.types(types)} " if theory.types(types) else ""
            return Finding(Verdict("fails", METHOD, theory.size), witness=at_types + "; ".join(words))
        if len(theory.type_profiles) == 1:
            only = ", the only equilibrium" if len(at) == 1 else f": {len(best)} of {len(at)} equilibria"
            answer = theory.messages(np.unravel_index(best[0], stable.shape)) + only
    return Finding(Verdict("holds", METHOD, theory.size), answer)


def balanced_budget(theory: Theory) -> Finding:
    """Whether transfers sum to 0 at every message profile (before rounding to points)."""
    sums = theory.grid_play.transfers.sum(axis=-1)
    low, high = float(sums.min()), float(sums.max())
    balanced = max(-low, high) <= 1e-9 * theory.scale
    verdict = Verdict("holds" if balanced else "fails", "every message profile", f"{sums.size} message profiles", 1e-9)
    if balanced:
        return Finding(verdict, numbers=BEFORE)
    k = np.unravel_index(int(np.abs(sums).argmax()), sums.shape)
    profile = [int(m) for m in k]
    witness = f"transfers sum to {apart(float(sums[k]))[0]} when {theory.messages(profile)}"
    return Finding(verdict, "between " + " and ".join(apart(low, high)), witness, BEFORE)


QUESTIONS: dict[str, tuple[str, Question]] = {
    "unique pure Nash equilibrium": ("at every type profile", unique_nash),
    "truth is a Nash equilibrium": ("at every type profile", truth_is_nash),
    "every Nash equilibrium is efficient": ("surplus at the true types", efficient_nash),
    "some Nash equilibrium is efficient": ("price of stability, Anshelevich et al. 2008", best_nash_is_efficient),
    "payoff-dominant equilibrium exists": ("Harsanyi and Selten 1988; at every type profile", payoff_dominant_exists),
    "budget balance": ("Safronov 2018, Lemma 1", balanced_budget),
}
