"""Social choice functions of demand games (K sections 4 and 5): reports go in, the equilibrium allocation comes out.

For each profile of reported types a rule that shares a cost defines a demand game. Its Nash equilibrium, which must be
unique, says what everybody gets; the rule says what everybody pays for it. On the grid of a treatment the equilibrium
is found among all profiles of demands (`on_grid`); on continuous demands by following the path of the rule, or on the
total for proportional sharing (`continuous`). `direct_version` makes the record that treatment files name.
"""

from mechanisms.choice_functions.continuous import CONTINUOUS, NotOnlyBestError, continuous_demands, path_equilibrium
from mechanisms.choice_functions.on_grid import NotOneEquilibriumError, grid_equilibria
from mechanisms.choice_functions.records import ChoiceOptions, direct_version

__all__ = [
    "CONTINUOUS",
    "ChoiceOptions",
    "NotOneEquilibriumError",
    "NotOnlyBestError",
    "continuous_demands",
    "direct_version",
    "grid_equilibria",
    "path_equilibrium",
]
