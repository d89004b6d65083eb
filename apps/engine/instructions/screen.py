"""The instructions of one part: plain sentences, tables and a worked example, all generated from the treatment.

The same HTML stands on the first page of a part, behind the button "Instructions" of every later page, and in the
printed handouts (engine.paper.handouts).
"""

from functools import lru_cache

import numpy as np
from markupsafe import Markup

from engine.aids.opportunities import AIDS, is_printed
from engine.aids.shown import shown_aids
from engine.instructions.advice import advice
from engine.instructions.described import open_in_example, style_facts
from engine.instructions.example import example_screen, told_types
from engine.instructions.worth import WORTH, cost_facts, own_positions, possible_types, told_positions
from engine.words.crowds import counted, is_crowd, of_the_others, players
from engine.words.guess_rule import belief_rule
from engine.words.language import _, in_its_words
from engine.words.leaving import NOTHING, Leaving, leaving, when_leaving
from engine.words.money import currency_of
from engine.words.names import alternatives, outcome_texts, player_names, prior_sentence, type_name
from engine.words.numbers import allowed_messages, listed, money_text, points_text, tagged
from engine.words.place import raising_hands
from engine.words.rendering import render
from engine.words.sentences import (
    absent_sentence,
    late_sentence,
    matching_sentence,
    missing_sentences,
    pay_sentence,
    points_formula,
    rule_variables,
)
from mechanisms.certificate import theory_of
from mechanisms.environments import PublicProject
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError


@lru_cache(maxsize=256)
@in_its_words
def instructions(
    treatment: Treatment,
    position: int,
    parts: int = 1,
    pay_parts: str = "all",
    seats: bool = True,
    contact: str | None = "",
    leaves: Leaving = NOTHING,
) -> Markup:
    """The instructions for a position (from 0), in the language of the treatment's protocol.

    `parts` is the number of parts of the session, and `pay_parts` says whether "all" or only "one" of them is paid.
    `seats`: the reader can raise a hand; `contact`: else the address for questions, None if nobody is there;
    `leaves`: what a study says about people who leave.
    """
    with when_leaving(leaves):
        view = {**instructions_view(treatment, position), "pay": pay_sentence(treatment, parts, pay_parts)}
    with raising_hands(seats, contact):
        return render("engine/instructions/instructions.html", parts=parts, pay_parts=pay_parts, **view)


def instructions_view(treatment: Treatment, position: int) -> dict[str, object]:
    protocol, names = treatment.protocol, player_names(treatment)
    return {
        **rule_variables(treatment),
        **example_screen(treatment, position),
        **style_facts(treatment, position),
        "open_in_example": open_in_example(treatment, position),
        "advice": advice(treatment, position),
        "rounds": protocol.rounds,
        "matching": matching_sentence(treatment),
        "practice_rounds": protocol.practice_rounds,
        "practice_against": protocol.practice_against,
        "fixed_roles": protocol.fixed_roles,
        "everybody_named": everybody_named(treatment),
        "my_name": names[position],
        "outcomes": outcome_names(treatment),
        **type_facts(treatment, position),
        "worth": WORTH[treatment.environment](treatment, position),
        "cost": cost_facts(treatment, position),
        **choice_facts(treatment, position),
        "formula": points_formula(treatment, position),
        "formulas": formulas(treatment, position),
        **money_facts(treatment, position),
        "late": late_sentence(treatment),
        "absent": absent_sentence(treatment) if treatment.group_size > 1 or protocol.seconds else "",
        "left": missing_sentences(treatment),
        "feedback": protocol.feedback,
        "history": treatment.screen.history and protocol.rounds > 1,
        "quiz": protocol.quiz,
        "quiz_attempts": protocol.quiz_attempts,
        "quiz_failure": protocol.quiz_failure,
        "fee_after_quiz": leaving().quiz_failed,
    }


def everybody_named(treatment: Treatment) -> Markup:
    """The names of all members; of a large group without names of its own the first and the last number."""
    names = player_names(treatment)
    if is_crowd(treatment) and treatment.definition.get("roles") is None:
        return _("{first} to {last}", first=names[0], last=names[-1])
    return Markup(_(", ")).join(names)


def outcome_names(treatment: Treatment) -> Markup | str:
    environment = treatment.played.environment
    return alternatives(outcome_texts(treatment)) if isinstance(environment, PublicProject) else ""


def type_facts(treatment: Treatment, position: int) -> dict[str, object]:
    """How one's own type comes about, and what is known of everybody's."""
    names = player_names(treatment)
    priors = []
    for i in own_positions(treatment, position):
        drawn = len(possible_types(treatment, i)) > 1
        fact = prior_sentence(treatment, i) if drawn else type_name(treatment, i, possible_types(treatment, i)[0])
        priors.append((names[i], fact, drawn))
    same = len({str(fact) for _name, fact, _drawn in priors}) == 1
    if is_crowd(treatment) and not same:
        told = counted((fact, drawn) for _name, fact, drawn in priors)
        priors = [(players(count), fact, drawn) for (fact, drawn), count in told]
    others = []
    if treatment.information != "own":
        others = [(names[i], prior_sentence(treatment, i)) for i in range(treatment.group_size)]
        if len({str(fact) for _name, fact in others}) == 1:
            others = [(_("Everybody"), others[0][1])]
        elif is_crowd(treatment):
            others = [(players(count), fact) for fact, count in counted(fact for _name, fact in others)]
    return {
        "information": treatment.information,
        "priors": priors[:1] if same else priors,
        "anything_drawn": any(drawn for _name, _fact, drawn in priors),
        "others": others,
    }


def choice_facts(treatment: Treatment, position: int) -> dict[str, object]:
    names = player_names(treatment)
    allowed = [allowed_messages(place.messages) for place in treatment.positions]
    others = [(names[i], text) for i, text in enumerate(allowed) if i != position]
    if is_crowd(treatment):
        others = [(of_the_others(count), text) for text, count in counted(text for _name, text in others)]
    return {
        "allowed": allowed[position],
        "wider": not set(treatment.positions[position].messages.tolist()) <= set(possible_types(treatment, position)),
        "never_drawn": never_drawn(treatment, position),
        "other_grids": others if len({str(text) for text in allowed}) > 1 else [],
        "aids": told_aids(treatment, position),
        "confirmation": treatment.screen.confirmation,
    }


def never_drawn(treatment: Treatment, position: int) -> Markup:
    """Types with a name that can be reported, and so stand in lists and examples, but do not occur; empty if none."""
    if treatment.messages_are == "demands":
        return Markup("")
    named = {
        type_name(treatment, i, value): None
        for i in told_positions(treatment, position)
        for value in treatment.positions[i].messages.tolist()
        if treatment.positions[i].label(value) and value not in possible_types(treatment, i)
    }
    return listed(named)


def told_aids(treatment: Treatment, position: int) -> list[str]:
    """The aids of the screen; on paper what is open to one can be looked up if there is a sheet of it."""
    screen, kinds = treatment.screen, shown_aids(treatment)
    if screen.calculator or screen.graph or treatment.style not in AIDS:
        return kinds
    own_type = possible_types(treatment, position)[0]
    return kinds if is_printed(treatment, position, own_type) else [k for k in kinds if k not in AIDS.values()]


def formulas(treatment: Treatment, position: int) -> list[tuple[str, Markup]]:
    """From the sums of the example to the points: one formula, or one for each role that may be known."""
    told = told_types(treatment, position)
    texts = [(player_names(treatment)[i], points_formula(treatment, i)) for i in told]
    if len({str(text) for _name, text in texts}) == 1:
        return [("", texts[0][1])]
    if is_crowd(treatment):
        return [(players(count), text) for text, count in counted(text for _name, text in texts)]
    return texts


def money_facts(treatment: Treatment, position: int) -> dict[str, object]:
    protocol, currency = treatment.protocol, currency_of(treatment)
    units = 100 * 10**treatment.rounding
    return {
        "rate_example": {
            "points": tagged("rate-points", units, points_text(treatment, units)),
            "money": money_text(treatment.money(units), currency),
        },
        "exchanged": bool(protocol.exchange_rate),
        "can_lose": any(can_lose(treatment, i) for i in own_positions(treatment, position)),
        "fee": money_text(protocol.show_up_fee, currency) if protocol.show_up_fee else "",
        "beliefs": belief_rule(treatment, position),
    }


@lru_cache(maxsize=256)
def can_lose(treatment: Treatment, position: int) -> bool:
    """Whether points below zero are possible; True for a game that is too large to go through."""
    possible = np.flatnonzero(treatment.positions[position].probabilities > 0).tolist()
    try:
        theories = map(theory_of, treatment.in_every_order())
        return any(int(theory.least_points(position, t).min()) < 0 for theory in theories for t in possible)
    except TooLargeError:
        return True
