"""Simulated decisions of a model: round by round, so that learners learn from what the others did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.behaviour.choices import Choices
from analysis.behaviour.estimation.likelihood import ModelType
from mechanisms.arrays import FloatArray


def simulate(model_type: ModelType, choices: Choices, values: Sequence[float] | FloatArray, seed: int = 0) -> Choices:
    """The same rows with messages drawn from the model.

    Parameters
    ----------
    model_type : a class of models
    choices : Choices; its messages are not used
    values : reported parameters, in the order of the model's `parameters`
    seed : the same seed gives the same messages

    Raises
    ------
    ValueError
        If there are not as many values as parameters.

    Examples
    --------
    >>> from analysis.behaviour import LogitEquilibrium, empty_sessions
    >>> from mechanisms.treatments import load_treatment
    >>> empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), sessions=1)
    >>> simulate(LogitEquilibrium, empty, [0.1]).message[:4].tolist()
    [3, 5, 2, 4]
    """
    numbers = np.asarray(values, dtype=np.float64)
    message = np.full(len(choices.message), -1)
    model = model_type(choices.with_messages(message))
    if len(numbers) != len(model.parameters):
        names = ", ".join(parameter.name for parameter in model.parameters)
        raise ValueError(f"values has {len(numbers)} entries; {model.name} has {len(model.parameters)}: {names}")
    generator = np.random.default_rng(seed)
    for rows in choices.rounds() if model.learns else [np.arange(len(message))]:
        logs, row = model_type(choices.with_messages(message.copy())).log_table(numbers)
        below = np.cumsum(np.exp(logs[row[rows]]), axis=1)
        draw = generator.random((len(rows), 1)) * below[:, -1:]
        message[rows] = (below <= draw).sum(axis=1)
    return choices.with_messages(message)
