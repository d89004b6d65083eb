"""The receipt: every step from the points of the rounds to the money, so that a subject can check the sum."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from markupsafe import Markup

from engine.demo.alone import is_alone
from engine.people import PartEarnings, Participant
from engine.session.earnings import has_played, under_way
from engine.session.in_force import treatment_of
from engine.session.outcomes import completion, outcome_of
from engine.session.participation.taken_out import TAKEN_OUT
from engine.session.plan import order_of
from engine.stored_study import study_of
from engine.words import language
from engine.words.endings import ending_sentence, taken_out_sentence
from engine.words.leaving import in_silo, leaving
from engine.words.markdown import in_language
from engine.words.money import current, rounded_money
from engine.words.numbers import NOTHING, money_text, points_of, points_text, tagged
from engine.words.sentences import rate_text
from mechanisms.treatments import Treatment


def receipt(participant: Participant) -> dict[str, object]:
    """Variables of closing/receipt.html. The parts are numbered in the order in which they were played."""
    earnings, session = participant.earnings, participant.session
    drawn, outcome = earnings["paid_part"], outcome_of(participant)
    parts = [
        part_lines(
            treatment_of(session, part["part"]), part, number, drawn in (None, part["part"]),
            under_way(participant, part["part"]),
        )
        for number, part in enumerate(earnings["parts"], 1)
    ]  # fmt: skip
    exact = Decimal(earnings["show_up_fee"]) + sum(
        Decimal(part["money"]) for part in earnings["parts"] if drawn in (None, part["part"])
    )
    silo = in_silo(treatment_of(session, order_of(participant)[0]))
    return {
        "plays_alone": is_alone(session),
        "parts": parts,
        "several": len(parts) > 1,
        "paid_part": next((part["number"] for part in parts if part["paid"]), 0) if drawn else 0,
        "own_draw": earnings.get("own_draw", False),
        "arms": leaving().arms,
        "declined": (participant.id_in_session in session.declined or drawn == 0)
        and not (any(map(has_played, earnings["parts"])) or any(part["under_way"] for part in parts)),
        "fee": money("show_up_fee", Decimal(earnings["show_up_fee"])),
        "total": money("total", Decimal(earnings["total"])),
        "was_rounded": exact != rounded_money(exact, current()),
        "was_negative": exact < 0,
        "who": participant.label or participant.code,
        "ending": taken_out_sentence() if participant.vars.get(TAKEN_OUT) else ending_sentence(outcome, silo),
        "told": told(participant),
        "completion": completion(session, "" if is_alone(session) else outcome, participant.id_in_session),
    }


def told(participant: Participant) -> Markup:
    """The study's own words to those whose partner has left."""
    dropouts = study_of(participant.session).spec.dropouts
    if dropouts is None or outcome_of(participant) != "partner_left":
        return Markup("")
    return in_language(dropouts.told, language.current())


def part_lines(
    treatment: Treatment, part: PartEarnings, number: int, paid: bool, under_way: Sequence[int] = ()
) -> dict[str, object]:
    """`under_way` : the round that the others still play, with what the person has sent before leaving"""
    paid_round, guesses = part["paid_round"], part["belief_points"]
    rounds, gone, own_mean = [], part.get("gone", []), part.get("own_mean", [])
    empty = [k for k in part.get("empty", []) if k not in under_way]
    for k, units in enumerate(part["round_points"], 1):
        text = NOTHING if k in [*part.get("empty", []), *gone] else points_text(treatment, units)
        shown = tagged(f"points-{number}-{k}", units, text)
        guessed = tagged(f"belief-points-{number}-{k}", guesses[k - 1], points_text(treatment, guesses[k - 1]))
        counts = paid and paid_round in (None, k)
        rounds.append({"round": k, "points": shown, "guess": guessed, "css": "paid" if counts else ""})
    return {
        "number": number,
        "paid": paid,
        "rounds": rounds,
        "guesses": any(guesses),
        "one_round": len(rounds) == 1,
        "compensated": [k for k in part.get("compensated", []) if k not in own_mean],
        "own_mean": own_mean,
        "gone": gone,
        "under_way": listed(under_way),
        "empty": empty,
        "nothing_drawn": paid_round == 0 or not (paid or part.get("counted", True)),
        "draws": treatment.protocol.pay == "one" or not paid,
        "paid_round": tagged(f"paid-round-{number}", paid_round, str(paid_round)) if paid_round else "",
        "points": points_of(
            treatment,
            part["points_units"],
            tagged(f"points-{number}", part["points_units"], points_text(treatment, part["points_units"])),
        ),
        "rate": rate_text(treatment) if treatment.protocol.exchange_rate else "",
        "money": money(f"money-{number}", Decimal(part["money"])),
    }


def listed(rounds: Iterable[int]) -> str:
    return ", ".join(map(str, rounds))


def money(name: str, value: Decimal) -> Markup:
    return tagged(name, value, money_text(value, current()))
