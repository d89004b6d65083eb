"""Descriptions and advice that are not true of a game are refused; those that are change nothing of the game."""

import re

import pytest
from hypothesis import given

from mechanisms.certificate import Theory
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from tests.mechanisms.descriptions.independent import Judge, coarse_games, row, small_games
from tests.mechanisms.treatments.cases import SHIPPED, edited
from tests.shared import examples

PIVOTAL_TITLE = 'title = "Pivotal mechanism (after Cason et al. 2006, treatment P)"'
DESCRIPTION = (
    'description = "A project is built if the two reported values sum to zero or more; who changes the decision pays a '
    'tax."\n'
)


@examples(40)
@coarse_games
@given(small_games("reports"))
def test_a_menu_is_refused_where_a_lie_pays_or_changes_a_price(definition):
    treatment = Treatment.from_definition(definition)
    told = {**treatment.definition, "description": {"style": "menu"}}
    judge = Judge(treatment)
    lies, changed = list(judge.profitable_lies()), [i for i in range(judge.n) if judge.two_prices(i)]
    if not lies and not changed:
        described = Treatment.from_definition(told)
        assert (described.style, described.identity) == ("menu", treatment.identity)
        return
    with pytest.raises(TreatmentError) as refused:
        Treatment.from_definition(told, "file")
    if not lies:
        check_two_prices(str(refused.value), judge, changed[0])
        return
    witness = row(Theory(treatment), "strategy-proofness").witness
    assert str(refused.value) == (
        f"file: description.style = 'menu': the rule is not strategy-proof on this grid: {witness}; use 'traditional'"
    )


def check_two_prices(said, judge, i):
    """The refusal names two own messages with one outcome, and what each costs in the game."""
    number = r"(−?[\d.]+(?:e−\d+)?)"
    paid = rf"(pays|receives) {number} by \w+ing {number}"
    pattern = (
        rf"file: description\.style = 'menu': the own report can change the price of a result: (.*) gets the same, and "
        rf"{paid} and {paid}, when (.*); use 'traditional'"
    )
    role, *own, when = re.fullmatch(pattern, said).groups()
    assert role == Treatment.from_definition(judge.definition).positions[i].role
    others = tuple(map(number_of, re.findall(rf"(?:reports|bids) {number}", when)))
    results = []
    for verb, price, message in (own[:3], own[3:]):
        results.append(judge.result(i, number_of(message), others))
        paid = judge.price(i, number_of(message), others)
        assert (1 if verb == "pays" else -1) * number_of(price) == pytest.approx(paid, rel=1e-5, abs=1e-7)
    assert results[0][0] == results[1][0]
    assert results[0] != results[1]


def number_of(text):
    return float(text.replace("−", "-"))


NEVER = "pays only types of probability 0, which nobody ever has: leave them out of the types"


@examples(25)
@given(small_games("reports"))
def test_no_advice_about_types_that_nobody_has(definition):
    judge = Judge(Treatment.from_definition(definition))
    liars = {own_type in judge.possible[i] for i, own_type, *_ in judge.profitable_lies()}
    told = {**definition, "advice": {"kind": "statement"}}
    if liars == {False}:
        with pytest.raises(TreatmentError, match=NEVER):
            Treatment.from_definition(told)
    elif not liars:
        assert Treatment.from_definition(told).advice.kind == "statement"


def test_nor_where_they_alone_gain_on_average():
    """AGV on an integer grid: with the value 2, which is never drawn, a lower bid pays on average."""
    definition = {
        "name": "a", "title": "a", "group": {"size": 2}, "environment": {"kind": "allocation", "objects": 1},
        "mechanism": {"name": "agv"}, "points": {"scale": "1", "rounding": 0},
        "messages": {"lowest": "1", "highest": "4", "step": "1"},
        "roles": [
            {"name": "A", "types": {"values": ["1", "2", "4"], "probabilities": ["2/5", "0", "3/5"]}},
            {"name": "B", "types": {"values": ["1", "2", "3"], "probabilities": ["2/7", "3/7", "2/7"]}},
        ],
        "session": {"participants": 2, "rounds": 1, "matching": "partner", "seed": 1},
        "advice": {"kind": "proof"},
    }  # fmt: skip
    with pytest.raises(TreatmentError, match=NEVER):
        Treatment.from_definition(definition)
    types = [{**role, "types": {key: role["types"][key][::2] for key in role["types"]}} for role in definition["roles"]]
    without = {**definition, "roles": [types[0], definition["roles"][1]]}
    assert Treatment.from_definition(without).advice.kind == "proof"


@pytest.mark.parametrize(
    ("name", "style", "said"),
    [
        ("park_vcg", "opportunity", "description.style = 'opportunity': vcg asks for reports"),
        ("chen_serial", "menu", "description.style = 'menu': serial asks for quantities"),
        ("park_agv", "menu", "Player 1 of type L .8. gains 50 points by reporting 20 when Player 2 reports 20"),
    ],
)
def test_styles_that_do_not_fit(name, style, said):
    definition = load_treatment(f"treatments/{name}.toml").definition
    with pytest.raises(TreatmentError, match=said):
        Treatment.from_definition({**definition, "description": {"style": style}})


@pytest.mark.parametrize("name", [name for name in SHIPPED if "counterbalanced" not in name and "then" not in name])
def test_what_is_unsaid_is_not_in_the_definition(name):
    definition = load_treatment(f"treatments/{name}.toml").definition
    if isinstance(definition["description"], str):
        assert not {"advice", "understanding"} & set(definition) or definition["title"].startswith("Descriptions")
        said = {
            **definition,
            "description": {"style": "traditional", "text": definition["description"]},
            **({} if "advice" in definition else {"advice": {"kind": "none"}}),
            **({} if "understanding" in definition else {"understanding": {"before": False, "after": False}}),
        }
        assert Treatment.from_definition(said).definition == definition


def test_a_file_says_it(tmp_path):
    tables = (
        f'{PIVOTAL_TITLE}\n[description]\nstyle = "menu"\ntext = "A tax."\n[advice]\nkind = "proof"\n'
        "[understanding]\nafter = false\n"
    )
    path = edited(
        tmp_path, (PIVOTAL_TITLE, ""), (DESCRIPTION, ""), ("[group]", tables + "[group]"), base="cason_pivotal"
    )
    path.write_text(path.read_text().replace(PIVOTAL_TITLE, ""), "utf-8")
    path.write_text(f"{PIVOTAL_TITLE}\n{path.read_text()}", "utf-8")
    treatment = load_treatment(path)
    assert (treatment.style, treatment.description, treatment.advice.kind) == ("menu", "A tax.", "proof")
    assert (treatment.understanding.before, treatment.understanding.after) == (True, False)
    assert treatment.identity == load_treatment("treatments/cason_pivotal.toml").identity
    assert Treatment.from_definition(treatment.definition).definition == treatment.definition


def test_the_text_stands_in_the_table(tmp_path):
    path = edited(tmp_path, ("[group]", '[description]\nstyle = "menu"\n[group]'), base="cason_pivotal")
    with pytest.raises(TreatmentError, match=r'in \[description\] the description is a key, text = "…"'):
        load_treatment(path)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[description]\nstyle = "menus"', "description.style = \"menus\": must be 'traditional', 'menu' or 'opp"),
        ('[description]\nstyl = "menu"', "description.styl = \"menu\": unknown key; did you mean 'style'"),
        ('[advice]\nkind = "statements"', "advice.kind = \"statements\": must be 'none', 'statement', 'proof' or"),
        ('[advice]\nkind = "experience"', "advice.file is missing: name a table of earlier sessions"),
        ('[advice]\nkind = "proof"\nfile = "x.csv"', "advice.file = .*belongs to kind = .experience.|x.csv cannot be"),
        ("[understanding]\nbefore = 1", "understanding.before = 1: must be true or false"),
    ],
)
def test_wrong_tables(tmp_path, table, said):
    path = edited(tmp_path, (DESCRIPTION, ""), ("[group]", f"{table}\n[group]"), base="cason_pivotal")
    with pytest.raises(TreatmentError, match=said):
        load_treatment(path)


TOLD = [
    ({"description": {"style": "opportunity"}}, "description.style = 'opportunity'", "use 'traditional'"),
    ({"advice": {"kind": "statement"}}, "advice.kind = 'statement'", "use 'none'"),
    ({"understanding": {}}, "understanding.before = true", "use false"),
    ({"understanding": {"before": False}}, "understanding.after = true", "use false"),
]


@pytest.mark.parametrize(("tables", "key", "instead"), TOLD)
@pytest.mark.parametrize("players", [4, 6, 15])
def test_nothing_is_told_of_a_game_that_a_page_cannot_go_through(players, tables, key, instead):
    definition = load_treatment("treatments/production_serial_large.toml").definition
    session = {**definition["session"], "participants": players}
    told = {**definition, **tables, "group": {**definition["group"], "size": players}, "session": session}
    if players == 4:  # 52488 payoffs
        assert Treatment.from_definition(told).group_size == players
        return
    size = 2 * players * 9**players
    with pytest.raises(TreatmentError) as refused:
        Treatment.from_definition(told, "file")
    assert str(refused.value) == (
        f"file: {key}: too large: {players} players have {size:,.0f} payoffs, those of all types at every profile of "
        f"messages, more than 500,000: {instead}, or fewer players, types or messages"
    )


@pytest.mark.parametrize(("key", "table"), [("advice", {"kind": "proof"}), ("description", {"style": "menu"})])
def test_nothing_is_said_of_given_messages_where_others_can_react(key, table):
    definition = load_treatment("treatments/park_pairwise_sequential.toml").definition
    with pytest.raises(TreatmentError, match="messages are sent one after another"):
        Treatment.from_definition({**definition, key: table})
