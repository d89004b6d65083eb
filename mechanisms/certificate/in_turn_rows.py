"""Questions on reports one after another: asked of treatments that are played so, beside all others.

The other rows are about the direct mechanism, in which all would report at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import factorial

import numpy as np

from mechanisms.bayesian import SequentialEquilibria, SequentialLie, sequential_equilibria, sequential_truth
from mechanisms.certificate.certificate import BOTH, Finding
from mechanisms.certificate.theory import Question, Theory, Types
from mechanisms.games.private_types import BayesianGame
from mechanisms.treatments import Treatment
from mechanisms.treatments.treatment import MAX_ORDERS
from mechanisms.verdicts import TooLargeError, Verdict
from mechanisms.writing import apart, how_many, listed

SAME = 1e-9
"""Surpluses that differ by less, relative to the largest, are the same."""
PLANS_AT_ONCE = 1000

Place = tuple[Treatment, BayesianGame, Types | None]
"""The treatment in one order, the game of what is known in it, and the types if everybody knows them."""


def places(theory: Theory) -> Iterator[Place]:
    """Every order that can be drawn and, with complete information, every type profile."""
    treatment = theory.treatment
    if treatment.order_is_drawn and factorial(theory.n) > MAX_ORDERS:
        raise TooLargeError(f"too large: {factorial(theory.n)} orders can be drawn, more than {MAX_ORDERS}")
    drawn = permutations(range(theory.n)) if treatment.order_is_drawn else [treatment.sequence]
    for order in drawn:
        ordered = treatment.in_sequence(order)
        game = theory.game if ordered is treatment else ordered.bayesian_game()
        if treatment.information != "complete":
            yield ordered, game, None
            continue
        for types in theory.type_profiles:
            own = [game.payoffs[i][[t]] for i, t in enumerate(types)]
            truths = None if game.truthful is None else [game.truthful[i][[t]] for i, t in enumerate(types)]
            yield ordered, BayesianGame(own, [[1.0]] * theory.n, truths), types


def in_words(theory: Theory, place: Place) -> str:
    """The order, and what everybody knows: "in the order Player 2, Player 1, types (3, 5)"."""
    ordered, _game, known = place
    order = ", ".join(theory.role(i) for i in ordered.sequence or ())
    types = "" if known is None else theory.types(known)
    return f"in the order {order}" + (f", {types}" if types else "")


def truth_in_turn(theory: Theory) -> Finding:
    """Whether telling the truth after every history is an equilibrium."""
    verdict, count = Verdict("not applicable", "", ""), 0
    for place in places(theory):
        ordered, game, _known = place
        verdict = sequential_truth(game, ordered.sequence)
        count += 1
        if verdict.status == "fails":
            return Finding(verdict, witness=f"{in_words(theory, place)}: {_lie(theory, verdict.witness, place)}")
    size = verdict.size if count == 1 else f"{verdict.size}, {count} times (orders and known types)"
    return Finding(Verdict(verdict.status, verdict.method, size, verdict.tolerance, reason=verdict.reason))


def _lie(theory: Theory, lie: SequentialLie, place: Place) -> str:
    ordered, _game, known = place
    before = [f"{theory.role(i)} has reported {theory.message(i, m)}"
              for i, m in zip(ordered.sequence or (), lie.history, strict=False)]  # fmt: skip
    own = lie.type if known is None else known[lie.player]
    after = f"after {listed(before)} " if before else ""
    gain, message = theory.points(lie.gain), theory.message(lie.player, lie.lie)
    return f"{after}{theory.who(lie.player, own)} expects {gain} more from reporting {message}"


def every_equilibrium_in_turn_is_efficient(theory: Theory) -> Finding:
    """Whether all pure equilibria have the efficient surplus at every type profile that can occur."""
    plans, counts, tolerance = [], [], 0.0
    for place in places(theory):
        ordered, game, _known = place
        found = sequential_equilibria(game, ordered.sequence)
        plans.append(len(found.plans))
        counts.append(found.count)
        tolerance = found.tolerance
        lost = _inefficient(theory, place, found)
        if lost:
            verdict = Verdict("fails", "all pure equilibria by backward induction", _size(plans, counts), tolerance)
            return Finding(verdict, witness=f"{in_words(theory, place)}: {lost}", numbers=BOTH)
    size = _size(plans, counts)
    answer = "the equilibria differ only in reports that change nothing" if max(plans) > 1 else ""
    verdict = Verdict("holds", "all pure equilibria by backward induction", size, tolerance)
    return Finding(verdict, answer=answer, numbers=BOTH)


def _size(plans: list[int], counts: list[int]) -> str:
    """What was gone through: equilibria, and what the types send in them on the path."""

    def between(numbers: list[int], one: str, many: str) -> str:
        low, high = how_many(min(numbers)), how_many(max(numbers))
        return f"{low if low == high else f'{low} to {high}'} {one if max(numbers) == 1 else many}"

    each = f" in each of {len(plans)} games (orders and known types)" if len(plans) > 1 else ""
    found = between(counts, "equilibrium", "equilibria")
    return f"{found} with {between(plans, 'play', 'different plays')}{each}"


def _inefficient(theory: Theory, place: Place, found: SequentialEquilibria) -> str:
    """An equilibrium and a type profile in which surplus is lost, in words; "" if there is none."""
    ordered, game, known = place
    seats = ordered.positions
    profiles = list(np.ndindex(*game.n_types))
    if known is None:
        profiles = [
            types for types in profiles if all(p.probabilities[t] > 0 for p, t in zip(seats, types, strict=True))
        ]
    at = [known if known is not None else types for types in profiles]
    theta = np.array([[p.types[t] for p, t in zip(seats, types, strict=True)] for types in at])
    best = ordered.efficient_surplus(theta)
    slack = SAME * max(1.0, float(np.abs(best).max()))
    plans = found.plans[(slice(None), *np.array(profiles).T)]
    for start in range(0, len(plans), PLANS_AT_ONCE):
        said = plans[start : start + PLANS_AT_ONCE]
        sent = np.stack([p.messages[said[..., i]] for i, p in enumerate(seats)], axis=-1)
        surplus = ordered.surplus(ordered.play(theta, sent))
        lost = best - surplus
        losing = np.flatnonzero(lost.max(axis=1) > slack)
        if len(losing):
            plan = losing[0]
            k = int(np.argmax(lost[plan]))
            where = f"at {theory.types(at[k])} " if theory.types(at[k]) else ""
            numbers = "the surplus is {} instead of {}".format(*apart(float(surplus[plan, k]), float(best[k])))
            return f"an equilibrium: {where}{theory.messages(said[plan, k].tolist())}; {numbers}"
    return ""


QUESTIONS: dict[str, tuple[str, Question]] = {
    "truth in turn": ("reports one after another; Safronov 2018, section 6", truth_in_turn),
    "every equilibrium in turn is efficient": (
        "all pure equilibria of public reports, sequentially rational after every history; Safronov 2018, section 6",
        every_equilibrium_in_turn_is_efficient,
    ),
}
