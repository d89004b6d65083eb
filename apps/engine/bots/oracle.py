"""An outside judge of the game as played: slow, exact, and written from the papers alone.

Plain Python with fractions and explicit loops over agents, outcomes and type profiles. It imports nothing of
mechanisms/ and shares no code with it, so that the two can only agree by both being right. Sources: Safronov
(2018), Definitions 1, 2 and 4; Groves (1973) with h = 0; Kumar (2013), equation 1; average cost; equal shares.

``expected(definition, types, messages)`` takes a treatment's definition (the dict of its TOML file, numbers as
numbers or strings) and one group's types and messages by position. Powers with fractional exponents are floats,
all else is exact.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, product
from math import comb, floor
from typing import Any

from engine.bots import curves, equilibria, shares

Table = dict[str, Any]
"""A table of a treatment file."""
TABLES = ("group", "environment", "mechanism", "play", "types", "messages", "points", "payoffs", "roles")
"""What is read of a definition: treatments that differ in the rest are judged by one oracle."""
Reports = Sequence[Any]
"""A type by position; None where it is struck out."""
NOTHING = Fraction(0)


def number(value: Any) -> Fraction:
    """A number of a treatment file as a fraction: 0.1 is one tenth, "1/3" one third."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator == 1:
        return base ** int(exponent)
    return Fraction(float(base) ** float(exponent))


def grid(table: Table) -> list[Fraction]:
    """lowest, lowest + step, …, highest."""
    lowest, highest, step = (number(table[key]) for key in ("lowest", "highest", "step"))
    return [lowest + k * step for k in range(int((highest - lowest) / step) + 1)]


def round_half_up(points: Fraction, decimals: int) -> int:
    """In the smallest unit, halves towards plus infinity: 2.5 is 3, -2.5 is -2."""
    return floor(points * 10**decimals + Fraction(1, 2))


SHARES = {
    "aumann_shapley": shares.aumann_shapley,
    "axial": curves.axial,
    "equal": shares.equal,
    "fixed_path": shares.fixed_path,
    "friedman_moulin": shares.friedman_moulin,
    "incremental": shares.incremental,
    "moulin_shenker": curves.moulin_shenker,
    "proportional": shares.proportional,
    "serial": shares.serial,
    "shapley_shubik": shares.shapley_shubik,
}
"""Of demands and a cost: cost(total) with one good, cost.of(demands) with any; cost.options is [mechanism]."""


class Position:
    """What one position of a group knows and may say."""

    def __init__(self, definition: Table, index: int) -> None:
        role = definition["roles"][index] if definition.get("roles") else {}
        kind = definition["environment"]["kind"]
        prior = role.get("types") or definition["types"]
        self.types = [number(value) for value in prior["values"]]
        equally_likely = [Fraction(1, len(self.types))] * len(self.types)
        self.probabilities = [number(p) for p in prior.get("probabilities") or equally_likely]
        said = role.get("messages") or definition.get("messages")
        if said is not None:
            self.messages = grid(said)
        elif definition["mechanism"]["name"] in SHARES:
            self.messages = grid(definition["environment"]["quantities"])
        else:
            self.messages = sorted(self.types)
        points = {**definition.get("points", {}), **(role.get("points") or {})}
        self.scale, self.shift = number(points.get("scale", 1)), number(points.get("shift", 0))
        if kind == "public_project":
            self.payoffs = role.get("payoffs") or definition["payoffs"]


class Production:
    """Quantities on a grid, a value for one's own, a cost for the total."""

    def __init__(self, definition: Table, positions: list[Position]) -> None:
        table = definition["environment"]
        self.value_table, self.cost_table, self.positions = table["value"], table["cost"], positions
        self.quantities = grid(table["quantities"])
        mechanism = definition["mechanism"]
        name = mechanism["name"]  # of a demand rule, or of a direct mechanism, which says how it shares the cost
        self.continuous = mechanism.get("demands") == "continuous"
        self.chooses_equilibrium = name.removesuffix("_direct") in SHARES and name not in SHARES
        rule = name.removesuffix("_direct")
        self.sharing = SHARES[rule if rule in SHARES else mechanism.get("cost_shares") or "equal"]
        powers = (number(kind.get("exponent", 1)) for kind in (self.value_table, self.cost_table))
        self.exact = all(exponent.denominator == 1 for exponent in powers)
        self.gross = cache(self._gross)
        self.cost = self._costs(mechanism)
        self.shares = cache(lambda quantities: self.sharing(quantities, self.cost))

    @cached_property
    def outcomes(self) -> list[tuple[Fraction, ...]]:
        """All profiles of quantities, in lexicographic order; a demand game never asks for them."""
        return list(product(self.quantities, repeat=len(self.positions)))

    def _costs(self, mechanism: Table) -> shares.Cost:
        table, n = self.cost_table, len(self.positions)
        if table["kind"] == "quadratic_form":
            ones = [[int(k == i) for k in range(n)] for i in range(n)]
            rows = enumerate(table["matrix"])
            both = [(i, j, number(a)) for i, row in rows for j, a in enumerate(row)]
            squares = [(a, [x + y for x, y in zip(ones[i], ones[j], strict=True)]) for i, j, a in both]
            lines = zip(table.get("linear") or [0] * n, ones, strict=True)
            return shares.Cost(None, mechanism, [*squares, *((number(a), one) for a, one in lines)])
        if table["kind"] == "goods_polynomial":
            terms = [(number(term["coefficient"]), term["powers"]) for term in table["terms"]]
            return shares.Cost(None, mechanism, terms)
        if table["kind"] == "goods_table":
            return shares.Cost(None, mechanism, values=table["values"])
        return shares.Cost(cache(self._cost), mechanism)

    def _gross(self, i: int, type_: Fraction, quantity: Fraction) -> Fraction:
        table = self.value_table
        if table["kind"] == "linear":
            return type_ * quantity
        if table["kind"] == "quadratic":
            return type_ * quantity - number(table["curvature"]) / 2 * quantity * quantity
        if table["kind"] == "power":
            return type_ * power(quantity, number(table["exponent"]))
        row = table["rows"][self.positions[i].types.index(type_)]
        return number(row[self.quantities.index(quantity)])

    def _cost(self, total: Fraction) -> Fraction:
        table = self.cost_table
        if table["kind"] == "power":
            return number(table["coefficient"]) * power(total, number(table["exponent"]))
        if table["kind"] == "polynomial":
            return sum((number(a) * total ** (k + 1) for k, a in enumerate(table["coefficients"])), NOTHING)
        if table["kind"] == "piecewise_linear":
            return self._sum_of_pieces([number(x) for x in table["breakpoints"]], table["slopes"], total)
        return number(table["values"][int(total)])

    def _sum_of_pieces(self, breakpoints: list[Fraction], slopes: list[Any], total: Fraction) -> Fraction:
        """Each piece of [0, total] between breakpoints costs its slope a unit."""
        starts, ends = [NOTHING, *breakpoints], [*breakpoints, total]
        pieces = zip(starts, ends, slopes, strict=True)
        return sum((number(slope) * max(NOTHING, min(end, total) - start) for start, end, slope in pieces), NOTHING)

    def value(self, i: int, type_: Fraction, outcome: Any) -> Fraction:
        return self.gross(i, type_, outcome[i])

    def share(self, i: int, outcome: Any) -> Fraction:
        return self.shares(outcome)[i]


class PublicProject:
    """A list of outcomes and a table of payoffs."""

    def __init__(self, definition: Table, positions: list[Position]) -> None:
        self.names, self.positions = definition["environment"]["outcomes"], positions
        self.outcomes = list(range(len(self.names)))

    def value(self, i: int, type_: Fraction, outcome: Any) -> Fraction:
        entry = self.positions[i].payoffs[self.names[outcome]]
        if entry == "type":
            return type_
        if isinstance(entry, (list, tuple)):
            return number(entry[self.positions[i].messages.index(type_)])
        return number(entry)

    def share(self, i: int, outcome: Any) -> Fraction:
        return Fraction(0)


class Allocation:
    """k objects, one for each of k: outcomes are the groups of those who get one, in lexicographic order."""

    def __init__(self, definition: Table, positions: list[Position]) -> None:
        objects = int(definition["environment"].get("objects", 1))
        self.winners = list(combinations(range(len(positions)), objects))
        self.outcomes = list(range(len(self.winners)))

    def value(self, i: int, type_: Fraction, outcome: Any) -> Fraction:
        return type_ if i in self.winners[outcome] else Fraction(0)

    def share(self, i: int, outcome: Any) -> Fraction:
        return Fraction(0)


class SinglePeaked:
    """A level, any real number; the mean of the peaks is efficient for any group of people (first-order condition)."""

    outcomes = None

    def __init__(self, definition: Table, positions: list[Position]) -> None:
        pass

    def value(self, i: int, type_: Fraction, outcome: Any) -> Fraction:
        return -((type_ - outcome) ** 2)

    def share(self, i: int, outcome: Any) -> Fraction:
        return Fraction(0)


Environment = Production | PublicProject | Allocation | SinglePeaked
ENVIRONMENTS: dict[str, type[Environment]] = {
    "production": Production,
    "public_project": PublicProject,
    "allocation": Allocation,
    "single_peaked": SinglePeaked,
}


class Oracle:
    """One treatment's game, computed from its definition."""

    def __init__(self, definition: Table) -> None:
        self.definition = definition
        self.n = int(definition["group"]["size"])
        self.positions = [Position(definition, i) for i in range(self.n)]
        self.environment: Environment = ENVIRONMENTS[definition["environment"]["kind"]](definition, self.positions)
        self.name = definition["mechanism"]["name"]
        self.ties = definition["mechanism"].get("ties", "first")
        self.best, self.payoffs = cache(self._best), cache(self._payoffs)
        self.mean_payoff = cache(self._mean_payoff)

    def payoff(self, i: int, type_: Fraction, outcome: Any) -> Fraction:
        """u_i(type, outcome): value less the baseline share of the cost, before transfers."""
        return self.environment.value(i, type_, outcome) - self.environment.share(i, outcome)

    def _payoffs(self, i: int, type_: Fraction) -> list[Fraction]:
        """u_i of each outcome."""
        return [self.payoff(i, type_, outcome) for outcome in self.environment.outcomes or ()]

    def _best(self, reports: Reports, members: tuple[int, ...]) -> Any:
        """An outcome that maximises the members' total payoff; the first of several, or the last."""
        if self.environment.outcomes is None:
            return sum(reports[i] for i in members) / len(members)
        totals = [sum(each) for each in zip(*(self.payoffs(i, reports[i]) for i in members), strict=True)]
        highest = max(totals)
        efficient = [k for k, total in enumerate(totals) if total == highest]
        return self.environment.outcomes[efficient[0] if self.ties == "first" else efficient[-1]]

    def efficient(self, reports: Reports) -> Any:
        return self.best(tuple(reports), tuple(range(self.n)))

    def _mean_payoff(self, j: int, reports: Reports, unknown: tuple[int, ...]) -> Fraction:
        """E[u_j at the efficient outcome] over the types of the unknown positions, the others as reported."""
        mean = Fraction(0)
        priors = [list(zip(self.positions[k].types, self.positions[k].probabilities, strict=True)) for k in unknown]
        for profile in product(*priors):
            filled, probability = list(reports), Fraction(1)
            for k, (type_, p) in zip(unknown, profile, strict=True):
                filled[k], probability = type_, probability * p
            if probability > 0:
                mean += probability * self.payoff(j, filled[j], self.efficient(filled))
        return mean

    def mean(self, j: int, reports: Reports, unknown: Sequence[int]) -> Fraction:
        """The same; what the unknown positions have reported is struck out first, so that it cannot matter."""
        seen = tuple(None if k in unknown else report for k, report in enumerate(reports))
        return self.mean_payoff(j, seen, tuple(sorted(unknown)))

    def others(self, i: int) -> list[int]:
        return [k for k in range(self.n) if k != i]

    def groves(self, reports: Reports) -> list[Fraction]:
        chosen = self.efficient(reports)
        return [sum((self.payoff(k, reports[k], chosen) for k in self.others(i)), NOTHING) for i in range(self.n)]

    def vcg(self, reports: Reports) -> list[Fraction]:
        """Safronov (2018), Def. 1."""
        transfers = self.groves(reports)
        for i in range(self.n):
            without = self.best(tuple(reports), tuple(self.others(i)))
            transfers[i] -= sum(self.payoff(k, reports[k], without) for k in self.others(i))
        return transfers

    def agv(self, reports: Reports) -> list[Fraction]:
        """Safronov (2018), Def. 2."""
        externality = [
            sum((self.mean(k, reports, self.others(i)) for k in self.others(i)), NOTHING) for i in range(self.n)
        ]
        return [
            externality[i] - sum(Fraction(1, self.n - 1) * externality[j] for j in self.others(i))
            for i in range(self.n)
        ]

    def order(self) -> list[int]:
        """Who reports, or whose report is taken, first, second, …; `sequence` in play stands for an order drawn.
        Before one is drawn, instructions and quiz take the order of the positions as their example."""
        play, mechanism = self.definition.get("play") or {}, self.definition["mechanism"]
        stated = play.get("sequence") or play.get("order") or mechanism.get("order") or range(1, self.n + 1)
        stated = range(1, self.n + 1) if stated == "drawn" else stated
        return [int(k) - 1 for k in stated]

    def cremer_riordan(self, reports: Reports) -> list[Fraction]:
        """Safronov (2018), section 3.1, last paragraph."""
        first = (
            self.order()[0] if self.definition.get("play") else int(self.definition["mechanism"].get("first", 1)) - 1
        )
        chosen = self.efficient(reports)
        got = [self.payoff(k, reports[k], chosen) for k in range(self.n)]
        expected = sum((self.mean(k, reports, self.others(first)) for k in range(self.n)), NOTHING)
        transfers = [sum((got[k] for k in self.others(i)), NOTHING) - expected for i in range(self.n)]
        transfers[first] = -sum((transfers[i] for i in self.others(first)), NOTHING)
        return transfers

    def payments(self, reports: Reports) -> list[list[Fraction]]:
        """Safronov (2018), Def. 4: [i][j] = x_ij = what j pays i."""
        order = self.order()
        paid = [[Fraction(0)] * self.n for _ in range(self.n)]
        for place, i in enumerate(order):
            after = order[place + 1 :]
            for j in self.others(i):
                paid[i][j] = self.mean(j, reports, after) - self.mean(j, reports, [i, *after])
        return paid

    def symmetric_pairwise(self, reports: Reports) -> list[list[Fraction]]:
        """Safronov (2018), Cor. 1: [i][j] = what j pays i; each set of reports before that of i counts by its size."""
        paid = [[Fraction(0)] * self.n for _ in range(self.n)]
        for i in range(self.n):
            for size in range(self.n):
                for known in combinations(self.others(i), size):
                    after = [k for k in self.others(i) if k not in known]
                    for j in self.others(i):
                        change = self.mean(j, reports, after) - self.mean(j, reports, [i, *after])
                        paid[i][j] += change / self.n / comb(self.n - 1, size)
        return paid

    def net(self, payments: list[list[Fraction]]) -> list[Fraction]:
        return [sum((payments[i][j] - payments[j][i] for j in self.others(i)), NOTHING) for i in range(self.n)]

    @cache  # noqa: B019 — oracles live as long as the process
    def individually_rational_pairwise(self) -> list[Fraction]:
        """Safronov (2018), Prop. 4: the constants of the file, or those that leave all worst types as far above."""
        given = self.definition["mechanism"]
        if given.get("constants"):
            return [number(y) for y in given["constants"]]
        outside = [number(x) for x in given.get("outside") or [0] * self.n]
        expected = [[NOTHING for _ in place.types] for place in self.positions]
        chances = [list(enumerate(place.probabilities)) for place in self.positions]
        for profile in product(*chances):
            types = [place.types[k] for place, (k, _) in zip(self.positions, profile, strict=True)]
            chosen, transfers = self.efficient(types), self.net(self.payments(types))
            for i, (k, _) in enumerate(profile):
                chance = Fraction(1)
                for j in self.others(i):
                    chance *= profile[j][1]
                expected[i][k] += chance * (self.payoff(i, types[i], chosen) + transfers[i])
        pairs = zip(expected, self.positions, strict=True)
        worst = [min(u for u, p in zip(own, place.probabilities, strict=True) if p > 0) for own, place in pairs]
        gain = sum((w - o for w, o in zip(worst, outside, strict=True)), NOTHING) / self.n
        return [o - w + gain for w, o in zip(worst, outside, strict=True)]

    def play(self, types: Sequence[Fraction], messages: Sequence[Fraction]) -> dict[str, Any]:
        n = self.n
        payments, transfers = None, [Fraction(0)] * n
        if isinstance(self.environment, Production) and self.name in SHARES:  # all other mechanisms are direct
            outcome = tuple(messages)
            paid = list(self.environment.shares(outcome))
        elif isinstance(self.environment, Production) and self.environment.chooses_equilibrium:
            outcome = equilibria.equilibrium(self.environment, tuple(messages))
            paid = list(self.environment.shares(outcome))
        else:
            outcome = self.efficient(messages)
            paid = [self.environment.share(i, outcome) for i in range(n)]
            if self.name in ("pairwise", "symmetric_pairwise", "individually_rational_pairwise"):
                symmetric = self.name == "symmetric_pairwise"
                payments = self.symmetric_pairwise(messages) if symmetric else self.payments(messages)
                transfers = self.net(payments)
                if self.name == "individually_rational_pairwise":
                    transfers = [t + y for t, y in zip(transfers, self.individually_rational_pairwise(), strict=True)]
            else:
                transfers = getattr(self, self.name)(messages)  # vcg, groves, agv
        values = [self.environment.value(i, types[i], outcome) for i in range(n)]
        utilities = [values[i] - paid[i] + transfers[i] for i in range(n)]
        return {
            "outcome": list(outcome) if isinstance(outcome, tuple) else outcome,
            "quantities": list(outcome) if isinstance(outcome, tuple) else None,
            "values": values,
            "cost_shares": paid,
            "transfers": transfers,
            "payments": payments,
            "utilities": utilities,
            "points": self.points(utilities),
        }

    def points(self, utilities: Sequence[Fraction]) -> list[int]:
        decimals = int(self.definition.get("points", {}).get("rounding", 0))
        return [
            round_half_up(position.scale * utility + position.shift, decimals)
            for position, utility in zip(self.positions, utilities, strict=True)
        ]


def expected(definition: Table, types: Sequence[float], messages: Sequence[float]) -> dict[str, Any]:
    """Everything that one group's round must give: outcome, values, shares, transfers, payments, utilities, points."""
    game = {key: table for key, table in definition.items() if key in TABLES}
    oracle = _oracle(json.dumps(game, sort_keys=True, default=_plain))
    snapped_types = [_on(p.types, t) for p, t in zip(oracle.positions, types, strict=True)]
    snapped_messages = [_on(p.messages, m) for p, m in zip(oracle.positions, messages, strict=True)]
    return oracle.play(snapped_types, snapped_messages)


def in_sequence(definition: Table, sequence: Sequence[int] | None) -> Table:
    """The definition of a round whose group reported in this order, positions from 0; None: all at the same time."""
    if sequence is None:
        return definition
    return {**definition, "play": {**definition["play"], "sequence": [i + 1 for i in sequence]}}


def expected_points(definition: Table, types: Sequence[float], messages: Sequence[float]) -> list[int]:
    """Points by position, in the smallest unit."""
    return expected(definition, types, messages)["points"]


@cache
def _oracle(definition_json: str) -> Oracle:
    return Oracle(json.loads(definition_json))


def _plain(value: Any) -> Any:
    """What json cannot write: decimals and fractions as text, numpy's numbers as Python's."""
    return str(value) if isinstance(value, (Decimal, Fraction)) else value.item()


def _on(allowed: Sequence[Fraction], value: float) -> Fraction:
    """The exact number that a float stands for."""
    return next((exact for exact in allowed if float(exact) == float(value)), None) or number(value)
