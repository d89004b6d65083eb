"""What subjects are told is what the treatment says: rendered pages of every shipped treatment and of random ones."""

import re
from itertools import product
from types import SimpleNamespace

import pytest
from engine.instructions.screen import instructions
from engine.paper.handouts import handout
from engine.quiz.questions_game import questions
from engine.screens.receipt import part_lines
from engine.screens.round import decide_screen
from engine.session.outcomes import Completion
from engine.words.crowds import is_crowd
from engine.words.guess_rule import belief_rule
from engine.words.language import use
from engine.words.leaving import Leaving, when_leaving
from engine.words.place import hands, raising_hands
from engine.words.rendering import render
from engine.words.sentences import not_exchanged, once, own_draw_sentence, pay_sentence, rate_text
from markupsafe import escape

from mechanisms.treatments import Treatment
from tests.apps import claims
from tests.apps.engine.instructions.reading import words
from tests.apps.engine.screens.pages import TREATMENTS, changed, feedback_page, played
from tests.apps.random_treatments import random_treatments
from tests.apps.stage import stage
from tests.shared import first_of_each, in_turn, kind_of_game, mostly_thorough

LANGUAGES = ("en", "de", "ja")
PARTS = [(1, "all"), (2, "all"), (3, "one")]
NO_STUDY = dict.fromkeys(("text", "withdrawal", "institution", "approval", "retention", "stopping"), "")
NO_STUDY |= {"exchanged": True, "losses": False, "endings": [], "own_draw": "", "once": False, "together": True}
NOTHING_TO_TAKE_ALONG = Completion("", "", "", "")
RANDOM, SOME = {treatment.name: treatment for treatment in random_treatments(24)}, 6
ALL, SHORT = {**TREATMENTS, **RANDOM}, list(RANDOM)[:3]
OF_EACH_KIND = first_of_each(TREATMENTS, lambda name: kind_of_game(TREATMENTS[name]))


def cases(names):
    """(name, language) for a parametrisation."""
    further = [name for name in list(RANDOM)[SOME:] if name in names]
    first = [name for name in names if name not in further]
    kept = [name for name in OF_EACH_KIND if name in names]
    return [*in_turn(first, LANGUAGES, *kept), *mostly_thorough(product(further, LANGUAGES))]


CASES = cases(ALL)


def one_of_each(names):
    """(name, language): a plain run tries one treatment of each kind and three at random, each in one language."""
    kept = first_of_each(names, lambda name: (kind_of_game(ALL[name]), is_crowd(ALL[name]), name in SHORT and name))
    return [*in_turn(kept, LANGUAGES), *mostly_thorough(product([n for n in names if n not in kept], LANGUAGES))]


IN_ONE_LANGUAGE = one_of_each(list(ALL)[: len(TREATMENTS) + SOME])
REQUESTS = one_of_each([name for name in list(ALL)[: len(TREATMENTS) + SOME] if ALL[name].messages_are == "demands"])


def check(page, expected, numbers, language):
    for family, answers in expected.items():
        assert claims.claimed(page, family, language) == answers, f"{family}: {page}"
    for name, values in numbers.items():
        assert claims.number(page, name, language) == values, f"{name}: {page}"
    assert not (odd := re.search(claims.NEVER[language], page)), f"{odd[0]!r}: {page}"


def decision(treatment, parts, pay_parts):
    player = stage(treatment, rounds=1)[0]
    player.session.parts, player.session.pay_parts = [treatment.definition] * parts, pay_parts
    player.session.orders = [list(range(1, parts + 1))]
    return words(render("engine/decide.html", **{**decide_screen(player), "instructions": ""}))


@pytest.mark.parametrize(("name", "language"), CASES)
def test_what_pages_claim_is_what_the_treatment_says(name, language):
    treatment = ALL[name].with_protocol(language=language)
    with use(language):
        for parts, pay_parts in PARTS:
            told = words(instructions(treatment, treatment.group_size - 1, parts, pay_parts))
            check(told, *claims.in_instructions(treatment, parts, pay_parts), language)
            page = decision(treatment, parts, pay_parts)
            check(page, *claims.on_the_decision_page(treatment, parts, pay_parts), language)


@pytest.mark.parametrize(("name", "language"), CASES)
def test_the_right_answers_of_the_quiz_agree_with_the_instructions(name, language):
    """What a right answer explains claims nothing that the treatment does not say."""
    treatment = ALL[name].with_protocol(language=language)
    own_type = float(treatment.positions[0].types[0])
    with use(language):
        for parts, pay_parts in PARTS:
            told = {q.name: q for q in questions(treatment, 0, own_type, 0, parts, pay_parts)}
            expected, _numbers = claims.in_instructions(treatment, parts, pay_parts)
            if "clock" in told:
                assert claims.claimed(told["clock"].explanation, "clock", language) == expected["clock"]
                assert told["clock"].right == treatment.protocol.computer
            if "pay" in told:
                one_part = parts > 1 and pay_parts == "one"
                one_round = treatment.protocol.pay == "one" and treatment.protocol.rounds > 1
                assert told["pay"].right == ("one" if one_round else "all")
                assert ("always" in dict(told["pay"].choices)) == one_part
            if "group" in told:
                assert told["group"].right == str(treatment.group_size)
            for question in told.values():
                text = f"{question.text} {question.hint} {question.explanation} {dict(question.choices)}"
                assert not re.search(claims.NEVER[language], text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_of_an_unpaid_part_does_not_say_that_it_is_paid(language):
    treatment = TREATMENTS["production_serial"].with_protocol(language=language)
    earned = {"part": 1, "paid_round": None, "round_points": [5, 7], "belief_points": [0, 0], "points_units": 12,
              "money": "0.048", "empty": [2]}  # fmt: skip
    with use(language):
        parts = [part_lines(treatment, earned, number, paid) for number, paid in ((1, False), (2, True))]
        shown = {"parts": parts, "several": True, "paid_part": 2, "declined": False, "fee": "5", "total": "5",
                 "was_rounded": False, "was_negative": False, "who": "x", "plays_alone": False,
                 "completion": NOTHING_TO_TAKE_ALONG}  # fmt: skip
        page = str(render("closing/receipt.html", ending="", told="", own_draw=False, arms=False, **shown))
    unpaid, paid = re.findall(r'<section aria-labelledby="part-\d.*?</section>', page, re.DOTALL)
    all_paid = {
        "en": "of this part are paid",
        "de": "dieses Teils werden ausgezahlt",
        "ja": "全ラウンドのポイントが支払",
    }
    assert all_paid[language] not in words(unpaid)
    assert all_paid[language] in words(paid)
    assert "\u2013" in words(unpaid), "a round that was not played"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_decision_says_beside_the_folded_rule_that_one_part_is_paid(language):
    said = {"en": "One of the 3 parts is paid", "de": "einer der 3 Teile", "ja": "3つのパートのうちの1つだけ"}[language]
    treatment = TREATMENTS["production_serial"].with_protocol(language=language, pay="all")
    with use(language):
        assert said in decision(treatment, 3, "one").replace(str(pay_sentence(treatment, 3, "one")), "")
        assert said not in decision(treatment, 3, "all")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_raises_a_hand_where_nobody_sees_it(language):
    treatment = TREATMENTS["park_vcg"].with_protocol(language=language)
    pages = {
        "consent": lambda: render("welcome/consent.html", fee="", left=[], problems=(), **NO_STUDY),
        "declined": lambda: render("welcome/declined.html", can_leave=False),
        "instructions": lambda: instructions(treatment, 0, seats=hands()),
        **{name: lambda name=name: render(f"outside/{name}.html", value="")
           for name in ("failed", "full", "label", "no_link", "taken", "end", "refused", "room_wait")},
        "missing": lambda: render("outside/missing.html", value="a room's"),
        "room_welcome": lambda: render("outside/room_welcome.html", value=True),
    }  # fmt: skip
    asked = {True: set(), False: set()}
    for seen in asked:
        with use(language), raising_hands(seen):
            asked[seen] = {name for name, page in pages.items() if re.search(claims.HANDS[language], words(page()))}
    assert asked[False] == set()
    assert asked[True] == {
        "consent",
        "declined",
        "instructions",
        "failed",
        "full",
        "label",
        "missing",
        "no_link",
        "taken",
        "room_welcome",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_that_are_paid_are_not_negative(language):
    """Pairwise compensation: an arrow, who pays, and an amount above zero or none."""
    for name in ("park_pairwise", "production_pairwise"):
        treatment = changed(name, session={"feedback": "all", "language": language})
        with use(language):
            for player in played(treatment):
                page = str(feedback_page(player))
                *_example, payments = re.findall(r'<ul class="payments">(.*?)</ul>', page, re.DOTALL)
                assert payments.count("\u2192") == payments.count("<li") == 6
                assert "\u2212" not in payments


DIRECT = ("vcg", "groves", "agv", "pairwise")


def two_players(name, **session):
    """A treatment of two players with that mechanism, all of whose pages can be shown."""
    return changed("cason_pivotal", mechanism={"name": name}, session={"feedback": "all", **session})


@pytest.mark.parametrize(("name", "language"), in_turn(DIRECT, LANGUAGES))
def test_with_two_there_is_one_other(name, language):
    for left in ("void", "computer", "compensate"):
        treatment = two_players(name, language=language, partner_left=left)
        assert treatment.group_size == 2
        with use(language):
            pages = [instructions(treatment, 0), instructions(treatment.with_protocol(seconds_result=20), 0)]
            pages += [str(feedback_page(player)) for player in played(treatment)]
            for page in (*map(words, pages), decision(treatment, 1, "all"), quiz(treatment, 0), quiz(treatment, 1)):
                assert not (odd := re.search(claims.TWO[language], page)), f"{odd[0]!r}: {page}"


def quiz(treatment, place=0):
    """All that the questions say, with hints and explanations."""
    own_type = float(treatment.positions[place].types[0])
    asked = questions(treatment, place, own_type, 0, 1, "all")
    return " ".join(f"{q.text} {q.hint} {q.explanation} {dict(q.choices)}" for q in asked)


def guesses(treatment):
    if treatment.stages is not None:  # one decides several times
        return ""
    asked = Treatment.from_definition({**treatment.definition, "beliefs": {"rounds": [1], "points": 5}})
    return " ".join(map(str, belief_rule(asked, 0)))


def every_page(treatment):
    """(what it is, words) of the pages of a session of this treatment alone: screen, paper and receipt."""
    places = {0, treatment.group_size - 1} if is_crowd(treatment) else set(range(treatment.group_size))
    for place in places:
        yield "instructions", words(instructions(treatment, place))
        yield "quiz", quiz(treatment, place)
        paper = re.sub(r"<style>.*?</style>", "", str(handout(treatment, place, "")), flags=re.DOTALL)
        yield "handout", words(paper)
    yield "decision", decision(treatment, 1, "all")
    for player in played(treatment, rounds=min(2, treatment.protocol.rounds)):
        if player.position in places:
            yield "result", words(feedback_page(player))
    n = treatment.protocol.rounds
    drawn = 1 if treatment.protocol.pay == "one" else None
    earned = {"part": 1, "paid_round": drawn, "round_points": [5] * n, "belief_points": [0] * n, "points_units": 5 * n,
              "money": "0.1"}  # fmt: skip
    shown = {"parts": [part_lines(treatment, earned, 1, True)], "several": False, "paid_part": 0, "declined": False,
             "fee": "5", "total": "5", "was_rounded": False, "was_negative": False, "who": "x",
             "plays_alone": False, "completion": NOTHING_TO_TAKE_ALONG}  # fmt: skip
    yield "receipt", words(render("closing/receipt.html", ending="", told="", own_draw=False, arms=False, **shown))
    told = {"once": once(treatment), "together": treatment.group_size > 1, "fee": "5", "left": [], "problems": ()}
    told |= {"exchanged": bool(treatment.protocol.exchange_rate)}
    yield "consent", words(render("welcome/consent.html", **NO_STUDY | told))


@pytest.mark.parametrize(("name", "language"), IN_ONE_LANGUAGE)
def test_a_session_of_one_round_speaks_of_one(name, language):
    """Also where one round is drawn to be paid, and where one guesses."""
    alone = ALL[name].with_protocol(language=language, rounds=1, pay="one", practice_rounds=0)
    with use(language):
        for what, page in [*every_page(alone), ("guesses", guesses(alone))]:
            if what in ("result", "instructions", "decision"):
                page = re.sub(claims.AVERAGE_OF_THE_ROUND[language], "", page)
            assert not (odd := re.search(claims.ONE_ROUND[language], page)), f"{what}: {odd[0]!r}: {page}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_points_are_not_exchanged_no_page_speaks_of_their_money(language):
    """A rate of 0, where points can be below zero, too; and who plays alone has nobody to ask."""
    session = {"exchange_rate": 0, "rounds": 3, "pay": "one", "show_up_fee": 0, "language": language}
    treatment = changed("park_pairwise", points={"scale": 1, "shift": -50}, session=session)
    with use(language), raising_hands(False, None):
        for what, page in every_page(treatment):
            assert (f"\u00d7 {rate_text(treatment)}" if what == "receipt" else rate_text(treatment)) not in page, what
            assert what not in ("instructions", "decision", "receipt") or not_exchanged() in page
        consent = words(
            render("welcome/consent.html", fee="5", left=[], problems=(), **NO_STUDY | {"exchanged": False})
        )
        assert not_exchanged() in consent
        assert not re.search(claims.HANDS[language], consent)


@pytest.mark.parametrize(("name", "language"), REQUESTS)
def test_where_units_are_requested_nobody_reads_of_types(name, language):
    treatment = ALL[name].with_protocol(language=language)
    with use(language):
        for what, page in every_page(treatment):
            page = page.replace(str(escape(treatment.title)), "").replace(treatment.title, "")
            assert not (odd := re.search(claims.TYPE[language], page)), f"{what}: {odd[0]!r}: {page}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DIRECT)
def test_what_is_paid_is_said_as_paid(name, language):
    """Nobody receives, or has a transfer of, an amount below zero: it is paid, and the amount has no sign."""
    treatment = two_players(name, language=language)
    pays = {"en": "Transfer that you pay", "de": "Transfer, den Sie zahlen", "ja": "支払う移転額"}[language]
    with use(language):
        for player in played(treatment):
            account = re.search(r'<table class="result">.*?</table>', str(feedback_page(player)), re.DOTALL)[0]
            value, shown = re.search(r'data-name="transfer" data-value="([^"]*)">([^<]*)<', account).groups()
            assert "\u2212" not in shown
            assert (f"\u2212 {pays}" in words(account)) == (float(value) < 0)


def test_the_reader_of_claims_tells_treatments_apart():
    """A page of another treatment is found wrong: the check can fail."""
    treatment = TREATMENTS["park_vcg"]
    told = words(instructions(treatment, 0))
    for change in ({"pay": "one"}, {"rounds": 3}, {"feedback": "none"}, {"seconds": 77}, {"exchange_rate": "0.07"}):
        other = treatment.with_protocol(**change)
        with pytest.raises(AssertionError):
            check(told, *claims.in_instructions(other, 1, "all"), "en")
    with pytest.raises(AssertionError):
        check(told, *claims.in_instructions(treatment, 2, "one"), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draw_of_ones_own_is_said_and_a_round_that_was_not_played_is_never_drawn(language):
    treatment = TREATMENTS["production_serial"].with_protocol(language=language, pay="one")
    earned = {"part": 1, "paid_round": 2, "round_points": [5, 7, 0], "belief_points": [0] * 3, "points_units": 7,
              "money": "0.028", "empty": [3]}  # fmt: skip
    alone = {"en": "for you alone", "de": "für Sie allein", "ja": "あなただけ"}[language]
    everybody = {"en": "for everybody", "de": "für alle", "ja": "全員"}[language]

    def page(own, paid_part=0, **changes):
        lines = part_lines(treatment, earned | changes, 1, True)
        shown = {"parts": [lines], "several": bool(paid_part), "paid_part": paid_part, "arms": False, "own_draw": own}
        shown |= dict.fromkeys(("declined", "was_rounded", "was_negative", "plays_alone"), False)
        shown |= {"fee": "5", "total": "5", "who": "x", "completion": NOTHING_TO_TAKE_ALONG}
        text = words(render("closing/receipt.html", ending="", told="", **shown))
        return alone in text, everybody in text

    with use(language):
        assert page(True) == (True, False)
        assert page(False) == (False, True)
        assert page(True, 1, paid_round=None) == (True, False)
        assert page(True, paid_round=0, points_units=0, money="0") == (False, False)
        assert page(True, paid_round=2, compensated=[1]) == (True, False)


def test_a_part_that_was_not_in_ones_own_draw_is_no_part_that_was_not_drawn():
    """The person has left in the first part, and one part is paid: the second one could not be drawn."""
    treatment = TREATMENTS["production_serial"].with_protocol(pay="all")
    earned = {"part": 2, "paid_round": None, "round_points": [0], "belief_points": [0], "points_units": 0, "money": "0"}
    for counted, said in (([], False), ([1], True)):
        lines = part_lines(treatment, earned | {"counted": counted, "empty": [1]}, 2, False)
        shown = {
            "parts": [lines],
            "several": True,
            "paid_part": 1,
            "arms": False,
            "own_draw": True,
            "fee": "5",
            "total": "5",
        }
        shown |= dict.fromkeys(("declined", "was_rounded", "was_negative", "plays_alone"), False)
        page = words(
            render("closing/receipt.html", ending="", told="", who="x", completion=NOTHING_TO_TAKE_ALONG, **shown)
        )
        assert ("If it had been drawn" in page, "was not drawn" in page) == (said, said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_drawn_for_who_ends_early_is_promised_where_something_is_drawn(language):
    alone = {"en": "for you alone", "de": "für Sie allein", "ja": "あなただけ"}[language]
    cases = [("one", "void", "", True), ("all", "void", "", False), ("one", "", "compensate", True),
             ("one", "", "void", True), ("all", "", "void", False)]  # fmt: skip
    for pay, policy, rule, said in cases:
        protocol = {"pay": pay, **({"partner_left": rule} if rule else {})}
        treatment = TREATMENTS["production_serial"].with_protocol(language=language, **protocol)
        with use(language), when_leaving(Leaving(policy, 30)):
            assert (alone in words(pay_sentence(treatment))) == said
    with use(language):
        form = render("engine/leave.html", fee="", deleted=False, name="x", earned=True, own_draw=own_draw_sentence())
        assert alone in words(form)


def test_declined_is_not_thanked():
    page = words(render("closing/receipt.html", parts=[], several=False, paid_part=0, declined=True, fee="5", total="5",
                        was_rounded=False, was_negative=False, who=SimpleNamespace(), plays_alone=False,
                        completion=NOTHING_TO_TAKE_ALONG, ending="", told="", own_draw=False, arms=False))  # fmt: skip
    assert "Thank" not in page
    assert "taking part" not in page
