"""Treatments by chance: the games of the tests under protocols that nobody has written."""

import numpy as np

from mechanisms.treatments import Treatment, TreatmentError
from tests.apps.aid_games import TREATMENTS

SOME = {
    "rounds": [1, 2, 3, 7, 12],
    "matching": ["partner", "stranger", "perfect_stranger"],
    "pay": ["all", "one"],
    "feedback": ["all", "own", "average", "none"],
    "seconds": [0, 1, 20, 90],
    "seconds_quiz": [-1, 0, 60],
    "practice_rounds": [0, 1, 3],
    "practice_against": ["computer", "others"],
    "fixed_roles": [True, False],
    "computer": ["random", "last", "truthful", "model"],
    "partner_left": ["compensate", "computer", "void"],
    "exchange_rate": ["0.004", "0.05", "1", "2.5"],
    "show_up_fee": ["0", "4", "7.5"],
    "quiz_attempts": [0, 1, 2],
    "quiz_failure": ["continue", "leave"],
}
INFORMATION = ["complete", "private", "own"]


def random_treatments(count, seed=1):
    """`count` treatments; the same for the same seed. What the loader refuses is drawn again."""
    rng, found = np.random.default_rng(seed), []
    names = sorted(TREATMENTS)
    while len(found) < count:
        definition = dict(TREATMENTS[names[rng.integers(len(names))]].definition)
        protocol = {name: values[rng.integers(len(values))] for name, values in SOME.items()}
        protocol["computer_model"] = "uniform" if protocol["computer"] == "model" else None
        size = definition["group"]["size"]
        protocol["participants"] = size * int(rng.integers(1, 9))
        definition["name"] = f"random_{len(found)}"
        definition["session"] = {**definition["session"], **protocol}
        definition["group"] = {**definition["group"], "information": INFORMATION[rng.integers(3)]}
        try:
            found.append(Treatment.from_definition(definition))
        except TreatmentError:
            continue
    return found
