"""Searches of designs from the command line to the files, each number computed again in another way."""

import filecmp
import json

import numpy as np
import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.planning.experiments import Arm
from analysis.planning.power import Question, behavioural_power
from mechanisms.certificate import certify
from mechanisms.subjects.models.level_k import Level
from mechanisms.subjects.models.logit_equilibrium import LogitEquilibrium
from mechanisms.subjects.population import Population
from mechanisms.subjects.sessions import empty_sessions
from mechanisms.treatments import Treatment, load_treatment
from tests.shared import thorough

CASON = ["design", "treatments/cason_pivotal.toml", "--against", "treatments/cason_groves.toml"]
SUBJECTS = "0.6*dominant(noise=0.3) + 0.4*nash(noise=0.3)"
GRIDS = ["--subjects", SUBJECTS, "--vary", "roles.*.messages.step=1,4,5", "--vary", "roles.2.messages.highest=8,20"]
SMALL = ["--sessions", "5", "--simulations", "60", "--test", "t", "--proposals", "2"]


def equilibria(treatment):
    """Counted profile by profile."""
    types = [place.types[0] for place in treatment.positions]
    a, b = treatment.game(types).payoffs
    return sum(
        a[i, j] == max(a[:, j]) and b[i, j] == max(b[i, :]) for i in range(a.shape[0]) for j in range(a.shape[1])
    )


@pytest.fixture(scope="module")
def cason(tmp_path_factory, drawn):
    """From the pivotal design after Cason et al. (2006): a grid whose equilibria are far from the one of Groves."""
    out = tmp_path_factory.mktemp("search") / "cason"
    with drawn():
        assert main([*CASON, *GRIDS, *SMALL, "--require", "equilibria>=20", "--out", str(out)]) == 0
    assert (out / "frontier.pdf").stat().st_size
    return out, pd.read_csv(out / "designs.csv").fillna({"unmet": "", "reason": ""})


def test_the_proposal_has_many_equilibria_where_groves_has_one(cason):
    out, table = cason
    best = table.iloc[0]
    files = sorted((out / "proposals").glob(f"*_{best['design']}.toml"))
    groves, pivotal = map(load_treatment, files)
    assert equilibria(pivotal) == best["equilibria"] >= 20
    assert equilibria(groves) == best["against_equilibria"] == 1
    assert "sessions of each treatment show it in" in (out / "design.md").read_text("utf-8")


@thorough
def test_that_many_sessions_show_the_difference_in_experiments_of_other_seeds(cason):
    out, table = cason
    best = table.iloc[0]
    files = [out / "proposals" / f"{name}_{best['design']}.toml" for name in ("cason_pivotal", "cason_groves")]
    arms = [
        Arm(json.dumps(t.definition), Population.of(SUBJECTS), t.protocol.participants)
        for t in map(load_treatment, files)
    ]
    needed = int(best["sessions"])
    again = behavioural_power(Question(tuple(arms), "dominant_played", "t"), [2, needed], 100, 977).table
    row = again[again["sessions"] == needed].iloc[0]
    error = np.sqrt(0.25 / 60 + 0.25 / 100)
    assert best["power"] >= 0.8
    assert row["power"] == pytest.approx(best["power"], abs=3.5 * error)
    assert row["effect"] == pytest.approx(best["separation"], abs=0.05)
    assert row["cost"] == pytest.approx(best["money"], rel=0.05)


def test_each_proposal_is_a_treatment_with_the_certificate_of_its_file(cason):
    out, table = cason
    proposals = sorted((out / "proposals").glob("*.toml"))
    assert 2 <= len(proposals) <= 4
    for path in proposals:
        certificate = certify(load_treatment(path))
        assert json.loads(path.with_suffix(".json").read_text("utf-8")) == certificate.plain()
        assert certificate.identity in path.with_suffix(".md").read_text("utf-8")
    assert {int(path.stem.rpartition("_")[2]) for path in proposals} <= set(table["design"])


def test_who_is_left_out_is_counted_with_the_reason(cason):
    out, table = cason
    left = table[table["unmet"] != ""]
    assert set(left["unmet"]) == {"equilibria>=20", "no correct treatment", "the same as design 0"}
    assert left[left["unmet"] == "equilibria>=20"]["equilibria"].astype(float).max() < 20
    assert left[left["unmet"] == "no correct treatment"]["reason"].str.contains("messages").all()
    said = (out / "design.md").read_text("utf-8")
    for unmet, count in left["unmet"].value_counts().items():
        assert f"Left out: {count} of them: {unmet}." in said


def test_the_frontier_is_beaten_by_no_design(cason):
    out, table = cason
    frontier = pd.read_csv(out / "frontier.csv")
    assert (np.diff(frontier["money"]) > 0).all()
    assert (np.diff(frontier["power"]) > 0).all()
    judged = table[table["unmet"] == ""]
    for _, design in judged.iterrows():
        cheaper = frontier[frontier["money"] <= design["money"] + 1e-9]
        assert cheaper["power"].max() >= design["power"]


@thorough
def test_workers_and_kills_change_no_byte(tmp_path):
    asked = ["design", "treatments/cason_pivotal.toml", "--theories", "dominant", "nash", "--vary", "rounds=4,5,10"]
    asked += ["--simulations", "20", "--sessions", "2", "--proposals", "1"]
    assert main([*asked, "--out", str(tmp_path / "alone")]) == 0
    asked += ["--resume", str(tmp_path / "kept"), "--workers", "2"]
    assert main([*asked, "--out", str(tmp_path / "out")]) == 0
    kept = sorted((tmp_path / "kept").glob("*.npz"))
    assert len(kept) == 4
    kept[2].unlink()
    assert main([*asked, "--out", str(tmp_path / "again")]) == 0
    for folder in ("out", "again"):
        for part in ("", "proposals"):
            alone = tmp_path / "alone" / part
            names = [path.name for path in alone.iterdir() if path.is_file()]
            same, other, missing = filecmp.cmpfiles(alone, tmp_path / folder / part, names, shallow=False)
            assert (sorted(same), other, missing) == (sorted(names), [], [])


def divergence(scale, true, other):
    """Of the two positions together: the mean log likelihood ratio of a group's round, from the models themselves."""
    serial = load_treatment("treatments/chen_serial.toml")
    changed = Treatment.from_definition(serial.definition | {"points": serial.definition["points"] | {"scale": scale}})
    empty = empty_sessions(changed, 1)
    own, others = (
        (model(empty, 2) if model is Level else model(empty)).log_table(np.array([0.02])).logs
        for model in (true, other)
    )
    return (np.exp(own) * (own - others)).sum()


def test_likelihoods_tell_qre_from_levels(tmp_path, capsys):
    asked = ["design", "treatments/chen_serial.toml", "--theories", "qre(lambda=0.02)", "level(k=2, lambda=0.02)"]
    few = ["--vary", "scale=2,10", "--by", "likelihood", "--simulations", "400", "--sessions", "3"]
    assert main([*asked, *few, "--out", str(tmp_path / "out")]) == 0
    table = pd.read_csv(tmp_path / "out" / "designs.csv").set_index("design")
    judged = table.loc[[0, 1]]
    for scale, row in zip((10, 2), judged.itertuples(), strict=True):
        ratio = [divergence(scale, *models) for models in ((LogitEquilibrium, Level), (Level, LogitEquilibrium))]
        for found, expected in zip((row.first_evidence, row.second_evidence), ratio, strict=True):
            of_session = 2 * 15 * expected  # two groups, 15 rounds; small ratios have a variance of twice their mean
            assert found == pytest.approx(of_session, abs=4 * np.sqrt(2.5 * of_session / 1200))
    assert (judged["separation"] == judged[["first_evidence", "second_evidence"]].min(axis=1)).all()
    assert judged["score"].to_numpy() == pytest.approx(judged["separation"] / judged["cost"])
    assert "the likelihood ratio of play in chen_serial" in capsys.readouterr().out


def test_dominant_play_and_nash_play_are_told_apart_where_equilibria_are_many(capsys):
    asked = ["design", "treatments/cason_pivotal.toml", "--theories", "dominant", "nash", "--vary", "rounds=5,10"]
    assert main([*asked, "--simulations", "30", "--sessions", "2", "--by", "likelihood"]) == 0
    assert "dominant(noise=0.2) and nash(noise=0.2)" in capsys.readouterr().out


@thorough
def test_coalitions_under_vcg_and_pairwise_compensation(tmp_path):
    asked = [
        "design",
        "treatments/park_vcg.toml",
        "--against",
        "treatments/park_pairwise.toml",
        "--outcome",
        "truthful",
    ]
    who = ["--subjects", "0.7*liars + 0.3*truthful", "--vary-both", "types.values=[8, 20],[8, 12]", "--test", "t"]
    assert main([*asked, *who, "--sessions", "3", "--simulations", "30", "--out", str(tmp_path)]) == 0
    table = pd.read_csv(tmp_path / "designs.csv").set_index("design")
    assert table.loc[0, "separation"] > 0.1  # pairwise compensation is coalition-proof: there is no lie to agree on
    assert {path.name.rpartition("_")[0] for path in (tmp_path / "proposals").glob("*.toml")} == {
        "park_vcg", "park_pairwise"
    }  # fmt: skip


def test_theories_that_say_the_same_are_never_told_apart(tmp_path):
    """Pairwise compensation is coalition-proof: liars tell the truth, whatever the order of reports."""
    asked = ["design", "treatments/park_pairwise.toml", "--theories", "truthful(noise=0.2)", "liars(noise=0.2)"]
    asked += ["--vary", "order=[1, 2, 3],[3, 1, 2]", "--vary", "information=private,own", "--by", "likelihood"]
    assert main([*asked, "--simulations", "10", "--sessions", "2", "--out", str(tmp_path / "out")]) == 0
    table = pd.read_csv(tmp_path / "out" / "designs.csv")
    assert sorted(table[table["unmet"].isna()]["design"]) == [0, 2, 3, 4]
    assert (table[table["unmet"].isna()][["separation", "power"]] == 0).all(axis=None)


def test_groups_of_any_size_are_tried_and_roles_refuse(capsys):
    some = ["--vary", "size=2,3", "--simulations", "4", "--sessions", "1", "--by", "likelihood"]
    theories = ["--theories", "qre(lambda=0.02)", "uniform"]
    assert main(["design", "treatments/production_serial.toml", *theories, *some]) == 0
    assert "Left out: 1 of them: the same as design 0." in capsys.readouterr().out
    assert main(["design", "treatments/chen_serial.toml", *theories, *some]) == 0
    assert "Left out: 1 of them: no correct treatment." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vary", "rounding=0,1"], "error: design: name two --theories"),
        (["--vary", "rounding=0,1", "--subjects", "nash"], "--against names the second one"),
        (["--theories", "nash", "dominant"], "error: vary: nothing varies"),
        (["--vary", "rounding=0,1", "--theories", "nash", "nash"], "theories: both are the same"),
        (["--vary", "rounding=0,1", "--theories", "nash", "nobody"], "'nobody' is no model"),
        (["--vary", "roundness=0", "--theories", "nash", "dominant"], "vary roundness: it is no key"),
        (["--vary", "rounding=0", "--theories", "nash", "dominant", "--require", "luck"], "require 'luck'"),
        (["--vary", "rounding=0", "--theories", "nash", "dominant", "--require", "unique-nash"], "no design meets"),
        (["--vary", "rounding=0", "--theories", "nash", "dominant", "--test", "wild"], "test: 'wild'"),
        (["--vary", "rounding=0", "--theories", "nash", "dominant", "--sessions", "0"], "sessions"),
    ],
)
def test_what_cannot_be_is_one_line(capsys, arguments, words):
    assert main(["design", "treatments/cason_pivotal.toml", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_nothing_is_left_of_a_search_that_breaks(cason, tmp_path, monkeypatch):
    def breaks(treatment):
        raise OSError("no space left")

    monkeypatch.setattr("analysis.planning.search.writing.certify", breaks)
    asked = ["design", "treatments/cason_pivotal.toml", "--theories", "dominant", "nash", "--vary", "rounds=5"]
    assert main([*asked, "--simulations", "4", "--sessions", "1", "--out", str(tmp_path / "out")]) == 2
    assert list(tmp_path.iterdir()) == []
