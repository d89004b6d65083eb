"""What a guess is about and how it is paid, in words: on the page of the guess and in the instructions."""

from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup

from engine.words.language import _, ngettext
from engine.words.numbers import localized, plain, points_of, points_text
from engine.words.sentences import once
from mechanisms.session.scoring import ScoringRule, scoring_rule
from mechanisms.treatments import Treatment


def belief_step(treatment: Treatment, position: int) -> Decimal:
    """The step of guesses: a hundredth of the finest decimal in which the others' messages are written."""
    finest = 0
    for i, place in enumerate(treatment.positions):
        if i != position:
            finest = max(finest, *(decimals(float(message)) for message in place.messages))
    return Decimal(1).scaleb(-finest - 2)


def decimals(number: float) -> int:
    return -int(Decimal(repr(number)).normalize().as_tuple().exponent)


def what_is_guessed(treatment: Treatment) -> Markup:
    if treatment.group_size == 2:
        if treatment.messages_are == "demands":
            return _("What do you think the other player will request in this round?")
        return _("What do you think the other player will report in this round?")
    if treatment.messages_are == "demands":
        return _("What do you think the average of the other players' requests will be in this round?")
    return _("What do you think the average of the other players' reports will be in this round?")


def asked_rule(treatment: Treatment, position: int) -> ScoringRule:
    """The rule for somebody who is asked for a guess: there is one."""
    rule = scoring_rule(treatment, position)
    assert rule is not None
    return rule


def allowed_guesses(treatment: Treatment, position: int) -> Markup:
    rule = asked_rule(treatment, position)
    return _(
        "a number from {lowest} to {highest} in steps of {step}",
        lowest=plain(float(rule.lowest)), highest=plain(float(rule.highest)),
        step=localized(f"{belief_step(treatment, position):f}"),
    )  # fmt: skip


def belief_rule(treatment: Treatment, position: int) -> list[Markup]:
    """Sentences about the guesses of a treatment; empty where there are none."""
    rule = scoring_rule(treatment, position)
    if rule is None:
        return []
    return [*_when(treatment), *_points(treatment, rule), *_paid(treatment)]


def _when(treatment: Treatment) -> list[Markup]:
    assert treatment.beliefs is not None
    rounds = treatment.beliefs.rounds
    if once(treatment):
        return [
            ngettext(
                "Before you decide you guess what the other player will choose.",
                "Before you decide you guess what the others will choose on average.",
                treatment.group_size - 1,
            )
        ]
    if rounds == "all":
        return [
            ngettext(
                "Before each decision you guess what the other player will choose.",
                "Before each decision you guess what the others will choose on average.",
                treatment.group_size - 1,
            )
        ]
    *first, last = map(str, rounds)
    if not first:
        return [
            ngettext(
                "In round {round} you guess before your decision what the other player will choose.",
                "In round {round} you guess before your decision what the others will choose on average.",
                treatment.group_size - 1,
                round=last,
            )
        ]
    return [
        ngettext(
            "In rounds {first} and {last} you guess before your decision what the other player will choose.",
            "In rounds {first} and {last} you guess before your decision what the others will choose on average.",
            treatment.group_size - 1,
            first=_(", ").join(first), last=last,
        )
    ]  # fmt: skip


def _points(treatment: Treatment, rule: ScoringRule) -> list[Markup]:
    """The rule in words, its formula, and an example in which the guess is off by a quarter of the range."""
    most, width = points_text(treatment, rule.most), rule.highest - rule.lowest
    off = width / 4
    values = {"most": most, "range": plain(float(width)), "distance": plain(float(off))}
    if rule.kind == "quadratic":
        earned = points_of(treatment, rule.units(rule.lowest, rule.lowest + off))
        return [
            _(
                "The closer your guess is to what really happens, the more points you get for it: {most} if it is "
                "exactly right, and less the farther it is off.",
                most=most,
            ),
            _(
                "To be exact: points = {most} × (1 − (distance ÷ {range})²), rounded. The distance is between your "
                "guess and what really happens; {range} is the largest distance that there can be.",
                **values,
            ),
            _(
                "An example: if your guess is off by {distance}, you get {most} × (1 − ({distance} ÷ {range})²), "
                "rounded: {earned}.",
                earned=earned, **values,
            ),
        ]  # fmt: skip
    values["most"] = points_of(treatment, rule.most)
    chance = plain(float(100 * rule.share(rule.lowest, rule.lowest + off)))
    return [
        _(
            "The closer your guess is to what really happens, the more likely you get {most} for it; otherwise "
            "you get 0 points. If it is exactly right, you get them for sure.",
            most=values["most"],
        ),
        _(
            "To be exact: the chance of {most} is 1 − (distance ÷ {range})². The distance is between your "
            "guess and what really happens; {range} is the largest distance that there can be. The computer draws.",
            **values,
        ),
        _(
            "An example: if your guess is off by {distance}, you get {most} with a chance of 1 − ({distance} ÷ "
            "{range})², which is {chance} %.",
            chance=chance, **values,
        ),
    ]  # fmt: skip


def _paid(treatment: Treatment) -> list[Markup]:
    if not treatment.protocol.exchange_rate:
        return []
    if treatment.protocol.pay == "one" and treatment.protocol.rounds > 1:
        return [_("If the round is drawn to be paid, the points of your guess are paid, too.")]
    if once(treatment) or (treatment.beliefs is not None and len(treatment.beliefs.rounds) == 1):
        return [_("The points of your guess are paid like all other points.")]
    return [_("The points of your guesses are paid like all other points.")]


def as_fraction(number: float) -> Fraction:
    """A stored guess as the decimal number that was typed."""
    return Fraction(Decimal(repr(number)))
