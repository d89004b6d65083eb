"""Tables and progress of the command lines: on a terminal, and elsewhere."""

import os
import subprocess
import sys

import pytest

from analysis.errors import ending
from mechanisms.terminal import READER_LEFT, ended, progress, table

HEADS = ["concept", "a [bold] :smile: name"]
ROWS = [["weakly dominant messages", "holds " * 60 + "end"], ["[red]", "—"]]


@pytest.mark.parametrize("variables", [{}, {"FORCE_COLOR": "1", "COLUMNS": "40"}, {"TERM": "dumb", "COLUMNS": "20"}])
def test_elsewhere_nothing_is_cut_and_nothing_is_read_as_markup(variables, monkeypatch, capsys):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    left = len("weakly dominant messages  ")
    expected = [line[0].ljust(left) + line[1] for line in (HEADS, *ROWS)]
    assert table(HEADS, ROWS).splitlines() == expected
    with progress() as tell:
        tell("one")
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows says it otherwise")
@pytest.mark.parametrize("length", [1, 10**6])
def test_a_reader_that_leaves_is_no_fault(length, monkeypatch, capsys):
    """Found when the output is flushed, or already while it is printed."""
    reader, writer = os.pipe()
    os.close(reader)
    with open(writer, "w", encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert ended(lambda: ending(lambda: print("x" * length), (OSError,))) == READER_LEFT
    assert capsys.readouterr().err == ""


def on_a_terminal(code):
    """What a terminal of 60 columns is sent by a program."""
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "60", "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as program:
        os.close(theirs)
        sent = b""
        try:
            while part := os.read(ours, 4096):
                sent += part
        except OSError:  # the end, on Linux
            pass
        assert program.wait(20) == 0, sent
    os.close(ours)
    return sent.decode()


def test_on_a_terminal_a_table_fits_and_keeps_every_word():
    text = on_a_terminal(f"from mechanisms.terminal import table; print(table({HEADS!r}, {ROWS!r}), end='')")
    lines = text.splitlines()
    assert max(map(len, lines)) <= 60
    assert len(lines) > 6
    assert text.count("holds") == 60
    assert "a [bold] :smile: name" in text


def test_on_a_terminal_progress_is_seen_and_gone():
    code = (
        "from mechanisms.terminal import progress\nwith progress() as tell: tell('[one]'); import time; time.sleep(0.3)"
    )
    text = on_a_terminal(code)
    assert "[one] …" in text
    assert text.rstrip().endswith("\x1b[2K")  # the line is wiped
