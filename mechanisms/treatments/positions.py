"""Positions: the members of a group, from the shared tables of a file and those of the roles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mechanisms.arrays import FloatArray
from mechanisms.shown import Shown
from mechanisms.treatments import schema
from mechanisms.treatments.schema import RoleSpec, TreatmentError, TreatmentSpec
from mechanisms.writing import described, digits, number


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

    def label(self, value: float) -> str:
        """The name that the treatment file gives to a type; "" where it names none, or by its number."""
        label = dict(zip(self.types.tolist(), self.type_labels, strict=True)).get(float(value), "")
        return "" if label == digits(value) else label

    def name(self, value: float) -> str:
        """low (6), or 6 where the file names no types.

        >>> from mechanisms.treatments import load_treatment
        >>> player = load_treatment("treatments/production_serial.toml").positions[0]
        >>> player.label(13), player.name(13), player.name(14)
        ('low', 'low (13)', '14')
        """
        label = self.label(value)
        return f"{label} ({number(value)})" if label else number(value)


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
        type_labels=types.labels or tuple(map(digits, type_values.tolist())),
        probabilities=np.array([float(p) for p in types.probabilities or (1,)]),
        messages=messages,
        scale=float(spec.points.scale if own.scale is None else own.scale),
        shift=float(spec.points.shift if own.shift is None else own.shift),
    )


def _messages(spec: TreatmentSpec, role: RoleSpec, types: FloatArray, where: str) -> FloatArray:
    grid = role.messages or spec.messages
    given = None if grid is None else np.array(grid.points(), dtype=np.float64)
    if spec.mechanism.rule.messages == "demands":
        assert isinstance(spec.environment, schema.ProductionSpec)
        quantities = np.array(spec.environment.quantities.points(), dtype=np.float64)
        off = [] if given is None else [m for m in given if m not in quantities]
        if off:
            raise TreatmentError(
                f"{where}messages contains {digits(off[0])}, which is no quantity: "
                f"the demands must be among environment.quantities ({described(quantities)})"
            )
        return quantities if given is None else given
    missing = [] if given is None else [theta for theta in types if theta not in given]
    if missing:
        assert given is not None
        raise TreatmentError(
            f"{where}messages does not contain the type {digits(missing[0])}: the grid of reports must contain every "
            f"type, so that the truth can be told (it is {described(given)})"
        )
    return types if given is None else given
