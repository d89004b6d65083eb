"""Questions on private information: what types expect when the others' types are drawn from the priors."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mechanisms.bayesian import (
    Externality,
    JointLie,
    OrderWitness,
    ProfitableLie,
    RationalizableLie,
    coalition_proofness,
    ex_ante_removal,
    incentive_compatibility,
    order_independence,
)
from mechanisms.bayesian.equilibria import equilibria_among
from mechanisms.bayesian.full_implementation import InefficientEquilibrium, implementation_by
from mechanisms.bayesian.rationalizability import truth_by
from mechanisms.certificate.certificate import BEFORE, BOTH, Finding, not_applicable
from mechanisms.certificate.theory import Question, Theory
from mechanisms.games.private_types import BayesianGame
from mechanisms.played.play import DirectGame
from mechanisms.verdicts import Verdict
from mechanisms.writing import apart, listed

MAX_ORDERS = 5040
"""Of seven players; those of eight take a minute, whatever their types."""
NO_TYPES = "messages are demands, not reports of types"


def asked(decide: Callable[[Theory], Verdict], words: Callable[[Theory, Verdict], str]) -> Question:
    """A question about the game with private types whose messages are reports."""

    def question(theory: Theory) -> Finding:
        if theory.game.truthful is None:
            return not_applicable(NO_TYPES)
        verdict = decide(theory)
        return Finding(verdict, witness=words(theory, verdict) if verdict.status == "fails" and verdict.witness else "")

    return question


def _of_game(decide: Callable[[BayesianGame], Verdict]) -> Callable[[Theory], Verdict]:
    return lambda theory: decide(theory.game)


def order_does_not_matter(theory: Theory) -> Finding:
    """Whether interim utilities would be the same if the reports were treated in another order (before rounding)."""
    played = theory.treatment.played
    if not isinstance(played, DirectGame) or played.revisions is None:
        return not_applicable("only pairwise compensation treats reports in an order")
    if (count := math.factorial(played.problem.n)) > MAX_ORDERS:
        call = "order_independence(treatment.played.problem)"
        reason = f"too large: {count} orders, more than {MAX_ORDERS}; {call} counts them"
        verdict = Verdict("too large", "interim utilities under every order", f"{count} orders", reason=reason)
        return Finding(verdict, numbers=BEFORE)
    verdict = order_independence(played.problem)
    found: OrderWitness | None = verdict.witness
    if verdict.status != "fails" or found is None:
        return Finding(verdict, numbers=BEFORE)
    orders = [", ".join(theory.role(i) for i in order) for order in (found.lower_order, found.higher_order)]
    who = f"{theory.role(found.player)} of type {theory.message(found.player, found.type)}"
    low, high = apart(found.lowest, found.highest)
    words = f"{who} expects {low} in the order {orders[0]}, {high} in the order {orders[1]}"
    return Finding(verdict, witness=words, numbers=BEFORE)


def every_bayesian_equilibrium_is_efficient(theory: Theory) -> Finding:
    """Whether all pure Bayesian equilibria have the efficient surplus with probability 1."""
    places = theory.treatment.positions

    def surplus(types: np.ndarray, messages: np.ndarray) -> np.ndarray:
        theta = np.stack([place.types[types[..., i]] for i, place in enumerate(places)], axis=-1)
        sent = np.stack([place.messages[messages[..., i]] for i, place in enumerate(places)], axis=-1)
        return theory.treatment.surplus(theory.treatment.play(theta, sent))

    profiles = np.stack(np.meshgrid(*(place.types for place in places), indexing="ij"), axis=-1)
    verdict = implementation_by(
        theory.game,
        lambda: equilibria_among(theory.distinct, theory.interim_rationalizable),
        surplus,
        theory.treatment.efficient_surplus(profiles),
    )
    found: InefficientEquilibrium | None = verdict.witness
    if verdict.status != "fails" or found is None:
        return Finding(verdict, numbers=BOTH)
    says = [
        f"{theory.who(i, t)} {theory.verb} {theory.message(i, m)}"
        for i, strategy in enumerate(found.strategies)
        for t, m in enumerate(strategy)
        if places[i].probabilities[t] > 0
    ]
    at = f"at {theory.types(found.types)} " if theory.types(found.types) else ""
    lost = at + "the surplus is {} instead of {}".format(*apart(found.surplus, found.efficient))
    return Finding(verdict, witness=f"an equilibrium: {listed(says)}; {lost}", numbers=BOTH)


def _lie(theory: Theory, verdict: Verdict) -> str:
    lie: ProfitableLie = verdict.witness
    gain, message = theory.points(lie.gain), theory.message(lie.player, lie.lie)
    return (
        f"{theory.who(lie.player, lie.type)} expects {gain} more from reporting {message} if the others tell the truth"
    )


def _externality(theory: Theory, verdict: Verdict) -> str:
    found: Externality = verdict.witness
    others = [f"{theory.role(i)} reports {theory.message(i, m)}" for i, m in enumerate(found.others) if m is not None]
    payoff = theory.points(found.payoff, beside=found.guaranteed)
    guaranteed = theory.points(found.guaranteed, beside=found.payoff)
    return (
        f"{theory.role(found.player)} expects {payoff} from the truth when {listed(others)}, and {guaranteed} when the "
        "others tell the truth"
    )


def _joint_lie(theory: Theory, verdict: Verdict) -> str:
    lie: JointLie = verdict.witness
    members = [theory.who(i, t) for i, t in zip(lie.coalition, lie.types, strict=True)]
    lies = [theory.message(i, m) for i, m in zip(lie.coalition, lie.lies, strict=True)]
    together = "together " if len(members) > 1 else ""
    return f"{listed(members)} {together}expect {theory.points(lie.gain)} more from reporting {listed(lies)}"


def _rationalizable_lie(theory: Theory, verdict: Verdict) -> str:
    lie: RationalizableLie = verdict.witness
    left = [theory.message(lie.player, m) for m in lie.surviving]
    after = f"{lie.rounds} round{'' if lie.rounds == 1 else 's'}"
    return f"{theory.who(lie.player, lie.type)} is left with {listed(left)} after {after}"


QUESTIONS: dict[str, tuple[str, Question]] = {
    "Bayesian incentive compatibility": (
        "Safronov 2018, Proposition 1",
        asked(_of_game(incentive_compatibility), _lie),
    ),
    "ex-ante removal of externalities": ("Safronov 2018, Theorem 1", asked(_of_game(ex_ante_removal), _externality)),
    "coalition-proofness": ("Safronov 2018, Definition 6", asked(_of_game(coalition_proofness), _joint_lie)),
    "truth is uniquely rationalizable": (
        "interim correlated rationalizability; Safronov 2018, Definition 5",
        asked(lambda theory: truth_by(theory.game, lambda: theory.interim_rationalizable), _rationalizable_lie),
    ),
    "full efficient implementation": (
        "every pure Bayesian equilibrium; Safronov 2018, Theorem 3",
        every_bayesian_equilibrium_is_efficient,
    ),
    "order independence": ("Safronov 2018, Proposition 3", order_does_not_matter),
}
