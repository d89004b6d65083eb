"""The report holds the right numbers, is one self-contained file, and is the same bytes for the same input."""

import base64
import re
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import read_exports
from analysis.audit import audit
from analysis.errors import ExportError
from analysis.inference import UnitMeans
from analysis.measures.outcomes import OUTCOMES
from analysis.report.descriptions import description, differing, protocol
from analysis.report.methods import NOBODY, _software, chance_note
from analysis.report.page import write_report
from mechanisms.treatments import Treatment, load_treatment
from tests.analysis import simulate
from tests.analysis.planted import RESULTS
from tests.analysis.report.reports import report
from tests.shared import mostly_thorough, thorough


def test_the_numbers(two):
    _, page = two
    rates = page.tables["Rates of play, side by side"]
    pivotal = next(row for row in rates if row[0] == "cason_pivotal")
    assert pivotal == ["cason_pivotal", "200", "100.0", "8.0", "92.0", "100", "100.0", "52.3", "47.7", "100.0", "4.0"]
    money = next(row for row in page.tables["Efficiency and payments, side by side"] if row[0] == "cason_pivotal")
    assert money[:5] == ["cason_pivotal", "100", "100.0", "100.0", "0.00"]
    assert page.tables["Efficiency and payments, side by side"][0][-1] == "Mean total payment (EUR)"
    assert "Earnings in a round (EUR)" in {row[0] for row in page.tables["Main outcomes by treatment"]}
    assert "EUR a point, show-up fee" in page.text
    assert "(money)" not in page.text
    outcomes = " ".join(page.text.split())
    assert "(no such row: Surplus lost and Inequality: Gini coefficient, described only, in no test" in outcomes
    assert "Tested too, in the table of differences between treatments: “Truthful reports” and “Ineq" in outcomes
    assert ["Player 1", "−6", "−7 and −6", "2", "25", "8.0"] in page.tables["Dominant messages"]
    assert ["Player 1", "12", "12 (strictly)", "1", "25", "4.0"] in page.tables["Dominant messages"]
    assert (
        "327 pure Nash equilibria among its 625 message profiles: chance alone plays one 52.3 % of the time"
        in page.text
    )
    assert (
        "1 pure Nash equilibrium among its 625 message profiles: chance alone plays one 0.2 % of the time" in page.text
    )


def test_timeouts_and_bots_are_stated(two):
    path, page = two
    decisions = pd.read_csv(path.with_name("decisions.csv"))
    late = int(decisions["timed_out"].sum())
    assert late > 0
    sample = next(row for row in page.tables["The data"] if row[0] == "cason_groves")
    assert sample == ["cason_groves", "1", "20", "100", "200", "200", str(late), "0", "200"]
    groves = next(row for row in page.tables["Rates of play, side by side"] if row[0] == "cason_groves")
    assert groves[1] == str(200 - late)
    assert "Simulated data: all decisions were made by bots, not by people." in page.text
    assert f"{late} decisions of 400 were made by the computer ({late} timed out)" in page.text


def test_one_file_without_outside_addresses(two):
    path, page = two
    assert page.addresses
    assert all(address.startswith(("data:image/svg+xml;base64,", "#")) for address in page.addresses)
    pictures = [address for address in page.addresses if address.startswith("data:")]
    assert len(pictures) == len(list((path.parent / "figures").glob("*.pdf"))) >= 3 + 2 * 3
    for picture in pictures:
        svg = base64.b64decode(picture.partition(",")[2]).decode()
        assert not re.search(r'(href|src)="(?!#)', svg)
        assert "<script" not in svg
    html = path.read_text(encoding="utf-8")
    assert "url(" not in html
    assert "<script" not in html
    assert "@import" not in html
    assert html.count("<img") == len(re.findall(r'<img [^>]*alt="[^"]{10,}"', html))


def everything(path):
    return {file.relative_to(path.parent).as_posix(): file.read_bytes() for file in path.parent.rglob("*.*")}


def test_same_input_same_bytes(tmp_path, pairwise):
    """Without the figures: see figures/test_saved.py, and below."""
    once = everything(report(tmp_path / "one", pairwise, further=True)[0])
    assert everything(report(tmp_path / "one", pairwise, further=True)[0]) == once


@thorough
def test_same_bytes_of_all_files_and_of_rows_in_another_order(tmp_path, pairwise):
    """Rows in another order are another file: its checksum, and the width of its column, differ."""
    once = everything(report(tmp_path / "one", pairwise, pictures="files", further=True)[0])
    assert {name.rpartition(".")[2] for name in once} == {"html", "csv", "txt", "tex", "md", "pdf", "png", "svg"}
    assert everything(report(tmp_path / "one", pairwise, pictures="files", further=True)[0]) == once
    turned = everything(report(tmp_path / "turned", pairwise[::-1], pictures="page", further=True)[0])
    for name, content in turned.items():
        pages = [re.sub(rb"[0-9a-f]{64}|\\real{[0-9.]+}", b"", page) for page in (content, once[name])]
        assert pages[0] == pages[1], name


def test_the_verdict_is_on_top(tmp_path, pairwise, two):
    pairwise[7]["transfer"] = "99.0"
    _, page = report(tmp_path / "wrong", pairwise)
    assert page.text.index("Audit failed") < page.text.index("Contents")
    assert "1 mismatch, 0 impossible entries" in page.text
    row = page.tables["Findings of the audit"][1]
    assert row[:8] == [
        "mismatch",
        "abcd1234",
        "1",
        "False",
        pairwise[7]["round"],
        pairwise[7]["participant_id"],
        "transfer",
        "99",
    ]
    assert "Audit passed." in two[1].text


@pytest.mark.parametrize(
    "name",
    mostly_thorough(
        ["park_agv", "chen_serial", "production_proportional", "production_vcg"], "park_agv", "production_vcg"
    ),
)
def test_every_kind_of_theory(tmp_path, name):
    t = simulate.treatment(name, rounds=2)
    _, page = report(tmp_path / "r", simulate.session(t))
    assert t.title in page.text
    assert ("Truthful reports by role and type" in page.tables) == (t.messages_are == "reports")
    assert ("Dominant-strategy play by role and type" in page.tables) == (name == "production_vcg")
    assert ("Nash play by the types in the group" in page.tables) == (name != "park_agv")
    assert len(page.tables["Round by round"]) == 3


def test_a_session_that_has_just_begun(tmp_path, pairwise):
    columns = ["message", "decided_at", "seconds_taken", *RESULTS]
    for row in pairwise:
        row |= dict.fromkeys(columns, "")
    _, page = report(tmp_path / "r", pairwise)
    assert "No group has decided yet." in page.text or "type profiles" in page.text
    assert "Nobody has been paid yet." in page.text


@pytest.mark.parametrize("names", [["chen_serial"], ["cason_pivotal", "cason_groves"]])
def test_sessions_in_which_the_computer_decided_for_all(tmp_path, names):
    """As when everybody has left: all sections are there, and say that nobody decided."""
    played = [simulate.treatment(name, seconds=30, rounds=2) for name in names]
    sessions = [simulate.session(t, f"{t.name}12", timeouts=1.0) for t in played]
    _, page = report(tmp_path / "r", *sessions, further=len(names) == 1, behaviour=len(names) == 1)
    assert page.text.count(NOBODY) == 2
    assert "Nothing is compared: no outcome is there in two treatments." in page.text
    assert "Main outcomes" not in page.tables
    assert any(caption.startswith("Theory certificate") for caption in page.tables)


def test_groups_of_which_none_decided_as_a_whole(tmp_path):
    """Outcomes of decisions are there, and none of groups."""
    rows = simulate.session(simulate.treatment("cason_pivotal", seconds=30, rounds=2), "pivot123")
    for row in rows:
        if row["position"] == "1":
            row |= {"timed_out": "1", "decided_by": "clock"}
    _, page = report(tmp_path / "r", rows)
    assert "Dominant-strategy play" in " ".join(row[0] for row in page.tables["Main outcomes"])
    assert NOBODY not in page.text


def test_texts_of_a_treatment_are_escaped(tmp_path, pairwise):
    for row in pairwise:
        row["definition"] = row["definition"].replace("Production economy: pairwise", "<script>alert(1)</script>")
    path, page = report(tmp_path / "r", pairwise)
    assert "<script" not in path.read_text(encoding="utf-8")
    assert "<script>alert(1)</script>" in page.text


@thorough
def test_one_name_for_two_games(tmp_path, pairwise):
    t = simulate.treatment("production_pairwise")
    other = type(t).from_definition({**t.definition, "points": {**t.definition["points"], "scale": "20"}})
    _, page = report(tmp_path / "r", pairwise, simulate.session(other, "other123"))
    names = {row[0] for row in page.tables["The data"][1:]}
    assert names == {f"production_pairwise ({t.identity})", f"production_pairwise ({other.identity})"}


@thorough
def test_large_groups_with_long_names(tmp_path):
    """Six players, dominance that differs by role: labels stay readable; too many type profiles are not all solved."""
    definition = simulate.treatment("production_pairwise").definition
    session = {**definition["session"], "participants": 6, "rounds": 2}
    mechanism = {**definition["mechanism"], "order": [1, 2, 3, 4, 5, 6]}
    group = {**definition["group"], "size": 6}
    t = type(simulate.treatment("production_pairwise")).from_definition(
        {**definition, "group": group, "mechanism": mechanism, "session": session}
    )
    _, page = report(tmp_path / "r", simulate.session(t))
    assert "type profiles that were drawn (all would be too many)" in page.text


def test_the_certificate_is_quoted(two):
    """Of the treatment that comes last."""
    _, page = two
    rows = {row[0]: row for row in page.tables["Theory certificate"] if row}
    assert rows["unique pure Nash equilibrium"][1] == "fails"
    assert rows["unique pure Nash equilibrium"][2].startswith("327 of 625 message profiles")


def test_data_that_leave_nothing_to_analyse(tmp_path, pairwise):
    folder = tmp_path / "exports"
    folder.mkdir()
    simulate.write(folder / "a_custom.csv", pairwise)
    exclusions = tmp_path / "out.csv"
    exclusions.write_text("session_code,participant_code,reason\nabcd1234,,fire alarm\n")
    exports = read_exports(folder, exclusions)
    with pytest.raises(ExportError, match="no decision is in the analysis"):
        write_report(exports, audit(exports.decisions), tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_how_treatments_differ_is_in_the_table_of_the_design():
    """Also where environment, rule and protocol are the same."""
    plain, staged, turns = (
        load_treatment(f"treatments/{name}.toml")
        for name in ("production_serial", "production_staged", "park_agv_sequential")
    )
    play = [dict(description(treatment))["Play"] for treatment in (plain, staged, turns)]
    assert play[0] == "all messages at the same time"
    assert play[1].startswith(
        "in stages: the smallest request of each is served, and its player leaves; of equal ones "
    )
    assert play[1].endswith("Player 1, Player 2, Player 3; after each stage everybody sees who was served, and what")
    assert play[2].startswith("one after another, in public, ")
    told = {**plain.definition, "description": {"text": "", "style": "opportunity"}, "advice": {"kind": "proof"}}
    told["screen"] = {**plain.definition["screen"], "table": False}
    found = differing([plain, Treatment.from_definition(told)])
    style = ["traditional", "opportunity"]
    assert found == {"screen.table": ["yes", "no"], "advice.kind": ["–", "proof"], "description.style": style}
    assert differing([plain]) == differing([plain, plain.with_protocol(seed=1, rounds=2)]) == {}


def test_the_words_that_participants_read_are_stated():
    plain = load_treatment("treatments/park_vcg.toml")
    words = {"message": "vote", "outcome": {"de": "plan"}}
    told = Treatment.from_definition({**plain.definition, "words": words})
    assert dict(protocol(plain))["Words on the pages"] == "the standard ones"
    assert dict(protocol(told))["Words on the pages"] == "message: vote"
    assert dict(protocol(told.with_protocol(language="de")))["Words on the pages"] == "message: Stimme; outcome: Plan"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"A": [0.5, 0.5], "B": [0.5]}, " (by chance alone 50.0 in each, so that above chance they differ by as much)"),
        ({"A": [0.0, 0.0], "B": [0.516]}, " (by chance alone 0.0 and 51.6: not comparable between these games)"),
    ],
)
def test_why_raw_rates_of_different_games_are_not_compared(given, told):
    outcome = next(one for one in OUTCOMES if one.column == "nash_played")
    inference = SimpleNamespace(
        comparisons=[(outcome.between_games(), None)], means={"nash_played_by_chance": UnitMeans.from_arrays(given)}
    )
    assert chance_note(outcome, inference) == told


@pytest.mark.parametrize(
    ("otree", "bot", "told"),
    [
        ("6.0.15", True, "Recorded by platform version 0.3.0 on oTree 6.0.15;"),
        ("", False, "Recorded by platform version 0.3.0 on oTree unknown;"),
        ("", True, "Simulated by platform version 0.3.0, without oTree;"),
    ],
)
def test_what_has_recorded_the_decisions(otree, bot, told):
    row = {"platform_version": "0.3.0", "otree_version": otree, "message": 1.0, "is_bot": bot}
    assert told in _software(SimpleNamespace(predicted=pd.DataFrame([row, row])))
