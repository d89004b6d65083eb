"""What descriptions say, found again from the independent oracle alone: loops over messages, fractions, sets."""

from functools import cache
from itertools import combinations, product

from engine.bots import oracle

from mechanisms.certificate import QUESTIONS
from mechanisms.treatments.rules import MECHANISMS
from tests.strategies import definitions

MOST_PROFILES = 81
SLOW = {"axial", "moulin_shenker"}
"""The oracle integrates them."""


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
    return definitions().filter(lambda d: d["mechanism"]["name"] in kinds and small(d))


def row(theory, concept):
    """One row of the certificate."""
    return QUESTIONS[concept][1](theory)


class Judge:
    """One treatment as the oracle plays it."""

    def __init__(self, treatment):
        self.definition = {**treatment.definition}
        self.types = [place.types.tolist() for place in treatment.positions]
        self.possible = [place.types[place.probabilities > 0].tolist() for place in treatment.positions]
        self.grids = [place.messages.tolist() for place in treatment.positions]
        self.n = len(self.grids)
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
        """What one gets by a message: the outcome, and the points of all own types."""
        return self.what(i, own, others), tuple(self.points(i, t, own, others) for t in self.types[i])

    def profitable_lies(self):
        """(player, type, others, lie, gain) of every lie that pays."""
        for i in range(self.n):
            for own_type, others in product(self.types[i], self.others(i)):
                truth = self.points(i, own_type, own_type, others)
                for lie in self.grids[i]:
                    if self.points(i, own_type, lie, others) > truth:
                        yield i, own_type, others, lie, self.points(i, own_type, lie, others) - truth
