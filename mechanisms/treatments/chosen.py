"""What a social choice function gives at every profile of reports; a file without just one equilibrium is refused."""

from __future__ import annotations

import math

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.choice_functions import (
    CONTINUOUS,
    ChoiceOptions,
    NotOneEquilibriumError,
    NotOnlyBestError,
    continuous_demands,
    grid_equilibria,
)
from mechanisms.environments import Production
from mechanisms.treatments.schema import TreatmentError, TreatmentSpec
from mechanisms.verdicts import TooLargeError
from mechanisms.writing import digits

MAX_CONTINUOUS = 20_000
"""Profiles of reports whose equilibria on continuous demands are computed: a second or two."""
MOST_SHOWN = 4


def chosen(spec: TreatmentSpec, environment: Production, messages: tuple[FloatArray, ...], where: str) -> FloatArray:
    """What everybody gets at every profile of reports, shape (A_1, …, A_n, n)."""
    options = spec.mechanism.options()
    assert isinstance(options, ChoiceOptions)
    given = f"{where}: mechanism.name = {spec.mechanism.name!r}"
    if options.demands == "continuous":
        return _continuous(spec, environment, messages, where)
    size, n = len(environment.quantities), environment.n
    try:
        shares = environment.profile_cost_shares.reshape(*(size,) * n, n)
        found = grid_equilibria([environment.value.value(r[:, None], environment.quantities) for r in messages], shares)
    except TooLargeError as error:
        raise TreatmentError(f"{given}: {error}") from None
    except NotOneEquilibriumError as error:
        reports = _listed([float(grid[k]) for grid, k in zip(messages, error.reports, strict=True)])
        profiles = [_listed(environment.quantities[row].tolist()) for row in error.equilibria[:MOST_SHOWN]]
        count = len(error.equilibria)
        raise TreatmentError(
            f"{given}: with the reports {reports} the demand game has "
            + (
                f"{count} equilibria, {', '.join(profiles)}{', …' * (count > MOST_SHOWN)}"
                if count
                else "no equilibrium"
            )
            + "; it must have exactly one for each profile of reports: other types, costs or quantities"
        ) from None
    return environment.profiles[found]


def _continuous(
    spec: TreatmentSpec, environment: Production, messages: tuple[FloatArray, ...], where: str
) -> FloatArray:
    rule, given = spec.mechanism.rule.demand_rule, f"{where}: mechanism.demands = 'continuous'"
    assert rule is not None
    if rule.path is None and rule.name not in CONTINUOUS:
        raise TreatmentError(
            f"{given}: {rule.name!r} has no path of straight pieces, which continuous demands follow: use 'grid'"
        )
    if environment.quantities[0]:
        raise TreatmentError(
            f"{given}: environment.quantities.lowest must be 0, not {digits(environment.quantities[0])}"
        )
    shape = tuple(len(grid) for grid in messages)
    if math.prod(shape) > MAX_CONTINUOUS:
        raise TreatmentError(
            f"{given}: {math.prod(shape)} profiles of reports are more than {MAX_CONTINUOUS}: use fewer"
        )
    highest, arguments = float(environment.quantities[-1]), spec.mechanism.options().arguments()
    profiles = np.stack(np.meshgrid(*messages, indexing="ij"), axis=-1).reshape(-1, environment.n)
    try:
        found = continuous_demands(rule, environment.value, environment.cost, profiles, highest, arguments)
    except NotOnlyBestError as error:
        raise TreatmentError(f"{given}: with the reports {_listed(profiles[error.row].tolist())} {error}") from None
    except ValueError as error:
        raise TreatmentError(f"{given}: {error}") from None
    return found.reshape(*shape, environment.n)


def _listed(numbers: list[float]) -> str:
    return f"({'; '.join(map(digits, numbers))})"
