"""What must be true of every page that a participant sees, whatever it is about."""

import re

from axe_playwright_python.sync_playwright import Axe
from babel.numbers import get_decimal_symbol

from tests.apps.claims import said_in_words

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MINUS, NOTHING = "\u2212", "\u2013"
HEAVIEST_PAGE = 150_000  # bytes, with everything that it loads, not compressed

FACTS = """() => ({
    language: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll("h1")].map((h1) => h1.innerText.trim()),
    text: document.querySelector("main").innerText,
    inline: [...document.querySelectorAll("*")].filter((e) => (e.localName === "script" && !e.src) ||
        e.localName === "style" || [...e.attributes].some((a) => a.name.startsWith("on"))).map((e) => e.outerHTML),
    width: [document.documentElement.scrollWidth, document.documentElement.clientWidth],
    sizes: performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
        .map((entry) => [entry.name, entry.decodedBodySize]),
    numbers: [...document.querySelectorAll("[data-value]")].map((span) => [
        span.dataset.name, span.dataset.value, span.textContent.trim(), span.closest("dialog") === null]),
})"""


def check_page(page, language="en", treatment=None):
    """The exact numbers of the page by their names, after checking the page; those of the instructions dialog apart.

    `treatment` is needed where there are points.
    """
    facts = page.evaluate(FACTS)
    assert facts["language"] == language
    assert len(facts["headings"]) == 1, facts["headings"]
    assert facts["headings"][0]
    assert facts["title"]
    assert facts["inline"] == [], f"{page.url}: the Content-Security-Policy does not let these run"
    glued = re.search(r".{20}[a-zäöü)][.!?][A-ZÄÖÜ].{20}", facts["text"])
    assert not glued, f"{page.url}: no space between two sentences: {glued[0]}"
    assert facts["width"][0] <= facts["width"][1], f"{page.url} scrolls sideways: {facts['width']}"
    weight = sum(size for _name, size in facts["sizes"])
    assert 0 < weight <= HEAVIEST_PAGE, f"{page.url}: {weight} bytes, {facts['sizes']}"
    for name, value, text, _outside in facts["numbers"]:
        check_number(name, value, text, language, treatment)
    return {name: value for name, value, _text, outside in facts["numbers"] if outside}


def check_number(name, value, text, language, treatment):
    """The text is the exact value, rounded to the decimals that it has, in the writing of the language."""
    sign = get_decimal_symbol(language)
    if text == NOTHING:  # a round that could not be played; which ones, the receipt's test knows
        assert (name.rstrip("-0123456789"), value) in (("points", "0"), ("history-points", "0")), name
        return
    if "points" in name:  # whole numbers of the smallest unit
        assert text == treatment.format_points(int(value)).replace("-", MINUS).replace(".", sign), name
        return
    try:
        exact = float(value)
    except ValueError:  # an outcome in words
        called = treatment.words.name(value, language) if treatment and treatment.words else value
        assert text == called.replace("-", MINUS), name
        return
    if treatment and said_in_words(treatment.mechanism, name):
        exact = abs(exact)
        if not re.search(r"\d", text):  # "You neither pay nor receive anything."
            assert exact <= 1e-9, f"{name}: {text} is not {value}"
            return
    assert not re.search(r"-\d", text), f"{name}: a hyphen in {text}"
    number = re.findall(rf"{MINUS}?\d+(?:{re.escape(sign)}\d+)?", text)[-1]  # after the name of a type, "low (13)"
    decimals = len(number.partition(sign)[2])
    shown = float(number.replace(MINUS, "-").replace(sign, "."))
    assert abs(shown - exact) <= 0.5 * 10**-decimals + 1e-9, f"{name}: {text} is not {value}"


ALIKE = """() => {
    const looks = {};
    for (const cell of document.querySelectorAll(".payoffs td")) {
        const look = [cell.className, cell.parentElement.className, cell.ariaSelected];
        looks[look] = (looks[look] || 0) + 1;
        cell.toggleAttribute("data-alike", looks[look] > 5);
    }
}"""


def check_axe(page):
    """No violation of WCAG 2.2, level A or AA. axe's script comes with the library, not from the net.

    Of the hundreds of cells of a payoff table it looks at five of each look: with all a page took it seconds.
    """
    page.evaluate(ALIKE)
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, {"exclude": [".payoffs [data-alike]"]}, options).response["violations"]
    problems = [
        f"{page.url}: {rule['id']} at {node['target']}: {node['html']}" for rule in found for node in rule["nodes"]
    ]
    assert problems == []
