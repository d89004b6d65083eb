"""The seating plan: a picture of the room that agrees with the room's labels."""

import csv

import pytest
from engine.admin.seating import FILE, drawn, seating_plan

from tests.lab import ROOT


def people(*labels):
    return [
        {"number": k, "label": label, "name": label or f"P{k}", "state": "active", "group": (1, 2)}
        for k, label in enumerate(labels, 1)
    ]


def test_every_label_of_the_laboratory_has_its_seat():
    labels = (ROOT / "_rooms" / "lab.txt").read_text("utf-8").split()
    with FILE.open(newline="", encoding="utf-8") as file:
        seats = [label for row in csv.reader(file) for label in row if label]
    assert sorted(seats) == sorted(labels)
    assert len(labels) == 40


def test_who_sits_where_and_with_whom(tmp_path):
    room = tmp_path / "room.csv"
    room.write_text("a1,,a2\nb1,b2,\n", encoding="utf-8")
    plan = seating_plan(people("a2", "b1", ""), room)
    assert [[cell and cell["label"] for cell in row] for row in plan["rows"]] == [
        ["a1", None, "a2"],
        ["b1", "b2", None],
    ]
    assert plan["rows"][0][0]["person"] is None
    assert plan["rows"][0][2]["person"]["with"] == ["b1"]
    assert [person["number"] for person in plan["elsewhere"]] == [3]
    assert plan["problem"] == ""


def test_a_label_at_two_seats_is_said(tmp_path):
    room = tmp_path / "room.csv"
    room.write_text("a1,a2\na2,a3\n", encoding="utf-8")
    assert "a2 more than once" in seating_plan(people("a1", "a3"), room)["problem"]


def test_another_room_than_the_one_in_the_picture(tmp_path):
    room = tmp_path / "room.csv"
    room.write_text("a1,a2\n", encoding="utf-8")
    plan = seating_plan(people("x1", "x2"), room)
    assert [[cell["label"] for cell in row] for row in plan["rows"]] == [["x1", "x2"]]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa1,,a2\r\nb1,b2,\r\n",
        b"a1;;a2\r\nb1;b2;\r\n",
        b"a1\t\ta2\nb1\tb2\t\n\n\n",
        b"sep=;\r\na1;;a2\r\nb1;b2;\r\n",
    ],
    ids=["mark", "semicolons", "tabs and blank lines", "separator said"],
)
def test_the_picture_is_read_as_programs_save_it(tmp_path, data):
    file = tmp_path / "room.csv"
    file.write_bytes(data)
    assert drawn(file) == ([["a1", "", "a2"], ["b1", "b2", ""]], "")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'a1,"a\nb,c"d\n', "room.csv cannot be read: save it as CSV in UTF-8"),
        (b'"a,b\nc,d\n', "room.csv cannot be read: save it as CSV in UTF-8"),
        (b"a1,a\x002\n", "room.csv, line 1, column 5: there is a sign that does not show, NUL"),
    ],
    ids=["quote within", "unclosed quote", "NUL"],
)
def test_damaged_pictures_are_said(tmp_path, data, words):
    file = tmp_path / "room.csv"
    file.write_bytes(data)
    grid, problem = drawn(file)
    assert grid == []
    assert words in problem


def test_another_encoding_is_said_with_its_place(tmp_path):
    file = tmp_path / "room.csv"
    file.write_bytes("a1,Tür\n".encode("cp1252"))
    grid, problem = drawn(file)
    assert grid == []
    assert "line 1, column 5, ü in Windows-1252" in problem
