"""Bots that play a round and check it: bad input is refused, points are right, and the page shows what is stored.

The expected points come from oracle.py beside this file, which does not use `mechanisms`.
"""

import logging
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

import otree.bots.bot
from otree.api import Bot, Submission, SubmissionMustFail, expect
from otree.common import get_pages_module
from otree.database import db

from engine.aids.answers import OWN_OPEN
from engine.aids.crowd_guess import as_entered
from engine.aids.shown import shown_aids
from engine.bots import oracle
from engine.bots.strategies import bot_messages, bot_request
from engine.guess_page import belief_answer
from engine.people import Group, Player
from engine.quiz.questions_game import quiz_answers, wrong_answers
from engine.quiz.understanding_pages import asks, understanding_answers
from engine.screens.round import seen_before
from engine.session.attendance.presence import CAUSE
from engine.session.guesses import asks_belief
from engine.words.crowds import counted, is_crowd
from engine.words.language import _, use
from engine.words.numbers import amount_decimals
from mechanisms.explanations.telling import telling, telling_profile
from mechanisms.session.draws import computer_messages, timeout_message
from mechanisms.treatments import Treatment
from mechanisms.writing import exact

NOT_NUMBERS = ("", "abc", "nan", "inf", "1 2", "1e1")
TOLERANCE = 1e-6


# oTree writes a line for each page that is sent, refused entries too
otree.bots.bot.logger.addFilter(lambda said: not said.getMessage().startswith("Submit "))
logger = logging.getLogger("otree")
told: set[tuple[str, int]] = set()
"""The rounds that were announced: one line each."""


def tell(player: Player) -> None:
    place = player.session.code, player.round_number
    if place not in told:
        told.add(place)
        logger.info("Round %s: %s bots play", player.round_number, player.session.num_participants)


class RoundBot(Bot):
    @property
    def pages(self) -> Any:
        return get_pages_module(self.player.get_folder_name())

    def play_round(self) -> Iterator[object]:
        player = self.player
        if player.field_maybe_none("part") is None:
            return
        tell(player)
        treatment, protocol = player.treatment, player.treatment.protocol
        if player.starts_part:
            if treatment.screen.instructions:
                yield self.pages.Instructions
            if protocol.quiz:
                yield from self.take_quiz()
            yield from self.tell_understanding("before")
        if asks_belief(player):
            yield Submission(self.pages.Belief, belief_answer(player), check_html=False)
        staged = treatment.stages is not None
        messages = bot_messages(player)
        check_public_reports(self)
        if staged:
            check_stages(self)
            messages[player.position] = bot_request(player)
        if player.round_number == 1:
            yield from self.bad_input()
        # The first position lets the time run out in the last round, if there is a clock.
        late = bool(protocol.seconds) and player.position == 0 and player.ends_part
        if late:
            # without the cause it would be what "Move on" of the monitor sends
            sent = {"message": "", CAUSE: "clock"}
            yield Submission(self.pages.Decide, sent, timeout_happened=True, check_html=False)
        else:
            # What belongs to others, or is computed, must be ignored when it is sent along.
            extra = {
                "points_units": 999,
                "message-2": 1,
                "type_value": 999,
                "timed_out": True,
                "part": 9,
                "practice": 1,
            }
            yield Submission(self.pages.Decide, {"message": repr(messages[player.position]), **extra}, check_html=False)
        if staged:
            yield from self.later_stages()
        check_round(self, None if late and not staged else player.message if staged else messages[player.position])
        yield self.pages.Feedback
        if player.ends_part:
            yield from self.tell_understanding("after")

    def later_stages(self) -> Iterator[object]:
        """Requests until the bot is served; one that is below what was served last is refused."""
        player = self.player
        for stage in range(2, player.treatment.group_size + 1):
            db.expire_all()
            if player.field_maybe_none("message") is not None:
                return
            page, least = stage_page(self.pages, stage), check_stages(self)
            below = [m for m in player.treatment.positions[player.position].messages.tolist() if m < least]
            if below and player.round_number == 1:
                yield SubmissionMustFail(page, {"message": repr(below[-1])}, error_fields=["message"], check_html=False)
            yield Submission(page, {"message": repr(bot_request(player))}, check_html=False)
        db.expire_all()  # what was served is set in the request of whoever was last

    def tell_understanding(self, moment: str) -> Iterator[object]:
        """Nothing chosen is sent back; every second bot has all answers right, the others have none."""
        if not asks(self.player.treatment, moment):
            return
        page = getattr(self.pages, f"Understanding{moment.capitalize()}")
        answers = understanding_answers(self.player)
        yield SubmissionMustFail(page, dict.fromkeys(answers, ""), error_fields=list(answers), check_html=False)
        yield page, answers
        db.expire_all()
        expect(getattr(self.player, f"understanding_{moment}"), float(self.participant.id_in_session % 2 == 0))

    def take_quiz(self) -> Iterator[object]:
        """Wrong answers first, as often as allowed but once, then the right ones."""
        limit = self.player.treatment.protocol.quiz_attempts
        if limit != 1:
            wrong = wrong_answers(self.player)
            yield SubmissionMustFail(self.pages.Quiz, wrong, error_fields=list(wrong), check_html=False)
            db.expire_all()  # the next attempt asks with other numbers
        yield Submission(self.pages.Quiz, quiz_answers(self.player), check_html=False)

    def bad_input(self) -> Iterator[object]:
        grid = self.player.treatment.positions[self.player.position].messages.tolist()
        between = [(a + b) / 2 for a, b in pairwise(grid)][:1]
        no_number = NOT_NUMBERS[self.participant.id_in_session % len(NOT_NUMBERS)]  # people share them out
        for bad in [no_number, repr(grid[-1] + 1), repr(grid[0] - 1), *map(repr, between)]:
            # the page has the field: once is enough, it is the same page each time
            first = bad == no_number
            yield SubmissionMustFail(self.pages.Decide, {"message": bad}, error_fields=["message"], check_html=first)
            expect(asking(self.player), "in", self.html)
        # Another player's field is no decision of one's own.
        yield SubmissionMustFail(self.pages.Decide, {"message-2": repr(grid[0])}, check_html=False)


def check_public_reports(bot: Bot) -> None:
    """Called when it is the bot's turn: the page shows the reports made before, and no other one."""
    db.expire_all()
    player, shown = bot.player, page_numbers(bot.html)
    said = {int(name[5:]): float(value) for name, value in shown.items() if name.startswith("said-")}
    sequence = player.treatment.sequence
    before = () if sequence is None else sequence[: sequence.index(player.position)]
    if player.alone():
        place = player.session.code, player.round_number, bot.participant.id_in_session, player.position
        drawn = computer_messages(player.treatment, *place)
        expect(said, {i + 1: drawn[i] for i in before})
    else:
        members = bot.group.get_players()
        expect(said, {i + 1: float(members[i].message) for i in before})
        expect(all(member.field_maybe_none("message") is None for member in members if member.position not in before)
               or sequence is None, True)  # fmt: skip


def stage_page(pages: Any, stage: int) -> Any:
    return next(page for page in pages.page_sequence if page.__name__ == f"StageDecide{stage}")


def check_stages(bot: Bot) -> float:
    """Called on the page of each stage: it shows what was served before, and nothing of the stage itself. Returns the
    least that can be requested, by the words of the rule."""
    db.expire_all()
    player, shown = bot.player, page_numbers(bot.html)
    treatment, grid = player.treatment, player.treatment.positions[player.position].messages.tolist()
    asked = [list(map(float, filter(None, (m.field_maybe_none("requests") or "").split(";"))))
             for m in bot.group.get_players()]  # fmt: skip
    own = asked[player.position]
    if player.alone():
        place = player.session.code, player.round_number, bot.participant.id_in_session, player.position
        drawn = computer_messages(treatment, *place)
        asked = [own if m is None else [m] * len(own) for m in drawn]
    served = play_stages(asked, [k - 1 for k in treatment.definition["play"]["order"]], len(own))
    expect({f"served-{i + 1}": q for i, q, _said in served},
           {name: float(value) for name, value in shown.items() if name.startswith("served-")})  # fmt: skip
    requests = {f"asked-{k}-{i + 1}": q for k, (_i, _q, said) in enumerate(served, 1) for i, q in said.items()}
    public = requests if treatment.definition["play"]["shown"] == "requests" else {}
    expect({name: float(value) for name, value in shown.items() if name.startswith("asked-")}, public)
    least = served[-1][1] if served else grid[0]
    expect(player.position not in [i for i, _q, _said in served], True)
    return least


def play_stages(asked: list[list[float]], order: list[int], stages: int) -> list[tuple[int, float, dict[int, float]]]:
    """(who is served, what, all requests) of the first stages; each request is at least what was served last."""
    left, found, least = list(order), list[tuple[int, float, dict[int, float]]](), float("-inf")
    for k in range(stages):
        said = {i: asked[i][k] for i in left}
        expect(min(said.values()), ">=", least)
        least = min(said.values())
        who = next(i for i in left if said[i] == least)
        left.remove(who)
        found.append((who, least, said))
    return found


def check_staged_round(bot: Bot) -> None:
    """Called when the group is complete: everybody got what the rule serves, in the stage that is stored."""
    players = bot.group.get_players()
    asked = [list(map(float, p.requests.split(";"))) for p in players]
    order = [k - 1 for k in bot.player.treatment.definition["play"]["order"]]
    for stage, (who, quantity, _said) in enumerate(play_stages(asked, order, len(players)), 1):
        expect((players[who].stage, players[who].message, len(asked[who])), (stage, quantity, stage))


def check_round(bot: Bot, sent: float | None) -> None:
    """Called on the feedback page: the group is complete."""
    db.expire_all()  # the pages wrote in another database session; what this one has loaded is old
    player, members = bot.player, bot.group.get_players()
    treatment, session = player.treatment, bot.session
    place = session.code, player.round_number, bot.participant.id_in_session, player.position
    staged = treatment.stages is not None
    expect(bool(player.timed_out), sent is None or (staged and player.requests_by.endswith("clock")))
    if staged and not player.alone():
        check_staged_round(bot)
    if sent is None:
        sent = timeout_message(treatment, *place)
    expect(player.message, sent)
    types = tuple(float(member.type_value) for member in members)
    if player.alone():
        drawn = computer_messages(treatment, *place)
        messages = tuple(sent if message is None else message for message in drawn)
        expected = expected_points(treatment, types, messages)
        expect(player.points_units, expected[player.position])
    else:
        messages = tuple(float(member.message) for member in members)
        expected = expected_points(treatment, types, messages)
        expect([member.points_units for member in members], expected)
        if session.config.get("bot_strategy") == "fixed":
            best = treatment.play(types, telling_profile(treatment, types)).points
            if list(messages) == telling_profile(treatment, types) and telling(best) == 1:
                expect(len(set(expected)), len(members))
                expect(0, "not in", expected)
    check_feedback_page(bot, treatment, messages)


@lru_cache(maxsize=4096)
def expected_points(treatment: Treatment, types: tuple[float, ...], messages: tuple[float, ...]) -> list[int]:
    definition = oracle.in_sequence(treatment.definition, treatment.sequence)
    return oracle.expected_points(definition, list(types), list(messages))


def page_numbers(html: str) -> dict[str, str]:
    """The exact numbers of a page by their names."""
    return dict(re.findall(r'data-name="([^"]+)" data-value="([^"]*)"', html))


def check_numbers_of_others(shown: dict[str, str], messages: tuple[float, ...], position: int, told: bool) -> None:
    """Of a large group how many of the others sent which message, if the results of all are told at all."""
    found = {name.removeprefix("others-"): int(value) for name, value in shown.items() if name.startswith("others-")}
    others = [exact(message) for i, message in enumerate(messages) if i != position]
    expect(found, dict(counted(others)) if told else {})


def check_feedback_page(bot: Bot, treatment: Treatment, messages: tuple[float, ...]) -> None:
    player, shown = bot.player, page_numbers(bot.html)
    feedback, everyone = treatment.protocol.feedback, range(1, len(messages) + 1)
    expect("points" in shown, feedback != "none")
    others = [f"message-{k}" for k in everyone if k != player.position + 1]
    everybody_listed = feedback == "all" and not is_crowd(treatment)
    expect(all(name in shown for name in others) if everybody_listed else not any(n in shown for n in others), True)
    check_numbers_of_others(shown, messages, player.position, feedback == "all" and is_crowd(treatment))
    expect("average-message" in shown, feedback == "average" and not player.alone())
    if feedback == "none":
        return
    expect(int(shown["points"]), player.points_units)
    for name in ("value", "cost_share", "transfer"):
        if name in shown:
            expect(float(shown[name]), getattr(player, name))
        else:  # what is not shown must not matter
            expect(abs(getattr(player, name)), "<", 10.0 ** -amount_decimals(treatment, player.position))
    for k in everyone if everybody_listed else [player.position + 1]:
        expect(float(shown[f"message-{k}"]), messages[k - 1])
    if "average-message" in shown:
        expect(abs(float(shown["average-message"]) - average_message(player)), "<", TOLERANCE)
    for step, stored in (("step-cost-share", player.cost_share), ("step-transfer", player.transfer)):
        if step in shown:
            expect(abs(float(shown[step]) - stored), "<", TOLERANCE)
    if "step-payment-1-2" in shown:
        me = player.position + 1
        received = sum(float(shown[f"step-payment-{j}-{me}"]) for j in everyone if j != me)
        paid = sum(float(shown[f"step-payment-{me}-{j}"]) for j in everyone if j != me)
        expect(abs(received - paid - player.transfer), "<", TOLERANCE)


def average_message(player: Player) -> float:
    """Of everybody who played the same part and round, person by person."""
    here = player.part, player.part_round, bool(player.practice)
    people = [p for p in player.subsession.get_players() if (p.part, p.part_round, bool(p.practice)) == here]
    messages = [p.message for p in people if p.field_maybe_none("message") is not None]
    return sum(messages) / len(messages)


def call_live_method(method: Any, group: Group, page_class: Any, round_number: int, **rest: Any) -> None:
    """Every aid that the treatment has, once a group in the first round; oTree calls this by its name."""
    if page_class.__name__ != "Decide" or round_number > 1:
        return
    members = group.get_players()
    treatment = members[0].treatment
    messages = bot_messages(members[0])
    types = tuple(float(member.type_value) for member in members)
    texts = [repr(message) for message in messages]
    for kind in shown_aids(treatment):
        for k, member in enumerate(members):
            possible = that_can_be(member, messages)
            expected = expected_points(treatment, types, tuple(possible))
            entered = as_entered(treatment, k, possible)
            [answers] = run(method(member.id_in_group, {"kind": kind, "messages": entered, "query": 7}))
            found = answers[member.id_in_group]
            expect((found["kind"], found["query"]), (kind, 7))
            if kind not in OWN_OPEN:
                expect(found["points"], expected[k])
    nonsense: list[object] = [None, 3, [], {}, {"kind": 3}, {"kind": "oracle", "messages": texts}]
    for bad in nonsense:
        expect(asking(members[0]), "in", refusal(method, bad))
    for kind in shown_aids(treatment):
        no_messages: list[object] = [1, None, [""] * len(members), [[]] * len(members), texts[1:]]
        for wrong in no_messages:
            expect(asking(members[0]), "in", refusal(method, {"kind": kind, "messages": wrong}))


def that_can_be(player: Player, messages: list[float]) -> list[float]:
    """The same messages, but those that the player has already seen, which the aids hold."""
    seen, treatment = seen_before(player), player.treatment
    return [m if m in (grid := seen.open_to(treatment, i)) else float(grid[0]) for i, m in enumerate(messages)]


def in_its_language(session: Any, sentence: str, **values: object) -> str:
    """A sentence of the pages as participants of the session read it."""
    with use(session.config["language"]):
        return str(_(sentence, **values))


def asking(player: Player) -> str:
    """What pages say to a wrong entry, without what is allowed: "Please choose"."""
    around = in_its_language(player.session, "Please choose {allowed}.", allowed="|").split("|")
    return max(around, key=len).strip(" .。")


def refusal(method: Any, data: object) -> str:
    [answers] = run(method(1, data))
    return str(answers[1]["error"])


def run(answers: Any) -> list[Any]:
    """oTree gives bots an asynchronous generator that nobody would run: collect it here."""

    async def collect() -> list[Any]:
        return [answer async for answer in answers]

    try:
        collect().send(None)
    except StopIteration as finished:
        return list(finished.value)
    raise AssertionError("the live method waits for something")


def check_receipt(bot: Bot) -> None:
    """The total of the receipt is the sum of its parts, and what oTree pays out."""
    db.expire_all()
    participant, shown = bot.participant, page_numbers(bot.html)
    earnings = participant.earnings
    paid_parts, sums = earnings["paid_part"], Decimal(0)
    for number, part in enumerate(earnings["parts"], 1):
        points = {int(k): int(v) for k, v in part_points(shown, number).items()}
        paid = part["paid_round"]
        guesses = part["belief_points"]
        units = sum(points[k] + guesses[k - 1] for k in points if paid in (None, k))
        expect(units, int(shown[f"points-{number}"]))
        expect(Decimal(shown[f"money-{number}"]), Decimal(part["money"]))
        sums += Decimal(part["money"]) if paid_parts in (None, part["part"]) else 0
    total = max(Decimal(0), sums + Decimal(shown["show_up_fee"]))
    expect(abs(Decimal(shown["total"]) - total), "<=", Decimal("0.005"))
    expect(Decimal(participant.payoff_plus_participation_fee()), Decimal(shown["total"]))


def part_points(shown: dict[str, str], number: int) -> dict[str, str]:
    pattern = re.compile(rf"points-{number}-(\d+)")
    return {match[1]: value for name, value in shown.items() if (match := pattern.fullmatch(name))}
