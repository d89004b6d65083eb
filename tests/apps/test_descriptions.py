"""One game described in three ways, as arms of a study: bots play it, answer before and after, and the data say so."""

import pytest
from engine.session.study import in_arm

from analysis import audit, read_exports
from mechanisms.session.draws import draw_arms
from mechanisms.studies.schema import ArmSpec
from mechanisms.treatments import TreatmentError, load_treatment
from tests.lab import Lab

ARMS = ("as_usual", "as_menu", "advised")
STUDY = """
[[arms]]
name = "as_usual"
treatment = "park_vcg"
participants = 3
style = "traditional"
understanding = true
[[arms]]
name = "as_menu"
treatment = "park_vcg"
participants = 3
style = "menu"
understanding = true
[[arms]]
name = "advised"
treatment = "park_vcg"
participants = 3
advice = "proof"
understanding = true
"""


def test_bots_play_the_arms_and_understanding_is_in_their_data(tmp_path):
    lab = Lab(tmp_path)
    (lab.folder / "studies" / "described.toml").write_text(STUDY, encoding="utf-8")
    text = (lab.folder / "treatments" / "park_vcg.toml").read_text("utf-8")
    (lab.folder / "treatments" / "park_vcg.toml").write_text(text.replace("rounds = 10", "rounds = 2"), "utf-8")
    done, tables = lab.play("described", 9)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = tables["parts"]
    assert {(row["arm"], row["treatment"]) for row in rows} == {(arm, arm) for arm in ARMS}
    assert len({row["identity"] for row in rows}) == 1
    arms = {row["participant_id"]: row["arm"] for row in rows}
    assert [arms[str(k)] for k in range(1, 10)] == [ARMS[arm] for arm in draw_arms(1, 9, 3)]
    assert all(row["total_payment"] for row in rows)
    people = {row["participant_id"] for row in rows}
    for moment in ("before", "after"):
        scored = [row for row in rows if row[f"understanding_{moment}"] != ""]
        assert {row["participant_id"] for row in scored} == people
        assert len(scored) == len(people)
        for row in scored:
            assert float(row[f"understanding_{moment}"]) == float(int(row["participant_id"]) % 2 == 0)
    assert {row["practice"] for row in rows if row["understanding_after"] != ""} == {"0"}
    assert {row["practice"] for row in rows if row["understanding_before"] != ""} == {"1"}
    [out] = lab.folder.glob("out-*/")
    exports = read_exports([out])
    assert audit(exports.decisions, quiz=exports.companions.get("quiz")).ok


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        (
            {"style": "menu"},
            r"here: description\.style = 'menu': the rule is not strategy-proof on this grid: Player 1",
        ),
        ({"style": "opportunity"}, r"here: description\.style = 'opportunity': agv asks for reports"),
    ],
)
def test_an_arm_that_does_not_fit_its_game_is_refused(arm, said):
    treatment = load_treatment("treatments/park_agv.toml")
    with pytest.raises(TreatmentError, match=said):
        in_arm(treatment, ArmSpec(treatment="park_agv", **arm), "here")


def test_an_arm_without_changes_is_the_treatment():
    treatment = load_treatment("treatments/park_agv.toml")
    assert in_arm(treatment, ArmSpec(treatment="park_agv", name="other"), "here") is treatment
    changed = in_arm(treatment, ArmSpec(treatment="park_agv", name="other", advice="statement"), "here")
    assert (changed.name, changed.identity, changed.description) == ("other", treatment.identity, treatment.description)
