"""Small treatments for tests of behaviour: coarse grids, so that many replications are quick."""

import copy

import pandas as pd

from analysis import load_decisions
from analysis.behaviour import Choices, choices_of
from mechanisms.treatments import Treatment
from tests.analysis import simulate


def coarse_serial(**protocol) -> Treatment:
    """Chen's serial game on the demands 1, 3, 5, 7, 9: complete information, two roles, partners."""
    definition = copy.deepcopy(simulate.treatment("chen_serial").definition)
    definition["environment"]["quantities"] = {"lowest": 1, "highest": 9, "step": 2}
    return Treatment.from_definition(definition).with_protocol(**protocol)


def coarse_production(**protocol) -> Treatment:
    """The production economy under serial shares on the demands 0, 2, …, 8: private types, strangers, three roles."""
    definition = copy.deepcopy(simulate.treatment("production_serial").definition)
    definition["messages"] = {"lowest": 0, "highest": 8, "step": 2}
    return Treatment.from_definition(definition).with_protocol(**protocol)


def played(folder, treatment: Treatment, sessions: int = 2, **options) -> pd.DataFrame:
    """The decisions of sessions with random messages, through an export."""
    rows = []
    for s in range(sessions):
        rows += simulate.session(treatment.with_protocol(seed=s), f"sess{s:04d}", seed=s + 1, **options)
    return load_decisions(simulate.write(folder / "all_custom.csv", rows))


def only(decisions: pd.DataFrame, **options) -> Choices:
    """The arrays of a table with one game."""
    (choices,) = choices_of(decisions, **options).values()
    return choices
