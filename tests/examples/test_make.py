"""The example data are what examples/make.py writes, pass the audit, and give the numbers that plain Python gives.

The expected numbers are computed here from the CSV files and the TOML files alone, with neither pandas nor numpy nor
anything of `analysis` or `mechanisms`; Welch's p alone comes from scipy.
"""

import csv
import gzip
import io
import itertools
import re
import tomllib
from functools import cache
from math import sqrt
from pathlib import Path
from statistics import mean, variance

import pytest
from scipy.stats import ttest_ind

from analysis import read_exports
from analysis.audit import audit
from analysis.errors import ExportError
from analysis.report.page import write_report
from examples import make
from tests.analysis.report.compiled import boxes
from tests.analysis.report.reports import without_pictures
from tests.shared import thorough

ROOT = Path(__file__).parents[2]
CASON = ROOT / "examples" / "data" / "cason"


def rows_of(name):
    files = sorted(CASON.glob(f"{name}*.csv.gz"))
    return {
        file.name[:8]: list(csv.DictReader(io.StringIO(gzip.decompress(file.read_bytes()).decode()))) for file in files
    }


@cache
def toml(name):
    return tomllib.loads((ROOT / "treatments" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def grids(name):
    t = toml(name)
    given = [role.get("messages", t.get("messages")) for role in t["roles"]]
    return [range(entry["lowest"], entry["highest"] + 1, entry["step"]) for entry in given]


@cache
def points(name, i, own, other):
    """Points before rounding; both treatments have whole points or halves, which keep their order."""
    t = toml(name)
    role = t["roles"][i]
    kind = role["types"]["values"][0]
    if name == "cason_pivotal":
        built = own + other >= 0
        tax = abs(other) if built != (other >= 0) else 0
        return t["points"]["scale"] * ((kind if built else 0) - tax) + role["points"]["shift"]
    level = (own + other) / 2
    utility = -((kind - level) ** 2) - (other - level) ** 2
    return round(t["points"]["scale"] * utility + t["points"]["shift"] + 1e-9)


@cache
def dominant(name, i):
    mine, others = grids(name)[i], grids(name)[1 - i]
    return {m for m in mine if all(points(name, i, m, o) == max(points(name, i, k, o) for k in mine) for o in others)}


@cache
def is_nash(name, first, second):
    profile = (first, second)
    return all(
        points(name, i, profile[i], profile[1 - i]) == max(points(name, i, m, profile[1 - i]) for m in grids(name)[i])
        for i in (0, 1)
    )


def rates(name):
    """Session -> rate of dominant messages, rate of Nash equilibria, seconds."""
    found = {}
    for code, rows in rows_of(name.partition("_")[2][0]).items():
        groups = {}
        for row in rows:
            groups.setdefault((row["round"], row["group"]), {})[int(row["position"])] = int(float(row["message"]))
        played = [int(float(row["message"])) in dominant(name, int(row["position"]) - 1) for row in rows]
        nash = [is_nash(name, group[1], group[2]) for group in groups.values()]
        found[code] = mean(played), mean(nash), mean(float(row["seconds_taken"]) for row in rows)
    return found


def studentised(first, second):
    return (mean(second) - mean(first)) / sqrt(variance(first) / len(first) + variance(second) / len(second))


def permutation_p(first, second):
    """Twice the smaller share of all assignments with a studentised difference as large, or as small."""
    values, n = [*first, *second], len(second)
    observed = studentised(first, second)
    every = [
        studentised([values[k] for k in range(len(values)) if k not in chosen], [values[k] for k in chosen])
        for chosen in itertools.combinations(range(len(values)), n)
    ]
    above = mean(d >= observed - 1e-9 for d in every)
    return min(1, 2 * min(above, mean(d <= observed + 1e-9 for d in every)))


@cache
def areas(name):
    """What uniform play hits: dominant messages, Nash equilibria. Seconds have no such share."""
    both = grids(name)
    equilibria = [is_nash(name, *profile) for profile in itertools.product(*both)]
    return mean(len(dominant(name, i)) / len(both[i]) for i in (0, 1)), mean(equilibria), 0


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report without figures and models of behaviour."""
    return written(tmp_path_factory.mktemp("example") / "report", behaviour=False)


def written(out, **options):
    exports = read_exports(CASON)
    with without_pictures():
        write_report(exports, audit(exports.decisions), out, **options)
    return out


def table(report, words):
    (path,) = (report / "tables").glob(f"table_*_{words}.csv")
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_solutions_by_plain_python_are_those_of_the_papers():
    assert dominant("cason_pivotal", 0) == {-7, -6}
    assert dominant("cason_pivotal", 1) == {7, 8}
    assert [dominant("cason_groves", i) for i in (0, 1)] == [{12}, {17}]
    assert sum(is_nash("cason_pivotal", *both) for both in itertools.product(*grids("cason_pivotal"))) == 327


def test_unit_means(report):
    found = {row[1]: row[2:] for row in table(report, "means_of_the_independent_units")[1:]}
    expected = rates("cason_pivotal") | rates("cason_groves")
    assert sorted(found) == sorted(expected)
    for code, (played, nash, seconds) in expected.items():
        assert float(found[code][0]) == pytest.approx(100 * played, abs=0.051)
        assert float(found[code][1]) == pytest.approx(100 * nash, abs=0.051)
        assert float(found[code][-1]) == pytest.approx(seconds, abs=0.051)


def test_differences_and_p_values(report):
    """Between these two games hits are compared above chance, and the larger p of two tests counts."""
    estimates = list(csv.DictReader(io.StringIO((report / "estimates.csv").read_text(encoding="utf-8"))))
    main = {row["outcome"]: row for row in estimates if row["method"].startswith("permutation test of unit means")}
    names = ("cason_groves", "cason_pivotal")
    for k, outcome in enumerate(("dominant_played_above_chance", "nash_played_above_chance", "seconds_taken")):
        first, second = ([unit[k] - areas(name)[k] for unit in rates(name).values()] for name in names)
        assert float(main[outcome]["effect"]) == pytest.approx(mean(second) - mean(first))
        p = permutation_p(first, second)
        if outcome.endswith("_above_chance"):
            p = max(p, ttest_ind(first, second, equal_var=False).pvalue)
        assert float(main[outcome]["p"]) == pytest.approx(p)


def test_main_outcomes_as_printed(report):
    """Written down once: they change only with the data (mean over sessions, standard deviation between them)."""
    found = {row[0]: row[1:] for row in table(report, "main_outcomes_by_treatment")}
    assert found["Outcome"] == ["cason_groves", "cason_pivotal"]
    assert found["Dominant-strategy play (%)"] == ["55.4 (4.6)", "42.3 (4.6)"]
    assert found["Nash play of groups (%)"] == ["28.0 (8.2)", "68.8 (6.7)"]


def test_audit_and_size():
    everything = read_exports(make.DATA)
    result = audit(everything.decisions)
    assert (result.mismatches, result.impossible, result.notes) == (0, 0, ())
    assert result.decisions == 8 * 200 + 4 * 180
    assert everything.decisions["is_bot"].all()
    assert sum(file.stat().st_size for file in make.DATA.rglob("*")) < 2_000_000
    assert "Simulated. No person made any of these decisions." in (make.DATA / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("wanted", ["cason/g02", "production/s01", "production/v02"])
def test_the_generator_writes_these_files(wanted):
    folder, code = wanted.split("/")
    (path,) = (make.DATA / folder).glob(f"{code}*")
    name, number = next(
        entry for entry in make.FOLDERS[folder] if f"_{code[0]}" in entry[0] and entry[1] == int(code[1:])
    )
    text = make.text_of(make.session(name, number, **make.PROTOCOL[folder]))
    assert gzip.decompress(path.read_bytes()).decode() == text


def test_a_compressed_file_that_is_cut_off_is_refused(tmp_path):
    whole = next(CASON.glob("*.gz")).read_bytes()
    cut = tmp_path / "cut_custom.csv.gz"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ExportError, match=r"cut_custom.csv.gz.*compressed file is cut off or damaged"):
        read_exports(cut)


def test_latex_sets_all_tables_of_the_report(report):
    tables = sorted(path.stem for path in (report / "tables").glob("table_*.tex"))
    assert re.findall(r"\\input\{(.*)\}", (report / "tables" / "all_tables.tex").read_text("utf-8")) == tables
    assert boxes(report / "tables") == []


@thorough
def test_latex_sets_the_estimates_of_the_models(tmp_path):
    tables = written(tmp_path / "report") / "tables"
    assert sum("estimates_of_the_models" in path.stem for path in tables.glob("table_*.tex")) == 1
    assert boxes(tables) == []
