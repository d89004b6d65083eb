"""What instructions say: their tagged numbers and their words."""

import re

from mechanisms.treatments import Treatment
from tests.apps.aid_games import TREATMENTS

CASES = [(name, i) for name, t in TREATMENTS.items() for i in range(t.group_size)]

GLUED = re.compile(r"\S*[a-zäöüß)”“][.!?][A-ZÄÖÜ]\S*")
"""Two sentences without a blank between them."""
MANY = (
    "points units rounds cases players stages parts participants minutes seconds decimals questions people others "
    "objects members crates "
    "Punkte Runden Einheiten Fälle Personen Stufen Teile Minuten Sekunden Nachkommastellen Fragen anderen"
)
ONE_OF_MANY = re.compile(rf"(?<![\d.,−/])1 (?:{MANY.replace(' ', '|')})\b.{{0,20}}")
"""One thing, said as if it were several."""
END = "\N{PILCROW SIGN}"
"""Of a paragraph or a cell."""
TAG = re.compile(r'data-name="([^"]*)" data-value="([^"]*)">([^<]*)<')


def numbers(html):
    """{name: (exact value, what is written)} of the tagged numbers."""
    return {name: (value, text.replace("\u2212", "-")) for name, value, text in TAG.findall(html)}


def with_changes(name, **tables):
    definition = TREATMENTS[name].definition
    return Treatment.from_definition({**definition, **{key: definition.get(key, {}) | t for key, t in tables.items()}})


def words(html):
    """The text as it is read, without the drawings."""
    text = re.sub(r"<figure.*?</figure>", " ", str(html), flags=re.DOTALL)
    text = re.sub(r"</(p|li|td|th|h2|h3|caption|dt|dd|legend|label)>", f" {END} ", text)
    parted = " ".join(re.sub(r"<[^>]+>", "", text).split())
    assert not (one := ONE_OF_MANY.findall(parted)), one  # "Player 1" beside "Units" in a table is none
    read = " ".join(parted.replace(END, " ").split())
    assert not (glued := GLUED.findall(read)), glued
    return read
