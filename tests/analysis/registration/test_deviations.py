"""A study whose data are as registered, and data that are not, in every way that is looked for."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from analysis import read_exports
from analysis.__main__ import main
from analysis.inference.multiple import adjusted
from analysis.registration.deviations import MISSING, Deviation, deviations
from analysis.registration.document import read_registration, register
from analysis.registration.writing import _of_arm, markdown, warnings, write
from analysis.report.abstract import abstract
from analysis.report.further.registered import registered
from analysis.report.page import analyse, quiet
from analysis.report.plan import Plan, planned_by, registration_of, with_registration
from analysis.report.registered_tests import corrected, results_of
from analysis.report.tables import Numbers
from mechanisms.treatments import load_treatment
from mechanisms.version import VERSION, _digest
from tests.analysis import simulate
from tests.analysis.report.reports import without_pictures

STUDY = """
title = "Serial against average cost"
[[arms]]
treatment = "chen_serial"
sessions = 3
participants = 4
[[arms]]
treatment = "chen_proportional"
name = "average"
sessions = 3
participants = 4
[[hypotheses]]
outcome = "nash_played"
arms = ["average", "chen_serial"]
alternative = "greater"
[[hypotheses]]
outcome = "earnings"
arms = ["average", "chen_serial"]
test = "ranks"
family = "primary"
level = 0.1
[[exclusions]]
rule = "timed_out"
more_than = 1
reason = "slow"
[stopping]
participants = 24
"""
DAY = date(2026, 1, 5)


def sessions(name, numbers, rule=simulate.at_random, **changes):
    treatment = simulate.treatment(name, participants=4, rounds=3, show_up_fee=0, **changes)
    return [simulate.session(treatment, f"{name[5:8]}{k}abcde", rule, seed=k) for k in numbers]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A study and its treatments, three rounds each; the working directory is there."""
    (tmp_path / "treatments").mkdir()
    for name in ("chen_serial", "chen_proportional"):
        text = (simulate.TREATMENTS / f"{name}.toml").read_text("utf-8")
        for key, value in (("rounds", 3), ("show_up_fee", 0)):
            text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        (tmp_path / "treatments" / f"{name}.toml").write_text(text, "utf-8")
    (tmp_path / "study.toml").write_text(STUDY, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder, rows):
    (folder / "data").mkdir()
    simulate.write(folder / "data" / "all_custom.csv", [row for session in rows for row in session])
    return folder / "data"


def found(folder, rows, document="study.toml", **options):
    """(what, where, registered, found) of each deviation, and the plan."""
    exports = read_exports(written(folder, rows))
    plan, exports = with_registration(Plan(registration=registration_of(Path(document)), **options), exports)
    return [(d.what, d.where, d.registered, d.found) for d in plan.deviations], plan, exports


def as_registered():
    return [*sessions("chen_serial", range(3)), *sessions("chen_proportional", range(3))]


def test_data_as_registered_have_no_deviation(folder):
    day = register(Path("study.toml")).date
    deviations, plan, _ = found(folder, as_registered())
    assert [d for d in deviations if d[0] != "date"] == []
    assert [d[2] for d in deviations] in ([], [f"registered on {day}"])  # simulated times are made up
    assert [(rule.words, rule.participants) for rule in plan.applied] == [("slow", 0)]


def test_who_was_deleted_at_request_is_missing_and_was_not_excluded_by_the_analyst(folder):
    first, *others = as_registered()
    deviations, _, _ = found(folder, [simulate.forgotten(first, "1"), *others])
    assert {what for what, *_ in deviations} - {"date"} == {"sample size"}


def test_every_way_is_listed_once(folder):
    """One session fewer, another clock, another game, an arm that is missing or too many, other exclusions and code."""
    [path, *_] = write(register(Path("study.toml"), date=DAY), folder / "registrations")
    study = (folder / "study.toml").read_text("utf-8")
    (folder / "study.toml").write_text(study.replace("chen_serial", "other"), "utf-8")  # today's file does not matter
    rows = [*sessions("chen_serial", range(2)), *sessions("chen_serial", [2], exchange_rate="0.5")]
    for row in rows[0]:
        row["platform_version"] = "0.2.9"
    slow = [row for row in rows[1] if row["participant_id"] == "2"]
    for row in slow:
        row["timed_out"] = "1"
    extra = simulate.session(simulate.treatment("park_vcg", participants=6, rounds=2), "extra0abc")
    talked, excluded = rows[2][0], folder / "excluded.csv"
    excluded.write_text(
        f"session_code,participant_code,reason\n{talked['session_code']},{talked['participant_code']},talked\n"
    )
    exports = read_exports(written(folder, [*rows, extra]), excluded)
    plan, exports = with_registration(Plan(registration=registration_of(path)), exports)
    lines = [(d.what, d.where, d.registered, d.found) for d in plan.deviations]
    assert ("missing arm", "average", "3 sessions of 4 participants each", "no decision in the data") in lines
    assert ("other arm", "park_vcg", "not registered", "1 session") in lines
    changed = "session.exchange_rate = 0.002", "session.exchange_rate = 0.5"
    assert ("treatment", "chen_serial (1 session)", *changed) in lines
    assert ("exclusions", "", "not registered", "1 participant excluded: talked") in lines
    assert ("code", "laboratory", "version 0.3.0", "version 0.2.9 in 1 session") in lines
    assert ("sample size", "", "stop at 24 participants", "18 participants") in lines
    assert [(rule.words, rule.participants) for rule in plan.applied] == [("slow", 1)]
    out = exports.decisions[exports.decisions["excluded_because"] == "registered: slow"]
    assert set(out["participant_id"]) == {2}
    assert not out["in_analysis"].any()
    assert out["group_excluded"].all()


@pytest.mark.parametrize("reason", ["deleted at request", "registered: slow"])
def test_a_reason_that_is_typed_excuses_nothing(folder, reason):
    rows, excluded = as_registered(), folder / "excluded.csv"
    for row in rows[1]:
        if row["participant_id"] == "2":
            row["timed_out"] = "1"  # whom the rule leaves out
    for session in rows[:2]:
        for row in session:
            row["platform_version"] = ""
    code, person = (rows[0][0][key] for key in ("session_code", "participant_code"))
    excluded.write_text(f"session_code,participant_code,reason\n{code},{person},{reason}\n", "utf-8")
    exports = read_exports(written(folder, rows), excluded)
    plan, _ = with_registration(Plan(registration=registration_of(Path("study.toml"))), exports)
    lines = [(d.what, d.where, d.registered, d.found) for d in plan.deviations]
    assert ("exclusions", "", "not registered", f"1 participant excluded: {reason}") in lines
    assert ("code", "laboratory", f"version {VERSION}", "a version that is not stated in 2 sessions") in lines


def test_sessions_have_seeds_of_their_own_but_other_changes_are_told_once(folder):
    rows = [s for k in range(3) for s in sessions("chen_serial", [k], seed=70 + k, exchange_rate="0.5")]
    assert {json.loads(row["definition"])["session"]["seed"] for session in rows for row in session} == {70, 71, 72}
    lines, _, _ = found(folder, [*rows, *sessions("chen_proportional", range(3))])
    assert [line[1:] for line in lines if line[0] == "treatment"] == [
        ("chen_serial (3 sessions)", "session.exchange_rate = 0.002", "session.exchange_rate = 0.5")
    ]


def test_sessions_of_other_sizes_that_add_up_and_options_that_nobody_registered(folder):
    each = {n: simulate.treatment("chen_serial", participants=n, rounds=3, show_up_fee=0) for n in (2, 4, 6)}
    odd = [simulate.session(treatment, f"odd{n}abcde") for n, treatment in each.items()]
    lines, _, _ = found(folder, [*odd, *sessions("chen_proportional", range(3))], stratum=("wave",), unit=("session",))
    assert [line for line in lines if line[0] in ("sample size", "analysis")] == [
        (
            "sample size",
            "chen_serial",
            "4 participants in each session",
            "2 in 1 session, 4 in 1 session, 6 in 1 session",
        ),
        ("analysis", "", "--unit met", "--unit session"),
        ("analysis", "", "not registered", "--strata wave"),
    ]


def test_other_sources_are_another_code_whatever_git_says(folder, monkeypatch):
    """Both trees with changes, or no git at all; and the same sources in another commit are the same code."""
    exports = read_exports(written(folder, as_registered()))
    (folder / "mechanisms").mkdir()
    digests = [(folder / "mechanisms" / "a.py").write_text(text) and _digest(folder / "mechanisms") for text in "ab"]
    assert digests[0] != digests[1]
    was = replace(register(Path("study.toml")), commit="0" * 40 + "-dirty", sources={"mechanisms": digests[0]})

    def row(commit, sources, registration=was):
        monkeypatch.setattr("analysis.registration.deviations.commit", lambda: commit)
        monkeypatch.setattr("analysis.registration.deviations.sources", lambda: sources)
        return [(d.registered, d.found) for d in deviations(registration, exports) if d.what == "code"]

    named, sha = "commit 000000000000 with uncommitted changes", [digest[:12] for digest in digests]
    changed = {"mechanisms": digests[1], "apps": "as a library has none"}
    assert row(was.commit, changed) == [(f"{named}, mechanisms {sha[0]}", f"{named}, mechanisms {sha[1]}")]
    assert row("unknown", changed) == [(f"{named}, mechanisms {sha[0]}", f"an unknown commit, mechanisms {sha[1]}")]
    assert row("1" * 40, was.sources) == []
    old = replace(was, sources={})
    assert row("0" * 40, {}, old) == [(named, "commit 000000000000")]
    assert row("unknown", changed, old) == row(old.commit, changed, old) == []
    for one in (was, old):
        [path, *_] = write(one, folder / f"of{len(one.sources)}")
        assert read_registration(path).plain() == one.plain()
    assert f"with uncommitted changes. SHA-256 of its sources: mechanisms `{digests[0]}`." in markdown(was)
    assert [warnings(replace(old, commit=commit)) != [] for commit in ("a-dirty", "unknown", "a")] == [
        True,
        True,
        False,
    ]


def test_rounds_of_a_session_that_was_broken_off(folder):
    rows = as_registered()
    for k, last in ((1, 2), (2, 1)):
        for row in rows[k]:
            if row["practice"] == "0" and int(row["round"]) > last:
                row["message"] = row["decided_at"] = ""
    lines, _, _ = found(folder, rows)
    told = "12 of 36 decisions not made (in round 2, 3 of 2 sessions)"
    assert [line for line in lines if line[0] == "sample size"] == [
        ("sample size", "chen_serial", "36 decisions", told)
    ]


def test_arms_of_one_treatment_outside_sessions_of_the_study(folder):
    study = STUDY.replace('"chen_proportional"', '"chen_serial"').partition("[[hypotheses]]")[0]
    (folder / "study.toml").write_text(study, "utf-8")
    lines, _, _ = found(folder, sessions("chen_serial", range(6)))
    told = "6 sessions of chen_serial that study did not open: whose arm cannot be known"
    assert ("arms not told apart", "chen_serial, average", "2 arms of chen_serial", told) in lines
    assert [line[:2] for line in lines if line[0].endswith("arm")] == [
        ("missing arm", "chen_serial"),
        ("missing arm", "average"),
    ]


def test_a_sample_of_another_size(folder):
    rows = [*sessions("chen_serial", range(2)), *sessions("chen_proportional", range(4))]
    lines, _, _ = found(folder, rows)
    assert ("sample size", "chen_serial", "3 sessions", "2 sessions") in lines
    assert ("sample size", "chen_serial", "12 participants", "8 participants") in lines
    assert ("sample size", "average", "3 sessions", "4 sessions") in lines
    assert not any(line[1] == "" and "stop at" in line[2] for line in lines)  # 24 in all, as registered


def test_another_game_is_called_so(folder):
    other = simulate.treatment("chen_serial", participants=4, rounds=3, show_up_fee=0)
    treatment = type(other).from_definition(
        {**other.definition, "points": {**other.definition["points"], "scale": "5"}}
    )
    rows = [simulate.session(treatment, f"ser{k}abcdef", seed=k) for k in range(3)]
    rows += sessions("chen_proportional", range(3))
    lines, _, _ = found(folder, rows)
    assert {line[0] for line in lines} - {"date"} == {"treatment, another game"}
    assert all(line[1] == "chen_serial (3 sessions)" for line in lines if line[0] != "date")


def test_the_registered_tests_and_no_others_are_confirmatory(folder):
    """Greater dominant play of serial sharing; the level and the test of each hypothesis; Holm within the family."""

    def dominant(rng, type_value, grid):
        return {16.1: 4.0, 20.1: 6.0}[float(type_value)] if rng.random() < 0.8 else float(rng.choice(grid))

    rows = [*sessions("chen_serial", range(4), dominant), *sessions("chen_proportional", range(4))]
    registration = registration_of(Path("study.toml"))
    exports = read_exports(written(folder, rows))
    plan = Plan(planned_by(registration, Path("study.toml")), registration=registration)
    plan, exports = with_registration(plan, exports)
    sources, _ = analyse(exports, False, quiet, plan)
    section = registered(sources, Numbers())
    assert section is not None
    tested = results_of(registration, sources.inference)
    asked = [(one.name, one.spec.test_in_force, one.spec.level_in_force) for one in tested]
    assert asked == [("H1", "permutation", 0.05), ("H2", "ranks", 0.1)]
    ps = [one.p for one in tested]
    expected = [min(1.0, 2 * min(ps)), max(ps)] if ps[0] <= ps[1] else [max(ps), min(1.0, 2 * min(ps))]
    np.testing.assert_allclose(corrected(tested), np.maximum(expected, [min(expected)] * 2))
    table = section.tables[0]
    assert [row[0] for row in table.rows] == ["H1", "H2"]
    assert tested[1].estimate.method.startswith("Mann–Whitney")
    for one, p, row in zip(tested, corrected(tested), table.rows, strict=True):
        assert row[-1] == ("supported" if p <= one.spec.level_in_force else "not supported")
    main = sources.inference.main.set_index("outcome")
    own = main[main["family"] != "exploratory"]  # a permutation test of earnings is not what was registered
    assert own.index.str.removesuffix("_above_chance").tolist() == ["nash_played"]
    assert own["p_holm"].tolist() == [corrected(tested)[0]]  # of both, with the ranks of the other table
    others = main[main["family"] == "exploratory"]
    np.testing.assert_allclose(others["p_holm"], adjusted(others["p"].to_numpy(dtype=float)))
    assert sources.inference.plan.deviations == plan.deviations
    assert section.sentences[1] in dict(abstract(sources))["Result"]
    np.testing.assert_array_equal(section.estimates["p_holm"], corrected(tested))
    what_was_not_tested_counts_and_is_told(sources, registration, tested[1])


def what_was_not_tested_counts_and_is_told(sources, registration, last):
    """Arms without data leave the family as large as registered (Holm's p of the smallest of m is m times its own)."""
    first, second = registration.study.spec.hypotheses
    arms = (*registration.arms, replace(registration.arms[0], name="lost", treatment="lost"))
    lost = Deviation(MISSING, "lost", "3 sessions", "no decision in the data")

    def asked(**changes):
        specs = [first.model_copy(update={"arms": ("average", "lost")}), second.model_copy(update=changes)]
        study = SimpleNamespace(spec=SimpleNamespace(hypotheses=specs))
        other = replace(registration, arms=arms, study=study)
        plan = replace(sources.inference.plan, registration=other, deviations=(lost,))
        text = dict(abstract(replace(sources, inference=replace(sources.inference, plan=plan))))["Result"]
        return results_of(other, sources.inference), text

    tested, text = asked()
    assert (tested[0].estimate, tested[1].p) == (None, last.p)
    np.testing.assert_allclose(corrected(tested), [np.nan, min(1.0, 2 * last.p)])
    assert text.startswith("H1 not tested: no data. H2, earnings in a round, above chance: chen_serial less ")
    assert text.endswith("No data of lost. 1 deviation from the registration: see the table of deviations.")
    tested, text = asked(arms=())
    pairs = ["chen_serial − chen_proportional", "lost − chen_serial", "lost − chen_proportional"]
    assert [one.pair for one in tested[1:]] == pairs
    np.testing.assert_allclose(corrected(tested)[1:], [min(1.0, 4 * last.p), np.nan, np.nan])
    assert f"H1, H2 ({pairs[1]}) and H2 ({pairs[2]}) not tested: no data." in text
    tested, text = asked(arms=("lost", "average"))
    assert text.startswith("H1 and H2 not tested: no data. Nash play of groups")


def test_the_command_and_the_report_of_its_document(folder, capsys, monkeypatch):
    monkeypatch.setattr("analysis.report.further.SECTIONS", (registered,))
    arguments = ["preregister", "study.toml", "--out", "registered", "--date", "2026-01-05"]
    assert main(arguments) == 0
    assert main(arguments) == 2
    assert "never overwritten" in capsys.readouterr().err
    page = (folder / "registered" / "study_2026-01-05.html").read_text("utf-8")
    text = (folder / "registered" / "study_2026-01-05.md").read_text("utf-8")
    for told in ("Serial against average cost", "H2", "unique pure Nash equilibrium", "slow"):
        assert told in page
        assert told in text
    document = folder / "registered" / "study_2026-01-05.json"
    data = written(folder, as_registered()[:5])
    with without_pictures():
        code = main(["report", str(data), "--study", str(document), "--out", "out", "--no-behaviour", "--no-progress"])
    assert code == 0
    report = (folder / "out" / "report.html").read_text("utf-8")
    assert "Registered before the data" in report
    assert "3 sessions" in report
    assert "from the registration of 2026-01-05" in report
    plain = json.loads(document.read_text("utf-8"))
    plain["arms"][0]["sessions"] = 2
    document.write_text(json.dumps(plain), "utf-8")
    assert main(["report", str(data), "--study", str(document), "--out", "out2", "--no-behaviour"]) == 2
    assert "was changed after it had been written" in capsys.readouterr().err


def test_studies_that_come_with_the_house_can_be_registered(monkeypatch):
    root = simulate.TREATMENTS.parent
    monkeypatch.chdir(root)
    files = [*root.glob("studies/*.toml"), *root.glob("examples/studies/*.toml")]
    assert [len(register(path).arms) >= 2 for path in files] == [True] * 5


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('arms = ["average", "chen_serial"]', 'arms = ["average", "nobody"]', "use two of average, chen_prop"),
        ('test = "ranks"', 'test = "guess"', "use one of permutation, ranks, sign, t"),
        ('test = "ranks"', 'test = "equivalence"', "margin is missing: test = 'equivalence' needs one"),
        ('test = "ranks"', 'test = "logit"', "earnings is no hit or miss; expected one of dominant_played"),
        ('alternative = "greater"', 'test = "logit"', "between different games nash_played is compared above chance"),
        ('alternative = "greater"', 'test = "trend"', "cannot be of 2 arms: use one of permutation"),
        ('"nash_played"', '"nash"', "expected one of dominant_played"),
        (
            "[[arms]]",
            '[power]\nmodel = "qre(lambda=0.1, foo=2)"\n[[arms]]',
            "power.model = 'qre(lambda=0.1, foo=2)': arm chen_serial: qre: no parameter foo: use lambda",
        ),
        (
            "[[arms]]",
            '[power.subjects]\naverage = "truthful"\n[[arms]]',
            "power.subjects.average = 'truthful': arm average: chen_proportional: truthful: messages are demands",
        ),
        (
            '"nash_played"',
            '"truthful"',
            "hypotheses[1].outcome = 'truthful': chen_serial has none: messages are demands, not reports; expected one",
        ),
        ('"chen_proportional"', '"chen_average"', "arms[2].treatment = 'chen_average'"),
        ("participants = 4", "participants = 5", "has participants = 24, but the arms plan 3 × 5 + 3 × 4: use 27"),
        ("sessions = 3\nparticipants = 4", "sessions = 4\nparticipants = 3", "arms[1].participants = 3: "),
        ('arms = ["average", "chen_serial"]', 'arms = ["average", "average"]', "names 'average' twice"),
        ('treatment = "chen_proportional"', 'treatment = "chen_serial"', "which the data know as one treatment"),
    ],
)
def test_what_cannot_be_registered_is_refused_in_one_line(folder, capsys, old, new, told):
    (folder / "study.toml").write_text(STUDY.replace(old, new, 1), "utf-8")
    assert main(["preregister", "study.toml"]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.startswith("error: study.toml")
    assert error.count("\n") == 1
    assert not (folder / "registrations").exists()


def test_deviations_do_not_depend_on_the_order_of_rows(folder):
    rows = [*sessions("chen_serial", range(2)), *sessions("chen_proportional", range(4))]
    lines, plan, exports = found(folder, rows)
    shuffled = replace(exports, decisions=exports.decisions.sample(frac=1, random_state=1))
    again, _ = with_registration(Plan(registration=plan.registration), shuffled)
    assert [(d.what, d.where, d.registered, d.found) for d in again.deviations] == lines


def test_who_is_expected_to_play_is_registered(monkeypatch):
    monkeypatch.chdir(simulate.TREATMENTS.parent)
    told = markdown(register(Path("studies/describe_serial.toml")))
    assert "subjects expected in serial_opportunity: 0.7*equilibrium(noise=0.1) + 0.3*uniform" in told


def test_the_words_that_participants_read_are_registered():
    definition = load_treatment("treatments/chen_serial.toml").definition
    words = {"words": {"message": "order"}}
    arm = SimpleNamespace(name="arm", definition=definition | words, participants=None, certificate=[])
    assert "Words on the pages: message: order." in _of_arm(arm)[1]
    arm.definition = definition
    assert not [text for text in _of_arm(arm)[1] if "Words on the pages" in text]
