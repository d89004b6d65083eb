"""The figures of the instructions and of results: nothing in them is cut off at an edge, in any language."""

import re

import pytest
from engine.aids.explained import explained
from engine.instructions.screen import instructions
from engine.words.language import use

from tests.apps.aid_games import TREATMENTS, profiles

CUT = """() => [...document.querySelectorAll("svg text")].filter((text) => {
    const box = text.closest("svg").getBoundingClientRect(), words = text.getBoundingClientRect();
    const across = words.left < box.left - 1 || words.right > box.right + 1;
    return across || words.top < box.top - 1 || words.bottom > box.bottom + 1;
}).map((text) => text.textContent)"""


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_no_words_of_a_figure_are_cut_off(chromium, language):
    figures = []
    with use(language):
        for treatment in TREATMENTS.values():
            shown = treatment.with_protocol(language=language)
            types, messages = next(iter(profiles(shown, 1)))
            html = str(instructions(shown, 0)) + str(explained(shown, types, messages, 0, figure="result").text)
            figures += re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(figures) > 20
    page = chromium.new_page()
    page.set_content(f'<html lang="{language}"><body style="width: 480px">{"".join(figures)}</body></html>')
    cut = page.evaluate(CUT)
    page.close()
    assert cut == []
