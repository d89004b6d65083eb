"""What a subject is told about values and costs before deciding: own type in numbers, and what is known of others."""

from functools import lru_cache

import numpy as np
from markupsafe import Markup

from engine.instructions.own_costs import cost_grid
from engine.words.crowds import counted, is_crowd, of_the_others
from engine.words.language import _, in_its_words
from engine.words.names import outcome_texts, player_names, prior_sentence, type_name
from engine.words.numbers import amount, amount_decimals, enough_decimals, plain, rounded_to, tagged
from mechanisms.arrays import FloatArray
from mechanisms.costs import HomogeneousCost
from mechanisms.environments import Production, PublicProject
from mechanisms.treatments import Treatment


@lru_cache(maxsize=512)
@in_its_words
def value_facts(treatment: Treatment, position: int, own_type: float) -> dict[str, object]:
    """Pairs (outcome, own value), and (total quantity, total cost) where something is produced, or a table of costs."""
    environment = treatment.played.environment
    nothing: dict[str, object] = {"costs": [], "costs_rounded": "", "cost_grid": None}
    if isinstance(environment, Production):
        decimals = amount_decimals(treatment, position)
        worth = environment.value.value(np.full(1, own_type), environment.quantities)
        own_values, rounded = _pairs("own-value", environment.quantities, worth, decimals)
        own: dict[str, object] = {"own_values": own_values, "values_rounded": rounded}
        if not isinstance(environment.cost, HomogeneousCost):
            return own | nothing | {"cost_grid": cost_grid(treatment, position)}
        totals = np.unique(np.round(np.add.outer(environment.quantities * 1.0, _other_totals(environment)), 9))
        costs, rounded = _pairs("total-cost", totals, environment.cost.total_cost(totals), decimals)
        return own | nothing | {"costs": costs, "costs_rounded": rounded}
    if isinstance(environment, PublicProject):
        row = int(np.flatnonzero(environment.messages[position] == own_type)[0])
        worth = environment.payoffs[position][row]
        values = enumerate(zip(outcome_texts(treatment), worth.tolist(), strict=True))
        return {"own_values": [(o, tagged(f"own-value-{k}", repr(w), plain(w))) for k, (o, w) in values], **nothing}
    return {"own_values": [], **nothing}


def _other_totals(environment: Production) -> np.ndarray:
    """What the others can ask for together: every step between their lowest and highest total."""
    others, quantities = environment.n - 1, environment.quantities
    count = others * (len(quantities) - 1) + 1
    return np.linspace(others * quantities[0], others * quantities[-1], count)


def _pairs(name: str, keys: FloatArray, numbers: FloatArray, decimals: int) -> tuple[list[tuple[str, Markup]], Markup]:
    """(quantity, number), with as few decimals as show them exactly; and whether they are rounded."""
    decimals = enough_decimals(numbers, decimals)
    pairs = zip(keys.tolist(), numbers.tolist(), strict=True)
    said = [(plain(key), tagged(f"{name}-{key:g}", repr(number), amount(number, decimals))) for key, number in pairs]
    return said, rounded_to(numbers, decimals)


def others_facts(treatment: Treatment, position: int, types: list[float]) -> list[tuple[str, str]]:
    """(player, what is known of the type), according to the information setting; empty when nothing is told."""
    others = [i for i in range(treatment.group_size) if i != position]
    if treatment.information == "own":
        return []
    complete = treatment.information == "complete"
    facts = [type_name(treatment, i, types[i]) if complete else prior_sentence(treatment, i) for i in others]
    if len(others) > 1 and len(set(facts)) == 1:
        return [(_("Each of the others"), facts[0])]
    if is_crowd(treatment):
        order = sorted(range(len(others)), key=lambda k: types[others[k]]) if complete else range(len(others))
        return [(of_the_others(count), fact) for fact, count in counted(facts[k] for k in order)]
    return [(player_names(treatment)[i], fact) for i, fact in zip(others, facts, strict=True)]
