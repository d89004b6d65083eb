"""What units cost where everybody has a good of the own: the total cost by the own units and those of the others."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from markupsafe import Markup

from engine.aids import drawings
from engine.instructions.example import Writer
from engine.words.language import _
from engine.words.names import alternatives, player_names
from engine.words.numbers import one_or_several, plain, tagged
from engine.words.sentences import own_goods
from mechanisms.arrays import FloatArray
from mechanisms.environments import Production
from mechanisms.treatments import Treatment

MOST_ROWS, MOST_COLUMNS = 13, 9
LINES = 3


@dataclass(frozen=True, eq=False)
class OwnCosts:
    """Total costs seen by one position, shape (own units, units of each other player)."""

    position: int
    own: FloatArray
    others: FloatArray
    costs: FloatArray
    write: Writer

    def cell(self, i: int, k: int, name: str = "total-cost") -> Markup:
        number = float(self.costs[i, k])
        shown = f"{name}-{self.position + 1}-{self.own[i]:g}-{self.others[k]:g}"
        return tagged(shown, repr(number), self.write(number))


def some(count: int, most: int) -> list[int]:
    """At most `most` of `count` places, evenly spaced, the first and the last among them."""
    return sorted({round(k) for k in np.linspace(0, count - 1, min(count, most))})


@lru_cache(maxsize=256)
def own_costs(treatment: Treatment, position: int) -> OwnCosts:
    """The total cost for some numbers of own units, and some of the others, who have equally many each."""
    environment = treatment.played.environment
    assert isinstance(environment, Production)
    grid = environment.quantities
    own, others = grid[some(len(grid), MOST_ROWS)], grid[some(len(grid), MOST_COLUMNS)]
    profiles = np.empty((len(own), len(others), environment.n))
    profiles[...] = others[None, :, None]
    profiles[..., position] = own[:, None]
    costs = environment.cost.cost(profiles)
    numbers = [*costs.ravel(), *costs_alone(environment).ravel()]
    return OwnCosts(position, own, others, costs, Writer(treatment, numbers))


def cost_grid(treatment: Treatment, position: int) -> dict[str, object] | None:
    """The table of a page: heads of columns, rows of numbers, and of whom the columns are. None with one good."""
    if not own_goods(treatment):
        return None
    found, environment = own_costs(treatment, position), treatment.played.environment
    assert isinstance(environment, Production)
    columns = range(len(found.others))
    [other, *more] = [name for i, name in enumerate(player_names(treatment)) if i != position]
    return {
        "other": _("each of the others") if more else other,
        "several": bool(more),
        "calculator": treatment.screen.calculator and treatment.messages_are == "demands",
        "heads": [plain(float(units)) for units in found.others],
        "rows": [(plain(float(u)), [found.cell(i, k) for k in columns]) for i, u in enumerate(found.own)],
        "shortened": min(len(found.own), len(found.others)) < len(environment.quantities),
        "rounded": found.write.rounded,
    }


def own_cost_parts(treatment: Treatment, places: list[int]) -> list[tuple[Markup, dict[str, object]]]:
    """(whose they are, facts) for the positions that the reader can have: once for all whose tables agree.

    Of two players the other one has no name where the table is that of both.
    """
    alike: dict[bytes, list[int]] = {}
    for i in places:
        alike.setdefault(own_costs(treatment, i).costs.round(9).tobytes(), []).append(i)
    names = player_names(treatment)
    if len(alike) > 1:
        return [
            (_("If you are {name}", name=alternatives([names[i] for i in same])), own_cost_facts(treatment, same[0]))
            for same in alike.values()
        ]
    if len(places) == 1:
        return [(Markup(""), own_cost_facts(treatment, places[0]))]
    the_other = _("the other player") if len(names) == 2 else None
    return [(_("Whoever you are"), own_cost_facts(treatment, places[0], the_other))]


def own_cost_facts(treatment: Treatment, position: int, other: Markup | None = None) -> dict[str, object]:
    """The table, one number read from it with what the own units add, and a drawing of what they add.

    `other`: what the other player is called, where it is not by the name.
    """
    found, grid = own_costs(treatment, position), cost_grid(treatment, position)
    assert grid is not None
    grid["other"] = other or grid["other"]
    i, k = len(found.own) // 2, len(found.others) // 2
    added, environment = found.costs - found.costs[0], treatment.played.environment
    assert isinstance(environment, Production)
    lines = [
        (_("{name}: {units}", name=grid["other"], units=plain(float(found.others[c]))), added[:, c].tolist())
        for c in some(len(found.others), LINES)
    ]
    return {
        "grid": grid,
        "read": {
            "own": plain(float(found.own[i])),
            "counted": one_or_several(found.own[i]),
            "others": plain(float(found.others[k])),
            "least": plain(float(found.own[0])),
            "cost": found.cell(i, k, "read-cost"),
            "without": found.cell(0, k, "read-without"),
            "added": tagged(f"read-added-{position + 1}", repr(float(added[i, k])), found.write(added[i, k])),
        },
        "alone": alone(treatment, found.write) if grid["several"] else None,
        "drawing": drawings.curves(
            f"own-cost-{position + 1}",
            _("What your units add to the total cost"),
            _("One line for each of some numbers of units that the others get."),
            _("Units you get"),
            found.own.tolist(),
            lines,
            found.write,
            environment.quantities.tolist(),
        ),
    }


def costs_alone(environment: Production) -> FloatArray:
    """What some numbers of units (rows) of each player (columns) cost if nobody else gets any."""
    grid = environment.quantities[some(len(environment.quantities), MOST_ROWS)]
    return np.asarray(environment.cost.cost(grid[:, None, None] * np.eye(environment.n)))


def alone(treatment: Treatment, write: Writer) -> dict[str, object]:
    """For more than two players: what the units of each cost if nobody else gets any."""
    environment = treatment.played.environment
    assert isinstance(environment, Production)
    grid = environment.quantities[some(len(environment.quantities), MOST_ROWS)]
    rows = [
        (plain(float(q)), [tagged(f"alone-{k + 1}-{q:g}", repr(float(c)), write(c)) for k, c in enumerate(row)])
        for q, row in zip(grid, costs_alone(environment), strict=True)
    ]
    return {"heads": player_names(treatment), "rows": rows}
