from pathlib import Path

import pytest
from engine.room_files import RoomFileError, labels_of


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbflab01\r\nlab02\r\n",
        b"lab01\nlab02",
        b" lab01 , lab02\t\n\n",
        b"lab01;lab02;\r\n;\r\n",
        b"lab01\rlab02\r",
    ],
    ids=["Notepad", "plain", "a line", "semicolons", "old line ends"],
)
def test_labels_with_and_without_notepads_mark(tmp_path, text):
    (tmp_path / "lab.txt").write_bytes(text)
    assert labels_of(tmp_path / "lab.txt") == ["lab01", "lab02"]


def test_a_sign_of_another_encoding_is_said_with_its_place(tmp_path):
    (tmp_path / "lab.txt").write_bytes("lab01\r\nplatz-süd\r\n".encode("cp1252"))
    with pytest.raises(RoomFileError, match=r"line 2, column 8, ü in Windows-1252\): save the file as UTF-8"):
        labels_of(tmp_path / "lab.txt")


def test_each_error_is_a_line(tmp_path):
    (tmp_path / "lab.txt").write_text("lab01\nlab-2\n<b>\nlab01\nlab 02\n")
    with pytest.raises(RoomFileError) as refused:
        labels_of(tmp_path / "lab.txt")
    lines = str(refused.value).splitlines()
    assert [part in line for part, line in zip(("line 2", "line 3", "line 4", "line 5"), lines, strict=True)] == [
        True
    ] * 4
    assert lines[-1].endswith("line 5: 'lab 02' has a space: write lab_02 if it is one seat, a comma between two")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("label,seat\nlab01,1\n", "line 1: 'label,seat' is a heading, no label: delete this line"),
        ("lab01\nLAB01\n", "line 2: LAB01 is in line 1 already, capitals or not: each seat needs its own"),
        ("lab01\tA1\n", r"line 1: 'lab01\tA1' has a tab: write lab01_A1 if it is one seat, a comma between two"),
        ("Müller\n", "line 1: 'Müller' is no label: use the letters a to z, digits and _ alone"),
        ('"lab01"\n', """line 1: '"lab01"' is in quotation marks: write lab01"""),
    ],
)
def test_what_tables_and_people_bring_is_said(tmp_path, text, said):
    (tmp_path / "lab.txt").write_text(text, encoding="utf-8")
    with pytest.raises(RoomFileError) as refused:
        labels_of(tmp_path / "lab.txt")
    assert str(refused.value).endswith(said)


@pytest.mark.parametrize(("data", "word"), [(b"\xff\xfel\0", "UTF-8"), (b"\n", "no labels"), (None, "cannot be read")])
def test_what_is_no_list(tmp_path, data, word):
    file = Path(tmp_path / "lab.txt")
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(RoomFileError, match=word):
        labels_of(file)


def test_the_server_says_it_at_its_start_and_reads_no_more(own_lab):
    file = own_lab.folder / "_rooms" / "lab.txt"
    file.write_text("lab01\nnot a-label\n")
    done = own_lab.otree("prodserver", "127.0.0.1:1")
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "line 2" in done.stderr
