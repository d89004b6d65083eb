"""Figures and steps of instructions and results on a telephone: nothing is cut off or too small, in any language."""

import re

import pytest
from engine.aids.explained import explained
from engine.instructions.screen import instructions
from engine.words.language import use

from tests.apps.aid_games import TREATMENTS, profiles
from tests.lab import ROOT

CUT = """() => [...document.querySelectorAll("svg text")].filter((text) => {
    const box = text.closest("svg").getBoundingClientRect(), words = text.getBoundingClientRect();
    const across = words.left < box.left - 1 || words.right > box.right + 1;
    return across || words.top < box.top - 1 || words.bottom > box.bottom + 1;
}).map((text) => text.textContent)"""


SMALL = """() => [...document.querySelectorAll("svg text")].filter((text) => {
    const svg = text.ownerSVGElement, scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return scale * parseFloat(getComputedStyle(text).fontSize) < 12;
}).map((text) => text.textContent)"""
WIDE = """() => [...document.querySelectorAll(".steps .scroll")]
    .filter((box) => box.scrollWidth > box.clientWidth && box.querySelector("tr").cells.length < 6)
    .map((box) => box.innerText)"""  # five steps with four decimals may scroll
STYLES = [(ROOT / "_static" / f"{name}.css").as_uri() for name in ("platform", "aids", "instructions")]
HEAD = '<meta charset="utf-8">' + "".join(f'<link rel="stylesheet" href="{style}">' for style in STYLES)


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_figures_and_steps_are_read_on_a_telephone(chromium, language, tmp_path):
    figures, steps = [], []
    with use(language):
        for treatment in TREATMENTS.values():
            shown = treatment.with_protocol(language=language)
            types, messages = next(iter(profiles(shown, 1)))
            figures += re.findall(r"<figure.*?</figure>", str(instructions(shown, 0)), re.DOTALL)
            steps.append(str(explained(shown, types, messages, 0, figure="result").text))
    assert len(figures) > 20
    body = f'<details class="folded" open><div class="steps">{"".join([*figures, *steps])}</div></details>'
    file = tmp_path / "page.html"
    file.write_text(f'<html lang="{language}"><head>{HEAD}</head><main class="page">{body}</main></html>', "utf-8")
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(file.as_uri())
    found = [page.evaluate(faulty) for faulty in (CUT, SMALL, WIDE)]
    page.close()
    assert found == [[], [], []]
