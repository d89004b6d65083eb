"""Sentences about a treatment that pages and instructions share, and the variables of the rules' templates."""

from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup

from engine.words.language import _, has_prices, in_its_words, ngettext
from engine.words.leaving import in_silo, leaver_sentence, leaving
from engine.words.money import currency_of
from engine.words.names import player_names
from engine.words.numbers import allowed_messages, amount, amount_decimals, enough_decimals, money_text, plain, rounding
from mechanisms.costs import HomogeneousCost
from mechanisms.descriptions import shares_depend_on_everybody
from mechanisms.environments import Allocation, Production
from mechanisms.played.play import DirectGame
from mechanisms.treatments import Treatment


def rule_variables(treatment: Treatment) -> dict[str, object]:
    """What rules/NAME/rule.html and explanation.html ask about the treatment."""
    return {
        "mechanism": treatment.mechanism,
        "words": treatment.rule.words,
        "has_transfers": treatment.rule.has_transfers,
        **choice_function(treatment),
        "environment": treatment.environment,
        "demands": treatment.messages_are == "demands",
        "has_costs": treatment.environment == "production",
        "cost_shares": treatment.definition["mechanism"].get("cost_shares", ""),
        "ties": treatment.ties,
        "order": order_names(treatment),
        "objects": objects(treatment),
        "prices": has_prices(treatment),
        "constants": constants(treatment),
        "sequential": treatment.sequence is not None,
        "staged": treatment.stages is not None,
        "on_all_requests": treatment.messages_are == "demands" and shares_depend_on_everybody(treatment),
        "shows_requests": treatment.shows_requests,
        "order_is_drawn": treatment.order_is_drawn,
        "shows_compensation": treatment.shows_compensation,
        "path": path_parts(treatment),
        "own_goods": own_goods(treatment),
        "n": treatment.group_size,
        "notion": notion(treatment),
        "once": once(treatment),
        "options": own_options(treatment),
    }


def own_options(treatment: Treatment) -> dict[str, object]:
    """What the file says of the options of its rule, by their keys: numbers as the page's language writes them."""
    given = treatment.options.model_dump()
    numbers = {key: plain(float(value)) for key, value in given.items() if isinstance(value, Decimal | float)}
    return {**given, **numbers}


def choice_function(treatment: Treatment) -> dict[str, object]:
    """Of a social choice function: the rule that shares the cost, and the units that it can choose, in words."""
    sharing, environment = treatment.rule.demand_rule, treatment.played.environment
    if sharing is None or not isinstance(environment, Production):
        return {}
    quantities = environment.quantities
    lowest, highest = plain(float(quantities[0])), plain(float(quantities[-1]))
    anything = _("any number from {lowest} to {highest}, not only whole ones", lowest=lowest, highest=highest)
    continuous = treatment.definition["mechanism"]["demands"] == "continuous"
    return {"sharing": sharing.name, "possible_units": anything if continuous else allowed_messages(quantities)}


def once(treatment: Treatment) -> bool:
    """Whether one decides a single time, so that no round has to be told from others."""
    return treatment.protocol.rounds == 1 and not treatment.protocol.practice_rounds


def notion(treatment: Treatment) -> int:
    """What types are called: 0 types, where they are reported; 1 ideal levels; 2 value levels, with requests."""
    if treatment.environment == "single_peaked":
        return 1
    return 2 if treatment.messages_are == "demands" else 0


def matching_sentence(treatment: Treatment) -> Markup:
    n, matching = treatment.group_size, treatment.protocol.matching
    if treatment.protocol.rounds == 1:
        return _("You are in a group of {n}.", n=n)
    if matching == "partner":
        return _("You are in a group of {n}. It consists of the same people in all rounds.", n=n)
    if matching == "stranger":
        return _("You are in a group of {n}. The groups are drawn anew in every round.", n=n)
    return _("You are in a group of {n}. The groups are new in every round: you never meet anybody twice.", n=n)


def redrawn_sentence() -> Markup:
    """Who does not take part is not waited for, and costs the others nothing where that can be."""
    return _("The groups are drawn among those who have agreed to take part, as far as their number allows it.")


def missing_sentences(treatment: Treatment) -> list[Markup]:
    """What it means for the others if somebody does not take part; online whoever does not is in no group."""
    nobody = treatment.group_size == 1 or leaving().policy
    return [] if nobody else [redrawn_sentence(), left_sentence(treatment)]


@in_its_words
def left_sentence(treatment: Treatment) -> Markup:
    """What happens to the others of the group of somebody who does not take part (`session.partner_left`)."""
    if treatment.protocol.partner_left == "compensate":
        return Markup("{} {}").format(_compensation_sentence(treatment), nobody_else_sentence(treatment))
    return _unpaid_sentence(treatment)


def nobody_else_sentence(treatment: Treatment) -> Markup:
    """Compensation where there is nobody of whom an average could be made (engine.session.left)."""
    if treatment.protocol.rounds == 1:
        return _("If there are no others, you get 0 points.")
    return _(
        "If there are no others, you get the average of your own points in the rounds that you have played (0 points "
        "if that is below zero, or if you have played none)."
    )


def _compensation_sentence(treatment: Treatment) -> Markup:
    n = treatment.group_size
    if treatment.protocol.rounds == 1:
        return ngettext(
            "If the other player does not take part, you cannot play. You then get the average points of the "
            "participants who have your place in their groups.",
            "If somebody of your group does not take part, your group cannot play. You then get the average points of "
            "the participants who have your place in their groups.",
            n - 1,
        )
    return ngettext(
        "If the other player does not take part, you cannot play. For each round that you cannot play you get the "
        "average points of the participants who have your place in their groups in that round.",
        "If somebody of your group does not take part, your group cannot play. For each round that it cannot play "
        "you get the average points of the others who have your place in their groups in that round.",
        n - 1,
    )


def _unpaid_sentence(treatment: Treatment) -> Markup:
    n = treatment.group_size
    if treatment.protocol.partner_left == "computer":
        return ngettext(
            "If the other player does not take part, the computer decides in the place of this person.",
            "If somebody of your group does not take part, the computer decides in the place of this person.",
            n - 1,
        )
    if treatment.protocol.rounds == 1:
        return ngettext(
            "If the other player does not take part, you cannot play and get no points.",
            "If somebody of your group does not take part, your group cannot play and gets no points.",
            n - 1,
        )
    return ngettext(
        "If the other player does not take part, you cannot play and get no points in these rounds.",
        "If somebody of your group does not take part, your group cannot play and gets no points in these rounds.",
        n - 1,
    )


def late_sentence(treatment: Treatment) -> Markup | str:
    """The clock of a decision: how long, and what counts when it is over; "" without a clock."""
    n, demands = treatment.protocol.seconds, treatment.messages_are == "demands"
    if not n:
        return ""
    how = {
        "random": _("one of the allowed choices is drawn at random, each with the same chance"),
        "last": _(
            "your last own choice is repeated; if there is none, one of the allowed choices is drawn at random, each "
            "with the same chance"
        ),
        "truthful": _("your true type is reported for you"),
        "model": _("a computer program chooses for you, by a rule that is fixed before the session"),
    }[treatment.protocol.computer]
    if demands:
        return ngettext(
            "You have {n} second for a decision. If you have not confirmed a request then, {how}. It counts as yours.",
            "You have {n} seconds for a decision. If you have not confirmed a request then, {how}. It counts as yours.",
            n, how=how,
        )  # fmt: skip
    return ngettext(
        "You have {n} second for a decision. If you have not confirmed a report then, {how}. It counts as yours.",
        "You have {n} seconds for a decision. If you have not confirmed a report then, {how}. It counts as yours.",
        n, how=how,
    )  # fmt: skip


@in_its_words
def absent_sentence(treatment: Treatment, first: bool = False) -> Markup:
    """What happens when somebody leaves in the course of the session; with a time limit nobody waits.

    `first`: nothing was said of time limits before.
    """
    if stated := leaver_sentence(treatment.group_size, in_silo(treatment)):
        return stated
    unpaid = _("What the computer earns in this way is paid to nobody.")
    return Markup(" ").join([*_limits_sentence(treatment, first), _computer_sentence(treatment), unpaid])


def _limits_sentence(treatment: Treatment, first: bool) -> list[Markup]:
    if not has_limits(treatment):
        return []
    if first:
        return [_("The pages have a time limit.")]
    return [
        _("Other pages have a time limit, too.") if treatment.protocol.seconds else _("Other pages have a time limit.")
    ]


def has_limits(treatment: Treatment) -> bool:
    """Whether pages on which nothing is decided have a time limit."""
    pages = ("consent", "instructions", "quiz", "guess", "result")
    return any(treatment.protocol.time_limit(page) for page in pages)


def _computer_sentence(treatment: Treatment) -> Markup:
    protocol, n = treatment.protocol, treatment.group_size
    how = {
        "random": _("one of the allowed choices is drawn at random, each with the same chance"),
        "last": _("the last own choice of this person is repeated"),
        "truthful": _("the true type of this person is reported"),
        "model": _("a program chooses, by a rule that is fixed before the session"),
    }[protocol.computer]
    if not has_limits(treatment):
        if protocol.rounds == 1:
            return _("If somebody leaves, the computer can decide in the place of this person ({how}).", how=how)
        return _(
            "If somebody leaves during the session, the computer can decide in the place of this person in all later "
            "rounds ({how}).",
            how=how,
        )
    if protocol.rounds == 1:
        return ngettext(
            "If one of you is gone, the other does not wait: the computer decides "
            "in the place of this person ({how}).",
            "If somebody is gone, the others do not wait: the computer decides in "
            "the place of this person ({how}).",
            n - 1, how=how,
        )  # fmt: skip
    return ngettext(
        "If one of you is gone, the other does not wait: in every later round the "
        "computer decides in the place of this person ({how}) until the person is back.",
        "If somebody is gone, the others do not wait: in every later round the "
        "computer decides in the place of this person ({how}) until the person is back.",
        n - 1, how=how,
    )  # fmt: skip


def points_formula(treatment: Treatment, position: int, pays: bool = False) -> Markup:
    """How an account becomes points; `pays`: the transfer is known, and it is paid."""
    place, digits = treatment.positions[position], rounding(treatment)
    scale, shift = float(place.scale), float(place.shift)
    text = str(account_sum(treatment, pays))
    if scale != 1:
        single = treatment.environment != "production" and treatment.messages_are == "demands"
        text = f"{plain(scale)} \u00d7 {text if single else f'({text})'}"
    if shift:
        text += f" {'+' if shift > 0 else chr(0x2212)} {plain(abs(shift))}"
    formula = Markup(text)
    if digits == 0:
        return _("Points = {formula}, rounded to a whole number.", formula=formula)
    return ngettext(
        "Points = {formula}, rounded to {n} decimal.", "Points = {formula}, rounded to {n} decimals.", digits,
        formula=formula,
    )  # fmt: skip


def account_sum(treatment: Treatment, pays: bool) -> Markup:
    produced, transfers = treatment.environment == "production", treatment.rule.has_transfers
    if pays:
        paid = _("value \u2212 transfer that you pay")
        return _("value \u2212 cost share \u2212 transfer that you pay") if produced else paid
    if produced and transfers:
        return _("value \u2212 cost share + transfer")
    if produced:
        return _("value \u2212 cost share")
    return _("value + transfer") if transfers else _("value")


def rate_text(treatment: Treatment) -> Markup:
    return money_text(treatment.protocol.exchange_rate, currency_of(treatment))


def not_exchanged() -> Markup:
    return _("Points are not exchanged for money.")


def pay_sentence(treatment: Treatment, parts: int = 1, pay_parts: str = "all") -> Markup:
    """Which points are paid. `parts`: of the session; `pay_parts` says whether "all" or "one" of them is paid."""
    if not treatment.protocol.exchange_rate:
        return not_exchanged()
    sentence = which_points(treatment, parts, pay_parts)
    drawn = is_drawn(treatment, parts, pay_parts)
    return Markup(" ").join([sentence, own_draw_sentence()]) if drawn else sentence


def is_drawn(treatment: Treatment, parts: int = 1, pay_parts: str = "all") -> bool:
    """Whether not all points are paid."""
    one_round = treatment.protocol.pay == "one" and treatment.protocol.rounds > 1
    return bool(treatment.protocol.exchange_rate) and (one_round or (parts > 1 and pay_parts == "one"))


def drawn_sentence(treatment: Treatment, parts: int, pay_parts: str) -> Markup | str:
    """On the page of a decision, that not all points are paid; "" where all are."""
    if not is_drawn(treatment, parts, pay_parts):
        return ""
    one_round = treatment.protocol.pay == "one" and treatment.protocol.rounds > 1
    if parts > 1 and pay_parts == "one":
        return (
            _("One round of one of the {parts} parts is paid.", parts=parts) if one_round
            else _("One of the {parts} parts is paid.", parts=parts)
        )  # fmt: skip
    return (
        _("One round of this part is paid.")
        if parts > 1
        else _("One of the {n} rounds is paid.", n=treatment.protocol.rounds)
    )


def own_draw_sentence() -> Markup:
    return _(
        "If the study ends earlier for you, rounds are not played, or the computer plays them while you are gone, what "
        "is paid is drawn for you alone, among the rounds that you have played."
    )


def which_points(treatment: Treatment, parts: int, pay_parts: str) -> Markup:
    money, one_round = rate_text(treatment), treatment.protocol.pay == "one" and treatment.protocol.rounds > 1
    if parts > 1 and pay_parts == "one":
        if one_round:
            return _(
                "At the end one of the {parts} parts is drawn at random, and in this part one round, the same for "
                "everybody. Only the points of this one round are paid: 1 point = {money}.",
                parts=parts, money=money,
            )  # fmt: skip
        return _(
            "At the end one of the {parts} parts is drawn at random, the same for everybody. Only the points of this "
            "one part are added up and paid: 1 point = {money}.",
            parts=parts, money=money,
        )  # fmt: skip
    if treatment.protocol.rounds == 1:
        return _("1 point = {money}.", money=money)
    if parts > 1 and one_round:
        return _(
            "At the end one round of this part is drawn at random, the same for everybody. The points of this round "
            "are paid: 1 point = {money}.",
            money=money,
        )
    if parts > 1:
        return _("The points of all rounds of this part are added up and paid: 1 point = {money}.", money=money)
    if treatment.protocol.pay == "one" and leaving().arms:
        return _(
            "At the end one round is drawn at random, the same for everybody with whom you can be in a group. The "
            "points of this round are paid: 1 point = {money}.",
            money=money,
        )
    if treatment.protocol.pay == "one":
        return _(
            "At the end one round is drawn at random, the same for everybody. The points of this round are paid: "
            "1 point = {money}.",
            money=money,
        )
    return _("The points of all rounds are added up and paid: 1 point = {money}.", money=money)


def order_names(treatment: Treatment) -> Markup:
    """The order in which reports are made or taken, or equal requests are served; a mechanism in which one reports
    first has this one alone."""
    names, arguments = player_names(treatment), treatment.arguments
    if treatment.sequence is None and "first" in arguments:
        return Markup(names[arguments["first"]])
    order = treatment.sequence or treatment.stages or arguments.get("order") or range(len(names))
    return Markup(" \u2192 ").join(names[k] for k in order)


def in_this_order(treatment: Treatment) -> Markup:
    """The order of reports for which numbers are said, where it is drawn and changes them; empty elsewhere. It stands
    behind what is supposed of types and reports."""
    if not treatment.order_matters:
        return Markup("")
    return _("The reports are made in this order: {order}.", order=order_names(treatment))


def objects(treatment: Treatment) -> int:
    """How many objects are allocated; 0 where it is about something else."""
    environment = treatment.played.environment
    return len(environment.winners[0]) if isinstance(environment, Allocation) else 0


def constants(treatment: Treatment) -> list[Markup]:
    """What everybody receives or pays whatever is reported; nothing where the rule has no such amounts."""
    rule, played = treatment.rule, treatment.played
    if rule.constants is None or not isinstance(played, DirectGame):
        return []
    parts, amounts = [], in_force(treatment)
    decimals = enough_decimals(amounts, max(amount_decimals(treatment, i) for i in range(len(amounts))), least=2)
    for name, received in zip(player_names(treatment), amounts, strict=True):
        told = {"name": name, "amount": amount(abs(received), decimals)}
        parts.append(_("{name} pays {amount}", **told) if received < 0 else _("{name} receives {amount}", **told))
    return parts


@lru_cache(maxsize=64)
def in_force(treatment: Treatment) -> tuple[float, ...]:
    assert treatment.rule.constants is not None
    assert isinstance(treatment.played, DirectGame)
    found = treatment.rule.constants(treatment.played.problem, **treatment.options.arguments())
    return tuple(float(x) for x in found)


def path_parts(treatment: Treatment) -> list[Markup]:
    """A fixed path in words: for whom how many units come next, from corner to corner."""
    corners = treatment.options.arguments().get("path") or []
    names = player_names(treatment)
    parts: list[Markup] = []
    for start, end in pairwise(corners):
        more = [
            _("1 unit for {name}", name=name)
            if b - a == 1
            else _("{units} units for {name}", units=plain(b - a), name=name)
            for name, a, b in zip(names, start, end, strict=True)
            if b > a
        ]
        if len(more) > 1:
            listed = {"list": _(", ").join(more)}
            parts.append(
                _("then, side by side and finished together: {list}", **listed)
                if parts
                else _("first, side by side and finished together: {list}", **listed)
            )
        elif more:
            parts.append(_("then {part}", part=more[0]) if parts else _("first {part}", part=more[0]))
    return parts


def own_goods(treatment: Treatment) -> bool:
    """Whether everybody has a good of the own, so that the cost depends on whose units they are."""
    environment = treatment.played.environment
    return isinstance(environment, Production) and not isinstance(environment.cost, HomogeneousCost)
