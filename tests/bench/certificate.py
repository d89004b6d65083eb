"""Theory certificates: the shipped production economy, large games of symmetric players, and direct mechanisms."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mechanisms.certificate import certify
from mechanisms.treatments import Treatment, load_treatment
from tests.bench.measure import Case, print_table

TARGET = 20


def _economy(players: int, highest: int, types: list[float], direct: str = "") -> Treatment:
    """Serial sharing, or a direct mechanism that produces up to four units for each."""
    name = "vcg" if direct else "serial"
    definition = load_treatment(f"treatments/production_{name}.toml").definition
    grid = {"lowest": 0, "highest": highest, "step": 1}
    quantities = {"lowest": 0, "highest": 4, "step": 1} if direct else grid
    return Treatment.from_definition(
        definition
        | {
            "group": definition["group"] | {"size": players},
            "environment": definition["environment"] | {"quantities": quantities},
            "mechanism": definition["mechanism"] | ({"name": direct} if direct else {}),
            "messages": grid,
            "types": {"values": types, "probabilities": [f"1/{len(types)}"] * len(types)},
            "session": definition["session"] | {"participants": 2 * players},
        }
    )


def certificate() -> Iterator[Case]:
    for treatment, what in (
        (load_treatment("treatments/production_serial.toml"), "3 players x 9 messages x 3 types"),
        (_economy(4, 20, [13, 16, 19]), "4 players x 21 messages x 3 types"),
        (_economy(5, 12, [13, 19]), "5 players x 13 messages x 2 types"),
        (_economy(4, 20, [13, 16, 19], "agv"), "AGV, 4 players x 21 messages x 3 types"),
        (_economy(3, 100, [13, 16, 19], "vcg"), "VCG, 3 players x 101 messages x 3 types"),
    ):
        payoffs = treatment.bayesian_game().payoffs
        profiles = list(np.ndindex(*map(len, payoffs)))
        yield Case(
            "theory certificate",
            what,
            lambda payoffs=payoffs, profiles=profiles: [
                np.stack([payoffs[i][t] for i, t in enumerate(types)]).max() for types in profiles
            ],
            "payoffs of every type profile, put together and read once",
            lambda treatment=treatment: certify(treatment),
            target=TARGET,
        )


BENCHES = {"certificate": certificate}

if __name__ == "__main__":
    print_table(BENCHES)
