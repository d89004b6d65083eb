"""What the payoff aids answer: every number is the game's, by `mechanisms` and by the oracle, and is stored."""

import csv
import re
import sys

import numpy as np
import pytest
from engine.aids import aids, answer, explained, payoff_table, uses_table, what_if
from engine.instructions.example import example, example_screen
from engine.words.language import use

from mechanisms import explanations
from tests.apps.aid_games import FOR_TWO, TREATMENTS, number, person, profiles, tags, units, with_screen
from tests.oracle import expected

pytestmark = pytest.mark.usefixtures("stored")

# What is asked


@pytest.mark.parametrize("name", FOR_TWO)
def test_a_chosen_cell_is_said_in_words(name, stored):
    treatment = with_screen(TREATMENTS[name], table=True)
    if not uses_table(treatment):
        pytest.fail(f"{name} should have a table")
    for types, messages in profiles(treatment):
        for position in (0, 1):
            reply = answer(
                person(treatment, position, types), {"kind": "table", "messages": list(map(str, messages)), "query": 4}
            )
            points = expected(treatment.definition, types, messages)["points"]
            shown = tags(reply["html"])
            assert int(shown["table-points"][0]) == points[position] == reply["points"]
            assert units(treatment, shown["table-points"][1]) == points[position]
            assert ("table-other-points" in shown) == (treatment.information == "complete")
            if treatment.information == "complete":
                assert int(shown["table-other-points"][0]) == points[1 - position]
            assert (reply["kind"], reply["query"]) == ("table", 4)
            assert stored[-1]["points_units"] == points[position]
            assert [float(m) for m in stored[-1]["messages"].split(";")] == messages


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_calculator_says_what_the_oracle_computes(name, stored):
    treatment = TREATMENTS[name]
    for types, messages in profiles(treatment, 3):
        play = expected(treatment.definition, types, messages)
        for position in range(treatment.group_size):
            who = person(treatment, position, types)
            reply = answer(who, {"kind": "calculator", "messages": [f"{m:g}" for m in messages]})
            shown = tags(reply["html"])
            assert int(shown["calculator-points"][0]) == play["points"][position] == reply["points"]
            assert units(treatment, shown["calculator-points"][1]) == play["points"][position]
            amounts = {"value": "values"}
            if treatment.environment == "production":
                amounts["cost_share"] = "cost_shares"
                assert float(shown["calculator-quantity"][0]) == float(play["quantities"][position])
            if treatment.messages_are == "reports":
                amounts["transfer"] = "transfers"
                outcome = treatment.outcome_label(treatment.play(types, messages).outcome)
                assert shown["calculator-outcome"][0] == outcome
            assert {key for key in shown if key in ("calculator-cost_share", "calculator-transfer")} == {
                f"calculator-{key}" for key in amounts if key != "value"
            }
            for key, field in amounts.items():
                assert float(shown[f"calculator-{key}"][0]) == pytest.approx(float(play[field][position]), abs=1e-9)
            assert stored[-1]["kind"] == "calculator"
            check_steps(treatment, shown, play, position)


def check_steps(treatment, shown, play, position):
    """The steps add up to what the oracle says the position pays and receives."""
    step = {name.removeprefix("step-"): float(value) for name, (value, _) in shown.items() if name.startswith("step-")}
    if treatment.environment == "production" and play["quantities"] is not None and "cost-share" in step:
        assert step["cost-share"] == pytest.approx(float(play["cost_shares"][position]), abs=1e-9)
    elif treatment.environment == "production":
        assert play["cost_shares"][position] == 0
    stages = [value for name, value in step.items() if re.fullmatch(r"stage-\d+-mine", name)]
    if stages:
        assert sum(stages) == pytest.approx(float(play["cost_shares"][position]), abs=1e-9)
        increments = [value for name, value in step.items() if re.fullmatch(r"stage-\d+-increment", name)]
        assert sum(increments) == pytest.approx(float(sum(play["cost_shares"])), abs=1e-9)
    if treatment.messages_are == "demands":
        return
    others = [k + 1 for k in range(treatment.group_size) if k != position]
    transfer = float(play["transfers"][position])
    assert step["transfer"] == pytest.approx(transfer, abs=1e-9)
    if treatment.mechanism == "groves":
        assert sum(step[f"gets-{k}"] for k in others) == pytest.approx(transfer, abs=1e-9)
    if treatment.mechanism == "vcg":
        assert sum(step[f"change-{k}"] for k in others) == pytest.approx(transfer, abs=1e-9)
    if treatment.mechanism == "agv":
        parts = sum(step[f"part-{k}"] for k in others)
        assert step[f"expected-{position + 1}"] - parts == pytest.approx(transfer, abs=1e-9)
    if treatment.mechanism == "pairwise":
        for i, row in enumerate(play["payments"], 1):
            for j, paid in enumerate(row, 1):
                if i != j:
                    assert step[f"payment-{j}-{i}"] == pytest.approx(float(paid), abs=1e-9)
        for k in others:  # what a report changes for me is what I pay for it
            changed = step[f"after-{k}"] - step[f"before-{k}"]
            assert changed == pytest.approx(step[f"payment-{position + 1}-{k}"], abs=1e-9)


@pytest.mark.parametrize("name", ["production_serial", "production_vcg", "five_players_project", "uneven_agv"])
def test_a_mechanism_without_steps_of_its_own_has_a_table(name, monkeypatch):
    treatment = TREATMENTS[name]
    monkeypatch.setattr(explanations.cost_shares, "SHARING", {})
    monkeypatch.setattr(explanations, "EXPLANATIONS", {})
    for types, messages in profiles(treatment, 3):
        play = expected(treatment.definition, types, messages)
        reported = expected(treatment.definition, messages, messages)
        for position in range(treatment.group_size):
            check_table(treatment, tags(explained(treatment, types, messages, position)), play, reported, position)
    shown = example(treatment, 0)
    steps = tags(example_screen(treatment, 0)["steps"])
    own = "transfer" if treatment.messages_are == "reports" else "cost-share"
    amounts = shown.play.transfers if treatment.messages_are == "reports" else shown.play.cost_shares
    assert float(steps[f"example-step-{own}"][0]) == pytest.approx(amounts[0])


def check_table(treatment, shown, play, reported, position):
    """One row for each player: units and cost share, or what is got according to the reports, and the transfer."""
    amounts = {}
    for i in range(treatment.group_size):
        row = "" if i == position else f"-{i + 1}"
        if treatment.environment == "production":
            amounts |= {f"quantity-{i + 1}": play["quantities"][i], f"cost-share{row}": play["cost_shares"][i]}
        if treatment.messages_are == "reports":
            amounts[f"gets-{i + 1}"] = reported["values"][i] - reported["cost_shares"][i]
            amounts[f"transfer{row}"] = play["transfers"][i]
    if treatment.environment == "production":
        amounts |= {"total": sum(play["quantities"]), "cost": sum(play["cost_shares"])}
    assert {name: float(value) for name, (value, _) in shown.items()} == {
        f"step-{name}": pytest.approx(float(value), abs=1e-9) for name, value in amounts.items()
    }


@pytest.mark.parametrize("name", TREATMENTS)
def test_explanations_show_nothing_of_the_others_true_types(name):
    treatment = TREATMENTS[name]
    for types, messages in profiles(treatment, 2):
        other_types = [float(place.types[-1]) for place in treatment.positions]
        other_types[0] = types[0]
        assert explained(treatment, types, messages, 0) == explained(treatment, other_types, messages, 0)


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_graph_is_the_row_of_the_game(name, stored):
    treatment = with_screen(TREATMENTS[name], graph=True)
    for types, messages in profiles(treatment, 2):
        for position in (0, treatment.group_size - 1):
            entered = ["" if i == position else f"{m:g}" for i, m in enumerate(messages)]
            reply = answer(person(treatment, position, types), {"kind": "graph", "messages": entered})
            shown = tags(reply["html"])
            grid = treatment.positions[position].messages.tolist()
            assert len(shown) == len(grid) == reply["html"].count("<circle")
            for own in grid[:: max(1, len(grid) // 5)]:
                profile = [own if i == position else m for i, m in enumerate(messages)]
                points = expected(treatment.definition, types, profile)["points"][position]
                value, text = shown[f"graph-points-{own:g}"]
                assert int(value) == units(treatment, text) == points
            check_drawing(reply["html"], [int(value) for value, _ in shown.values()], grid)
            assert stored[-1]["points_units"] is None
            assert stored[-1]["messages"] == ";".join(entered)


def check_drawing(html, points, grid):
    """Points lie where the two axes say: all on one straight scale, higher for more points."""
    places = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([^"]*)" cy="([^"]*)"', html)]
    ticks = re.findall(r'<text class="y" x="[^"]*" y="([^"]*)">([^<]*)<', html)
    heights, numbers = zip(*((float(y), number(text)) for y, text in ticks), strict=True)
    slope = (heights[-1] - heights[0]) / (numbers[-1] - numbers[0])
    assert slope < 0
    scale = 10 ** max(len(text.partition(".")[2]) for _, text in ticks)
    for (_, y), value in zip(places, points, strict=True):
        assert y == pytest.approx(heights[0] + (value / scale - numbers[0]) * slope, abs=0.2)
        assert min(heights) - 0.1 <= y <= max(heights) + 0.1
    steps = np.diff([x for x, _ in places]) / np.diff(grid)
    assert np.allclose(steps, steps.mean(), atol=0.2 * abs(steps.mean()) + 0.2)


# What cannot be answered

BAD = [
    None, 3, "x", [], {}, {"kind": []}, {"kind": "calculator"}, {"kind": "calculator", "messages": 1},
    {"kind": "calculator", "messages": ["1"]}, {"kind": "calculator", "messages": [None, None, None]},
    {"kind": "calculator", "messages": ["", "1", "1"]}, {"kind": "calculator", "messages": [[], {}, "1"]},
    {"kind": "calculator", "messages": ["1e1", "1", "1"]}, {"kind": "calculator", "messages": ["9", "1", "1"]},
    {"kind": "calculator", "messages": ["0.5", "1", "1"]}, {"kind": "calculator", "messages": [True, "1", "1"]},
    {"kind": "calculator", "messages": [float("nan"), "1", "1"]}, {"kind": "table", "messages": ["1", "1", "1"]},
    {"kind": "graph", "messages": ["", "", "1"]}, {"kind": "points", "messages": ["1", "1", "1"], "query": []},
]  # fmt: skip


@pytest.mark.parametrize("data", BAD, ids=repr)
def test_whatever_else_arrives_is_answered_by_a_sentence_and_not_stored(data, stored):
    reply = answer(person(TREATMENTS["production_serial"], 1), data)
    assert re.fullmatch(r"Please choose .*\.", reply["error"])
    assert "html" not in reply
    assert stored == []


def test_the_sentence_names_who_is_missing():
    treatment = TREATMENTS["production_serial"]
    for entered, start in (
        (["", "1", "1"], "for Player 1"),
        (["1", "", "1"], "for yourself"),
        (["1", "1", "x"], "for Player 3"),
    ):
        reply = answer(person(treatment, 1), {"kind": "calculator", "messages": entered})
        assert reply["error"] == f"Please choose a whole number from 0 to 8 {start}."


def test_an_aid_is_shown_and_answered_only_if_the_treatment_has_it(stored):
    two, three = TREATMENTS["chen_serial"], TREATMENTS["production_serial"]
    signs = {"table": 'id="payoff-table"', "calculator": 'id="calculate"', "graph": 'id="draw"'}
    for treatment in (two, three):
        for screen in ({"table": a, "calculator": b, "graph": c} for a in (0, 1) for b in (0, 1) for c in (0, 1)):
            chosen = {key: bool(on) for key, on in screen.items()}
            player = person(with_screen(treatment, **chosen))
            html = aids(player)
            for kind, sign in signs.items():
                on = chosen[kind] and (kind != "table" or treatment is two)
                assert (sign in html) == on
                messages = ["3"] * treatment.group_size
                assert ("html" in answer(player, {"kind": kind, "messages": messages})) == on
    nothing = with_screen(two, table=False, calculator=False, graph=False)
    assert aids(person(nothing)).strip() == ""


def test_a_stored_query_has_everybodys_message_and_the_time(stored):
    treatment = TREATMENTS["two_players_halves"]
    answer(person(treatment, 1), {"kind": "calculator", "messages": ["0.5", "3"]})
    [row] = stored
    assert row["kind"] == "calculator"
    assert row["messages"] == "0.5;3"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", row["asked_at"])
    assert row["player"].position == 1


def test_numbers_are_written_and_read_as_in_the_language_of_the_page(stored):
    treatment = TREATMENTS["two_players_halves"].with_protocol(language="de")
    with use("de"):
        reply = answer(person(treatment), {"kind": "calculator", "messages": ["0,5", "1.5"]})
        points = treatment.play([1.5, 1.5], [0.5, 1.5]).points[0]
        assert f">{treatment.format_points(points)}<".replace(".", ",").replace("-", "\u2212") in reply["html"]
        assert "<td><b>\u2212" in payoff_table(treatment, 0, 1.5, 1.5)
        assert "." not in "".join(
            re.findall(r"<b>([^<]*)</b>", payoff_table(treatment, 0, 1.5, 1.5).partition("tbody")[2])
        )
    assert stored[0]["messages"] == "0.5;1.5"


def test_names_of_a_treatment_file_are_text_and_not_html():
    html = aids(person(TREATMENTS["negative_decimals"]))
    assert "&lt;i&gt;low&lt;/i&gt;" in str(html).replace("&#x2f;", "/")
    assert "<i>low" not in html


def test_few_messages_are_chosen_from_a_list_and_many_are_typed_on_the_grid():
    assert '<select id="guess-1"' in aids(person(TREATMENTS["production_serial"]))
    html = aids(person(with_screen(TREATMENTS["hundred"], table=False)))
    assert re.search(r'<input type="number" id="guess-1"[^>]*min="0" max="100" step="1"', html)
    assert "checked" not in html
    assert "selected" not in html


# A real session

BOTS = """
import otree.main
otree.main.setup()
from otree.bots.runner import run_bots
from otree.export import custom_export_app
from otree.session import create_session
session = create_session("chen_serial", num_participants=4, modified_session_config_fields={"rounds": 2, "quiz": False})
run_bots(session.id)
with open("what_if.csv", "w", newline="") as file:
    custom_export_app("serial", file, function_name="custom_export_what_if")
"""


def test_queries_of_a_real_session_are_stored_and_exported(own_lab):
    """The bots ask every aid once; what is refused is not stored."""
    done = own_lab.run(sys.executable, "-c", BOTS, OTREE_IN_MEMORY="1")
    assert done.returncode == 0, done.stderr[-2000:]
    with (own_lab.folder / "what_if.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(what_if.COLUMNS)
    treatment = TREATMENTS["chen_serial"]
    assert {(row["participant_id"], row["kind"]) for row in rows} == {
        (str(k), kind) for k in range(1, 5) for kind in ("table", "calculator")
    }
    for row in rows:
        messages = [float(m) for m in row["messages"].split(";")]
        points = treatment.play([16.1, 20.1], messages).points
        assert row["points"] in [str(treatment.points_value(p)) for p in points]
        assert (row["part"], row["part_round"]) == ("1", "1")
    assert len({row["participant_code"] for row in rows}) == 4
    assert {row["points"] for row in rows if row["kind"] == "table"} == {
        row["points"] for row in rows if row["kind"] == "calculator"
    }
