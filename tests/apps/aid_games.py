"""Games and people for the tests of the payoff aids, and readers of the HTML that the aids make."""

import re
import tomllib
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
from engine.words.crowds import is_crowd

from mechanisms.treatments import Treatment, load_session_designs
from tests.apps.claims import said_in_words
from tests.apps.other_games import GAMES, PROTOCOL
from tests.lab import ROOT

ODD = {
    "negative_decimals": """
        title = "Reports from -2.5 to 2 by halves, two decimals, types <b>& marks</b>"
        [group]
        size = 2
        information = "complete"
        [environment]
        kind = "single_peaked"
        [mechanism]
        name = "groves"
        [types]
        values = [-1.5, 0.5]
        probabilities = [0.5, 0.5]
        labels = ["<i>low</i>", "high"]
        [messages]
        lowest = -2.5
        highest = 2
        step = 0.5
        [points]
        scale = 1.25
        rounding = 2
        """,
    "hundred": """
        title = "101 by 101"
        [group]
        size = 2
        information = "own"
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 100, step = 1 }
        value = { kind = "linear" }
        cost = { kind = "power", coefficient = 0.01, exponent = 2 }
        [mechanism]
        name = "serial"
        [types]
        values = [3]
        """,
    "uneven_agv": """
        title = "Types that are not equally far apart, costs shared serially before transfers"
        [group]
        size = 3
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 2, step = 0.5 }
        value = { kind = "linear" }
        cost = { kind = "polynomial", coefficients = [0.25, 0.5] }
        [mechanism]
        name = "agv"
        cost_shares = "serial"
        [types]
        values = [1, 2, 5]
        probabilities = [0.25, 0.25, 0.5]
        [points]
        scale = 7
        rounding = 1
        """,
    "own_table": """
        title = "Two goods in a table of costs, all orders"
        [group]
        size = 2
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 2, step = 1 }
        value = { kind = "linear" }
        cost = { kind = "goods_table", values = [[0, 2, 5.5], [1, 4, 9], [4, 8, 13]] }
        [mechanism]
        name = "shapley_shubik"
        [types]
        values = [3, 6]
        probabilities = [0.25, 0.75]
        """,
    "own_equal_vcg": """
        title = "Three goods of one's own under a direct mechanism"
        [group]
        size = 3
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 1, step = 1 }
        value = { kind = "linear" }
        cost = { kind = "quadratic_form", matrix = [[1, 0.5, 0], [0.5, 2, 0], [0, 0, 1]] }
        [mechanism]
        name = "vcg"
        cost_shares = "axial"
        [types]
        values = [2, 3]
        probabilities = [0.25, 0.75]
        """,
    "three_on_a_path_direct": """
        title = "Three report to the function of a path for goods of their own, types with names"
        [group]
        size = 3
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 4, step = 1 }
        value = { kind = "linear" }
        cost = { kind = "quadratic_form", matrix = [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]], linear = [1, 1, 1] }
        [mechanism]
        name = "fixed_path_direct"
        path = [[0, 0, 0], [2, 0, 0], [2, 4, 1], [4, 4, 5]]
        [types]
        values = [5.3, 7.3]
        probabilities = [0.25, 0.75]
        labels = ["low", "high"]
        """,
    "two_incremental_direct": """
        title = "Two report, served one after the other, any amounts"
        [group]
        size = 2
        information = "complete"
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 6, step = 0.5 }
        value = { kind = "quadratic", curvature = 0.5 }
        cost = { kind = "polynomial", coefficients = [1, 0.25] }
        [mechanism]
        name = "incremental_direct"
        order = [2, 1]
        demands = "continuous"
        [types]
        values = [2, 4, 5]
        probabilities = [0.25, 0.25, 0.5]
        [points]
        scale = 3
        rounding = 1
        """,
    "two_bid": """
        title = "Two bid for one object, equal bids to the last, values with names"
        [group]
        size = 2
        information = "complete"
        [environment]
        kind = "allocation"
        [mechanism]
        name = "vcg"
        ties = "last"
        [types]
        values = [2, 5]
        probabilities = [0.25, 0.75]
        labels = ["low", "high"]
        [messages]
        lowest = 0
        highest = 6
        step = 1
        [points]
        scale = 3
        shift = 20
        """,
    "four_bid_pairwise": """
        title = "Two objects for four, roles with names, pairwise compensation"
        [group]
        size = 4
        [environment]
        kind = "allocation"
        objects = 2
        [mechanism]
        name = "pairwise"
        [types]
        values = [1, 4]
        probabilities = ["1/2", "1/2"]
        [[roles]]
        name = "Red"
        [[roles]]
        name = "Blue"
        [[roles]]
        name = "Green"
        [[roles]]
        name = "White"
        """,
    "equal_vcg": """
        title = "Costs shared equally before transfers, ties to the last"
        [group]
        size = 2
        [environment]
        kind = "production"
        quantities = { lowest = 0, highest = 3, step = 1 }
        value = { kind = "quadratic", curvature = 1 }
        cost = { kind = "power", coefficient = 1, exponent = 1.5 }
        [mechanism]
        name = "vcg"
        ties = "last"
        cost_shares = "equal"
        [types]
        values = [2, 3, 4]
        probabilities = [0.25, 0.25, 0.5]
        """,
}  # fmt: skip


def made(name, text, participants, more="", screen=()):
    toml = "\n".join(line.strip() for line in text.splitlines()) + PROTOCOL.format(participants=participants, more=more)
    return Treatment.from_definition({"name": name, **tomllib.loads(toml), "screen": dict(screen)})


def all_treatments():
    """Whose pages name each of the others; those of large groups count them: test_crowds.py, words/test_crowds.py."""
    shipped = [t for design in load_session_designs(ROOT / "treatments") for t in design.treatments]
    shipped = [t for t in shipped if not is_crowd(t)]
    others = [made(name, text, **protocol) for name, (text, protocol) in GAMES.items()]
    odd = [made(name, text, 12) for name, text in ODD.items()]
    return {t.name: t for t in (*shipped, *others, *odd)}


TREATMENTS = all_treatments()
FOR_TWO = [name for name, t in TREATMENTS.items() if t.group_size == 2]


def with_screen(treatment, **screen):
    return Treatment.from_definition({**treatment.definition, "screen": screen})


def person(treatment, position=0, types=None):
    """What the aids ask about a player; the group has the first type of each position unless `types` says otherwise."""
    types = [float(place.types[0]) for place in treatment.positions] if types is None else types
    members = [SimpleNamespace(type_value=theta, field_maybe_none=lambda name: None) for theta in types]
    return SimpleNamespace(
        treatment=treatment,
        position=position,
        type_value=types[position],
        group=SimpleNamespace(get_players=lambda: members),
        session=SimpleNamespace(config={"language": "en"}),
        get_folder_name=lambda: treatment.form,
        alone=lambda: False,
    )


class Cells(HTMLParser):
    """Rows of a table whose closing tags are left out: a list of (tag, attributes, texts) for each row."""

    def __init__(self, html):
        super().__init__()
        self.rows = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append((tag, dict(attributes), []))

    def handle_data(self, text):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1][2].append(text)


def number(text):
    return float(text.replace("\u2212", "-"))


def units(treatment, text):
    """Points as they are read, in smallest units."""
    return round(number(text) * 10**treatment.rounding)


def tags(html, mechanism=""):
    """name -> (exact value, text) of all numbers on a page; a name that is there twice must say the same twice.

    Amounts are exact, so that what is read adds up, unless the page says that they are rounded.

    `mechanism` : where its words say what is paid, those numbers have no sign.
    """
    found = {}
    for name, value, text in re.findall(r'data-name="([^"]*)" data-value="([^"]*)">([^<]*)<', html):
        assert found.setdefault(name, (value, text)) == (value, text), name
        if name not in ("calculator-outcome",):
            digits = len(text.partition(".")[2])
            points = name.startswith(("table-", "graph-", "calculator-points"))
            exact = float(value)
            if said_in_words(mechanism, name):
                exact = abs(exact)
            assert points or abs(number(text) - exact) <= 0.5 * 10**-digits + 1e-9, name
            if not points and "units" not in name and "quantity" not in name and "Rounded to" not in html:
                assert abs(number(text) - exact) <= 1e-9, name
    return found


def profiles(treatment, count=6):
    """Some message profiles and types of a treatment, the same in every run."""
    generator = np.random.default_rng(7)
    for _ in range(count):
        types = [float(generator.choice(place.types)) for place in treatment.positions]
        yield types, [float(generator.choice(place.messages)) for place in treatment.positions]


def with_beliefs(name, session=None, **changes):
    """A treatment that asks for guesses in rounds 1 and 3, and pays them at most 10 points."""
    definition = TREATMENTS[name].definition
    session = {**definition["session"], **(session or {})}
    beliefs = {"rounds": [1, 3], "points": 10, **changes}
    return Treatment.from_definition({**definition, "session": session, "beliefs": beliefs})
