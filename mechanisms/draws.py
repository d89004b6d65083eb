"""What chance decides in a session: groups, types, the paid round and the message that is played when time runs out.

Everything follows from the stored seed (and, for what subjects must not foresee, the session's code), so that a
session can be drawn again from its export. Types depend on the seed, the round and the participant only: treatments
with the same seed, group size and matching give the same people the same draws. Only ``rng.random()`` is used, whose
numbers are the same in every version of numpy.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mechanisms._validation import FloatArray, IntArray
from mechanisms.matching import match_groups
from mechanisms.treatments import Treatment

GROUPS, TYPES = 1, 2


@dataclass(frozen=True, eq=False)
class SessionDraws:
    """The groups and types of a session.

    Attributes
    ----------
    groups : int ndarray, shape (rounds, n_groups, n), participants from 0; the column is the position
    types : ndarray, shape (rounds, n_participants), type values
    """

    groups: IntArray
    types: FloatArray


@lru_cache(maxsize=64)
def draw_session(treatment: Treatment, n_participants: int) -> SessionDraws:
    """Groups and types of every round, drawn from the treatment's seed.

    Raises
    ------
    MatchingError
        If the participants cannot be divided into groups, or no perfect-stranger schedule exists.

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> draws = draw_session(load_treatment("treatments/production_serial.toml"), 6)
    >>> draws.groups.shape, draws.types.shape
    ((10, 2, 3), (10, 6))
    """
    protocol = treatment.protocol
    groups = match_groups(
        protocol.matching,
        n_participants,
        treatment.group_size,
        protocol.rounds,
        protocol.fixed_roles,
        _generator(protocol.seed, GROUPS),
    )
    uniform = _generator(protocol.seed, TYPES).random((protocol.rounds, n_participants))
    types = np.empty_like(uniform)
    rounds = np.arange(protocol.rounds)[:, None]
    for i, position in enumerate(treatment.positions):
        members = groups[:, :, i]
        cumulative = np.cumsum(position.probabilities)
        drawn = np.searchsorted(cumulative / cumulative[-1], uniform[rounds, members], side="right")
        types[rounds, members] = position.types[drawn]
    return SessionDraws(groups, types)


def paid_round(treatment: Treatment, session_code: str) -> int | None:
    """The round (from 1) that is paid, the same for everybody in the session; None when all rounds are paid.

    It depends on the session's code too: who took part in an earlier session with the same seed cannot know it.

    >>> from mechanisms.treatments import load_treatment
    >>> treatment = load_treatment("treatments/park_vcg.toml")
    >>> paid_round(treatment, "abcd1234"), paid_round(treatment.with_protocol(pay="one"), "abcd1234") in range(1, 11)
    (None, True)
    """
    if treatment.protocol.pay == "all":
        return None
    return int(_uniform(treatment, "paid round", session_code) * treatment.protocol.rounds) + 1


def timeout_message(
    treatment: Treatment, session_code: str, round_number: int, participant_id: int, position: int
) -> float:
    """The message that the computer plays for somebody whose time ran out: every one on the grid is equally likely.

    `participant_id` and `round_number` count from 1, `position` from 0.

    >>> from mechanisms.treatments import load_treatment
    >>> timeout_message(load_treatment("treatments/park_vcg.toml"), "abcd1234", 1, 1, 0) in (8.0, 20.0)
    True
    """
    grid = treatment.positions[position].messages
    return float(grid[int(_uniform(treatment, "timeout", session_code, round_number, participant_id) * len(grid))])


def _generator(seed: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, purpose])))


def _uniform(treatment: Treatment, *purpose: object) -> float:
    """A number in [0, 1) that the seed, the part (its mechanism) and the purpose determine."""
    key = "/".join(map(str, (treatment.protocol.seed, treatment.mechanism, *purpose)))
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48
