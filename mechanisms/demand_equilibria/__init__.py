"""Nash equilibria of demand games on continuous demands: concave quasi-linear utilities, convex homogeneous costs."""

from mechanisms.demand_equilibria.average_cost_equilibrium import average_cost_equilibrium
from mechanisms.demand_equilibria.result import DemandEquilibrium
from mechanisms.demand_equilibria.serial_equilibrium import serial_equilibrium
from mechanisms.demand_equilibria.utilities import (
    CallableUtilities,
    LinearUtilities,
    PowerUtilities,
    QuadraticUtilities,
    Utilities,
)

__all__ = [
    "CallableUtilities",
    "DemandEquilibrium",
    "LinearUtilities",
    "PowerUtilities",
    "QuadraticUtilities",
    "Utilities",
    "average_cost_equilibrium",
    "serial_equilibrium",
]
