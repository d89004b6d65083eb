"""Files as editors save them: read, or one line that says where and what would be right."""

import pytest

from mechanisms.treatments import TreatmentError, load_session_designs, load_treatment
from mechanisms.treatments.texts import UnreadableTextError, odd_sign, read_text
from tests.lab import ROOT

TEXT = (ROOT / "treatments" / "park_vcg.toml").read_text("utf-8")


def saved(tmp_path, data):
    path = tmp_path / "park.toml"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + TEXT.encode(),
        b"\xef\xbb\xbf\xef\xbb\xbf" + TEXT.encode(),
        TEXT.replace("\n", "\r\n").encode() + b"\r\n\r\n",
        TEXT.replace("\n", "\r").encode(),
    ],
    ids=["mark", "two marks", "Windows", "old line ends"],
)
def test_what_editors_add_is_passed_over(tmp_path, data):
    here, plain = load_treatment(saved(tmp_path, data)), load_treatment(ROOT / "treatments" / "park_vcg.toml")
    assert {**here.definition, "name": ""} == {**plain.definition, "name": ""}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'title = "a"\ndescription = "S\xfcd"\n', r"byte 28 is not UTF-8 \(line 2, column 17, ü in Windows-1252\)"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-32"), "UTF-32"),
        (TEXT.encode("utf-32-be"), "UTF-32"),
        (b"a = 1\n\x1a", r"line 2, column 1: there is a sign that does not show, Ctrl-Z.*\(U\+001A\): take it away"),
        (b"a = 1\nb\x00 = 2", r"line 2, column 2: there is a sign that does not show, NUL \(U\+0000\): take"),
        (
            TEXT.replace("[session]", "[session]\nrounds = “10”", 1).encode(),
            'there is “ .U.201C.: write " in its place',
        ),
        (TEXT.replace("[session]", "\u200b[session]", 1).encode(), "does not show, zero width space"),
        (TEXT.replace("[session]", "[session]\nrounds\u00a0= 10", 1).encode(), "does not show, no-break space"),
        (TEXT.replace("[session]", "[session]\nrounds = −10", 1).encode(), r"there is − \(U\+2212\): write - in"),
        (TEXT.replace("[session]", "[session]\nrounds = １０", 1).encode(), r"there is １ \(U\+FF11\): write 1 in"),
        (b"{\\rtf1\\ansi rounds = 10}", "the file is RTF.*save it as plain text"),
        (b"\n<!DOCTYPE html>\n<html></html>", r"HTML.*save it as plain text"),
        (b"PK\x03\x04\x14\x00", "the file is a ZIP archive, as files of Excel.*save it as plain text"),
        (b"%PDF-1.7\n%\xe2\xe3", "the file is a PDF"),
        ("# Süd, schön\n".encode("mac_roman"), r"\(line 1, column 4, ü in Mac Roman\)"),
        ("# 実験のための\n".encode("cp932"), r"\(line 1, column 3, 実 in Shift-JIS\)"),
        ("# Příliš žluť\n".encode("cp1250"), r"\(line 1, column 4\): save"),
    ],
    ids=[
        "Windows-1252",
        "UTF-16",
        "UTF-16 LE",
        "UTF-16 BE",
        "UTF-32",
        "UTF-32 BE",
        "Ctrl-Z",
        "NUL",
        "quotes",
        "zero width",
        "no-break",
        "minus",
        "full width",
        "RTF",
        "HTML",
        "ZIP",
        "PDF",
        "Mac Roman",
        "Shift-JIS",
        "Windows-1250",
    ],
)
def test_what_cannot_be_read_is_one_line_with_file_place_and_what_is_right(tmp_path, data, words):
    with pytest.raises(TreatmentError, match=words) as refused:
        load_treatment(saved(tmp_path, data))
    assert "park.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_macos_leaves_beside_files_is_no_treatment(tmp_path):
    saved(tmp_path, TEXT.encode())
    (tmp_path / "._park.toml").write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X\xff")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "._park.toml").write_bytes(b"\x00\x05\x16\x07\xff")
    assert [design.name for design in load_session_designs(tmp_path)] == ["park"]


def test_odd_signs_are_those_that_are_not_ascii():
    assert odd_sign("a", 1, 1) == odd_sign("a", 9, 9) == ""


def test_a_text_of_bytes_says_where(tmp_path):
    with pytest.raises(UnreadableTextError, match=r"line 2, column 1\)"):
        read_text(saved(tmp_path, b"\r\n\x81"))
