"""What the instructions say about values and costs: tables, a number read from them, a small drawing."""

import numpy as np
from markupsafe import Markup

from engine.aids import drawings
from engine.instructions.example import Writer
from engine.instructions.own_costs import own_cost_parts
from engine.words.language import _
from engine.words.names import outcome_texts, player_names, type_name
from engine.words.numbers import amount, one_or_several, plain, tagged
from mechanisms.costs import HomogeneousCost
from mechanisms.descriptions import units_depend_on_others
from mechanisms.environments import Allocation, Production, PublicProject
from mechanisms.treatments import Treatment

MOST_ROWS = 25
MOST_LINES = 4


def own_positions(treatment: Treatment, position: int) -> list[int]:
    """The positions that somebody who reads this can have."""
    return [position] if treatment.protocol.fixed_roles else list(range(treatment.group_size))


def told_positions(treatment: Treatment, position: int) -> list[int]:
    """The positions whose types and values somebody who reads this may know."""
    return own_positions(treatment, position) if treatment.information == "own" else list(range(treatment.group_size))


def possible_types(treatment: Treatment, position: int) -> list[float]:
    place = treatment.positions[position]
    return [float(value) for value, p in zip(place.types, place.probabilities, strict=True) if p > 0]


def some(count: int) -> list[int]:
    """At most MOST_ROWS of `count` places, evenly spaced, the first and the last among them."""
    return sorted({round(k) for k in np.linspace(0, count - 1, min(count, MOST_ROWS))})


def worth_of_units(treatment: Treatment, position: int) -> dict[str, object]:
    environment = treatment.played.environment
    assert isinstance(environment, Production)
    known: dict[float, str] = {}
    for i in told_positions(treatment, position):
        known |= {value: type_name(treatment, i, value) for value in possible_types(treatment, i)}
    types, quantities = sorted(known), environment.quantities
    worth = environment.value.value(np.array(types)[:, None], quantities)
    places = some(len(quantities))
    write = Writer(treatment, worth.ravel())
    own, middle = types.index(possible_types(treatment, position)[0]), len(quantities) // 2

    def cell(t: int, k: int, name: str = "worth") -> Markup:
        return tagged(f"{name}-{types[t]:g}-{quantities[k]:g}", repr(float(worth[t, k])), write(worth[t, k]))

    demands = treatment.messages_are == "demands"

    def label(t: int) -> Markup:
        name = known[types[t]]
        return _("Value level {type}", type=name) if demands else _("Type {type}", type=name)

    lines = [(label(t), worth[t].tolist()) for t in _spread(len(types), own)]
    return {
        "types": [known[value] for value in types],
        "rows": [(plain(float(quantities[k])), [cell(t, k) for t in range(len(types))]) for k in places],
        "shortened": len(places) < len(quantities),
        "rounded": write.rounded,
        "read": {
            "type": known[types[own]],
            "units": plain(float(quantities[middle])),
            "counted": one_or_several(quantities[middle]),
            "value": cell(own, middle, "read"),
        },
        "drawing": drawings.curves(
            "worth",
            _("What units are worth"),
            _("The numbers of the table above, one line for each value level.")
            if demands
            else _("The numbers of the table above, one line for each type."),
            _("Units you get"),
            quantities.tolist(),
            lines,
            write,
        ),
    }


def _spread(count: int, own: int) -> list[int]:
    """The lines of a drawing: all of a few, otherwise the first, the last and the own one."""
    return list(range(count)) if count <= MOST_LINES else sorted({0, own, count - 1})


def worth_of_levels(treatment: Treatment, position: int) -> dict[str, object]:
    """The value at some distances, and a drawing for the first of the own types."""
    environment = treatment.played.environment
    ideal = possible_types(treatment, position)[0]
    grid = treatment.positions[position].messages
    step = float(grid[1] - grid[0]) if len(grid) > 1 else 1.0
    distances = [k * step for k in range(5)]
    levels = np.unique(np.concatenate([[ideal], np.linspace(min(grid[0], ideal), max(grid[-1], ideal), MOST_ROWS)]))
    values = -((ideal - levels) ** 2)
    assert environment.n == treatment.group_size
    write = Writer(treatment, [d * d for d in distances])
    return {
        "rows": [
            (plain(d), tagged(f"worth-distance-{d:g}", repr(-d * d + 0.0), write(-d * d + 0.0))) for d in distances
        ],
        "drawing": drawings.curves(
            "worth",
            _("What a level is worth if your ideal level is {type}", type=plain(ideal)),
            _("The value is 0 at the ideal level and falls faster and faster on both sides."),
            _("Chosen level, if your ideal level is {type}", type=plain(ideal)),
            levels.tolist(),
            [(str(_("Value")), values.tolist())],
            lambda number: amount(number, 0),
            grid.tolist(),
        ),
    }


def worth_of_outcomes(treatment: Treatment, position: int) -> dict[str, object]:
    environment = treatment.played.environment
    assert isinstance(environment, PublicProject)
    names, told, rows = player_names(treatment), told_positions(treatment, position), []
    worth = {i: outcome_values(treatment, environment, i) for i in told}
    if len(told) > 1 and all(worth[i] == worth[told[0]] for i in told):  # said once
        names, told = [str(_("Everybody"))] * len(names), told[:1]
    for i in told:
        for value, name, numbers in worth[i]:
            cells = [tagged(f"worth-{i + 1}-{value:g}-{k}", repr(w), plain(w)) for k, w in enumerate(numbers)]
            rows.append((names[i], name, cells))
    return {"named": len(worth) > 1, "outcomes": outcome_texts(treatment), "rows": rows}


def outcome_values(
    treatment: Treatment, environment: PublicProject, position: int
) -> list[tuple[float, str, list[float]]]:
    """(type, what it is called, values by outcome) of each possible type."""
    rows = np.searchsorted(environment.messages[position], possible_types(treatment, position))
    return [
        (value, type_name(treatment, position, value), environment.payoffs[position][row].tolist())
        for value, row in zip(possible_types(treatment, position), rows, strict=True)
    ]


def worth_of_an_object(treatment: Treatment, position: int) -> dict[str, object]:
    """An object is worth the type: a number to read, and how many there are."""
    environment = treatment.played.environment
    assert isinstance(environment, Allocation)
    return {
        "objects": len(environment.winners[0]),
        "read": type_name(treatment, position, possible_types(treatment, position)[0]),
    }


WORTH = {
    "production": worth_of_units,
    "single_peaked": worth_of_levels,
    "public_project": worth_of_outcomes,
    "allocation": worth_of_an_object,
}


def cost_facts(treatment: Treatment, position: int) -> dict[str, object] | None:
    """What units cost: of one good by their total, of goods of one's own for each position that the reader can have."""
    environment = treatment.played.environment
    if not isinstance(environment, Production):
        return None
    if not isinstance(environment.cost, HomogeneousCost):
        own = own_cost_parts(treatment, own_positions(treatment, position))
        return {"own": own, "interact": units_depend_on_others(treatment)}
    n, quantities = environment.n, environment.quantities
    totals = np.linspace(n * quantities[0], n * quantities[-1], n * (len(quantities) - 1) + 1).round(9)
    costs = environment.cost.total_cost(totals)
    places, middle = some(len(totals)), len(totals) // 2
    write = Writer(treatment, costs)
    texts = [write(number) for number in costs]

    def number(k: int, name: str) -> Markup:
        return tagged(f"{name}-{totals[k]:g}", repr(float(costs[k])), texts[k])

    return {
        "own": [],
        "rows": [(plain(float(totals[k])), number(k, "cost-of")) for k in places],
        "shortened": len(places) < len(totals),
        "rounded": write.rounded,
        "read": {
            "units": plain(float(totals[middle])),
            "counted": one_or_several(totals[middle]),
            "cost": number(middle, "read-cost-of"),
        },
        "drawing": drawings.curves(
            "cost",
            _("What the units of the group cost"),
            _("The numbers of the table above."),
            _("Units in total"),
            totals.tolist(),
            [(str(_("Total cost")), costs.tolist())],
            write,
        ),
    }
