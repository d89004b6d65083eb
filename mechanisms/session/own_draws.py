"""What is paid, where not everything is, to somebody who ends before the session is over or has rounds that were not
played.

It is drawn for this person alone, among what was played with her or him: the session's own draw stays unknown to those
who still play, and nobody is paid for a round that was never played. Every round has a number of its own, and the least
one wins: a round that is played after the person has left changes what was drawn only if it wins itself.
"""

from collections.abc import Iterable

from mechanisms.session.draws import drawn_number
from mechanisms.treatments import Treatment


def own_paid_round(
    treatment: Treatment,
    session_code: str,
    participant_id: int,
    rounds: Iterable[int],
    part: int = 1,
    seed: int | None = None,
) -> int | None:
    """The one of these rounds (from 1) that is paid; 0 if there are none, None when all rounds are paid.

    `rounds` : those that counted for the participant (from 1): played while the person was there, or compensated;
    `seed` : that of the session (None: the treatment's).

    >>> from mechanisms.treatments import load_treatment
    >>> one = load_treatment("treatments/park_vcg.toml").with_protocol(pay="one")
    >>> own_paid_round(one, "abcd1234", 3, [1, 2, 4]) in (1, 2, 4), own_paid_round(one, "abcd1234", 3, [])
    (True, 0)
    """
    if treatment.protocol.pay == "all":
        return None
    seed = treatment.protocol.seed if seed is None else seed
    return _least(rounds, seed, treatment.mechanism, "own paid round", session_code, participant_id, part)


def own_paid_part(session_code: str, participant_id: int, parts: Iterable[int]) -> int:
    """The one of these parts (from 1), in which some round has counted, that is paid if one is; 0 if there are none.

    >>> own_paid_part("abcd1234", 3, [2]), own_paid_part("abcd1234", 3, [])
    (2, 0)
    """
    return _least(parts, "own paid part", session_code, participant_id)


def _least(numbers: Iterable[int], *purpose: object) -> int:
    return min(numbers, key=lambda number: drawn_number(*purpose, number), default=0)
