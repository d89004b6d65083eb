"""Questions on pure Nash equilibria of the games of complete information, and what they are worth."""

from __future__ import annotations

import numpy as np

from mechanisms.certificate.certificate import Finding, not_applicable
from mechanisms.certificate.theory import Question, Theory, number
from mechanisms.verdicts import Verdict

METHOD = "every message profile at every type profile"
SHOWN = 3


def unique_nash(theory: Theory) -> Finding:
    """Whether there is exactly one pure Nash equilibrium whatever the types are."""
    counts = {types: len(equilibria) for types, equilibria in theory.nash.items()}
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
            [equilibria] = theory.nash.values()
            answer += ": " + theory.messages(equilibria[0])
        return Finding(Verdict("holds", METHOD, theory.size), answer)
    some = [theory.messages(equilibrium) for equilibrium in theory.nash[types][:SHOWN]]
    at = f"at {theory.types(types)} " if theory.types(types) else ""
    witness = f"{at}there are {counts[types]}" + (f", among them: {'; '.join(some)}" if some else "")
    return Finding(Verdict("fails", METHOD, theory.size), answer, witness)


def truth_is_nash(theory: Theory) -> Finding:
    """Whether telling the truth is a pure Nash equilibrium at every type profile."""
    truthful = theory.game.truthful
    if truthful is None:
        return not_applicable("messages are demands, not reports")
    for types, equilibria in theory.nash.items():
        truth = [int(truthful[i][t]) for i, t in enumerate(types)]
        if not (equilibria == truth).all(axis=1).any():
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
    worst: tuple[float, str] = (0.0, "")
    best_possible = 0.0
    for types, equilibria in theory.nash.items():
        values = np.array([theory.treatment.positions[i].types[t] for i, t in enumerate(types)])
        efficient = float(theory.treatment.efficient_surplus(values))
        best_possible = max(best_possible, abs(efficient))
        if not len(equilibria):
            continue
        played = np.stack([theory.treatment.positions[i].messages[equilibria[:, i]] for i in range(theory.n)], axis=-1)
        surplus = theory.treatment.surplus(theory.treatment.play(values, played))
        lost = efficient - surplus
        k = int(lost.argmax())
        if lost[k] > worst[0]:
            at = f"at {theory.types(types)} " if theory.types(types) else ""
            share = f" ({surplus[k] / efficient:.1%})" if efficient > 0 else ""
            got = f"surplus {number(surplus[k])} instead of {number(efficient)}{share}"
            words = f"{at}{theory.messages(equilibria[k])}: {got}"
            worst = (float(lost[k]), words)
    tolerance = 1e-9
    none = all(not len(equilibria) for equilibria in theory.nash.values())
    if none:
        return not_applicable("there is no pure Nash equilibrium")
    fails = worst[0] > tolerance * max(1.0, best_possible)
    verdict = Verdict("fails" if fails else "holds", METHOD, theory.size, tolerance)
    return Finding(verdict, witness=f"the worst one, {worst[1]}" if fails else "")


def balanced_budget(theory: Theory) -> Finding:
    """Whether transfers sum to 0 at every message profile (before rounding to points)."""
    sums = theory.grid_play.transfers.sum(axis=-1)
    scale = max(1.0, float(np.abs(theory.grid_play.transfers).max()))
    low, high = float(sums.min()), float(sums.max())
    balanced = max(-low, high) <= 1e-9 * scale
    verdict = Verdict("holds" if balanced else "fails", "every message profile", f"{sums.size} message profiles", 1e-9)
    if balanced:
        return Finding(verdict)
    k = np.unravel_index(int(np.abs(sums).argmax()), sums.shape)
    profile = [int(m) for m in k]
    witness = f"transfers sum to {number(float(sums[k]))} when {theory.messages(profile)}"
    return Finding(verdict, f"between {number(low)} and {number(high)}", witness)


QUESTIONS: dict[str, tuple[str, Question]] = {
    "unique pure Nash equilibrium": ("at every type profile", unique_nash),
    "truth is a Nash equilibrium": ("at every type profile", truth_is_nash),
    "every Nash equilibrium is efficient": ("surplus at the true types", efficient_nash),
    "budget balance": ("Safronov 2018, Lemma 1", balanced_budget),
}
