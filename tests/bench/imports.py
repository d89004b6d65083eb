"""What importing takes, each in a fresh interpreter: the face, and what a treatment needs, against numpy alone.

The interpreter's own start is in all of them, and in the floor: the ratio is what a user waits for.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.measure import Case, print_table

ROOT = Path(__file__).parents[2]


def fresh(code: str) -> Callable[[], None]:
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT) and None


def imports() -> Iterator[Case]:
    for code, target in (
        ("import mechanisms, analysis", 0.7),
        ("from mechanisms import PowerCost, demand_game, pure_nash_equilibria", 1.5),
    ):
        yield Case("import", code, fresh("import numpy"), "import numpy", fresh(code), target=target)
    eager = "from mechanisms import load_treatment; import scipy.integrate, scipy.optimize"
    load = "from mechanisms import load_treatment"
    yield Case("import", load, fresh(eager), "the same with scipy's solvers, as in 0.2.0", fresh(load), target=0.5)


BENCHES = {"imports": imports}

if __name__ == "__main__":
    print_table(BENCHES)
