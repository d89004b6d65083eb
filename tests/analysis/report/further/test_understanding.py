"""Understanding: planted scores come back, their association with play is found, and is no claim of a cause."""

import numpy as np
import pytest

import examples.rows
from analysis.report.further.understanding import AFTER, BEFORE, understanding
from analysis.report.plan import Hypothesis, Plan
from analysis.words import NOTHING, fixed
from mechanisms.treatments import Treatment
from tests.analysis import simulate
from tests.analysis.report.further.made import arm, section, sources_of

SCORES = (0.2, 0.6, 1.0)


def described(name, style):
    made = arm(name, rounds=4)
    return Treatment.from_definition({**made.definition, "description": {"style": style}, "understanding": {}})


def told(code, treatment, shift, seed):
    """A session in which play follows the score: right with probability 0.2 + 0.6 × score."""
    rng = np.random.default_rng(seed)
    rows = simulate.session(treatment, code, lambda rng, kind, grid: kind, seed=seed)
    people = sorted({row["participant_id"] for row in rows}, key=int)
    score = {person: min(1.0, SCORES[k % 3] + shift) for k, person in enumerate(people)}
    wrong = set()
    for row in rows:
        if rng.random() > 0.2 + 0.6 * score[row["participant_id"]]:
            wrong.add((row["participant_id"], row["round"]))
        row[BEFORE] = repr(score[row["participant_id"]]) if row["round"] == "1" else ""
        row[AFTER] = "1.0" if row["round"] == "4" else ""
    calls = iter(rows)

    def rule(rng, kind, grid):
        row = next(calls)
        return kind - 1 if (row["participant_id"], row["round"]) in wrong else kind

    again = simulate.session(treatment, code, rule, seed=seed)
    scores = {(row["participant_id"], row["round"]): (row[BEFORE], row[AFTER]) for row in rows}
    for row in again:
        row[BEFORE], row[AFTER] = scores[row["participant_id"], row["round"]]
    return again


def asked(folder, *sessions, **options):
    """What the section reads; sessions like these leave out the columns that came later."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples.rows, "HEADER", [*examples.rows.HEADER, BEFORE, AFTER])
        return sources_of(folder, *sessions, **options)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Two arms, in the order that the alphabet does not have and one-sided, as planned."""
    arms = (("arm_a", "traditional", 0.0), ("arm_b", "menu", 0.2))
    sessions = [
        told(f"{name[-1]}{k}abcdef", described(name, style), shift, 10 * k + len(name) + int(10 * shift))
        for name, style, shift in arms
        for k in range(4)
    ]
    plan = Plan((Hypothesis("dominant_played", "primary", ("arm_b", "arm_a"), "less"),))
    return asked(tmp_path_factory.mktemp("understood"), *sessions, plan=plan)


@pytest.fixture(scope="module")
def found(sources):
    return section(understanding, sources)


def number(cell):
    return float(cell.split(" ")[0].replace("−", "-"))


def test_scores_are_those_of_the_arms(found):
    rows = {row[0]: row for row in found.tables[0].rows}
    (plain, menu) = (next(row for name, row in rows.items() if name.endswith(end)) for end in ("a", "b"))
    play = "Dominant-strategy play"
    assert (plain[1:5], menu[1:5]) == (["traditional", "none", play, "80"], ["menu", "none", play, "80"])
    people = [SCORES[k % 3] for k in range(20)]
    assert number(plain[5]) == pytest.approx(100 * np.mean(people), abs=0.06)
    assert number(menu[5]) == pytest.approx(100 * np.mean([min(1, s + 0.2) for s in people]), abs=0.06)
    assert plain[6] == menu[6] == "100.0"


def test_play_rises_with_understanding_and_is_shown_by_description_too(found, sources):
    by = {(row[1], row[3]): row for row in found.tables[1].rows}
    assert number(by["all of these", "all right"][6]) > number(by["all of these", "less than half right"][6]) + 20
    assert by["arm_b", "all right"][2] == "menu"
    rows = sources.predicted[sources.predicted["treatment"] == "arm_b"]
    right = rows.loc[rows[BEFORE] == 1, "participant_code"].unique()  # 0.6 + 0.2, and 1.0
    assert by["arm_b", "all right"][4:6] == [str(len(right)), "4"]
    late = rows[rows["participant_code"].isin(right) & (rows["round"] > 2)]
    share, low, high = cells(by["arm_b", "all right"][7])
    assert share == pytest.approx(100 * late["dominant_played"].mean(), abs=0.06)
    assert low < share < high
    assert ("arm_b", "less than half right") in by
    assert sum(int(row[4]) for row in found.tables[1].rows if row[1] == "arm_b") == 80


def cells(text):
    """A number with its limits."""
    value, _, limits = text.partition(" (")
    return [number(part) for part in (value, *limits.rstrip(")").split(" to "))]


def test_mediation_is_the_product_and_is_called_an_association(found):
    [row] = found.tables[2].rows
    effect, slope, product = number(row[4]), number(row[6]), number(row[7])
    assert slope == pytest.approx(60, abs=15)
    assert product == pytest.approx(effect * slope / 100, abs=0.2)
    shift = 100 * np.mean([min(1, SCORES[k % 3] + 0.2) - SCORES[k % 3] for k in range(20)])
    assert effect == pytest.approx(-shift, abs=0.1)
    value, low, high = cells(row[6])
    assert low < value < high
    assert "no causal share" in found.tables[2].note
    assert any("not assigned" in sentence for sentence in found.sentences)


def test_the_effect_on_play_is_the_planned_test(found, sources):
    [row] = found.tables[2].rows
    main = sources.inference.main.set_index("outcome").loc["dominant_played"]
    assert (main["family"], main["alternative"]) == ("primary", "less")
    assert row[:2] == ["Dominant-strategy play", "arm_a − arm_b"]
    assert row[2].startswith(fixed(100 * main["effect"], 1) + " (−∞ to ")
    assert row[3] == fixed(main["p"], 3)
    [estimate] = found.estimates.to_dict("records")
    assert (estimate["outcome"], estimate["alternative"]) == (BEFORE, "two-sided")
    assert "two-sided, exploratory" in found.sentences[0]


def test_there_is_no_section_where_nothing_was_asked(learned):
    assert section(understanding, learned) is None


def test_too_few_units_show_no_difference_and_no_slope(tmp_path):
    sessions = [told(f"{name[-1]}0abcdef", described(name, "menu"), 0.0, 3) for name in ("arm_a", "arm_b")]
    alone = section(understanding, asked(tmp_path, *sessions))
    [row] = alone.tables[2].rows
    assert set(row[2:]) == {NOTHING}
    assert alone.sentences[0].endswith("is not known: with so few units no test can reject at 5 %.")
    assert "(" not in "".join(row[6] + row[7] for row in alone.tables[1].rows)


def test_what_the_computer_drew_is_nobodys_play_and_no_game_is_left_out(tmp_path):
    """Of one arm, in which the computer drew nothing but dominant reports in the second half; and of another game,
    which has no dominant message."""
    rows = told("a0abcdef", described("arm_a", "menu"), 0.0, 3)
    for row in rows:
        own = row["round"] in ("1", "2")
        row["decided_by"], row["timed_out"] = ("participant", "0") if own else ("clock", "1")
    chen = simulate.treatment("chen_serial", rounds=2, practice_rounds=0)
    other = simulate.session(Treatment.from_definition({**chen.definition, "understanding": {}}), "s0abcdef")
    for row in other:
        row[BEFORE], row[AFTER] = "0.75" if row["round"] == "1" else "", ""
    by_arm, by_share = section(understanding, asked(tmp_path, rows, other)).tables
    drawn, serial = by_arm.rows
    assert 0 < number(drawn[7]) < 100
    assert drawn[8] == NOTHING
    assert (serial[0], serial[3], serial[5]) == ("chen_serial", "Nash play of groups", "75.0")
    last = by_share.rows[-1]
    assert last[:4] == ["Nash play of groups", "chen_serial", "traditional", "half or more"]
    assert last[4] == str(chen.protocol.participants)
