"""Cost sharing methods: demands (..., n) and a cost function in, cost shares (..., n) out (K section 3).

A cost share is paid, and the shares of a group add up to the cost of its demands.
"""

from mechanisms.cost_sharing.aumann_shapley import aumann_shapley
from mechanisms.cost_sharing.axial import axial
from mechanisms.cost_sharing.equal import equal
from mechanisms.cost_sharing.fixed_path import fixed_path
from mechanisms.cost_sharing.friedman_moulin import friedman_moulin
from mechanisms.cost_sharing.incremental import incremental
from mechanisms.cost_sharing.moulin_shenker import moulin_shenker
from mechanisms.cost_sharing.proportional import proportional
from mechanisms.cost_sharing.serial import serial
from mechanisms.cost_sharing.shapley_shubik import shapley_shubik

__all__ = [
    "aumann_shapley",
    "axial",
    "equal",
    "fixed_path",
    "friedman_moulin",
    "incremental",
    "moulin_shenker",
    "proportional",
    "serial",
    "shapley_shubik",
]
