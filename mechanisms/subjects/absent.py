"""What a model of behaviour decides in the seat of somebody who is gone (`session.computer = "model"`)."""

from __future__ import annotations

import numpy as np

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.session.draws import drawn_number
from mechanisms.subjects.population import Population, PopulationError
from mechanisms.subjects.seat import codes
from mechanisms.subjects.sessions import laid_out
from mechanisms.subjects.simulation import played
from mechanisms.treatments import Treatment, TreatmentError


def model_message(
    treatment: Treatment,
    session_code: str,
    round_number: int,
    participant_id: int,
    positions: IntArray,
    types: FloatArray,
    messages: FloatArray,
) -> float:
    """The decision of `session.computer_model` in the last of the rounds that are given.

    It replies to what was played in the seat's groups, whoever decided there. What chance decides follows from the
    session's code, the seat and the round, so that the audit can compute it again.

    Parameters
    ----------
    round_number, participant_id : as for timeout_message
    positions : int (rounds,), from 0: where the seat sat in each round of the part until now
    types : (rounds, n), values of everybody in the seat's group
    messages : the same shape; NaN where nothing was decided. Those of the last round are not used

    Raises
    ------
    PopulationError
        If the model does not fit the treatment.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> chen = load_treatment("treatments/chen_serial.toml").with_protocol(
    ...     computer="model", computer_model="equilibrium")
    >>> model_message(chen, "abcd1234", 1, 2, np.array([1]), np.array([[16.1, 20.1]]), np.full((1, 2), np.nan))
    6.0
    """
    population = Population.of(treatment.protocol.computer_model or "")
    rounds, n = types.shape
    others = np.arange(1, n)
    groups = np.stack([np.insert(others, position, 0) for position in positions])
    kinds, said = codes(treatment, types[:, None], messages[:, None])
    choices = laid_out(played(treatment), groups[None, :, None], kinds[None], ["now"])
    key = (treatment.protocol.seed, "computer", session_code, participant_id)
    own = [drawn_number(*key, "person", k) for k in range(population.chances)]
    session = [drawn_number(*key[:3], "session", k) for k in range(population.chances - 2)]
    playing = population.play(choices, np.tile(own, (n, 1)), np.array([session]), np.full(population.chances - 2, 0.5))
    rows = np.arange(rounds * n).reshape(rounds, n)
    for here in rows[:-1]:
        playing.learn(here, said[here])
    seat = rows[-1:, int(positions[-1])]
    now = playing.draw(seat, np.array([drawn_number(*key, "round", round_number)]))
    return float(treatment.positions[int(positions[-1])].messages[int(now[0])])


def check_computer(treatment: Treatment) -> None:
    """The model that `session.computer` names can sit in every seat.

    Raises
    ------
    TreatmentError
        One line: the model cannot be understood, or does not fit the game.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> chen = load_treatment("treatments/chen_serial.toml")
    >>> check_computer(chen.with_protocol(computer="model", computer_model="truthful"))
    Traceback (most recent call last):
        ...
    mechanisms.treatments.schema.TreatmentError: session.computer_model = 'truthful': ...
    """
    if treatment.protocol.computer != "model":
        return
    types = np.array([[place.types[0] for place in treatment.positions]])
    try:
        for position in range(treatment.group_size):
            model_message(treatment, "", 1, 1, np.array([position]), types, np.full_like(types, np.nan))
    except PopulationError as error:
        raise TreatmentError(f"session.computer_model = {treatment.protocol.computer_model!r}: {error}") from None
