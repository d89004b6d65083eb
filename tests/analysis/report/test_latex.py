"""Tables as LaTeX, Markdown and CSV: nothing in a cell is taken for a command, and what is written can be read back."""

import csv
import io
import re

import pytest

from analysis.report.latex import COMMANDS, as_csv, as_document, as_latex, as_markdown, escaped
from analysis.report.tables import Table
from tests.analysis.report.compiled import boxes

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
    assert r"\caption{What \& where}\label{tab:what}\tabularnewline" in lines
    assert r"$\lambda$ $\leq$ 1 & -- \tabularnewline" in lines
    row = next(line for line in lines if line.startswith("50"))
    assert len(re.findall(r"(?<!\\)&", row)) == 1  # two columns, as in the head
    assert row.endswith(r"$-$2.5 \tabularnewline")
    for command in ("begin", "end"):
        assert text.count(rf"\{command}{{longtable}}") == text.count(rf"\{command}group") == 1
    # braces of commands and groups close
    bare = text.replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    assert all(ord(sign) < 0x250 for sign in text)


def test_a_sign_without_command_does_not_stop_latex():
    assert escaped("猫") == "{[}U+732B]"


def test_markdown():
    lines = as_markdown(nasty()).splitlines()
    assert lines[0] == "**Table 7. What & where**"
    assert lines[3] == "| :-- | --: |"
    assert len(re.findall(r"(?<!\\)\|", lines[4])) == 3
    assert r"\<b\>" in lines[4]


def test_csv_is_for_programs():
    assert list(csv.reader(io.StringIO(as_csv(nasty())))) == [["Who", "Rate (%)"], [NASTY, "-2.5"], ["λ ≤ 1", ""]]


def test_no_word_is_broken_in_the_source():
    table = Table("Table 1. T", ["file", "checksum"], [["cason_groves.csv", "0123456789abcdef" * 4]], texts=2)
    text = as_latex(table, "t")
    assert "\\dataname{cason_groves.csv} & \\dataname{" + "0123456789abcdef" * 4 + "} " in text
    assert "allowbreak" not in text


def test_a_table_in_parts_has_one_number():
    table = Table("Table 3. Many", ["who", *["123456"] * 40], [["somebody", *["123456"] * 40]], note="A note.")
    text = as_latex(table, "many")
    parts = text.count(r"\begin{longtable}")
    assert parts == text.count(r"\end{longtable}") > 2
    assert text.count(r"\label{tab:many}") == text.count("A note.") == 1
    assert text.count(r"\addtocounter{table}{-1}") == text.count("Many (further columns)") == parts - 1
    assert text.startswith(r"\begin{landscape}")
    assert text.count("somebody") == parts


def test_an_interval_may_stand_below_its_estimate_but_is_not_broken():
    text = as_latex(Table("Table 1. T", ["what", "d"], [["effect", "−2.49 (−4.93 to −0.72)"]]), "t")
    assert "$-$2.49 ($-$4.93~to~$-$0.72)" in text


def extreme():
    """Tables with everything that is difficult: signs, long words and names, many columns, many and high rows."""
    estimate, names = "−2.49 (−4.93 to −0.72)", ["a_long_name_of_a_treatment_with_many_parts", "f" * 64, "0" * 64]
    yield nasty()
    yield Table("Table 1. Signs", ["a"], [[" ".join(COMMANDS)], ["猫 λ"], ["[1pt]"], ["*"]], note=" ".join(COMMANDS))
    yield Table(
        "Table 2. Names_and_names", ["name", "what"], [[name, "characteristically " * 30] for name in names], texts=2
    )
    yield Table("Table 3. Many rows", ["who", "rate"], [[f"person {k}", "1"] for k in range(150)], note="n " * 400)
    for columns in (5, 8, 11, 14, 40):
        head = ["Treatment", *["Groups with the efficient outcome (%)"] * columns]
        yield Table(f"Table {columns}. Columns", head, [["cason_groves", *[estimate] * columns]] * 3)
    yield Table("Table 9. Nobody", ["who", "rate"], [])


def test_real_tex_sets_it_without_an_overfull_box(tmp_path):
    for k, table in enumerate(extreme()):
        (tmp_path / f"t{k}.tex").write_text(as_latex(table, f"t{k}"), encoding="utf-8")
    (tmp_path / "all_tables.tex").write_text(as_document(f"t{j}" for j in range(k + 1)), encoding="utf-8")
    assert boxes(tmp_path) == []
