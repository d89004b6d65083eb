"""The command line of the certificate, and its outputs."""

import json
from pathlib import Path

import pytest

from mechanisms.__main__ import main
from mechanisms.certificate import QUESTIONS

PARK = "treatments/park_vcg.toml"


def output(capsys, *arguments):
    assert main(["certify", *arguments]) == 0
    return capsys.readouterr().out


def test_text_says_verdict_answer_and_method(capsys):
    text = output(capsys, PARK)
    assert "HOLDS          weakly dominant messages (every type has one)" in text
    assert "Player 1 of type L (8): 8;" in text
    assert "[every message against every profile of the others; 8 message profiles x 6 types;" in text


def test_json_has_every_concept(capsys):
    certificate = json.loads(output(capsys, PARK, "--format", "json"))
    assert [row["concept"] for row in certificate["rows"]] == list(QUESTIONS)
    assert certificate["name"] == "park_vcg"


def test_html_and_markdown_are_tables(capsys):
    assert output(capsys, PARK, "--format", "html").count("<tr") == len(QUESTIONS) + 1
    markdown = output(capsys, PARK, "--format", "markdown")
    assert markdown.count("\n| ") == len(QUESTIONS) + 1
    assert markdown.startswith("# What theory says\n"), "it is not that of the shipped treatments"


def test_the_documentation_shows_todays_certificates(capsys):
    """If this fails: python -m mechanisms certify treatments --format markdown > docs/treatments.md"""
    assert output(capsys, "treatments", "--format", "markdown") == Path("docs/treatments.md").read_text(
        encoding="utf-8"
    )


def test_compare_marks_the_differences(capsys):
    text = output(capsys, "--compare", "treatments/cason_groves.toml", "treatments/cason_pivotal.toml")
    lines = {line[2:].split("  ")[0]: line for line in text.splitlines()}
    assert lines["unique pure Nash equilibrium"].startswith("* ")
    assert lines["weakly dominant messages"].startswith("  ")
    assert lines["unique pure Nash equilibrium"].split()[-2:] == ["holds", "fails"]


def test_vary_tries_all_combinations_and_says_what_cannot_be(capsys):
    text = output(capsys, "treatments/cason_groves.toml", "--vary", "messages.step=1,5", "--vary", "scale=2,0.02")
    assert "messages.step=1 scale=2" in text
    assert "messages.step=1 scale=0.02" in text
    assert "not possible: messages.step=5 scale=2: messages.highest" in text
    strict = next(line for line in text.splitlines() if "strictly dominant" in line)
    assert strict.startswith("* ")
    assert strict.split()[-2:] == ["holds", "fails"]


def test_long_work_can_be_interrupted(capsys, monkeypatch):
    def interrupted(treatment, progress):
        progress("weakly dominant messages")
        raise KeyboardInterrupt

    monkeypatch.setattr("mechanisms.__main__.certify", interrupted)
    assert main(["certify", PARK]) == 130
    assert capsys.readouterr() == ("", "interrupted; nothing was certified\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no treatment file is named"),
        (["treatments/nothing.toml"], "nothing.toml: cannot be read"),
        ([PARK, "--vary", "rounding"], "vary rounding: write KEY=V1,V2"),
        ([PARK, "--vary", "roundness=1"], "vary roundness: it is no key of this treatment"),
        (["treatments/production_vcg.toml", "--vary", "kind=1"], "vary kind: it is the end of several keys"),
    ],
)
def test_wrong_arguments_are_one_line(capsys, arguments, message):
    assert main(["certify", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert message in error
