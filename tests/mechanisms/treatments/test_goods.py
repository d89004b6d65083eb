"""Costs of own goods in files: played as the judge plays them, and one line for each that cannot be."""

import re

import numpy as np
import pytest
from engine.bots import oracle

from mechanisms.treatments import Treatment, TreatmentError, load_treatment

SERIAL = load_treatment("treatments/production_serial.toml").definition
MATRIX = {"kind": "quadratic_form", "matrix": [[0.5, 0.25], [0.25, 1]], "linear": [1, 0]}
POLYNOMIAL = {
    "kind": "goods_polynomial",
    "terms": [
        {"coefficient": 1, "powers": [1, 0]},
        {"coefficient": "0.5", "powers": [0, 3]},
        {"coefficient": "0.25", "powers": [2, 1]},
    ],
}
TABLE = {"kind": "goods_table", "values": [[0, 2, 5], [1, 4, 8], [4, 8, 13]]}
PATH = [[0, 0], [1, 0], [1.5, 1.5], [2, 2]]
RULES = [
    {"name": "aumann_shapley"},
    {"name": "axial"},
    {"name": "equal"},
    {"name": "fixed_path", "path": PATH},
    {"name": "friedman_moulin"},
    {"name": "incremental", "order": [2, 1]},
    {"name": "moulin_shenker"},
    {"name": "shapley_shubik"},
]


def definition(mechanism, cost, size=2, highest=2):
    environment = {**SERIAL["environment"], "cost": cost, "quantities": {"lowest": 0, "highest": highest, "step": 1}}
    session = {**SERIAL["session"], "participants": 2 * size}
    given = {**SERIAL, "group": {"size": size}, "environment": environment, "mechanism": mechanism, "session": session}
    return {key: part for key, part in given.items() if key != "messages"}


@pytest.mark.parametrize("cost", [MATRIX, POLYNOMIAL, TABLE], ids=lambda cost: cost["kind"])
@pytest.mark.parametrize("mechanism", RULES, ids=lambda mechanism: mechanism["name"])
def test_every_profile_is_played_as_the_judge_plays_it(mechanism, cost):
    needs_derivatives = mechanism["name"] not in ("equal", "incremental", "shapley_shubik")
    if cost is TABLE and needs_derivatives:
        with pytest.raises(TreatmentError, match=r"x: environment.cost does not fit .* integrates marginal costs"):
            Treatment.from_definition(definition(mechanism, cost), "x")
        return
    treatment = Treatment.from_definition(definition(mechanism, cost))
    best = -np.inf
    for messages in np.ndindex(3, 3):
        judged = oracle.expected(treatment.definition, [13, 19], messages)
        play = treatment.play([13, 19], messages)
        assert play.cost_shares == pytest.approx([float(x) for x in judged["cost_shares"]], abs=1e-8)
        assert play.points.tolist() == judged["points"]
        best = max(best, float(sum(judged["values"]) - sum(judged["cost_shares"])))
    assert treatment.efficient_surplus([13, 19]) == pytest.approx(best)


ONE_TABLE = {"kind": "table", "values": [0, 1, 3, 6, 10]}


def refusal(mechanism, cost):
    """Of a file with such a cost; empty if it is read."""
    try:
        Treatment.from_definition(definition(mechanism, cost))
    except TreatmentError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("cost", [MATRIX, TABLE, ONE_TABLE], ids=lambda cost: cost["kind"])
def test_a_refusal_of_a_cost_names_the_rules_that_share_it(cost):
    every = [*RULES, {"name": "proportional"}, {"name": "serial"}]
    refusals = {mechanism["name"]: refusal(mechanism, cost) for mechanism in every}
    fit = {name for name, line in refusals.items() if not line}
    refusals["vcg"] = refusal({"name": "vcg", "cost_shares": "aumann_shapley" if cost is ONE_TABLE else "serial"}, cost)
    direct = refusal({"name": "friedman_moulin_direct" if cost is ONE_TABLE else "serial_direct"}, cost)
    for line in (*refusals.values(), direct):
        named = set(re.findall(r"'(\w+)'", line.partition("a rule such as ")[2]))
        needs_an_option = {"fixed_path", "incremental"} if line is refusals["vcg"] else set()
        assert not line or named == ({f"{name}_direct" for name in fit} if line is direct else fit - needs_an_option)


def test_direct_mechanisms_share_a_cost_of_own_goods():
    given = definition({"name": "vcg", "cost_shares": "shapley_shubik"}, MATRIX)
    play, judged = (f(given, [13, 19], [16, 13]) for f in (played, oracle.expected))
    assert play.transfers == pytest.approx([float(x) for x in judged["transfers"]])
    assert play.points.tolist() == judged["points"]


def played(given, types, messages):
    return Treatment.from_definition(given).play(types, messages)


@pytest.mark.parametrize(
    ("mechanism", "cost", "line"),
    [
        ("serial", MATRIX, "environment.cost.kind = 'quadratic_form' is for goods of one's own, and 'serial' shares"),
        ("serial", MATRIX, "'equal', 'fixed_path', 'friedman_moulin', 'incremental', 'moulin_shenker' or 'shapley_"),
        (
            "equal",
            {**MATRIX, "matrix": [[1, 2]]},
            "cost.matrix = [[1, 2]]: must be square; it has 1 rows, and row 1 has 2",
        ),
        (
            "equal",
            {**MATRIX, "matrix": [[1, 2], [3, 1]]},
            "must be symmetric; row 2, column 1 has 3, and row 1, column 2",
        ),
        (
            "equal",
            {**MATRIX, "linear": [1]},
            "cost.linear = [1]: must have 2 numbers, as many as matrix has rows; it has 1",
        ),
        (
            "equal",
            {**MATRIX, "matrix": [[1, -2], [-2, 1]]},
            "matrix makes more units cheaper: with (0, 2) units the cost is 4",
        ),
        (
            "equal",
            {**MATRIX, "matrix": [[1]], "linear": [0]},
            "matrix is for 1 goods: group.size = 2 needs a matrix of 2 rows",
        ),
        (
            "equal",
            {**POLYNOMIAL, "terms": [{"coefficient": 1, "powers": [0, 0]}]},
            "terms[1].powers = [0, 0]: must have",
        ),
        ("equal", {**POLYNOMIAL, "terms": [{"coefficient": 1, "powers": [1]}]}, "terms is for 1 goods: group.size = 2"),
        ("equal", {"kind": "goods_table", "values": [[0, 1], [1]]}, "lists in lists, all of a depth equally long"),
        (
            "equal",
            {"kind": "goods_table", "values": [[0, 1], [1, 2]]},
            "entries for whole units up to [1, 1]; the quan",
        ),
        ("equal", {"kind": "goods_table", "values": [[1]]}, "must start with 0, the cost of producing nothing"),
        ("equal", {"kind": "goods_table", "values": [["a"]]}, "must be a number"),
    ],
)
def test_bad_costs_are_one_line(mechanism, cost, line):
    with pytest.raises(TreatmentError, match=re.escape(line)) as refused:
        Treatment.from_definition(definition({"name": mechanism}, cost), "x.toml")
    assert str(refused.value).startswith("x.toml: environment.cost")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (None, "mechanism.path is missing: give its corners"),
        ([[0, 0]], "mechanism.path = [[0, 0]] must have two corners or more; it has 1"),
        ([[0, 0], [4]], "must have 2 numbers in each corner, one for each player; corner 2 has 1"),
        ([[1, 0], [2, 2]], "the first corner must have zeros only"),
        ([[0, 0], [2, 0], [1.5, 2]], "must not fall: corner 3 has 1.5 for player 1, after 2"),
        ([[0, 0], [2, 1]], "must reach the largest quantity, 2, for everybody; it ends at 1 for player 2"),
        ([[0, 0], [2, -1]], "mechanism.path[2][2] = -1"),
        ([[0, 0], [2, "1/3"]], 'path[2][2] = "1/3": must be a number, as in 0.25: only probabilities can be fractions'),
        ([[0, 0], [2, True]], "mechanism.path[2][2] = true: must be a number"),
        ("no", 'mechanism.path = "no": must be a list'),
    ],
)
def test_bad_paths_are_one_line(path, line):
    mechanism = {"name": "fixed_path"} | ({} if path is None else {"path": path})
    with pytest.raises(TreatmentError, match=re.escape(line)):
        Treatment.from_definition(definition(mechanism, MATRIX), "x.toml")


def test_too_many_profiles_are_refused():
    big = {**MATRIX, "matrix": np.eye(9).tolist(), "linear": None}
    with pytest.raises(TreatmentError, match="7 quantities for each of 9 players are too many: use a coarser grid"):
        Treatment.from_definition(definition({"name": "equal"}, big, size=9, highest=6))
