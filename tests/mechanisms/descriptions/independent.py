"""What descriptions say, found again from the independent oracle alone: loops over messages, fractions, sets."""

from functools import cache
from itertools import combinations, product

from engine.bots import oracle
from engine.words.numbers import amount_decimals
from hypothesis import example
from hypothesis import strategies as st

from mechanisms.certificate import QUESTIONS
from mechanisms.treatments.rules import MECHANISMS
from mechanisms.writing import fixed
from tests.strategies import definitions

MOST_PROFILES = 81
SLOW = {"axial", "moulin_shenker"}
"""The oracle integrates them."""


_COARSE = {
    "name": "coarse", "title": "coarse", "group": {"size": 2}, "points": {"scale": "1", "rounding": 0},
    "session": {"participants": 2, "rounds": 1, "matching": "partner", "seed": 1},
}  # fmt: skip
OWN_BID_CHANGES_THE_PRICE = _COARSE | {
    "environment": {"kind": "allocation"}, "mechanism": {"name": "symmetric_pairwise"},
    "types": {"values": ["2.3"], "probabilities": ["1"]},
    "messages": {"lowest": "2.2", "highest": "2.5", "step": "0.1"},
}  # fmt: skip


def _project(first, second):
    """A project is built or not; types of the one and of the other player."""
    roles = [
        {
            "name": name, "types": {"values": values, "probabilities": [f"1/{len(values)}"] * len(values)},
            "payoffs": {"built": "type", "not built": "0"},
        }
        for name, values in (("A", first), ("B", second))
    ]  # fmt: skip
    environment = {"kind": "public_project", "outcomes": ["built", "not built"]}
    return _COARSE | {"environment": environment, "mechanism": {"name": "vcg"}, "roles": roles}


OTHERS_CHANGE_ONLY_THE_PRICE = _project(["-6", "4", "9"], ["0.1", "0.3", "0.4"])
THE_OTHER_ONE_DECIDES = _project(["1", "2"], ["-20", "30"])
NOBODY_DECIDES = _project(["1", "2"], ["20", "30"])


def small(definition):
    """Few enough profiles for loops in Python; asked before the game is built."""
    sharing, environment = definition["mechanism"], definition["environment"]
    if SLOW & {sharing["name"], sharing.get("cost_shares")}:
        return False
    types, grid = len(definition["types"]["values"]), definition.get("messages")
    if MECHANISMS[sharing["name"]].messages == "demands":
        grid = environment["quantities"]
    count = types
    if grid is not None:
        lowest, highest, step = (float(grid[key]) for key in ("lowest", "highest", "step"))
        count = round((highest - lowest) / step) + 1
    return types * count ** definition["group"]["size"] <= MOST_PROFILES


def small_games(messages=None):
    """Random games of every kind; or those whose messages are "demands", or "reports"."""
    kinds = {name for name, rule in MECHANISMS.items() if messages in (None, rule.messages)}
    games = definitions().filter(lambda d: d["mechanism"]["name"] in kinds and small(d))
    return games | st.builds(coarse, games, st.sampled_from(["0.7", "1"]))


def coarse_games(test):
    """Asks a test of random games of reports in any case about prices that differ where the points do not, and about
    reports that decide nothing."""
    for game in (NOBODY_DECIDES, THE_OTHER_ONE_DECIDES, OTHERS_CHANGE_ONLY_THE_PRICE, OWN_BID_CHANGES_THE_PRICE):
        test = example(game)(test)
    return test


def coarse(definition, scale):
    """In points that are the same at prices that are not."""
    return {**definition, "points": {**definition["points"], "scale": scale, "rounding": 0}}


def row(theory, concept):
    """One row of the certificate."""
    return QUESTIONS[concept][1](theory)


class Judge:
    """One treatment as the oracle plays it."""

    def __init__(self, treatment):
        self.definition = oracle.in_sequence({**treatment.definition}, treatment.sequence)
        self.types = [place.types.tolist() for place in treatment.positions]
        self.possible = [place.types[place.probabilities > 0].tolist() for place in treatment.positions]
        self.chances = [list(zip(place.types.tolist(), place.probabilities.tolist(), strict=True)) for place in
                        treatment.positions]  # fmt: skip
        self.grids = [place.messages.tolist() for place in treatment.positions]
        self.n = len(self.grids)
        self.decimals = [max(6, amount_decimals(treatment, i)) for i in range(self.n)]
        self.played = cache(self._play)

    def _play(self, types, messages):
        return oracle.expected(self.definition, types, messages)

    def others(self, i):
        return list(product(*(grid for k, grid in enumerate(self.grids) if k != i)))

    def points(self, i, own_type, own, others):
        return self.at(i, own_type, own, others)["points"][i]

    def at(self, i, own_type, own, others):
        types = tuple(own_type if k == i else self.types[k][0] for k in range(self.n))
        return self.played(types, (*others[:i], own, *others[i:]))

    def what(self, i, own, others):
        """The own quantity, whether one gets an object, or the outcome of all."""
        judge = self.at(i, self.types[i][0], own, others)
        outcome, environment = judge["outcome"], self.definition["environment"]
        if environment["kind"] == "allocation":
            return i in list(combinations(range(self.n), int(environment.get("objects", 1))))[outcome]
        return outcome[i] if isinstance(outcome, list | tuple) else outcome

    def result(self, i, own, others):
        """What one gets by a message: the outcome, the points of all own types, and the price as it is written."""
        points = tuple(self.points(i, t, own, others) for t in self.types[i])
        return self.what(i, own, others), points, self.written(i, own, others)

    def written(self, i, own, others):
        """What i pays, as it is written."""
        return fixed(self.price(i, own, others), self.decimals[i])

    def price(self, i, own, others):
        play = self.at(i, self.types[i][0], own, others)
        return float(play["cost_shares"][i]) - float(play["transfers"][i])

    def two_prices(self, i):
        """Whether the own message can change the price of an outcome."""
        for others in self.others(i):
            results = {self.result(i, own, others) for own in self.grids[i]}
            if len({what for what, *_ in results}) < len(results):
                return True
        return False

    def profitable_lies(self):
        """(player, type, others, lie, gain) of every lie that pays."""
        for i in range(self.n):
            for own_type, others in product(self.types[i], self.others(i)):
                truth = self.points(i, own_type, own_type, others)
                for lie in self.grids[i]:
                    if self.points(i, own_type, lie, others) > truth:
                        yield i, own_type, others, lie, self.points(i, own_type, lie, others) - truth
