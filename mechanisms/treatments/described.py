"""Whether a game can be described and advised about as its file wants: descriptions and advice must be true of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mechanisms.bayesian.incentive_compatibility import incentive_compatibility
from mechanisms.games.private_types import BayesianGame
from mechanisms.solutions.strategy_proofness import strategy_proofness
from mechanisms.treatments.opportunity_sets import found_sets
from mechanisms.treatments.schema import TreatmentError
from mechanisms.treatments.schema_described import AdviceSpec, EarlierSpec
from mechanisms.treatments.words import Words
from mechanisms.writing import described, digits

if TYPE_CHECKING:
    from mechanisms.treatments.treatment import Treatment

MAX_PAYOFFS = 500_000
"""Of all types, at every profile of messages: what descriptions, advice and questions of understanding say is found by
going through all of them, while somebody waits for the page. So many take about a second."""

READABLE = 1e18
"""Larger numbers are not written out."""
MOST_IN_TURN = 5
"""Players who report in an order that is drawn, and are asked about the incentives."""


def check_described(treatment: Treatment, where: str) -> None:
    """TreatmentError unless the style fits the game, and what is to be said of it can be found and is true."""
    spoken = {"description.style": treatment.style, "advice.kind": treatment.advice and treatment.advice.kind}
    for key, value in spoken.items():  # who moves later can answer: what is true of given messages is no advice
        if treatment.definition.get("play") is not None and value not in (None, "traditional", "experience"):
            raise TreatmentError(
                f"{where}: {key} = {value!r}: messages are sent one after another ([play]), and others can react to "
                "one's own: descriptions and advice are for messages that are sent at the same time"
            )
    if treatment.understanding is not None and treatment.order_matters and treatment.group_size > MOST_IN_TURN:
        raise TreatmentError(
            f"{where}: understanding: play.order = 'drawn': the right answers are found by going through all orders of "
            f"the reports: for at most {MOST_IN_TURN} players"
        )
    _check_style(treatment, f"{where}: description.style = {treatment.style!r}: ")
    _check_size(treatment, where)
    if treatment.style == "menu":
        _check_truth(treatment, f"{where}: description.style = 'menu': ")
    if treatment.advice is not None:
        _check_advice(treatment, treatment.advice, f"{where}: advice.")


def _check_style(treatment: Treatment, where: str) -> None:
    reports, mechanism = treatment.messages_are == "reports", treatment.mechanism
    if treatment.style == "opportunity" and reports:
        raise TreatmentError(
            f"{where}{mechanism} asks for reports, not for quantities: use 'traditional' or, where the rule is "
            "strategy-proof, 'menu'"
        )
    if treatment.style == "menu" and not reports:
        raise TreatmentError(
            f"{where}{mechanism} asks for quantities, not for reports: use 'traditional' or 'opportunity'"
        )


def _check_size(treatment: Treatment, where: str) -> None:
    """Nothing is to be said of a game that is too large for a page to go through."""
    size, advice, asked = treatment.payoffs_of_types, treatment.advice, treatment.understanding
    if size <= MAX_PAYOFFS:
        return
    for wanted, key, instead in (
        (treatment.style != "traditional", f"description.style = {treatment.style!r}", "'traditional'"),
        (advice is not None, f"advice.kind = {advice and advice.kind!r}", "'none'"),
        (asked is not None and asked.before, "understanding.before = true", "false"),
        (asked is not None and asked.after, "understanding.after = true", "false"),
    ):
        if wanted:
            raise TreatmentError(
                f"{where}: {key}: too large: {treatment.group_size} players have {_counted(size)} payoffs, those of "
                f"all types at every profile of messages, more than {_counted(MAX_PAYOFFS)}: use {instead}, or fewer "
                "players, types or messages"
            )


def _counted(payoffs: float) -> str:
    return f"{payoffs:,.0f}" if payoffs < READABLE else f"{payoffs:.3g}"


def _check_truth(treatment: Treatment, where: str) -> None:
    """The truth picks a best result of every menu."""
    game = treatment.bayesian_game()
    verdict = strategy_proofness(game.payoffs, game.truthful)
    if verdict.witness is not None:
        raise TreatmentError(
            f"{where}the rule is not strategy-proof on this grid: {Words(treatment).lie(verdict.witness)}; "
            "use 'traditional'"
        )
    for i in range(treatment.group_size):
        _check_prices(treatment, i, where)


def _check_prices(treatment: Treatment, i: int, where: str) -> None:
    """TreatmentError where the own report changes what the same outcome costs: coarse points can hide that."""
    sets = found_sets(treatment, i)
    if (found := sets.two_prices) is not None:
        (first, *others), (second, *_others) = found
        one, other = (float(sets.prices[at]) for at in found)
        said = Words(treatment).two_prices(i, (first, second), others, (one, other))
        raise TreatmentError(f"{where}the own report can change the price of a result: {said}; use 'traditional'")


def _check_advice(treatment: Treatment, advice: AdviceSpec, where: str) -> None:
    game = treatment.bayesian_game()  # what is true of it can be found
    if advice.earlier is None:
        _check_types(treatment, game, where, advice.kind)
        return
    table = f"{where}file = {advice.file!r}" if advice.file else f"{where}earlier"
    if advice.identity != treatment.identity:
        raise TreatmentError(
            f"{table}: identity = {advice.identity!r}: the earlier sessions played another game than this one "
            f"({treatment.identity}): use those of this game"
        )
    seen = set()
    for number, row in enumerate(advice.earlier, 1):
        line = f"{table}, line {number + 1}" if advice.file else f"{table}[{number}]"
        place = (row.role, row.type, row.message)
        if place in seen:
            raise TreatmentError(f"{line} is there twice: {_said(row)}; give each once")
        seen.add(place)
        _check_row(treatment, row, f"{line}: ")
    _check_all_told(treatment, {(row.role, float(row.type)) for row in advice.earlier}, table)


def _check_types(treatment: Treatment, game: BayesianGame, where: str, kind: str) -> None:
    """TreatmentError where a lie pays only types that nobody ever has: the certificate counts them, and advice that
    says so would be untrue of everybody."""
    occur = [place.probabilities > 0 for place in treatment.positions]
    if game.truthful is None or all(one.all() for one in occur):
        return
    real = BayesianGame(*([part[here] for part, here in zip(each, occur, strict=True)]
                          for each in (game.payoffs, game.priors, game.truthful)))  # fmt: skip
    counted, without = (
        (strategy_proofness(one.payoffs, one.truthful).holds, incentive_compatibility(one).holds)
        for one in (game, real)
    )
    if counted != without:
        raise TreatmentError(
            f"{where}kind = {kind!r}: reporting something else than the truth pays only types of probability 0, which "
            "nobody ever has: leave them out of the types (they can stay among the messages)"
        )


def _check_all_told(treatment: Treatment, told: set[tuple[str, float]], table: str) -> None:
    """Everybody reads of somebody who was in the same place: of the own role, or of any where roles change."""
    silent = {}
    for place in treatment.positions:
        occur = place.types[place.probabilities > 0]
        if not any((place.role, float(own)) in told for own in occur):
            silent[place.role] = occur
    if silent and (treatment.protocol.fixed_roles or len(silent) == treatment.group_size):
        role, types = next(iter(silent.items()))
        raise TreatmentError(
            f"{table} has no line for {role} with a type that somebody can have, {described(types)}: whoever is "
            f"{role} would read of nobody; give lines for each role"
        )


def _said(row: EarlierSpec) -> str:
    return f"{row.role}, type {row.type}, message {row.message}"


def _check_row(treatment: Treatment, row: EarlierSpec, where: str) -> None:
    """A line of earlier sessions can have happened in this game."""
    roles = [place.role for place in treatment.positions]
    if row.role not in roles:
        raise TreatmentError(f"{where}role = {row.role!r}: must be one of {', '.join(map(repr, roles))}")
    i = roles.index(row.role)
    place = treatment.positions[i]
    for name, value, grid in (("type", row.type, place.types), ("message", row.message, place.messages)):
        if float(value) not in grid:
            raise TreatmentError(f"{where}{name} = {value}: must be one of those of {row.role}, {described(grid)}")
    if treatment.order_is_drawn:
        return  # another order can bring other points
    own = np.moveaxis(treatment.own_points(i, float(row.type)), i, 0)
    reached = own[int(np.searchsorted(place.messages, float(row.message)))] / 10**treatment.rounding
    if not reached.min() - 1e-9 <= float(row.points) <= reached.max() + 1e-9:
        raise TreatmentError(
            f"{where}points = {row.points}: {_said(row)} brings from {digits(float(reached.min()))} to "
            f"{digits(float(reached.max()))} points in this game"
        )
