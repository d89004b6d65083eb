"""Understanding: planted scores come back, their association with play is found, and is no claim of a cause."""

import numpy as np
import pytest

import examples.rows
from analysis.report.further.understanding import AFTER, BEFORE, understanding
from analysis.words import NOTHING
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


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    arms = (("arm_a", "traditional", 0.0), ("arm_b", "menu", 0.2))
    sessions = [
        told(f"{name[-1]}{k}abcdef", described(name, style), shift, 10 * k + len(name) + int(10 * shift))
        for name, style, shift in arms
        for k in range(4)
    ]
    with pytest.MonkeyPatch.context() as patch:  # sessions like these leave out the columns that came later
        patch.setattr(examples.rows, "HEADER", [*examples.rows.HEADER, BEFORE, AFTER])
        return section(understanding, sources_of(tmp_path_factory.mktemp("understood"), *sessions))


def number(cell):
    return float(cell.split(" ")[0].replace("−", "-"))


def test_scores_are_those_of_the_arms(found):
    rows = {row[0]: row for row in found.tables[0].rows}
    (plain, menu) = (next(row for name, row in rows.items() if name.endswith(end)) for end in ("a", "b"))
    assert (plain[1:3], menu[1:3]) == (["traditional", "none"], ["menu", "none"])
    people = [SCORES[k % 3] for k in range(20)]
    assert number(plain[4]) == pytest.approx(100 * np.mean(people), abs=0.06)
    assert number(menu[4]) == pytest.approx(100 * np.mean([min(1, s + 0.2) for s in people]), abs=0.06)
    assert plain[5] == menu[5] == "100.0"


def test_play_rises_with_understanding(found):
    by_level = {row[0]: row for row in found.tables[1].rows}
    assert number(by_level["all right"][2]) > number(by_level["less than half"][2]) + 20


def test_mediation_is_the_product_and_is_called_an_association(found):
    [row] = found.tables[2].rows
    effect, slope, product = number(row[3]), number(row[5]), number(row[6])
    assert slope == pytest.approx(60, abs=15)
    assert product == pytest.approx(effect * slope / 100, abs=0.2)
    assert effect == pytest.approx(
        100 * np.mean([min(1, SCORES[k % 3] + 0.2) - SCORES[k % 3] for k in range(20)]), abs=0.1
    )
    low, high = (number(limit) for limit in row[5].partition("(")[2].rstrip(")").split(" to "))
    assert low < slope < high
    assert "no causal share" in found.tables[2].note
    assert any("not assigned" in sentence for sentence in found.sentences)
    assert set(found.estimates["outcome"]) == {"dominant_played", BEFORE}


def test_there_is_no_section_where_nothing_was_asked(learned):
    assert section(understanding, learned) is None


def test_a_single_unit_in_an_arm_has_no_interval(tmp_path):
    sessions = [told(f"{name[-1]}0abcdef", described(name, "menu"), 0.0, 3) for name in ("arm_a", "arm_b")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples.rows, "HEADER", [*examples.rows.HEADER, BEFORE, AFTER])
        alone = section(understanding, sources_of(tmp_path, *sessions))
    [row] = alone.tables[2].rows
    assert "(" not in row[5] + row[6]


def test_what_the_computer_drew_is_nobodys_play(tmp_path):
    """Of one arm, in which the computer drew nothing but dominant reports in the second half."""
    rows = told("a0abcdef", described("arm_a", "menu"), 0.0, 3)
    for row in rows:
        own = row["round"] in ("1", "2")
        row["decided_by"], row["timed_out"] = ("participant", "0") if own else ("clock", "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples.rows, "HEADER", [*examples.rows.HEADER, BEFORE, AFTER])
        sources = sources_of(tmp_path, rows)
    [row] = section(understanding, sources).tables[0].rows
    assert 0 < number(row[6]) < 100
    assert row[7] == NOTHING
