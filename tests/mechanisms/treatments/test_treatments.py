"""Treatment files: the shipped ones load; wrong ones are refused in one line that says what would be right."""

import json
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from mechanisms.treatments import Treatment, TreatmentError, load_session_designs, load_treatment
from mechanisms.treatments.loading import balanced_orders
from mechanisms.treatments.schema import DEMAND_MECHANISMS, DIRECT_MECHANISMS

SHIPPED = sorted(path.stem for path in Path("treatments").glob("*.toml"))


def edited(tmp_path, *changes, base="production_serial"):
    """A copy of a shipped file with some text replaced."""
    text = Path(f"treatments/{base}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "edited.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_file_is_a_session_design():
    designs = load_session_designs("treatments")
    assert sorted(design.name for design in designs) == SHIPPED
    assert {design.treatments[0].mechanism for design in designs} == {*DEMAND_MECHANISMS, *DIRECT_MECHANISMS}
    parts = {design.name: design for design in designs if len(design.treatments) > 1}
    then, both = parts["production_serial_then_vcg"], parts["production_counterbalanced"]
    assert [t.name for t in then.treatments] == ["production_serial", "production_vcg"]
    assert (then.show_up_fee, then.orders, then.pay) == (Decimal(5), ((1, 2),), "all")
    assert (both.orders, both.pay, [t.protocol.participants for t in both.treatments]) == (
        ((1, 2), (2, 1)),
        "one",
        [6, 6],
    )


@pytest.mark.parametrize("parts", range(1, 8))
def test_balanced_orders(parts):
    """Every part equally often in every place, and directly after each other part (Williams 1949)."""
    orders = balanced_orders(parts)
    for place in zip(*orders, strict=True):
        assert set(Counter(place).values()) == {len(orders) // parts}
    follow = Counter(pair for order in orders for pair in pairwise(order))
    assert len(follow) == parts * (parts - 1)
    assert len(set(follow.values())) <= 1


def test_the_production_treatments_are_the_same_economy():
    treatments = [
        load_treatment(f"treatments/production_{m}.toml") for m in ("serial", "proportional", "vcg", "pairwise")
    ]
    for key in ("group", "environment", "types", "points", "session"):
        assert len({json.dumps(t.definition[key]) for t in treatments}) == 1


@pytest.mark.parametrize("name", [name for name in SHIPPED if "_then_" not in name and "_counterbalanced" not in name])
def test_a_definition_gives_the_treatment_back(name):
    treatment = load_treatment(f"treatments/{name}.toml")
    again = Treatment.from_definition(json.loads(json.dumps(treatment.definition)))
    assert again.definition == treatment.definition
    assert again.identity == treatment.identity


def test_identity_is_that_of_the_game(tmp_path):
    original = load_treatment("treatments/production_serial.toml")
    same = load_treatment(edited(tmp_path, ("rounds = 10", "rounds = 4"), ("scale = 10", "scale = 10.0")))
    other = load_treatment(edited(tmp_path, ("scale = 10", "scale = 11")))
    assert same.identity == original.identity != other.identity


def test_ties_unsaid_are_ties_to_the_first(tmp_path):
    first = load_treatment("treatments/cason_pivotal.toml")
    unsaid = load_treatment(edited(tmp_path, ('ties = "first"', ""), base="cason_pivotal"))
    last = load_treatment(edited(tmp_path, ('ties = "first"', 'ties = "last"'), base="cason_pivotal"))
    assert unsaid.identity == first.identity != last.identity
    outcomes = [t.outcome_label(t.play([-6, 8], [-7, 7]).outcome) for t in (first, unsaid, last)]
    assert outcomes == ["built", "built", "not built"]


def test_protocol_overrides_are_checked():
    treatment = load_treatment("treatments/production_serial.toml")
    changed = treatment.with_protocol(rounds=3, exchange_rate=0.25, matching="partner")
    assert (changed.protocol.rounds, changed.protocol.exchange_rate) == (3, Decimal("0.25"))
    assert treatment.protocol.rounds == 10
    with pytest.raises(TreatmentError, match=r"session.rounds = -1: must be"):
        treatment.with_protocol(rounds=-1)
    with pytest.raises(TreatmentError, match=r"session.round = 3: unknown key; did you mean 'rounds'"):
        treatment.with_protocol(round=3)


def test_points_and_money_are_exact():
    treatment = load_treatment("treatments/production_serial.toml").with_protocol(exchange_rate="0.1")
    assert treatment.format_points(-35) == "-35"
    assert treatment.money(3) == Decimal("0.3")


def test_roles_change_messages_points_and_payoffs():
    treatment = load_treatment("treatments/cason_pivotal.toml")
    assert [(p.role, p.messages[0], p.messages[-1], p.shift) for p in treatment.positions] == [
        ("Player 1", -22, 2, 294),
        ("Player 2", -4, 20, 182),
    ]
    assert treatment.play([-6, 8], [-6, 8]).points.tolist() == [210, 210]


WRONG = [
    ("production_serial", "rounds = 10", "roundz = 10", "session.roundz = 10: unknown key; did you mean 'rounds'?"),
    ("production_serial", "rounds = 10", "rounds = 0", "session.rounds = 0: must be greater than or equal to 1"),
    ("production_serial", "rounds = 10", 'rounds = "ten"', 'session.rounds = "ten": must be a whole number'),
    ("production_serial", '"stranger"', '"strangers"', "must be 'partner', 'stranger' or 'perfect_stranger'"),
    ("production_serial", "participants = 6", "participants = 7", "session.participants = 7"),
    ("production_serial", "participants = 6", "participants = 7", "use 6 or 9"),
    ("production_serial", '"1/3"]', '"1/2"]', "types.probabilities = .*sum to 1.16667: they must sum to 1"),
    ("production_serial", '"1/3"]', '"x"]', r'types.probabilities\[3\] = "x": must be a number or a fraction'),
    ("production_serial", "title =", "title", "not correct TOML: .*line 1"),
    ("production_serial", "size = 3", "size = 1", "group.size = 1: must be greater than or equal to 2"),
    ("production_serial", "size = 3", "", "group.size is missing"),
    ("production_serial", "seed = 2013", "seed = 0.5", "session.seed = 0.5: must be a whole number"),
    ("production_serial", "fixed_roles = true", "fixed_roles = 1", "session.fixed_roles = 1: must be true or false"),
    ("production_serial", "\nhighest = 8", "\nhighest = 9", "messages contains 9, which is no quantity"),
    ("production_serial", "\nstep = 1", "\nstep = 3", "messages.highest = 8: must be a whole number of steps of 3"),
    ("production_serial", '"quadratic"', '"cubic"', "environment.value.kind = \"cubic\": must be one of 'linear'"),
    ("production_serial", ", curvature = 2", "", "environment.value.curvature is missing"),
    ("production_serial", '"production"', '"produce"', "environment.kind = \"produce\": must be one of 'production'"),
    ("production_serial", '"serial"', '"vcg"', "mechanism.cost_shares is missing"),
    ("production_serial", "exponent = 2", "exponent = nan", "environment.cost.exponent = NaN: must be a finite number"),
    (
        "production_serial",
        '"power", coefficient = 0.5, exponent = 2',
        '"piecewise_linear", breakpoints = [5, 3], slopes = [1, 2, 3]',
        r"environment.cost.breakpoints = \[5, 3\]: must be more than 0 and in ascending order",
    ),
    (
        "production_serial",
        '"power", coefficient = 0.5, exponent = 2',
        '"piecewise_linear", breakpoints = [5], slopes = [1, 2, 3]',
        r"environment.cost.slopes = \[1, 2, 3\]: must have 2 entries",
    ),
    ("production_serial", "13, 16, 19", "13, 16, 16", "types.values = .*: must be distinct and in ascending order"),
    ("production_serial", "values = [13, 16, 19]", "values = [13, 16]", "types.probabilities = .*has 3 entries"),
    (
        "production_vcg",
        'cost_shares = "proportional"',
        'cost_shares = "fair"',
        'mechanism.cost_shares = "fair": must be',
    ),
    (
        "production_vcg",
        "\n[points]",
        "\n[messages]\nlowest=0\nhighest=8\nstep=1\n[points]",
        "does not contain the type 13",
    ),
    ("cason_pivotal", "values = [-6]", "values = [-6.5]", r"roles\[1\].messages does not contain the type -6.5"),
    ("cason_pivotal", '"not built" = 0', '"not built" = "typ"', 'payoffs.not built = "typ": must be a number, "type"'),
    ("cason_pivotal", '"not built" = 0', "", "payoffs has no entry for the outcome 'not built'"),
    ("cason_pivotal", '"not built" = 0', '"not bulit" = 0', "payoffs names 'not bulit'"),
    ("cason_pivotal", "rounds = 10", "rounds = 11", "cannot exist: .*at most 10 rounds"),
    ("cason_pivotal", "size = 2", "size = 4", "roles has 2 entries and group.size = 4"),
    ("cason_groves", '"groves"', '"serial"', "mechanism.name = 'serial' shares a cost"),
    ("park_pairwise", "order = [1, 2, 3]", "order = [1, 2, 2]", "must name each position 1 to 3 exactly once"),
    (
        "production_serial",
        '"serial"',
        '"serial"\nties = "first"',
        "mechanism.ties = 'first' has no meaning for 'serial'",
    ),
    ("park_vcg", 'ties = "first"', 'ties = "random"', "mechanism.ties = \"random\": must be 'first' or 'last'"),
    ("park_vcg", '"vcg"', '"vcg"\norder = [1, 2, 3]', "order = .*belongs to 'pairwise'"),
    ("park_vcg", '"vcg"', '"vcg"\ncost_shares = "equal"', "cost_shares = 'equal' has no meaning here"),
    (
        "production_serial_then_vcg",
        '"production_vcg"',
        '"production_vcf"',
        "names 'production_vcf', which is no treatment",
    ),
    (
        "production_serial_then_vcg",
        "participants = 6",
        "participants = 6\norders = [[1, 2], [1, 1]]",
        r"orders has \[1, 1\]: each order must have the parts \[1, 2\] once",
    ),
    (
        "production_serial_then_vcg",
        "participants = 6",
        'participants = 9\norders = "counterbalanced"',
        "participants = 9 cannot be divided evenly among the 2 orders",
    ),
    ("production_serial_then_vcg", "participants = 6", 'participants = 6\norders = "random"', "orders"),
    (
        "production_serial_then_vcg",
        "participants = 6",
        "participants = 8",
        "participants = 8, of whom 8 play a part together, does not suit part .*6 or 9",
    ),
]


@pytest.mark.parametrize(("base", "old", "new", "message"), WRONG)
def test_a_wrong_file_is_refused_in_one_line(tmp_path, base, old, new, message):
    for part in ("production_serial", "production_vcg"):
        (tmp_path / f"{part}.toml").write_text(Path(f"treatments/{part}.toml").read_text())
    path = edited(tmp_path, (old, new), base=base)
    with pytest.raises(TreatmentError, match=message) as caught:
        load_session_designs(tmp_path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_what_is_too_large_is_refused_before_memory_is_used(tmp_path):
    path = edited(tmp_path, ("highest = 8", "highest = 8000"), base="production_vcg")
    with pytest.raises(
        TreatmentError, match=r"group.size = 3: too large to compute: .*fewer reports, outcomes or agents"
    ):
        load_treatment(path)


def test_a_session_of_several_parts_is_no_treatment():
    with pytest.raises(TreatmentError, match="a session of several parts, which load_session_designs reads"):
        load_treatment("treatments/production_serial_then_vcg.toml")


def test_missing_files_and_foreign_bytes(tmp_path):
    with pytest.raises(TreatmentError, match=r"nothing.toml: cannot be read"):
        load_treatment(tmp_path / "nothing.toml")
    with pytest.raises(TreatmentError, match="no treatment files"):
        load_session_designs(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'title = "M\xfcnchen"')
    with pytest.raises(TreatmentError, match=r"latin.toml: byte 10 is not UTF-8"):
        load_treatment(tmp_path / "latin.toml")
