"""One person plays a treatment alone: the computer takes all other seats, as it takes the seat of one who has left.

"short"   at once to the first decision: no consent, instructions one click away, no quiz, no practice, no
          questionnaires, no clocks; one group for each order of the parts, the same people in all rounds, and the
          computer reports the truth where messages are types. The rule is open beside the first decision;
"whole"   the session as it is, with everybody else's seat taken.

Both are oTree's demo sessions: oTree's own tables say so (`session.is_demo`), and so do the pages.
"""

from typing import Any

from engine.people import Session
from engine.session.attendance.presence import pass_over, take_seats
from engine.session.designs import config_key, design_of, people_of

KINDS = ("short", "whole")
WITHOUT = {
    "matching": "partner", "practice_rounds": 0, "quiz": False, "seconds": 0, "seconds_consent": 0,
    "seconds_instructions": 0, "seconds_quiz": 0, "seconds_guess": 0, "seconds_result": 0,
}  # fmt: skip
"""What "short" changes in every part."""


def order(config: dict[str, Any], kind: str) -> dict[str, Any]:
    """The arguments of `creation.create` for a session of this config that one person plays."""
    design = design_of(config)
    changes: dict[str, Any] = {"alone": kind}
    if kind == "short":
        for number, treatment in enumerate(design.treatments, 1):
            truth = {"computer": "truthful"} if treatment.messages_are == "reports" else {}
            changes |= {config_key(number, key, config): value for key, value in {**WITHOUT, **truth}.items()}
    _, few = people_of(design)
    return {
        "session_config_name": config["name"],
        "num_participants": max(2, few) if kind == "short" else design.participants,  # oTree wants two people
        "is_demo": True,
        "modified_session_config_fields": changes,
    }


def begin(session: Session) -> Any:
    """The computer takes all seats but the first, whose participant is returned."""
    own, *others = session.get_participants()
    take_seats(others)
    pass_over(session)
    return own


def is_alone(session: Session) -> bool:
    return bool(session.config.get("alone"))


def is_short(session: Session) -> bool:
    return bool(session.config.get("alone") == "short")
