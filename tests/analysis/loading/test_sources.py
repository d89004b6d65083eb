"""Archives, workbooks, files of the operating system: read as the plain file, or named with the reason."""

import csv
import io
import shutil
import zipfile

import pytest
from openpyxl import Workbook

from analysis import ExportError, read_exports
from analysis.loading.formats import COLUMNS_OF
from analysis.loading.sources import OF_THE_SYSTEM
from examples.rows import HEADER
from tests.analysis import simulate


@pytest.fixture
def plain(tmp_path, pairwise):
    return simulate.write(tmp_path / "plain_custom.csv", pairwise)


def folder(tmp_path, name):
    (tmp_path / name).mkdir()
    return tmp_path / name


def table(path):
    with path.open(newline="") as stream:
        return list(csv.reader(stream))


def value(text):
    """As a spreadsheet takes an entry."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def workbook(path, *sheets):
    book = Workbook()
    book.remove(book.active)
    for k, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet{k}")
        for row in rows:
            sheet.append([value(text) for text in row])
    book.save(path)
    return path


def test_a_workbook_is_read_as_the_plain_file(tmp_path, plain):
    whole = read_exports(plain).decisions
    read = read_exports(workbook(folder(tmp_path, "x") / "demand.xlsx", table(plain))).decisions
    digits = ["transfer", "payments_received"]  # a workbook keeps 16
    assert read.drop(columns=digits).equals(whole.drop(columns=digits))
    assert (read["transfer"] - whole["transfer"]).abs().max() < 1e-12


def test_sheets_are_tables_of_their_own_and_errors_name_sheet_and_row(tmp_path, plain):
    rows = table(plain)
    path = workbook(folder(tmp_path, "x") / "all.xlsx", rows, [["a", "b"], ["1", "2"]], [])
    exports = read_exports(path.parent)
    assert [file.name for file in exports.files] == ["all.xlsx/Sheet0"]
    assert exports.skipped == (("all.xlsx/Sheet1", "not an export of this platform"),)
    rows[7][rows[0].index("message")] = "x"
    with pytest.raises(ExportError, match=r"all\.xlsx/Sheet0, line 10, column message: 'x'; expected a number"):
        read_exports(workbook(path, [["Export"], [], *rows], [["a"]]))
    short = [row[:20] for row in rows]
    with pytest.raises(ExportError, match=r"all\.xlsx/Sheet0, line 3: "):
        read_exports(workbook(path, [["Export"], [], *short], [["a"]]))


def test_an_archive_is_read_as_the_files_in_it(tmp_path, plain):
    path = folder(tmp_path, "z") / "data.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, "in/plain_custom.csv")
        archive.write(workbook(tmp_path / "b.xlsx", table(plain)), "in/b.xlsx")
        archive.writestr("__MACOSX/in/._plain_custom.csv", b"\0\5\x16\7")
        archive.writestr("other.csv", "a,b\n1,2\n")
    exports = read_exports(path.parent)
    assert [file.name for file in exports.files] == ["data.zip/in/b.xlsx", "data.zip/in/plain_custom.csv"]
    assert (len(exports.decisions), exports.duplicates + exports.superseded) == (60, 60)
    assert dict(exports.skipped) == {
        "data.zip/__MACOSX/in/._plain_custom.csv": OF_THE_SYSTEM,
        "data.zip/other.csv": "not an export of this platform",
    }


def test_an_archive_in_an_archive_is_read_and_further_ones_are_named(tmp_path, plain):
    whole, inner = read_exports(plain).decisions, plain
    for name in ("one.zip", "two.zip", "three.zip"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(inner, inner.name)
        inner = tmp_path / name
    exports = read_exports(tmp_path / "two.zip")
    assert [file.name for file in exports.files] == ["two.zip/one.zip/plain_custom.csv"]
    assert exports.decisions.equals(whole)
    with pytest.raises(ExportError, match=r"three\.zip/two\.zip/one\.zip: an archive in an archive in an a"):
        read_exports(tmp_path / "three.zip")


def test_a_web_page_and_whatever_is_skipped_are_told_with_the_reason(tmp_path, plain):
    here = folder(tmp_path, "h")
    for name in ("a.ods", "b.csv", "notes.csv"):
        (here / name).write_text("a,b\n1,2\n")
    reasons = r"\(skipped: a\.ods: not a table that is read: .*; b\.csv, notes\.csv: not an export of this platform\)"
    with pytest.raises(ExportError, match=f"no decision export in this folder {reasons}"):
        read_exports(here)
    (here / "demand_custom.csv").write_text("<!DOCTYPE html><html><body>Login</body></html>")
    for path in (here, here / "demand_custom.csv"):
        with pytest.raises(ExportError, match=r"demand_custom\.csv, line 1: a web page, no table: the download failed"):
            read_exports(path)


@pytest.mark.parametrize("damage", ["cut", "byte", "nonsense"])
@pytest.mark.parametrize("ending", ["zip", "xlsx"])
def test_damaged_archives_and_workbooks_are_named(tmp_path, plain, ending, damage):
    path = folder(tmp_path, "d") / f"data.{ending}"
    if ending == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, "a_custom.csv")
    else:
        workbook(path, table(plain))
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 255
    path.write_bytes({"cut": whole[: len(whole) // 2], "byte": whole, "nonsense": b"nonsense"}[damage])
    with pytest.raises(ExportError, match=rf"data\.{ending}: .*expected the whole file as it was downloaded"):
        read_exports(path)


def test_files_of_the_system_are_passed_over_and_told(tmp_path, plain):
    here = folder(tmp_path, "f")
    shutil.copy(plain, here)
    (here / "__MACOSX").mkdir()
    for name in ("._plain_custom.csv", "__MACOSX/plain_custom.csv", "~$data.xlsx", "Thumbs.db"):
        (here / name).write_bytes(b"\0\5\x16\7\0")
    exports = read_exports(here)
    assert len(exports.files) == 1
    assert {name: why for name, why in exports.skipped if why == OF_THE_SYSTEM}.keys() == {
        "._plain_custom.csv", "__MACOSX/plain_custom.csv", "~$data.xlsx", "Thumbs.db"
    }  # fmt: skip
    assert len(read_exports([here / "plain_custom.csv", here / "._plain_custom.csv"]).files) == 1  # a shell's pattern


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.xlsm", "a.parquet", "a.7z"])
def test_tables_that_are_not_read_are_named_with_what_to_do(tmp_path, plain, name):
    (tmp_path / name).write_bytes(b"x")
    why = dict(read_exports(tmp_path).skipped)[name]
    assert why.startswith("not a table that is read: ")
    with pytest.raises(ExportError, match=rf"{name}: not a table that is read: (save|download|unpack) it"):
        read_exports(tmp_path / name)


@pytest.mark.parametrize("keep", [5, 20, 40])
def test_a_file_with_columns_missing_says_which(tmp_path, plain, keep):
    rows = [row[:keep] for row in table(plain)]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (tmp_path / "part_custom.csv").write_text(text.getvalue())
    if keep == 5:  # as any table with a session_code: no export
        assert dict(read_exports(tmp_path).skipped)["part_custom.csv"] == "not an export of this platform"
        return
    first = next(name for name in HEADER[keep:] if name in COLUMNS_OF["decisions"])  # exports of 0.2.0 lack the others
    with pytest.raises(ExportError, match=rf"part_custom\.csv, line 1: .*{first}"):
        read_exports(tmp_path)
