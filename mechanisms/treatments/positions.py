"""Positions: the members of a group, from the shared tables of a file and those of the roles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray, describe_grid
from mechanisms.shown import Shown
from mechanisms.treatments import schema
from mechanisms.treatments.schema import DEMAND_MECHANISMS, RoleSpec, TreatmentError, TreatmentSpec


@dataclass(frozen=True, eq=False)
class Position(Shown):
    """What one position of a group is: its role, the types it can have, the messages it can send.

    Attributes
    ----------
    role : str
    types, probabilities : ndarrays, shape (T,), types ascending
    type_labels : tuple of T str
    messages : ndarray, shape (A,), ascending
    scale, shift : float, from utility to points
    """

    role: str
    types: FloatArray
    type_labels: tuple[str, ...]
    probabilities: FloatArray
    messages: FloatArray
    scale: float
    shift: float

    @property
    def prior(self) -> FloatArray:
        """Probability of each message being the true type, shape (A,); for direct mechanisms."""
        prior = np.zeros(len(self.messages))
        prior[np.searchsorted(self.messages, self.types)] = self.probabilities
        return prior


def build_positions(spec: TreatmentSpec, where: str) -> tuple[Position, ...]:
    """One Position for each of the group, from the shared tables and those of the roles."""
    size = spec.group.size
    if spec.roles is not None and len(spec.roles) != size:
        raise TreatmentError(
            f"{where}: roles has {len(spec.roles)} entries and group.size = {size}: "
            "give one role for each position, or none"
        )
    roles = spec.roles or tuple(RoleSpec(name=f"Player {i + 1}") for i in range(size))
    return tuple(
        _position(spec, role, f"{where}: " + (f"roles[{i + 1}]." if spec.roles else "")) for i, role in enumerate(roles)
    )


def _position(spec: TreatmentSpec, role: RoleSpec, where: str) -> Position:
    types = role.types or spec.types
    if types is None:
        raise TreatmentError(f"{where}types is missing: give [types] for everybody, or types for each role")
    type_values = np.array(types.values, dtype=np.float64)
    messages = _messages(spec, role, type_values, where)
    own = role.points or schema.RolePointsSpec()
    return Position(
        role=role.name,
        types=type_values,
        type_labels=types.labels or tuple(f"{value:g}" for value in type_values),
        probabilities=np.array([float(p) for p in types.probabilities or (1,)]),
        messages=messages,
        scale=float(spec.points.scale if own.scale is None else own.scale),
        shift=float(spec.points.shift if own.shift is None else own.shift),
    )


def _messages(spec: TreatmentSpec, role: RoleSpec, types: FloatArray, where: str) -> FloatArray:
    grid = role.messages or spec.messages
    given = None if grid is None else np.array(grid.points(), dtype=np.float64)
    if spec.mechanism.name in DEMAND_MECHANISMS:
        assert isinstance(spec.environment, schema.ProductionSpec)
        quantities = np.array(spec.environment.quantities.points(), dtype=np.float64)
        off = [] if given is None else [m for m in given if m not in quantities]
        if off:
            raise TreatmentError(
                f"{where}messages contains {off[0]:g}, which is no quantity: "
                f"the demands must be among environment.quantities ({describe_grid(quantities)})"
            )
        return quantities if given is None else given
    missing = [] if given is None else [theta for theta in types if theta not in given]
    if missing:
        assert given is not None
        raise TreatmentError(
            f"{where}messages does not contain the type {missing[0]:g}: the grid of reports must contain every type, "
            f"so that the truth can be told (it is {describe_grid(given)})"
        )
    return types if given is None else given
