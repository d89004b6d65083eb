"""Questions on coalitions when all types are known."""

from __future__ import annotations

from functools import partial

from mechanisms.certificate.certificate import Finding
from mechanisms.certificate.theory import Question, Theory
from mechanisms.solutions.coalitions import CoalitionDeviation, Work, strong_among, strong_equilibrium
from mechanisms.solutions.group_manipulability import JointLie, group_strategy_proofness
from mechanisms.verdicts import Verdict
from mechanisms.writing import listed

MAX_COMPARISONS = 5e7
"""Of equilibria with joint deviations of all coalitions, at all type profiles together; or a quarter of the payoffs of
these: so many take a few times as long as reading those."""
METHOD = "every coalition at every pure Nash equilibrium, at every type profile"


def strong_exists(theory: Theory) -> Finding:
    """Whether every type profile has a pure equilibrium from which no coalition can make all its members better off."""
    payoffs = len(theory.type_profiles) * theory.n * theory.profiles
    counts, without, work = [], None, Work(max(MAX_COMPARISONS, payoffs / 4))
    for types, game in theory.games():
        strong = strong_among(game, theory.nash_at(types), work=work)
        counts.append(len(strong))
        if without is None and not len(strong):
            without = types, game
    few, many = min(counts), max(counts)
    answer = f"{few} to {many} at a type profile" if few < many else f"{many} at every type profile"
    if without is None:
        return Finding(Verdict("holds", METHOD, theory.size), answer)
    types, game = without
    at = f"at {theory.types(types)}" if theory.types(types) else "here"
    if not theory.nash_counts[types]:
        return Finding(Verdict("fails", METHOD, theory.size), answer, f"{at} there is no pure Nash equilibrium at all")
    deviation: CoalitionDeviation = strong_equilibrium(game, theory.nash_at(types)[0].tolist()).witness
    who = listed([theory.role(i) for i in deviation.coalition])
    stay = theory.messages(deviation.profile)
    go = listed([theory.message(i, deviation.deviation[i]) for i in deviation.coalition])
    words = f"{at} {stay} is a Nash equilibrium, which {who} leave by {theory.act} {go}"
    return Finding(Verdict("fails", METHOD, theory.size), answer, words)


def truth_is_group_proof(theory: Theory, side_payments: bool) -> Finding:
    """Whether no coalition gains by a joint lie at any type profile, everybody knowing all types."""
    verdict = group_strategy_proofness(theory.game, side_payments)
    lie: JointLie | None = verdict.witness
    if lie is None:
        return Finding(verdict)
    who = listed([theory.who(i, lie.types[i]) for i in lie.coalition])
    lies = listed([theory.message(i, lie.messages[i]) for i in lie.coalition])
    others = theory.messages(lie.messages, without=lie.coalition)
    gain = f"gain {theory.points(lie.gain)} together" if len(lie.coalition) > 1 else f"gains {theory.points(lie.gain)}"
    when = f" when {others}" if others else ""
    return Finding(verdict, witness=f"{who} {gain} by reporting {lies}{when}")


QUESTIONS: dict[str, tuple[str, Question]] = {
    "strong equilibrium exists": ("Aumann 1959; at every type profile", strong_exists),
    "group strategy-proofness": ("all members gain", partial(truth_is_group_proof, side_payments=False)),
    "group strategy-proofness with side payments": (
        "the members' sum gains",
        partial(truth_is_group_proof, side_payments=True),
    ),
}
