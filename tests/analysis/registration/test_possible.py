"""What no data of a plan could support is said before there are data, and by a power analysis."""

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.inference import UnitMeans, permutation_test
from analysis.registration.document import register
from analysis.registration.possible import impossible
from analysis.registration.testing import OF_MEANS, least_possible
from mechanisms.studies import TESTS
from tests.analysis.simulate import TREATMENTS

ARM = '[[arms]]\ntreatment = "{}"\nsessions = {}\nparticipants = 3\n'
HYPOTHESIS = '[[hypotheses]]\noutcome = "earnings"\narms = [{}]\n{}\n'
THREE = "park_vcg", "park_agv", "park_symmetric"


def study(folder, sessions, *hypotheses, unit='unit = "session"'):
    """Three arms played within each session; (arms, further lines) of each hypothesis."""
    path = folder / "plan.toml"
    asked = (HYPOTHESIS.format(", ".join(f'"{arm}"' for arm in arms), more) for arms, more in hypotheses)
    arms = (ARM.format(name, sessions) for name in THREE)
    path.write_text(f'[analysis]\n{unit}\n{"".join(arms)}{"".join(asked)}[power]\nmodel = "uniform"\n', "utf-8")
    return path


def test_the_least_p_is_that_of_data_that_are_as_far_apart_as_can_be():
    far = UnitMeans.from_arrays({"1": [0.0, 0.1, 0.2], "2": [7.0, 7.1, 7.3]})
    assert least_possible("permutation", (3, 3), False) == (permutation_test(far).p, "")
    for name in OF_MEANS:
        units = (5,) * TESTS[name].arms[-1]
        found = {
            alternative: least_possible(name, units, name == "sign", alternative) for alternative in ("greater", "less")
        }
        if TESTS[name].alternatives != ("two-sided",):
            assert found["greater"] == pytest.approx(found["less"]), name
            assert found["less"][0] < 0.05, name


def test_five_sessions_of_three_arms_within(tmp_path, capsys):
    """Signs of five sessions: 1/32, and 2/32 two-sided; three in a family, of which one cannot be at all."""
    family = 'family = "main"'
    path = study(
        tmp_path,
        5,
        (THREE[:2], f'alternative = "greater"\n{family}'),
        (THREE[:2], f'test = "ranks"\n{family}'),
        (THREE, ""),
    )
    first, second, third = impossible(register(path, TREATMENTS))
    start = "H1: earnings, park_agv less park_vcg: with 5 units the test can give no p-value below 0.031, after the"
    assert first == f"{start} correction 0.062: whatever the data, the hypothesis cannot be supported at 0.05"
    assert "below 0.062, after the correction 0.062" in second
    assert third.endswith("no test is possible: the design is within; expected each unit in one arm")
    assert main(["preregister", str(path), "--treatments", str(TREATMENTS), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert all(f"warning: {one}" in said for one in (first, second, third))
    [document] = (tmp_path / "out").glob("*.md")
    assert f"{first}." in document.read_text("utf-8")
    assert main(["power", str(path), "--treatments", str(TREATMENTS), "--simulations", "4"]) == 0
    said = capsys.readouterr().out
    assert "no p-value below 0.031, and so no result at 2.5 %" in said
    assert "No test is possible: the design is within" in said


def test_what_can_be_supported_is_no_warning(tmp_path):
    assert impossible(register(study(tmp_path, 6, (THREE[:2], "")), TREATMENTS)) == []
    others = register(study(tmp_path, 1, (THREE[:2], ""), unit=""), TREATMENTS)
    [alone] = impossible(others)
    assert "no test is possible" in alone
    assert "1 in 1, 1 in 2" in alone
    assert impossible(register(study(tmp_path, 4, (THREE[:2], 'alternative = "greater"'), unit=""), TREATMENTS)) == []
    assert np.isclose(least_possible("ranks", (4, 4), False, "greater")[0], 1 / 70)
