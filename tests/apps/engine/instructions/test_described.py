"""What the style of a description says is so: found again by loops over all messages, on random games."""

import re
from itertools import product

import pytest
from engine.instructions.described import open_in_example, style_facts
from engine.instructions.screen import instructions
from engine.quiz.questions_described import described
from engine.words.language import languages, use
from hypothesis import given

from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.apps.engine.instructions.reading import words
from tests.mechanisms.descriptions.independent import Judge, coarse_games, small_games
from tests.shared import examples

VARIES = {
    "en": "decides which results are open to you",
    "de": "entscheidet, welche Ergebnisse",
    "ja": "どの結果があなたに開かれているか.*ほかの人の(報告|入札)で決まります",
}
NEVER = {
    "en": "They are the same whatever",
    "de": "Sie sind dieselben, was",
    "ja": "何を(報告|入札)しても、それらは同じ",
}
ONLY_ONE = {
    "en": "Only one result is open to you",
    "de": "Ihnen steht nur ein Ergebnis offen",
    "ja": "あなたに開かれている結果は一つだけ",
}
ALWAYS = {
    "en": "it always has the same price",
    "de": "es hat immer denselben Preis",
    "ja": "価格はいつも同じ",
}
WHICH = {
    "en": "Your (report|bid) only decides which",
    "de": "(Ihre Meldung|Ihr Gebot) entscheidet nur, welches",
    "ja": "あなたの(報告|入札)で決まるのは",
}
CHANGED = {
    "en": "can depend on how much more it is",
    "de": "davon abhängen, um wie viel mehr",
    "ja": "あなたが支払う額が変わることがあります",
}
SAME = {
    "en": "makes no difference to what you pay",
    "de": "ist es für das, was Sie zahlen, gleichgültig",
    "ja": "支払う額に影響しません",
}
BEST = {
    "en": "takes your (report|bid) for your",
    "de": "nimmt (Ihre Meldung|Ihr Gebot) als",
    "ja": "(報告|入札)をあなたの",
}


def in_language(definition, style, language):
    session = {**definition["session"], "language": language}
    return Treatment.from_definition({**definition, "description": {"style": style}, "session": session})


@examples(25)
@coarse_games
@given(small_games("reports"))
def test_menus_are_described_as_they_are(definition):
    try:
        treatments = {language: in_language(definition, "menu", language) for language in languages()}
    except TreatmentError:
        return  # not strategy-proof: tests/mechanisms/treatments/test_described.py
    judge = Judge(treatments["en"])
    for i in range(judge.n):
        menus = {frozenset(judge.result(i, own, others) for own in judge.grids[i]) for others in judge.others(i)}
        roles = range(judge.n) if not treatments["en"].protocol.fixed_roles else [i]
        assert roles == [i]
        for language, treatment in treatments.items():
            with use(language):
                said = words(str(instructions(treatment, i)))
            found = tuple(bool(re.search(text[language], said)) for text in (VARIES, NEVER, ONLY_ONE, ALWAYS, WHICH))
            one, varies = max(map(len, menus)) == 1, len(menus) > 1
            assert found == (varies and not one, not varies and not one, one, one and not varies, not one)
            best = style_facts(treatment, i)["reports_get_best"] and not one
            assert bool(re.search(BEST[language], said)) == best
        [asked] = described(treatments["en"], i)
        assert asked.right == ("nothing" if one else "which")


@examples(25)
@given(small_games("demands"))
def test_prices_are_described_as_they_are(definition):
    treatments = {language: in_language(definition, "opportunity", language) for language in languages()}
    judge = Judge(treatments["en"])

    def paid(i, own, others):
        return judge.written(i, own, others)

    def moved(i, own, others, k):
        grid = judge.grids[k if k < i else k + 1]
        return {paid(i, own, (*others[:k], more, *others[k + 1 :])) for more in grid if more > own}

    changed = any(
        len(moved(i, own, others, k)) > 1
        for i in [0]
        for own, others in product(judge.grids[i], judge.others(i))
        for k in range(judge.n - 1)
    )
    for language, treatment in treatments.items():
        with use(language):
            said = words(str(instructions(treatment, 0)))
        if changed:
            assert CHANGED[language] in said
        assert (SAME[language] in said) != (CHANGED[language] in said)


def test_the_price_of_a_linear_cost_depends_on_nobody():
    shipped = load_treatment("treatments/chen_proportional.toml")
    cost = {"kind": "power", "coefficient": "2", "exponent": "1"}
    linear = {**shipped.definition, "environment": {**shipped.definition["environment"], "cost": cost}}
    for definition, depends in ((shipped.definition, True), (linear, False)):
        text = words(str(instructions(in_language(definition, "opportunity", "en"), 0)))
        assert ("depends on the requests of all" in text) == depends
        assert bool(re.search(CHANGED["en"], text)) == depends


@pytest.mark.parametrize(("name", "style"), [("cason_pivotal", "menu"), ("chen_serial", "opportunity")])
def test_the_example_shows_what_is_open(name, style):
    plain = load_treatment(f"treatments/{name}.toml")
    treatment = Treatment.from_definition({**plain.definition, "description": {"style": style}})
    assert open_in_example(plain, 0) == ""
    html = str(open_in_example(treatment, 0))
    assert html in str(instructions(treatment, 0))
    assert len(re.findall(r'data-name="example-open-points-\d+"', html)) > 1
    assert "Think of the rule in this way" not in words(str(instructions(plain, 0)))
