"""Printed handouts: instructions, sheets of points, record sheet and quiz for every role; an answer key.

`python3.11 run.py handouts TREATMENT` writes them as HTML, which any browser prints, and as PDF by a browser that is on
the computer.
"""

import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from engine.instructions.screen import instructions
from engine.instructions.worth import possible_types
from engine.paper.points_sheets import points_sheets
from engine.quiz.question import Question
from engine.quiz.questions_game import questions
from engine.quiz.understanding import understanding_questions
from engine.session.designs import designs
from engine.words.language import current, in_its_words, languages, use
from engine.words.names import player_names
from engine.words.numbers import plain
from engine.words.rendering import render
from engine.words.sentences import rule_variables
from mechanisms.treatments import SessionDesign, Treatment

STATIC = Path(__file__).parents[3] / "_static"
STYLES = ("platform.css", "aids.css", "instructions.css", "handout.css")
BROWSERS = (
    "chromium",
    "chromium-headless-shell",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
BROWSER_FOLDERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
NO_SCREEN = dict.fromkeys(("calculator", "graph", "history", "confirmation", "warn_dominated"), False)
PRINT_SECONDS = 120


class PrintError(RuntimeError):
    """No PDF could be made; the message is one line."""


# --- the documents ---


def documents(design: SessionDesign) -> Iterator[tuple[str, Markup]]:
    """(file name without ending, HTML) of every handout of a session, in the language that `use` has chosen.

    Of a study everybody plays the part of the own arm alone.
    """
    parts = len(design.orders[0])
    for number, treatment in enumerate(design.treatments, 1):
        prefix = f"part-{number}-" if parts > 1 else ""
        if parts < len(design.treatments):
            prefix = f"arm-{number}-{treatment.name}-"
        for position in range(treatment.group_size):
            text = instructions(treatment, position, parts, design.pay)
            yield f"{prefix}handout-{position + 1}", handout(treatment, position, text)
        if treatment.protocol.quiz or treatment.understanding is not None:
            yield f"{prefix}answers", answer_key(treatment)


@in_its_words
def handout(treatment: Treatment, position: int, text: Markup) -> Markup:
    """Everything that somebody in this position gets, on A4 sheets."""
    protocol, name = treatment.protocol, player_names(treatment)[position]
    return document(
        treatment,
        "handout",
        instructions=Markup(text.replace("<details", "<details open")),  # nobody can unfold paper
        name=name,
        fixed_roles=protocol.fixed_roles,
        sheets=list(points_sheets(treatment, position)),
        rounds=[
            *((k, True) for k in range(1, protocol.practice_rounds + 1)),
            *((k, False) for k in range(1, protocol.rounds + 1)),
        ],
        practised=protocol.practice_rounds > 0,
        type_drawn=any(len(possible_types(treatment, i)) > 1 for i in range(treatment.group_size)),
        questions=paper_quiz(treatment, position),
        asked_before=paper_understanding(treatment, position, "before"),
        asked_after=paper_understanding(treatment, position, "after"),
    )


@in_its_words
def answer_key(treatment: Treatment) -> Markup:
    """For the experimenter: the right answers of everybody's quiz, with the explanations, and about the incentives."""
    everybody = list(enumerate(player_names(treatment)))
    return document(
        treatment,
        "answers",
        quizzes=[(name, paper_quiz(treatment, i)) for i, name in everybody] if treatment.protocol.quiz else [],
        understanding=[(name, asked) for i, name in everybody if (asked := paper_understanding(treatment, i))],
    )


def document(treatment: Treatment, template: str, **variables: object) -> Markup:
    style = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)
    return render(
        f"engine/handouts/{template}.html",
        document_language=current(),
        title=treatment.title,
        title_in_css=treatment.title.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c "),
        style=Markup(style),
        **rule_variables(treatment),
        **variables,
    )


def paper_quiz(treatment: Treatment, position: int) -> list[dict[str, Any]]:
    """The questions of the screen's quiz with their right answers; none where the treatment has no quiz."""
    if not treatment.protocol.quiz:
        return []
    return [on_paper(question) for question in questions(treatment, position, possible_types(treatment, position)[0])]


def paper_understanding(treatment: Treatment, position: int, moment: str | None = None) -> list[dict[str, Any]]:
    """The questions about the incentives with their right answers; none where they are not asked, at that moment."""
    spec = treatment.understanding
    if spec is None or (moment is not None and not getattr(spec, moment)):
        return []
    own_type = possible_types(treatment, position)[0]
    return [on_paper(question) for question in understanding_questions(treatment, position, own_type)]


def on_paper(question: Question) -> dict[str, Any]:
    return {
        "text": question.text,
        "facts": question.facts,
        "choices": [text for _key, text in question.choices],
        "right": dict(question.choices)[question.right] if question.choices else plain(float(question.right)),
        "explanation": question.explanation,
    }


# --- files ---


def find_browser() -> str | None:
    found = (shutil.which(name) for name in BROWSERS)
    installed = (path for path in BROWSER_FOLDERS if Path(path).exists())
    return next(filter(None, itertools.chain(found, installed)), None)


def print_pdf(browser: str, source: Path, target: Path) -> None:
    """A4 pages of an HTML file, by a browser without a window."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--user-data-dir={profile}", f"--print-to-pdf={target.resolve()}", source.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PRINT_SECONDS)
        except subprocess.TimeoutExpired:
            raise PrintError(f"{browser} did not finish {target.name} within {PRINT_SECONDS} seconds") from None
    if done.returncode != 0 or not target.exists():
        raise PrintError(f"{browser} could not print {source.name} (code {done.returncode})")


def write_handouts(design: SessionDesign, folder: Path) -> list[Path]:
    """The HTML files of a session's handouts."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, html in documents(design):
        path = folder / f"{name}.html"
        path.write_text(html, encoding="utf-8")
        paths.append(path)
    return paths


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py handouts", description="Instructions and sheets of points to print.")
    parser.add_argument("treatment", choices=[design.name for design in designs()], metavar="TREATMENT")
    parser.add_argument("--language", choices=languages(), help="default: the language of the treatment")
    parser.add_argument("--out", type=Path, default=None, help="folder; default: handouts/TREATMENT")
    parser.add_argument("--paper", action="store_true", help="for a room without computers")
    chosen = parser.parse_args(arguments)
    design = next(design for design in designs() if design.name == chosen.treatment)
    folder = chosen.out or Path("handouts", design.name)
    with use(chosen.language or design.language):
        paths = write_handouts(printed(design, current(), chosen.paper), folder)
    print(f"{len(paths)} HTML files are in {folder}: any browser can print them.", flush=True)
    browser = find_browser()
    if browser is None:
        print("No Chromium, Chrome or Edge was found, so there are no PDF files.")
        return 1
    try:
        for path in paths:
            print_pdf(browser, path, path.with_suffix(".pdf"))
    except PrintError as error:
        print(error)
        return 1
    print(f"The PDF files are in {folder}, too.")
    return 0


def printed(design: SessionDesign, language: str, paper: bool) -> SessionDesign:
    """The same session said in a language: what is cached by treatment is then cached for this language.

    In a room without computers (`paper`) nobody has what only a screen can give.
    """
    treatments = [treatment.with_protocol(language=language) for treatment in design.treatments]
    if paper:
        treatments = [
            Treatment.from_definition({**t.definition, "screen": t.definition["screen"] | NO_SCREEN})
            for t in treatments
        ]
    return replace(design, treatments=tuple(treatments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
