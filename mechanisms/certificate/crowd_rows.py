"""The questions of a certificate, asked of a demand game of many players: what its structure decides, and by which
argument. What it does not decide is said to be undecided, with the reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from mechanisms.certificate.certificate import Finding, not_applicable
from mechanisms.certificate.crowd_nash import (
    balanced_budget,
    best_nash_is_efficient,
    dominant,
    efficient_nash,
    no_losses,
    payoff_dominant_exists,
    unique_dominant,
    unique_nash,
)
from mechanisms.certificate.crowd_solving import (
    best_replies_converge,
    fictitious_play_converges,
    logit_selects,
    rationalizable,
    solvable,
    strong_exists,
)
from mechanisms.certificate.crowd_theory import CrowdTheory
from mechanisms.certificate.crowd_words import undecided
from mechanisms.certificate.secure_rows import NO_FUNCTION
from mechanisms.certificate.theory import Types
from mechanisms.verdicts import TooLargeError, Verdict

CrowdQuestion = Callable[[CrowdTheory], Finding]


def _no_function(theory: CrowdTheory) -> Finding | None:
    return None if theory.has_function else not_applicable(NO_FUNCTION)


def strategy_proof(theory: CrowdTheory) -> Finding:
    """Strategy-proofness of the equilibrium outcome: all types against all, by numbers of the others' types."""
    if (none := _no_function(theory)) is not None:
        return none
    method, answer = "every type against every other one, by numbers of the others' types", "of the equilibrium outcome"
    for types in theory.type_profiles:
        for seats in theory.alike:
            for i in {types[i]: i for i in seats}.values():
                lie = _profitable(theory, types, i)
                if lie is not None:
                    t, gain = lie
                    others = theory.types(tuple(types))
                    words = (
                        f"{theory.who(i, types[i])} gains {theory.points(gain)} if type {theory.type(i, t)} is taken "
                        f"for the own one at {others}"
                    )
                    return Finding(Verdict("fails", method, theory.size), answer, words)
    return Finding(Verdict("holds", method, theory.size), answer)


def _profitable(theory: CrowdTheory, types: Types, i: int) -> tuple[int, int] | None:
    """A type that a player would rather be taken for, and the gain in smallest units."""
    own = _outcome(theory, types, i, types[i])
    for t in range(len(theory.treatment.positions[i].types)):
        if t != types[i]:
            said = (*types[:i], t, *types[i + 1 :])
            gain = _outcome(theory, said, i, types[i]) - own
            if gain > 0:
                return t, gain
    return None


def _outcome(theory: CrowdTheory, said: Types, i: int, true: int) -> int:
    """Points of a player of type `true` in the equilibrium of the types that are said."""
    case = theory.same_case(said)
    found = theory.nash[case]
    seats = next(seats for seats in theory.alike if i in seats)
    seat = next(j for j in seats if case[j] == said[i])  # who has in the case the type that the player says
    values = np.array(theory.values(case))
    values[seat] = theory.treatment.positions[i].types[true]
    play = theory.treatment.play(values, theory.crowd.quantities[found.example(0)])
    return int(play.points[seat])


def of_the_function(theory: CrowdTheory, with_proofness: bool) -> Finding:
    """What is asked of the social choice function beside strategy-proofness: it holds where there is one profile."""
    if (none := _no_function(theory)) is not None:
        return none
    if theory.one_case:
        return Finding(Verdict("holds", "there is one type profile", theory.size))
    if with_proofness and (found := strategy_proof(theory)).verdict.status == "fails":
        return Finding(found.verdict, witness=found.witness)
    return undecided("the rectangularity property compares all pairs of type profiles, which are too many")


def by_definition_4(theory: CrowdTheory) -> Finding:
    """With one equilibrium at every type profile it is enough that all types have a dominant message."""
    if (none := _no_function(theory)) is not None:
        return none
    found = dominant(theory, "weak")
    method = f"one equilibrium at every type profile; dominant messages by {found.verdict.method}"
    witness = found.witness and f"no dominant message: {found.witness}"
    return Finding(Verdict(found.verdict.status, method, theory.size), witness=witness)


def every_bayesian_equilibrium_is_efficient(theory: CrowdTheory) -> Finding:
    if theory.one_case:
        return efficient_nash(theory)
    return undecided("all strategies of so many players with several types are too many to go through")


NO_TYPES = "messages are demands, not reports of types"
NOT_A_QUESTION: dict[str, str] = {
    "truth is a Nash equilibrium": "messages are demands, not reports",
    "group strategy-proofness": "messages are no reports of types",
    "group strategy-proofness with side payments": "messages are no reports of types",
    "Bayesian incentive compatibility": NO_TYPES,
    "ex-ante removal of externalities": NO_TYPES,
    "coalition-proofness": NO_TYPES,
    "truth is uniquely rationalizable": NO_TYPES,
    "order independence": "only pairwise compensation treats reports in an order",
}
ANSWERS: dict[str, CrowdQuestion | Finding] = {
    "weakly dominant messages": partial(dominant, kind="weak"),
    "strictly dominant messages": partial(dominant, kind="strict"),
    "unique dominant message": unique_dominant,
    "payoffs are never negative": no_losses,
    "unique pure Nash equilibrium": unique_nash,
    "every Nash equilibrium is efficient": efficient_nash,
    "some Nash equilibrium is efficient": best_nash_is_efficient,
    "payoff-dominant equilibrium exists": payoff_dominant_exists,
    "budget balance": balanced_budget,
    "solvable by iterated strict dominance": partial(solvable, which="strict"),
    "O-solvable": partial(solvable, which="overwhelmed"),
    "unique rationalizable messages": rationalizable,
    "simultaneous best replies converge": best_replies_converge,
    "sequential best replies converge": best_replies_converge,
    "fictitious play converges": fictitious_play_converges,
    "logit equilibrium approaches Nash": logit_selects,
    "strong equilibrium exists": strong_exists,
    "strategy-proofness": strategy_proof,
    "rectangularity property": partial(of_the_function, with_proofness=False),
    "secure implementation by Proposition 1": partial(of_the_function, with_proofness=True),
    "secure implementation by Definition 4": by_definition_4,
    "full efficient implementation": every_bayesian_equilibrium_is_efficient,
}
"""For each concept of the certificate who decides it, or why nobody does (`undecided`); those that are not asked of
demands are in NOT_A_QUESTION."""


def answer(theory: CrowdTheory, concept: str) -> Finding:
    """The answer to one question of the certificate; what is too large to decide says so."""
    if concept in NOT_A_QUESTION:
        return not_applicable(NOT_A_QUESTION[concept])
    if concept not in ANSWERS:
        return undecided("it is computed from a table of all profiles, which is too large for so many players")
    decides = ANSWERS[concept]
    try:
        return decides if isinstance(decides, Finding) else decides(theory)
    except TooLargeError as error:
        return Finding(Verdict("too large", "", "", reason=str(error)))
