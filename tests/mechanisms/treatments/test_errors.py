"""Wrong treatment files are refused in one line that says what would be right."""

from pathlib import Path

import pytest

from mechanisms.treatments import TreatmentError, load_session_designs
from tests.mechanisms.treatments.cases import edited

WRONG = [
    ("production_serial", "rounds = 10", "roundz = 10", "session.roundz = 10: unknown key; did you mean 'rounds'?"),
    ("production_serial", "rounds = 10", "rounds = 0", "session.rounds = 0: must be greater than or equal to 1"),
    ("production_serial", "rounds = 10", 'rounds = "ten"', 'session.rounds = "ten": must be a whole number'),
    ("production_serial", '"stranger"', '"strangers"', "must be 'partner', 'stranger' or 'perfect_stranger'"),
    ("production_serial", "participants = 6", "participants = 7", "session.participants = 7"),
    ("production_serial", "participants = 6", "participants = 7", "use 6 or 9"),
    ("production_serial", '"1/3"]', '"1/2"]', "types.probabilities = .*sum to 1.166666667: they must sum to 1"),
    (
        "production_serial",
        "values = [13, 16, 19]",
        'values = ["1/3", 16, 19]',
        r"values\[1\] = .1/3.: must be a number, as in 0.25: only prob",
    ),
    ("production_serial", '"1/3"]', '"x"]', r'types.probabilities\[3\] = "x": must be a number or a fraction'),
    (
        "production_serial",
        '["1/3", "1/3", "1/3"]',
        "[0.3333333333333333, 0.3333333333333333, 0.3333333333333333]",
        'sum to 0.9999999999999999: they must sum to 1 exactly; write thirds as "1/3"',
    ),
    ("production_serial", "13, 16, 19", "13, 13.00000000000001, 19", "types.values has 13.00000000000001.* has 13:"),
    (
        "production_serial",
        "13, 16, 19",
        "13, 13.000000000000000001, 19",
        "types.values has 13.000000000000000001.* has",
    ),
    ("production_serial", "exponent = 2", "exponent = 2, fixed = 3", "fixed = 3: unknown key; there are 'kind', 'coef"),
    ("park_vcg", "[words.names.de]", "[words.name.de]", "words.name = .*: unknown key; did you mean 'names'.$"),
    ("park_vcg", "[words.names.de]", "[words.names.jp]", "names.jp = .*: unknown key; there are 'en', 'de', 'ja'$"),
    ("production_serial", "title =", "title", "not correct TOML: .*line 1"),
    ("production_serial", "title =", '{"title":', "not correct TOML: this is JSON: write it as TOML"),
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
    ("park_vcg", '"vcg"', '"vcg"\norder = [1, 2, 3]', "order = .*belongs to 'incremental', .*'pairwise'"),
    (
        "park_vcg",
        "[types]",
        '[play]\nform = "sequential"\norder = [1, 2]\n[types]',
        "play.order = .1, 2. must name each position",
    ),
    (
        "park_vcg",
        "[types]",
        '[play]\nform = "sequential"\ncompensation = true\n[types]',
        "compensation = true has no meaning",
    ),
    (
        "park_pairwise",
        "[types]",
        '[play]\nform = "sequential"\n[types]',
        "mechanism.order = .* has no meaning with .play.",
    ),
    ("chen_serial", "[session]", '[play]\nform = "sequential"\n[session]', "not under 'serial'"),
    (
        "production_staged",
        'form = "staged"',
        'from = "staged"',
        r"play.form is missing \('from' is none of its keys\): must",
    ),
    ("production_staged", '"staged"', '"stage"', "did you mean 'staged'"),
    ("production_staged", 'shown = "served"', "compensation = true", "unknown key; it belongs to form = 'sequential'$"),
    ("production_serial", 'name = "serial"', 'name = "Shapley Shubik"', "; did you mean 'shapley_shubik'"),
    ("production_serial", 'name = "serial"', 'name = "serial"\nrounds = 3', "it belongs to .beliefs. or .session.$"),
    (
        "production_serial",
        'name = "serial"',
        'name = "serial"\nroles = 3',
        "unknown key; it belongs to the top of the file$",
    ),
    ("park_pairwise_sequential", 'order = "drawn"', 'order = "random"', "must be 'drawn' or a list"),
    (
        "park_pairwise_sequential",
        'order = "drawn"',
        "order = [1, 2.5]",
        r"play.order\[2\] = 2.5: must be a whole number",
    ),
    ("production_serial", "exchange_rate = 0.004", "exchange_rate = 1e400", "must be a number below 1e100"),
    ("production_serial", '"1/3"]', '"1e-999999999"]', "types.probabilities.3. = .*: must be a number or a fraction"),
    (
        "production_serial",
        "exchange_rate = 0.004",
        "exchange_rate = 0,004",
        "line 60.*write 0.004 in the place of '0,004'$",
    ),
    ("production_serial", "size = 3", "size: 3", "write size = in the place of 'size:'$"),
    ("production_serial", "size = 3", "size = 3;", "take away the ; at the end$"),
    ("production_serial", "quiz = true", "quiz = Yes", "write true in the place of 'Yes'$"),
    ("production_serial", '"stranger"', "stranger", 'write "stranger"$'),
    ("production_serial", "size = 3", "size = 3\nsize = 4", "'size' stands twice in one table, in lines 6 and 7"),
    ("production_serial", "[points]", "[group]", ".group. stands twice: put all of its keys under one of them"),
    ("production_serial", 'language = "en"', 'language = "english"', 'it must be two small letters, such as "en"'),
    (
        "production_serial",
        "highest = 8, step",
        "highest = 1e30, step",
        "step = 1: makes more than 10001",
    ),
    (
        "production_serial",
        "exponent = 2",
        "exponent = 1e30",
        "environment.cost is inf if all get 8 units: it must",
    ),
    (
        "production_serial",
        "scale = 10",
        "scale = 1e30",
        "points could reach .*e.3. smallest units, too many",
    ),
    ("park_vcg", "shift = 0", "shift = 1e20", "points could reach 1e.20 smallest units, too many to be exact"),
    (
        "park_vcg",
        "values = [8, 20]",
        "values = [8, 1e40]",
        "points could reach .* smallest units, too many",
    ),
    (
        "production_serial",
        "[session]",
        "[beliefs]\npoints = 1e30\n[session]",
        "beliefs.points = 1.*: too many to be exact",
    ),
    ("production_staged", '"staged"', '"stages"', "play.form = \"stages\": must be one of 'sequential', 'staged'"),
    ("production_staged", "order = [1, 2, 3]", "order = [1, 3, 3]", "must name each position 1 to 3 exactly once$"),
    ("production_staged", "order = [1, 2, 3]", 'order = "drawn"', "play.order = "),
    ("production_staged", '"served"', '"nothing"', "play.shown = .*must be 'served' or 'requests'"),
    ("production_staged", '"serial"', '"proportional"', "served in stages under 'serial', not under 'proportional'"),
    ("production_staged", "size = 3", "size = 9", "play.order|group.size = 9"),
    ("production_staged", "warn_dominated = false", "warn_dominated = true", "one decides several times"),
    ("production_staged", "[session]", "[beliefs]\npoints = 4\n[session]", "beliefs has no meaning with play.form"),
    (
        "park_pairwise_sequential",
        '"pairwise"',
        '"cremer_riordan"\nfirst = 4',
        "mechanism.first = 4 must be a position, 1 to 3",
    ),
    ("park_vcg", '"vcg"', '"vcg"\ncost_shares = "equal"', "cost_shares = 'equal' has no meaning here"),
    (
        "production_serial_then_vcg",
        '"production_vcg"',
        '"production_vcf"',
        "names 'production_vcf', which is no treatment here: did you mean 'production_vcg'.$",
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
        "participants = 6\n[session]",
        "session = .*unknown key; there are 'name', 'title', 'description', 'parts', 'orders', 'pay', 'participants'",
    ),
    ("park_vcg", "[[roles]]", "[roles]", r"\[roles\] and \[\[roles\]\] are both there: write \[\[roles\]\] for each"),
    (
        "cason_pivotal",
        "[session]",
        "[advice]\nearly = 1\n[session]",
        "advice.early = 1: .*did you mean 'earlier'",
    ),
    ("park_vcg", 'ties = "first"', 'identity = "x"', "mechanism.identity = .*unknown key; it belongs to .advice.$"),
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
