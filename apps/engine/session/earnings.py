"""What a participant is paid: points of the paid rounds, exchange rate, show-up fee; money is rounded once."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from otree.api import cu
from otree.common import get_models_module

from engine.people import PartEarnings, Participant, PartRounds, Player, Session
from engine.session.guesses import belief_units_of
from engine.session.in_force import treatment_of
from engine.session.left import compensate, rounds
from engine.session.outcomes import ends_early, fee_for, outcome_of
from engine.session.plan import order_of
from engine.session.stages import last, requests_of, standing_of
from engine.stored_study import study_of
from engine.words.money import currency_in, rounded_money
from engine.words.numbers import money_text
from engine.words.sentences import is_drawn
from mechanisms.session.draws import paid_part, paid_round
from mechanisms.session.own_draws import own_paid_part, own_paid_round
from mechanisms.session.record import DELETED, GONE


def settle_participant(participant: Participant) -> None:
    """Compute and store the earnings; a second call changes nothing, and who was deleted has none. Who never came gets
    no show-up fee.

    Decimals are stored as texts, so that the export shows them unrounded.
    """
    if "earnings" in participant.vars or outcome_of(participant) == DELETED:
        return
    session = participant.session
    played = [part_rounds(participant, part) for part in order_of(participant)]
    alone = draws_alone(participant, played)
    parts = [part_earnings(participant, part, alone) for part in played]
    drawn = drawn_part(session, participant.id_in_session, parts if alone else None)
    promised = Decimal(session.config["participation_fee"])
    fee = fee_for(session, outcome_of(participant), promised) if came(session, participant.id) else Decimal(0)
    paid = [Decimal(part["money"]) for part in parts if drawn in (None, part["part"])]
    total = rounded_money(max(Decimal(0), fee + sum(paid)), currency_in(session.config))
    participant.earnings = {
        "parts": parts, "paid_part": drawn, "own_draw": alone, "show_up_fee": str(fee), "total": str(total),
    }  # fmt: skip
    # oTree adds the show-up fee itself: together they are the total of the receipt.
    participant.payoff = cu(total - promised)


def settle_again(participants: Iterable[Participant]) -> None:
    """Their round has been played: whose earnings were settled in the middle of it, because the person has left, is
    paid for what she or he had sent there."""
    for participant in participants:
        if "earnings" in participant._vars:
            del participant.vars["earnings"]
            settle_participant(participant)


def under_way(participant: Participant, part: int) -> list[int]:
    """The round in which somebody who has left has sent something, and which the others still play, if it counts."""
    if not participant.session.declined:
        return []
    return [
        player.part_round
        for player in rounds(participant, part)
        if player.field_maybe_none("points_units") is None and has_sent(player) and not player.group.is_void()
    ]


def has_sent(player: Player) -> bool:
    """The person has guessed or decided, or waits to be served with what was asked for."""
    if player.field_maybe_none("belief") is not None:
        return True
    if player.field_maybe_none("message") is not None:
        return player.field_maybe_none("decided_by") not in GONE
    asked = requests_of(player)
    own = bool(asked) and last(player, "requests_by") not in GONE
    return own and standing_of(player).stage == len(asked)


def came(session: Session, participant_id: int) -> bool:
    """Whether anybody was ever there, to whom a show-up fee is owed: at home always; on a seat of a laboratory unless
    nobody has answered the page of consent, and nobody has decided later.
    """
    if study_of(session).online:
        return True
    seat = get_models_module("welcome").Player
    if not seat.objects_filter(participant_id=participant_id).with_entities(seat.absent).scalar():
        return True
    player = get_models_module(session.config["app_sequence"][1]).Player
    own = player.objects_filter(participant_id=participant_id).filter(player.decided_by.notin_(GONE))
    return own.first() is not None


def draws(person: Participant) -> bool:
    """Whether something that the person plays is not paid in the end."""
    session, order = person.session, order_of(person)
    return any(is_drawn(treatment_of(session, part), len(order), session.pay_parts) for part in order)


def draws_alone(participant: Participant, parts: Iterable[PartRounds]) -> bool:
    """Whether the participant has a draw of her or his own: who ends before the session is over, and who has rounds
    that bring nothing because they were not played, or because the computer played them while the person was gone."""
    return ends_early(participant) or any(part["empty"] or part["gone"] for part in parts)


def drawn_part(session: Session, number: int, own: Sequence[PartEarnings] | None = None) -> int | None:
    """The part that is paid if the design draws one; None: all parts. `own` : the parts of participant `number`, who
    draws alone: one of those in which some round has counted, 0 without one."""
    if session.pay_parts == "all":
        return None
    if own is None:
        return paid_part(len(session.parts), session.code)
    return own_paid_part(session.code, number, [part["part"] for part in own if part["counted"]])


def part_rounds(participant: Participant, part: int) -> PartRounds:
    """Points of each round of one part, and which of them count for the participant.

    What the computer earned while the person was gone is nobody's. Compensation for rounds that were not played, also
    if the computer had decided before, counts as if they had been.
    """
    own_mean = compensate(participant, part)
    model = get_models_module(participant.session.config["app_sequence"][1]).Player
    players = model.objects_filter(participant=participant, part=part, practice=False).order_by("round_number").all()
    points: list[int | None] = [player.field_maybe_none("points_units") for player in players]
    instead: list[int | None] = [player.field_maybe_none("compensation_units") for player in players]
    numbers = range(1, len(players) + 1)
    away = [player.field_maybe_none("decided_by") in GONE for player in players]
    gone = [k for k in numbers if away[k - 1] and points[k - 1] is not None]
    empty = [k for k in numbers if points[k - 1] is None and instead[k - 1] is None]
    counted = [k for k in numbers if k not in {*empty, *gone}]
    return {
        "part": part,
        "round_points": [(points[k - 1] or instead[k - 1] or 0) if k in counted else 0 for k in numbers],
        "belief_points": [belief_units_of(player) or 0 for player in players],
        "compensated": [k for k in numbers if instead[k - 1] is not None],
        "own_mean": own_mean, "empty": empty, "gone": gone, "counted": counted,
    }  # fmt: skip


def part_earnings(participant: Participant, rounds: PartRounds, alone: bool = False) -> PartEarnings:
    """The round of a part that is paid (None: all, 0: none) and the money, unrounded; points for guesses are paid in
    the rounds that are paid. `alone` : it is drawn for the participant alone, among the rounds that have counted."""
    session, part = participant.session, rounds["part"]
    treatment = treatment_of(session, part)
    paid = (
        own_paid_round(treatment, session.code, participant.id_in_session, rounds["counted"], part)
        if alone
        else paid_round(treatment, session.code, part)
    )
    points = enumerate(zip(rounds["round_points"], rounds["belief_points"], strict=True), 1)
    units = sum(sum(of_round) for k, of_round in points if paid in (None, k))
    return {**rounds, "paid_round": paid, "points_units": units, "money": str(treatment.money(units))}


def has_played(part: PartEarnings) -> bool:
    """Some round, maybe for 0 points; sessions of earlier versions do not say which rounds were not played."""
    not_played = {*part.get("empty", range(1, len(part["round_points"]) + 1)), *part.get("gone", [])}
    return len(not_played) < len(part["round_points"]) or any(part["round_points"]) or any(part["belief_points"])


def fee_text(session: Session, participant: Participant | None = None, outcome: str = "") -> str:
    """The show-up fee; for an outcome, or of a participant who has ended so, what the study states instead."""
    fee = fee_of(session, outcome or ("" if participant is None else outcome_of(participant)))
    return money_text(fee, currency_in(session.config)) if fee else ""


def fee_of(session: Session, outcome: str) -> Decimal:
    """The show-up fee in whole coins; for an outcome, what the study states instead."""
    fee = fee_for(session, outcome, Decimal(session.config["participation_fee"]))
    return rounded_money(fee, currency_in(session.config))
