"""The report holds the right numbers, is one self-contained file, and is the same bytes for the same input.

What takes long is left out where a test is not about it: models of behaviour (tests/analysis/behaviour has them) and
files of figures.
"""

import base64
import csv
import io
import itertools
import math
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from analysis import read_exports
from analysis.audit import audit
from analysis.errors import ExportError
from analysis.figures import saved as saved_figures
from analysis.inference import compare_all
from analysis.report.page import write_report
from tests.analysis import simulate
from tests.analysis.planted import RESULTS


class Page(HTMLParser):
    """Tables of a page by caption, as lists of rows; its text; the addresses that it names."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.text, self.addresses, self.captions = {}, "", [], []
        self._caption, self._row, self._inside = "", [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href", "xlink:href")]
        if tag == "tr":
            self._row = []
        if tag in ("figcaption", "th", "td"):
            self._inside, self._cell = tag, ""

    def handle_endtag(self, tag):
        if tag == self._inside:
            if tag == "figcaption":
                self.captions.append(self._cell)
                self._caption = re.sub(r"^Table \d+\. |: \w+ − \w+$| \(\w+\)$", "", self._cell)
            else:
                self._row.append(self._cell)
            self._inside = None
        if tag == "tr":
            self.tables.setdefault(self._caption, []).append(self._row)

    def handle_data(self, data):
        self.text += data
        if self._inside:
            self._cell += data


def report(folder, *sessions, pictures=False, **options):
    folder.mkdir(exist_ok=True)
    for i, rows in enumerate(sessions):
        simulate.write(folder / f"part{i}_custom.csv", rows)
    exports = read_exports(folder)
    out = folder.with_name(f"{folder.name} report")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_figures, "DOTS_PER_INCH", 20)
        if not pictures:
            patch.setattr("analysis.report.page.write_figures", lambda page, folder: None)
        page = write_report(exports, audit(exports.decisions), out, **{"behaviour": False, **options})
    return page, Page(page.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Treatment P with truth-tellers, treatment S at random, both by bots."""
    sessions = [
        simulate.session(simulate.treatment("cason_pivotal"), "pivot123", simulate.truth),
        simulate.session(simulate.treatment("cason_groves", seconds=30), "grove123", timeouts=0.1),
    ]
    return report(tmp_path_factory.mktemp("two") / "exports", *sessions, pictures=True)


def test_the_numbers(two):
    _, page = two
    rates = page.tables["Rates of play, side by side"]
    pivotal = next(row for row in rates if row[0] == "cason_pivotal")
    assert pivotal == ["cason_pivotal", "200", "100.0", "8.0", "92.0", "100", "100.0", "52.3", "47.7", "100.0", "4.0"]
    money = next(row for row in page.tables["Efficiency and payments, side by side"] if row[0] == "cason_pivotal")
    assert money[:5] == ["cason_pivotal", "100", "100.0", "100.0", "0.00"]
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
    assert f"{late} decisions of 400 were drawn by the computer at a timeout" in page.text


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
    """Pictures are compared once, and without them the rows may be in another order (which is another file)."""
    once = everything(report(tmp_path / "one", pairwise, pictures=True)[0])
    assert {name.rpartition(".")[2] for name in once} == {"html", "csv", "txt", "tex", "md", "pdf", "png", "svg"}
    assert everything(report(tmp_path / "one", pairwise, pictures=True)[0]) == once
    turned = everything(report(tmp_path / "turned", pairwise[::-1])[0])
    for name, content in turned.items():
        whole = [page.replace(rb"\allowbreak{}", b"") for page in (content, once[name])]
        pages = [re.sub(rb"[0-9a-f]{64}", b"", page) for page in whole]
        assert pages[0] == pages[1], name


def test_the_verdict_is_on_top(tmp_path, pairwise):
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
    _, sound = report(tmp_path / "sound", simulate.session(simulate.treatment("production_pairwise")))
    assert "Audit passed." in sound.text


def test_decisions_csv_can_be_read_back(two):
    path, _ = two
    table = pd.read_csv(path.with_name("decisions.csv"))
    assert "definition" not in table.columns
    assert len(table) == 400
    assert table.loc[table["treatment"] == "cason_pivotal", "nash_area"].tolist() == [327 / 625] * 200
    assert set(table["timed_out"]) == {0, 1}
    assert table["decided_at"].str.fullmatch(r"2026-01-31T14:\d\d:\d\d\.\d{3}\+00:00").all()


@pytest.mark.parametrize("name", ["park_agv", "chen_serial", "production_proportional", "production_vcg"])
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


def test_texts_of_a_treatment_are_escaped(tmp_path, pairwise):
    for row in pairwise:
        row["definition"] = row["definition"].replace("Production economy: pairwise", "<script>alert(1)</script>")
    path, page = report(tmp_path / "r", pairwise)
    assert "<script" not in path.read_text(encoding="utf-8")
    assert "<script>alert(1)</script>" in page.text


def test_one_name_for_two_games(tmp_path, pairwise):
    t = simulate.treatment("production_pairwise")
    other = type(t).from_definition({**t.definition, "points": {**t.definition["points"], "scale": "20"}})
    _, page = report(tmp_path / "r", pairwise, simulate.session(other, "other123"))
    names = {row[0] for row in page.tables["The data"][1:]}
    assert names == {f"production_pairwise ({t.identity})", f"production_pairwise ({other.identity})"}


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


def test_the_certificate_is_quoted(tmp_path):
    _, page = report(tmp_path / "r", simulate.session(simulate.treatment("cason_pivotal")))
    rows = {row[0]: row for row in page.tables["Theory certificate"] if row}
    assert rows["unique pure Nash equilibrium"][1] == "fails"
    assert rows["unique pure Nash equilibrium"][2].startswith("327 of 625 message profiles")


# --- what is written ---


def test_tables_in_three_formats(two):
    path, page = two
    folder = path.parent / "tables"
    captions = [caption for caption in page.captions if caption.startswith("Table")]
    assert len(list(folder.iterdir())) == 3 * len(captions)
    (made,) = folder.glob("table_*_main_outcomes_by_treatment.csv")
    rows = list(csv.reader(io.StringIO(made.read_text(encoding="utf-8"))))
    assert rows[0] == ["Outcome", "cason_groves", "cason_pivotal"]
    assert rows[1] == ["Dominant-strategy play (%)", rows[1][1], "100.0"]
    latex = made.with_suffix(".tex").read_text(encoding="utf-8")
    assert r"Outcome & cason\_groves & cason\_pivotal \tabularnewline" in latex
    assert latex.count(r"\toprule") == latex.count(r"\midrule") == latex.count(r"\bottomrule") == 1
    assert "| :-- | --: | --: |" in made.with_suffix(".md").read_text(encoding="utf-8")


def test_numbers_run_in_the_order_of_the_page(two):
    for kind in ("Table", "Figure"):
        found = [int(c.split()[1].rstrip(".")) for c in two[1].captions if c.startswith(kind)]
        assert found == list(range(1, len(found) + 1))


def test_nothing_is_left_of_a_report_that_was_stopped(tmp_path, pairwise):
    def stop(text):
        if text == "files of figures":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report(tmp_path / "r", pairwise, progress=stop)
    assert [entry.name for entry in tmp_path.iterdir()] == ["r"]


def test_an_earlier_report_is_replaced_and_other_files_stay(tmp_path, pairwise):
    out = tmp_path / "r report"
    (out / "tables").mkdir(parents=True)
    (out / "tables" / "table_99_old.csv").write_text("old")
    (out / "my notes.txt").write_text("mine")
    path, _ = report(tmp_path / "r", pairwise)
    assert path.parent == out
    assert (out / "my notes.txt").read_text() == "mine"
    assert not (out / "tables" / "table_99_old.csv").exists()


# --- inference ---


def test_one_session_in_each_treatment_is_no_test(two):
    path, page = two
    assert "No test. cason_pivotal − cason_groves: No test is possible" in page.text
    rows = page.tables["Differences between treatments"]
    assert {row[rows[0].index("p")] for row in rows[1:]} == {"–"}
    words = f"For {len(rows) - 1} differences no test is possible"
    assert words in path.with_name("methods.txt").read_text(encoding="utf-8")


def mostly(share):
    """A rule: the dominant report of treatment S with this probability, else the next lower one."""
    return lambda rng, kind, grid: kind if rng.random() < share else kind - 1


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """Three arms of four sessions, which differ in nothing but how often people play the dominant report."""
    base = simulate.treatment("cason_groves", rounds=4)
    sessions = []
    for name, share in {"arm_a": 0.3, "arm_b": 0.7, "arm_c": 0.7}.items():
        t = type(base).from_definition({**base.definition, "name": name, "title": name})
        for k in range(4):
            code = f"{name[-1]}{k}abcdef"
            sessions.append(simulate.session(t, code, rule=mostly(share + 0.02 * k), seed=10 * len(sessions) + k))
    return sessions, *report(tmp_path_factory.mktemp("planted") / "exports", *sessions)


def test_planted_differences_in_plain_python(planted):
    sessions, path, page = planted
    rates = {}
    for rows in sessions:
        hits = [float(row["message"]) == float(row["type"]) for row in rows]
        rates.setdefault(rows[0]["treatment"], []).append(sum(hits) / len(hits))
    table = pd.read_csv(path.with_name("estimates.csv"))
    main = table[(table["method"] == "permutation test of unit means") & (table["outcome"] == "dominant_played")]
    assert len(main) == 3
    for first, second in itertools.combinations(sorted(rates), 2):
        row = main[main["question"] == f"dominant_played: {second} − {first}"].iloc[0]
        assert row["effect"] == pytest.approx(sum(rates[second]) / 4 - sum(rates[first]) / 4)
        assert row["n_units"] == 8
        if first == "arm_a":
            assert max(rates[first]) < min(rates[second])  # no overlap: the least possible p
            assert row["p"] == pytest.approx(2 / 70)
    shown = {(row[0], row[1]): row for row in page.tables["Differences between treatments"][1:]}
    effect = 100 * (sum(rates["arm_b"]) - sum(rates["arm_a"])) / 4
    row = shown["Dominant-strategy play (%)", "arm_b − arm_a"]
    assert (row[2], float(row[3]), row[5]) == ("4 + 4", pytest.approx(effect, abs=0.051), "0.029")


def test_three_treatments(planted):
    sessions, path, page = planted
    assert len({rows[0]["identity"] for rows in sessions}) == 1  # one game, three treatments: they are not pooled
    assert len(page.tables["Any difference between treatments"]) > 1
    assert page.tables["Main outcomes by treatment"][0] == ["Outcome", "arm_a", "arm_b", "arm_c"]
    holm = pd.read_csv(path.with_name("estimates.csv"))[["p", "p_holm"]].dropna()
    assert (holm["p_holm"] >= holm["p"]).all()
    assert (holm["p_holm"] > holm["p"]).any()


def test_a_correction_never_makes_a_p_value_smaller(planted):
    """With 4 and 3 units |difference| and twice the smaller side differ."""
    sessions, _, _ = planted
    rows = [row for session in sessions[:7] for row in session]
    table = pd.DataFrame({name: [row[name] for row in rows] for name in ("session_code", "treatment", "group")})
    table["participant_id"] = [int(row["participant_id"]) for row in rows]
    table["hit"] = [float(row["message"] == row["type"]) for row in rows]
    table["points"] = [float(row["points"]) for row in rows]
    found = compare_all(table, ["hit", "points"])
    assert found["p_romano_wolf"].notna().all()
    assert (found["p_romano_wolf"] >= found["p"]).all()


def test_one_treatment_is_compared_with_nothing(tmp_path, pairwise):
    path, page = report(tmp_path / "r", pairwise)
    assert "Nothing is compared" in page.text
    assert "Differences between treatments" not in page.tables
    assert "no test was made" in path.with_name("methods.txt").read_text(encoding="utf-8")
    assert path.with_name("estimates.csv").read_text(encoding="utf-8").strip() == ""


def test_models_of_behaviour(tmp_path):
    told = []
    t = simulate.treatment("chen_serial", rounds=4)
    sessions = [simulate.session(t, f"chen{k}abc", seed=k) for k in (1, 2)]
    _, page = report(tmp_path / "r", *sessions, behaviour=True, progress=told.append)
    rows = page.tables["Models of behaviour compared"]
    uniform = next(row for row in rows if row[1] == "uniform random")
    n = sum(len(rows) for rows in sessions)
    assert float(uniform[3].replace("−", "-")) == pytest.approx(-n * math.log(12), abs=0.051)
    assert {row[1] for row in rows[1:]} >= {"logit QRE", "EWA", "level-k"}
    assert "models: chen_serial: logit QRE" in told


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


def test_units_in_both_treatments_and_an_outcome_that_never_varies(tmp_path):
    """Each session plays both parts; at random nobody reaches the efficient outcome: no regression of a constant."""
    sessions = []
    for k in range(3):
        names = ("production_serial", "production_vcg")
        parts = [simulate.treatment(name, rounds=3, practice_rounds=0, seed=100 + k) for name in names]
        sessions.append([row for part in simulate.several_parts(parts, f"both{k}abc") for row in part])
    path, page = report(tmp_path / "r", *sessions)
    rows = {row[0]: row for row in page.tables["Differences between treatments"]}
    assert {row[1] for row in rows.values()} == {"Units", "3"}
    table = pd.read_csv(path.with_name("estimates.csv"))
    assert "Wilcoxon signed-rank test" in "".join(table["method"])
    constant = table[(table["outcome"] == "transfers_sum") & table["method"].str.startswith("sign-flip")]
    assert constant["least_p"].tolist() == [0.25]
