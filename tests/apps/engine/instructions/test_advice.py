"""No advice is untrue: every sentence, in every language, against the certificate; every number against the judge."""

# ruff: noqa: E501  (tables of patterns)

import math
import re
from functools import cache
from itertools import product

import numpy as np
import pytest
from engine.instructions.advice import advice
from engine.instructions.proofs import two_apart
from engine.instructions.screen import instructions
from engine.quiz.understanding import understanding_questions
from engine.words.language import languages, use
from hypothesis import example, given

from mechanisms.certificate import Theory
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.apps.engine.instructions.reading import words
from tests.mechanisms.descriptions.independent import Judge, coarse_games, row, small_games
from tests.mechanisms.treatments.cases import SHIPPED
from tests.shared import examples

SAID = {
    "proof": {"en": "You can never earn more points than by", "de": "Sie können nie mehr Punkte verdienen, als wenn",
              "ja": "得ることは決してできません"},
    "secure": {"en": "And whenever nobody could earn more", "de": "Und immer wenn niemand", "ja": "ときといつも同じです"},
    "average": {"en": "brings you more points on average than", "de": "im Durchschnitt mehr Punkte, als wenn",
                "ja": "平均して多くのポイントをもたらす(報告|入札)はありません"},
    "not": {"en": "It is not always best to (report|bid)", "de": "Es ist nicht immer am besten", "ja": "いつも最もよいとは限りません"},
    "depends": {"en": "This can happen to you only", "de": "Ihnen kann das nur", "ja": "これがあなたに起こりうるのは"},
    "always": {"en": "One of your requests is always best", "de": "Eine Ihrer Anforderungen ist für Sie immer",
               "ja": "いつも最もよい要求が一つあります"},
    "types": {"en": "it is depends on your value level", "de": "das ist, hängt von Ihrem Wertniveau ab",
              "ja": "どの要求かは、あなたの評価水準によって"},
    "places": {"en": r"it is depends on who you are\.", "de": r"das ist, hängt davon ab, wer Sie sind\.",
               "ja": "どの要求かは、あなたがだれであるかによって"},
    "both": {"en": "it is depends on who you are and", "de": "das ist, hängt davon ab, wer Sie sind und",
             "ja": "どの要求かは、あなたがだれであるかと、"},
    "some": {"en": "With some value levels", "de": "Bei manchen Wertniveaus", "ja": "評価水準によっては"},
    "some cases": {"en": "In some cases one of your", "de": "In manchen Fällen ist", "ja": "場合によっては"},
    "none": {"en": "No request is always best for you", "de": "Keine Anforderung ist für Sie immer",
             "ja": "いつも最もよい要求というものはありません"},
}  # fmt: skip
SINGLES = [name for name in SHIPPED if not any(word in name for word in ("counterbalanced", "then", "large"))]
"""Files of one game with few people: in large groups nobody is advised."""


def told(treatment, position, known=False, own_type=None):
    """The keys of the sentences that are said."""
    language = treatment.protocol.language
    with use(language):
        text = words(str(advice(treatment, position, known, own_type)))
    return {key for key, texts in SAID.items() if re.search(texts[language], text)}


def advised(definition, kind, language):
    session = {**definition["session"], "language": language}
    return Treatment.from_definition({**definition, "advice": {"kind": kind}, "session": session})


def refused(treatment):
    """Because a lie pays only types that nobody ever has: tests/mechanisms/treatments/test_described.py."""
    try:
        advised(treatment.definition, "proof", "en")
    except TreatmentError as error:
        if "pays only types of probability 0" not in str(error):
            raise
        return True
    return False


def is_secure(treatment):
    """By the rows of the certificate."""
    concepts = ("strategy-proofness", "secure implementation by Definition 4")
    theory = Theory(treatment)
    return all(row(theory, concept).verdict.holds for concept in concepts)


def own_cases(treatment, i, known=False):
    """(position, type) of all that the reader can be."""
    positions = [i] if known or treatment.protocol.fixed_roles else range(treatment.group_size)
    return [(k, t) for k in positions for t in Judge(treatment).possible[k]]


def true_sentences(judge, cases, secure):
    """Of somebody who can be any of `cases`, by loops over all messages."""
    lies = {(who, own_type) for who, own_type, *_ in judge.profitable_lies()}
    never = [case not in lies for case in cases]
    if all(never):
        return {"proof", "secure"} if secure else {"proof"}
    worst = "not" if any(gains_on_average(judge, *case) for case in cases) else "average"
    return {worst, "depends"} if any(never) else {worst}


def gains_on_average(judge, i, own_type):
    """Whether a lie pays somebody on average while all others report their types."""
    others = list(product(*(judge.chances[k] for k in range(judge.n) if k != i)))

    def mean(own):
        sent = [(math.prod(p for _t, p in one), tuple(t for t, _p in one)) for one in others]
        return sum(p * judge.points(i, own_type, own, types) for p, types in sent)

    truth = mean(own_type)
    return any(mean(own) > truth + 1e-9 for own in judge.grids[i])


def true_of_requests(judge, cases):
    best = {case: always_best(judge, *case) for case in cases}
    if all(best.values()):
        return {"always"} | what_decides(best)
    several = len({i for i, _own_type in cases}) > 1
    return {"none"} if not any(best.values()) else {"some cases"} if several else {"some"}


@cache
def always_best(judge, i, own_type):
    """The requests that are best whatever the others request."""
    ways = [{own: judge.points(i, own_type, own, others) for own in judge.grids[i]} for others in judge.others(i)]
    return {own for own in judge.grids[i] if all(way[own] == max(way.values()) for way in ways)}


def what_decides(best):
    """The key of the sentence that says so: where no request is the best one in all cases."""
    fixed = {"types": lambda i, own_type: own_type, "places": lambda i, own_type: i, "both": lambda *case: case}
    for key, alike in {"": lambda *case: 0, **fixed}.items():
        groups = [[best[other] for other in best if alike(*other) == alike(*case)] for case in best]
        if all(set.intersection(*group) for group in groups):
            return {key} - {""}
    raise AssertionError(best)


@pytest.mark.parametrize("name", SINGLES)
def test_shipped_games_are_advised_by_the_certificate(name):
    shipped = load_treatment(f"treatments/{name}.toml")
    definition = shipped.definition
    if shipped.sequence is not None:  # others can react: there is no advice about a message alone
        with pytest.raises(TreatmentError, match="one after another"):
            advised(definition, "statement", "en")
        return
    if shipped.stages is not None:
        with pytest.raises(TreatmentError, match="advice has no meaning"):
            advised(definition, "statement", "en")
        return
    for kind in ("statement", "proof"):
        for language in languages():
            treatment = advised(definition, kind, language)
            if treatment.messages_are == "reports":
                assert told(treatment, 0) in certified(treatment)


def certified(treatment):
    """What somebody can be told by the rows of the certificate, which are of all players: whom no lie pays hears so."""
    theory = Theory(treatment)
    if row(theory, "strategy-proofness").verdict.holds:
        return [{"proof", "secure"} if is_secure(treatment) else {"proof"}]
    worst = "average" if row(theory, "Bayesian incentive compatibility").verdict.holds else "not"
    return [{worst}, {worst, "depends"}, {"proof"}]


def bridge(mechanism, fixed_roles=True, third=("-4", "1")):
    """A public project in which a lie pays the first player at most."""

    def role(k, values, chances, grid):
        return {
            "name": f"Player {k}", "types": {"values": values, "probabilities": chances},
            "messages": dict(zip(("lowest", "highest", "step"), grid, strict=True)),
            "payoffs": {"bridge": "type", "no bridge": "0"},
        }  # fmt: skip

    return {
        "name": "bridge", "title": "bridge", "group": {"size": 3},
        "environment": {"kind": "public_project", "outcomes": ["bridge", "no bridge"]},
        "mechanism": {"name": mechanism, "ties": "last"}, "points": {"scale": "3", "rounding": 0, "shift": "40"},
        "roles": [
            role(1, ["-5", "3"], ["1/4", "3/4"], ("-5", "3", "8")),
            role(2, ["-2", "7"], ["1/2", "1/2"], ("-2", "7", "9")),
            role(3, third, ["1/2", "1/2"], ("-4", "1", "5")),
        ],
        "session": {"participants": 6, "rounds": 1, "matching": "partner", "seed": 1, "fixed_roles": fixed_roles},
    }  # fmt: skip


ALONE = {
    "kind": "goods_polynomial",
    "terms": [{"coefficient": "1", "powers": [2, 0]}, {"coefficient": "2", "powers": [0, 2]}],
}
"""What one's units cost depends on nobody else: of the types 5, 9 and 3.5 player 1 requests 2, player 2 1, 2 and 1."""
TOGETHER = {"kind": "power", "coefficient": "1", "exponent": "2"}
"""What the units of the one who is served first cost depends on nobody else, those of the other one do."""


def in_order(*values, cost=ALONE, fixed_roles=False):
    """Units are served to one player after the other."""
    chances = [f"1/{len(values)}"] * len(values)
    quantities = {"lowest": "0", "highest": "2", "step": "1"}
    return {
        "name": "order", "title": "order", "group": {"size": 2}, "mechanism": {"name": "incremental"},
        "environment": {"kind": "production", "value": {"kind": "linear"}, "cost": cost, "quantities": quantities},
        "types": {"values": values, "probabilities": chances}, "points": {"scale": "10", "rounding": 0},
        "session": {"participants": 2, "rounds": 1, "matching": "partner", "seed": 1, "fixed_roles": fixed_roles},
    }  # fmt: skip


@examples(25)
@example(in_order("5"))
@example(in_order("2.5", "9"))
@example(in_order("3.5", "9"))
@example(in_order("5", "9", fixed_roles=True))
@example(in_order("3", "5", cost=TOGETHER))
@example(in_order("3", "5", cost=TOGETHER, fixed_roles=True))
@example(bridge("cremer_riordan"))
@example(bridge("cremer_riordan", fixed_roles=False))
@example(bridge("agv"))
@given(small_games())
def test_random_games_are_advised_by_loops_for_each_reader(definition):
    treatment = Treatment.from_definition(definition)
    if refused(treatment):
        return
    judge, reports = Judge(treatment), treatment.messages_are == "reports"
    secure = reports and is_secure(treatment)
    true = {
        (i, known): true_sentences(judge, own_cases(treatment, i, known), secure)
        if reports
        else true_of_requests(judge, own_cases(treatment, i, known))
        for i, known in product(range(judge.n), (False, True))
    }
    for language in languages():
        with_proof = advised(treatment.definition, "proof", language)
        for reader in true:
            assert told(with_proof, *reader) == true[reader]
    in_english = advised(treatment.definition, "proof", "en")
    for i, own_type in sorted(
        {case for reader in true for case in own_cases(treatment, *reader)}
    ):  # who decides knows it
        case = [(i, own_type)]
        alone = true_sentences(judge, case, secure) if reports else true_of_requests(judge, case)
        assert told(in_english, i, True, own_type) == alone
        assert "value level that you can have" not in words(str(advice(in_english, i, True, own_type)))
    if reports:
        check_questions(with_proof, [true[i, False] for i in range(judge.n)])
    check_cases(in_english, judge)
    check_examples(in_english, judge, reports)


def check_questions(treatment, true):
    """Nobody learns from the advice what is then counted as wrong."""
    for i, said in enumerate(true):
        right = {
            next(question.right for question in understanding_questions(treatment, *case) if question.name == "gain")
            for case in own_cases(treatment, i)
        }
        assert right == ({"no"} if "proof" in said else {"yes", "no"} if "depends" in said else {"yes"})


DECIDED = {
    "en": "decides? which results you can get",
    "de": "entscheide[tn], welche Ergebnisse Sie",
    "ja": "どの結果を得ることができ、.*で決まります",
}
ALL_ALIKE = {
    "en": "all your (reports|bids) bring you equally many points",
    "de": "bringen Ihnen alle Ihre (Meldungen|Gebote) gleich viele Punkte",
    "ja": "どの(報告|入札)をしても、得られるポイントは同じ",
}
UNTOUCHED = {
    "en": "They are the same whatever",
    "de": "Sie sind dieselben, was",
    "ja": "何を(報告|入札)しても、それらは同じ",
}


@examples(25)
@coarse_games
@given(small_games("reports"))
def test_a_proof_says_of_the_others_what_is_so(definition):
    treatment = Treatment.from_definition(definition)
    if refused(treatment):
        return
    judge = Judge(treatment)
    for i in range(judge.n):
        never = "proof" in true_sentences(judge, own_cases(treatment, i), False)
        menus = {frozenset(judge.result(i, own, others) for own in judge.grids[i]) for others in judge.others(i)}
        told = never and not judge.two_prices(i)
        for language in languages():
            with_proof = advised(treatment.definition, "proof", language)
            with use(language):
                text = words(str(advice(with_proof, i)))
            found = tuple(bool(re.search(said[language], text)) for said in (DECIDED, UNTOUCHED, ALL_ALIKE))
            one = max(map(len, menus)) == 1
            assert found == (told and len(menus) > 1 and not one, told and len(menus) == 1 and not one, told and one)


def check_cases(treatment, judge):
    """The cases that were gone through are those of one request, or of one for each type of each position."""
    profiles = math.prod(map(len, judge.grids))
    for i, known in product(range(judge.n), (False, True)):
        own, said = own_cases(treatment, i, known), words(str(advice(treatment, i, known)))
        for sentence, count in re.findall(r"([^.]*gone through all (\d+) cases)", said):
            each = bool(re.search(r"\bFor e(ach value level|verybody) that you can", sentence))
            assert int(count) == profiles * (1 if each else len(own))
            best = [always_best(judge, *case) for case in own] if treatment.messages_are == "demands" else []
            assert each == bool(best and not set.intersection(*best))


def check_examples(treatment, judge, reports):
    """The numbers of the examples are those of the game; it is said whose they are, unless the reader knows it."""
    for i, known in product(range(judge.n), (False, True)):
        text = words(str(advice(treatment, i, known))).replace("−", "-")
        lies = {case[:2] for case in judge.profitable_lies()} & set(own_cases(treatment, i, known))
        if "This can happen to you only" in text:
            names = [place.role for place in treatment.positions]
            assert listed_cases(text, names) == {case if "in these cases" in text else (None, case[1]) for case in lies}
        means = r"brings you (\S+) points on average\. Of the other reports none brings you more than \S+: (\S+) points on average\.( Both)?"
        for own, then, both in re.findall(means, text):
            assert (own == then) == bool(both)
        roles = "|".join(place.role for place in treatment.positions)
        check_best_requests(text, treatment, judge, roles)
        found = re.search(
            rf"For example, suppose that (?:you are ({roles}) with|your) (?:type|ideal level) (?:is )?(\S+)\. (?:If the reports? .* on average\. (?:Both bring you the same\. )?)?Now suppose that th(?:is is|ese are) the reports? of the "
            r"other(?:s| player): (.*?)\. The report \S+ then brings you (\S+) points?, and the report (\S+) brings you (\S+) points?",
            text,
        )
        if found is None:
            continue
        supposed, own_type, sent, own, lie, then = found.groups()
        of_others = dict(re.findall(rf"({roles}): (-?[\d.]+)", sent))
        others = tuple(map(float, of_others.values()))
        assert len(others) == judge.n - 1
        who = next(k for k, place in enumerate(treatment.positions) if place.role not in of_others)
        alone = known or treatment.protocol.fixed_roles
        assert supposed == (None if alone else treatment.positions[who].role)
        assert who == i or not alone
        unit = 10**treatment.rounding
        assert round(float(own) * unit) == judge.points(who, float(own_type), float(own_type), others)
        assert round(float(then) * unit) == judge.points(who, float(own_type), float(lie), others)
        assert (float(own) > float(then)) == ("You can never" in text)
        assert reports


def check_best_requests(text, treatment, judge, roles):
    """Against each of the two examples all requests that are best are told."""
    supposed = re.search(r"value level (?:is )?(\S+)\. If th(?:is is|ese are) the requests? of the other", text)
    told = re.findall(
        r"(?:of the others,|of the other player,|If it is|If they are) ((?:(?!, the request).)*), the request (.*?) is best for you and brings you (\S+) point",
        text,
    )
    for sent, best, points in told:
        of_others = dict(re.findall(rf"({roles}): (-?[\d.]+)", sent))
        who = next(k for k, place in enumerate(treatment.positions) if place.role not in of_others)
        others = tuple(map(float, of_others.values()))
        own = {m: judge.points(who, float(supposed[1]), m, others) for m in judge.grids[who]}
        assert {float(m) for m in re.split(", | or ", best)} == {m for m in own if own[m] == max(own.values())}
        assert round(float(points) * 10**treatment.rounding) == max(own.values())
    assert len(told) in (0, 2)


def listed_cases(text, names):
    """(position, type) that are told; no position where the reader has one."""
    said = re.search(r"This can happen to you only (?:in these cases: |if your .*? is )(.*?)\.(?: |$)", text)[1]
    found = set()
    for part in said.split("; "):
        who, types = re.fullmatch(r"(?:(.*) with (?:type|ideal level) )?(.*)", part).groups()
        found |= {(names.index(who) if who else None, float(t)) for t in re.split(", | or ", types)}
    return found


def test_advice_is_in_the_instructions_and_nowhere_without_it():
    plain = load_treatment("treatments/cason_pivotal.toml")
    treatment = advised(plain.definition, "statement", "en")
    assert str(advice(treatment, 0)) in str(instructions(treatment, 0))
    assert advice(plain, 0) == ""
    assert "Advice" not in words(str(instructions(plain, 0)))


def test_experience_shows_shares_and_means():
    plain = load_treatment("treatments/cason_pivotal.toml")
    rows = [
        ("Player 1", "-6", "-6", 30, "210"),
        ("Player 1", "-6", "-7", 6, "216.5"),
        ("Player 1", "-6", "-20", 4, "98"),
    ]
    rows += [("Player 2", "8", "8", 7, "209")]
    earlier = [dict(zip(("role", "type", "message", "times", "points"), row, strict=True)) for row in rows]
    table = {"kind": "experience", "identity": plain.identity, "earlier": earlier}
    treatment = Treatment.from_definition({**plain.definition, "advice": table})
    text = words(str(advice(treatment, 0)))
    assert re.search(r"the truth 30 75 % 210\.0 another report 10 25 % 169\.1", text)
    assert "Player 2" not in text
    assert re.search(r"the truth 7 100 % 209\.0", words(str(advice(treatment, 1))))
    without = {**plain.definition, "advice": {**table, "earlier": earlier[:3]}}
    with pytest.raises(TreatmentError, match="has no line for Player 2 with a type that somebody can have, 8: whoever"):
        Treatment.from_definition(without)


def test_a_proof_that_no_request_is_best_has_two_cases_that_have_none_in_common():
    """Of the best requests against 0, 1, 2 and 3, some of the first are among all others; 1 and 2 have none in common."""
    best = np.array([[0, 0, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1]], dtype=bool)
    assert two_apart(best) == (1, 2)
    assert two_apart(best[:, [0, 2, 3]]) == (1, 2)
    assert two_apart(best[:, [0, 1, 3]]) is None


def test_nothing_of_the_others_is_told_where_nothing_is_told():
    """With information = "own" the averages, which depend on the others' chances, are left out."""
    agv = load_treatment("treatments/park_agv.toml").definition
    told_all = advised(agv, "proof", "en")
    own = advised({**agv, "group": {**agv["group"], "information": "own"}}, "proof", "en")
    assert "points on average. Of the other reports" in words(str(advice(told_all, 0)))
    assert "points on average. Of the other reports" not in words(str(advice(own, 0)))


OTHERS = {"en": r"\bothers\b", "de": r"\banderer\b|\b[Aa]lle anderen\b|\bder anderen\b(?! [A-Z])"}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize(
    ("name", "several"),
    [("cason_pivotal", False), ("proportional_direct", False), ("chen_serial", False), ("park_agv", True)],
)
def test_of_two_players_the_other_one_is_named_and_of_several_all(name, several, language):
    treatment = advised(load_treatment(f"treatments/{name}.toml").definition, "proof", language)
    with use(language):
        asked = understanding_questions(treatment, 0, float(treatment.positions[0].types[0]))
        text = words(" ".join([str(advice(treatment, 0)), *(str(question.text) for question in asked)]))
    assert bool(re.search(OTHERS[language], text)) == several
    assert not re.search(r"\bof others\b|\banderer\b", text)


@pytest.mark.parametrize("name", ["cason_pivotal", "proportional_direct", "chen_serial"])
def test_japanese_has_one_sentence_for_one_other_and_for_several(name):
    treatment = advised(load_treatment(f"treatments/{name}.toml").definition, "proof", "ja")
    with use("ja"):
        asked = understanding_questions(treatment, 0, float(treatment.positions[0].types[0]))
        assert "全員" not in words(" ".join([str(advice(treatment, 0)), *(str(question.text) for question in asked)]))
