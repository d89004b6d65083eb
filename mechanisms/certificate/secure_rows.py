"""Questions on secure implementation (K section 2).

The social choice function of a direct mechanism is what it does when all tell the truth; that of a demand game is what
happens in its Nash equilibrium, where that is unique (K Definition 7).
"""

from __future__ import annotations

import numpy as np

from mechanisms.certificate.certificate import Finding, not_applicable
from mechanisms.certificate.theory import Question, Theory
from mechanisms.solutions.rectangularity import RectangularityFailure, rectangularity
from mechanisms.solutions.secure_implementation import (
    BadEquilibrium,
    NoDominantMessage,
    secure_implementation,
    secure_implementation_by_definition,
)
from mechanisms.solutions.strategy_proofness import ProfitableLie, strategy_proofness

NO_FUNCTION = "no social choice function: the game does not have one Nash equilibrium at every type profile"


def truth_is_dominant(theory: Theory) -> Finding:
    """Strategy-proofness on the whole grid of reports; for demand games that of the equilibrium outcome."""
    game = theory.game
    if game.truthful is not None:
        verdict = strategy_proofness(game.payoffs, game.truthful)
        return Finding(verdict, witness=theory.lie(verdict.witness) if verdict.witness else "")
    if theory.social_choice is None:
        return not_applicable(NO_FUNCTION)
    verdict = strategy_proofness(_payoffs(theory))
    return Finding(verdict, "of the equilibrium outcome", _type_lie(theory, verdict.witness) if verdict.witness else "")


def rectangular(theory: Theory) -> Finding:
    """The rectangularity property of the social choice function on the types."""
    if theory.social_choice is None:
        return not_applicable(NO_FUNCTION)
    verdict = rectangularity(_choice(theory), _payoffs(theory))
    return Finding(verdict, witness=_rectangle(theory, verdict.witness) if verdict.witness else "")


def by_proposition_1(theory: Theory) -> Finding:
    """Strategy-proofness and rectangularity of the social choice function on the types."""
    if theory.social_choice is None:
        return not_applicable(NO_FUNCTION)
    verdict = secure_implementation(_choice(theory), _payoffs(theory))
    if verdict.witness is None:
        return Finding(verdict)
    is_rectangle = isinstance(verdict.witness, RectangularityFailure)
    return Finding(verdict, witness=(_rectangle if is_rectangle else _type_lie)(theory, verdict.witness))


def by_definition_4(theory: Theory) -> Finding:
    """Whether the game as played, with its whole grid, has dominant messages and only good Nash equilibria."""
    if theory.social_choice is None:
        return not_applicable(NO_FUNCTION)
    verdict = secure_implementation_by_definition(theory.game, theory.outcomes, _choice(theory))
    found = verdict.witness
    if isinstance(found, NoDominantMessage):
        return Finding(verdict, witness=f"{theory.who(found.player, found.true_type)} has no dominant message")
    if isinstance(found, BadEquilibrium):
        at = f"at {theory.types(found.types)} " if theory.types(found.types) else ""
        words = f"{at}it is a Nash equilibrium that {theory.messages(found.messages)}, with another outcome"
        return Finding(verdict, witness=words)
    return Finding(verdict)


def _choice(theory: Theory) -> np.ndarray:
    """The outcome ids of the social choice function, (T_1, …, T_n)."""
    assert theory.social_choice is not None
    ids: np.ndarray = theory.outcomes[tuple(np.moveaxis(theory.social_choice, -1, 0))]
    return ids


def _payoffs(theory: Theory) -> list[np.ndarray]:
    """What each type gets from the function at every reported type profile: n arrays (T_i, T_1, …, T_n)."""
    assert theory.social_choice is not None
    profile = tuple(np.moveaxis(theory.social_choice, -1, 0))
    return [np.stack([own[profile] for own in tensor]) for tensor in theory.game.payoffs]


def _type_lie(theory: Theory, lie: ProfitableLie) -> str:
    others = ", ".join(theory.type(i, t) for i, t in enumerate(lie.messages) if i != lie.player)
    gain = theory.points(lie.lie_payoff - lie.truth_payoff)
    return (
        f"{theory.who(lie.player, lie.true_type)} gains {gain} if type {theory.type(lie.player, lie.message)} is taken "
        f"for the own one and the others' types are {others}"
    )


def _rectangle(theory: Theory, found: RectangularityFailure) -> str:
    reported = ", ".join(theory.type(i, t) for i, t in enumerate(found.reports))
    return f"at {theory.types(found.types)} nobody alone minds reporting ({reported}), but the outcome is another one"


QUESTIONS: dict[str, tuple[str, Question]] = {
    "strategy-proofness": ("Kumar 2013, section 2", truth_is_dominant),
    "rectangularity property": ("Kumar 2013, section 2", rectangular),
    "secure implementation by Proposition 1": ("Kumar 2013, Proposition 1; on the types", by_proposition_1),
    "secure implementation by Definition 4": ("Kumar 2013, Definition 4; on the whole grid", by_definition_4),
}
