"""Printed handouts: the same numbers as on the screen, everything that a room with pen and paper needs, and the PDF."""

import re
import sys

import pytest
from engine.instructions.screen import instructions
from engine.paper import handouts
from engine.paper.handouts import documents, find_browser, print_pdf, printed, write_handouts
from engine.quiz.understanding import understanding_questions
from engine.session.study import study_design
from engine.words import language
from engine.words.language import use
from pypdf import PdfReader

from mechanisms.studies import load_study
from mechanisms.treatments import load_session_designs
from tests.apps.aid_games import TREATMENTS
from tests.apps.engine.instructions.reading import words
from tests.lab import ROOT
from tests.shared import first_of_each, kind_of_game, mostly_thorough

DESIGNS = {design.name: design for design in load_session_designs(ROOT / "treatments")}


@pytest.mark.parametrize(
    "name", mostly_thorough(DESIGNS, *first_of_each(DESIGNS, lambda name: kind_of_game(DESIGNS[name].treatments[0])))
)
def test_every_shipped_session_has_handouts_for_every_role(name):
    design = DESIGNS[name]
    made = dict(documents(design))
    several = len(design.treatments) > 1
    for number, treatment in enumerate(design.treatments, 1):
        prefix = f"part-{number}-" if several else ""
        assert (f"{prefix}answers" in made) == treatment.protocol.quiz
        for position in range(treatment.group_size):
            html = str(made.pop(f"{prefix}handout-{position + 1}"))
            assert str(instructions(treatment, position, len(design.treatments), design.pay)) in html
            protocol = treatment.protocol
            record = html[html.index('<table class="record">') :]
            assert len(re.findall(r'<th scope="row">P\d+</th>', record)) == protocol.practice_rounds
            assert len(re.findall(r'<th scope="row">\d+</th>', record)) == protocol.rounds
            assert ("Questions about the instructions" in html) == protocol.quiz
            assert "http" not in re.sub(r'xmlns="[^"]*"', "", html), "the file needs nothing from elsewhere"
    assert all(name.endswith("answers") for name in made)


@pytest.mark.parametrize("name", sorted(DESIGNS))
def test_a_room_without_computers_reads_nothing_about_screens(name):
    design = DESIGNS[name]
    for treatment, paper in zip(design.treatments, printed(design, "en", True).treatments, strict=True):
        assert "screen" in words(instructions(treatment, 0))
        assert not {"screen", "calculator", "graph"} & set(re.findall(r"[a-z]+", words(instructions(paper, 0)).lower()))
        assert paper.identity == treatment.identity


def test_the_answer_key_has_every_right_answer_and_the_quiz_has_none():
    design = DESIGNS["park_vcg"]
    made = {name: words(html) for name, html in documents(design)}
    quiz = handouts.paper_quiz(design.treatments[0], 0)
    assert quiz
    for question in quiz:
        assert f"Answer: {question['right']}" in made["answers"]
        assert words(question["explanation"]) in made["answers"]
        assert words(question["explanation"]) not in made["handout-1"]


def test_of_a_study_everybody_reads_of_the_own_arm_alone():
    """And is asked about the incentives, on paper, too."""
    design = study_design(load_study(ROOT / "studies" / "describe_serial.toml"), list(DESIGNS.values()))
    made = {name: words(html) for name, html in documents(design)}
    arms = ("arm-1-serial_traditional", "arm-2-serial_opportunity", "arm-3-serial_advice")
    assert set(made) == {f"{arm}-{sheet}" for arm in arms for sheet in ("handout-1", "handout-2", "answers")}
    for number, arm in enumerate(arms):
        text = made[f"{arm}-handout-1"]
        assert "part of" not in text
        assert "This session has" not in text
        assert text.count("What do you think of the rules?") == 2
        assert text.index("Before you decide, please answer") < text.index("Now that you have decided, please answer")
        [*_, last] = understanding_questions(design.treatments[number], 0, 16.1)
        assert text.count(words(last.text)) == 2
        assert f"{words(last.text)} Answer: {dict(last.choices)[last.right]}" in made[f"{arm}-answers"]
        assert f"{words(last.text)} Answer:" not in text
    assert "Think of the rule in this way" in made[f"{arms[1]}-handout-1"]
    assert "Think of the rule in this way" not in made[f"{arms[0]}-handout-1"]


def test_another_language_is_another_text(tmp_path, monkeypatch):
    catalog = tmp_path / "de" / "LC_MESSAGES" / "lab.po"
    catalog.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    catalog.write_text(header + 'msgid "Your group"\nmsgstr "Ihre Gruppe"\n', encoding="utf-8")
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    language.catalog.cache_clear()
    german = printed(DESIGNS["park_vcg"], "de", False)
    with use("de"):
        text = write_handouts(german, tmp_path / "out")[0].read_text(encoding="utf-8")
    language.catalog.cache_clear()
    assert '<html lang="de">' in text
    assert "<h2>Ihre Gruppe</h2>" in text
    assert [treatment.protocol.language for treatment in german.treatments] == ["de"]
    instructions.cache_clear()  # other tests shall not read this catalog's German


def test_the_pdf_has_all_sheets_titles_and_page_numbers(tmp_path):
    browser = find_browser()
    assert browser, "a browser is needed: run.py test installs one"
    path = next(path for path in write_handouts(DESIGNS["cason_pivotal"], tmp_path) if path.stem == "handout-1")
    print_pdf(browser, path, path.with_suffix(".pdf"))
    pages = [page.extract_text() for page in PdfReader(path.with_suffix(".pdf")).pages]
    sizes = [page.mediabox for page in PdfReader(path.with_suffix(".pdf")).pages]
    assert {(round(min(box.width, box.height)), round(max(box.width, box.height))) for box in sizes} == {(595, 842)}
    everything = "\n".join(pages)
    for heading in ("Instructions for Player 1", "Record sheet of Player 1", "Questions about the instructions"):
        assert sum(heading in page for page in pages) == 1
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page
        assert "Pivotal mechanism (after Cason et al. 2006, treatment P)" in page
    [table] = [page for page in pages if "Player 1 with type" in page]
    rows = [row.split() for row in table.replace("\u2212", "-").splitlines()]
    [first] = [row for row in rows if row[:1] == ["-22"]]
    treatment = TREATMENTS["cason_pivotal"]
    assert list(map(int, first[1:])) == treatment.own_points(0, -6.0)[0].tolist()
    assert "210" in everything


def test_without_a_browser_the_html_is_there_and_one_line_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(handouts, "find_browser", lambda: None)
    assert handouts.main(["park_vcg", "--out", str(tmp_path)]) == 1
    assert len(list(tmp_path.glob("*.html"))) == 4
    assert "No Chromium, Chrome or Edge was found" in capsys.readouterr().out


def test_a_browser_that_fails_is_named(tmp_path):
    source = tmp_path / "a.html"
    source.write_text("<p>a</p>", encoding="utf-8")
    with pytest.raises(handouts.PrintError, match="could not print"):
        print_pdf(sys.executable, source, tmp_path / "a.pdf")
