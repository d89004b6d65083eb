"""Speed and memory, as ratios to a floor measured in the same run: python -m tests.bench [NAME …].

Nothing here is asserted and pytest does not run it: ratios are to be read, on a machine that is not busy.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core; before numpy is loaded

from tests.bench import (
    certificate,
    cost_shares,
    elimination,
    equilibria,
    games,
    imports,
    loading,
    secure_implementation,
    subjects,
    transfers,
)
from tests.bench.measure import print_table

BENCHES = (
    certificate.BENCHES
    | cost_shares.BENCHES
    | transfers.BENCHES
    | games.BENCHES
    | equilibria.BENCHES
    | secure_implementation.BENCHES
    | elimination.BENCHES
    | loading.BENCHES
    | imports.BENCHES
    | subjects.BENCHES
)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    print_table(BENCHES, names)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
