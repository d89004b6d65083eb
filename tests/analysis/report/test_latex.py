"""Tables as LaTeX, Markdown and CSV: nothing in a cell is taken for a command, and what is written can be read back."""

import csv
import io
import re

import pytest

from analysis.report.latex import COMMANDS, as_csv, as_latex, as_markdown, escaped
from analysis.report.tables import Table

NASTY = r"50 % of {a_1} & \input{x} $#^~ <b> |c| “q”"


def nasty():
    return Table("Table 7. What & where", ["Who", "Rate (%)"], [[NASTY, "−2.5"], ["λ ≤ 1", "–"]], note="100 % of n_1.")


@pytest.mark.parametrize("sign", list("\\{}$&#%_~^"))
def test_every_special_sign_is_escaped(sign):
    assert sign not in escaped(sign).replace(COMMANDS[sign], "")
    assert escaped(f"a{sign}b") == f"a{COMMANDS[sign]}b"


def test_latex():
    text = as_latex(nasty(), "what")
    lines = text.splitlines()
    assert lines[0] == r"\begin{table}[htbp]"
    assert r"\caption{What \& where}" in lines
    assert r"\label{tab:what}" in lines
    assert r"$\lambda$ $\leq$ 1 & -- \tabularnewline" in lines
    row = next(line for line in lines if line.startswith("50"))
    assert len(re.findall(r"(?<!\\)&", row)) == 1  # two columns, as in the head
    assert row.endswith(r"$-$2.5 \tabularnewline")
    for command in ("begin", "end"):
        assert text.count(rf"\{command}{{table}}") == text.count(rf"\{command}{{tabular}}") == 1
    # braces of commands and groups close
    assert text.replace(r"\{", "").replace(r"\}", "").count("{") == text.replace(r"\{", "").replace(r"\}", "").count(
        "}"
    )
    assert all(ord(sign) < 0x250 for sign in text)


def test_a_sign_without_command_does_not_stop_latex():
    assert escaped("猫") == "[U+732B]"


def test_markdown():
    lines = as_markdown(nasty()).splitlines()
    assert lines[0] == "**Table 7. What & where**"
    assert lines[3] == "| :-- | --: |"
    assert len(re.findall(r"(?<!\\)\|", lines[4])) == 3
    assert r"\<b\>" in lines[4]


def test_csv_is_for_programs():
    assert list(csv.reader(io.StringIO(as_csv(nasty())))) == [["Who", "Rate (%)"], [NASTY, "-2.5"], ["λ ≤ 1", ""]]
