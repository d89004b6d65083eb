"""Cost sharing methods: demands (..., n) and a cost function in, cost shares (..., n) out (K section 3).

A cost share is paid, and the shares of a group add up to the cost of its demands.
"""

from mechanisms.cost_sharing.equal import equal
from mechanisms.cost_sharing.proportional import proportional
from mechanisms.cost_sharing.serial import serial

METHODS = {"equal": equal, "proportional": proportional, "serial": serial}

__all__ = ["METHODS", "equal", "proportional", "serial"]
