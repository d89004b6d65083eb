"""The columns of a session's decisions, one row a participant and round, and of the people who came to a study.

The laboratory writes them, the analysis reads them; what they mean is in docs/codebook.md.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["text", "whole", "number", "flag", "time", "definition"]


CAUSES = ("participant", "clock", "moved_on", "absent", "computer")
"""Who or what a decision was made by: the participant; a clock that ran out; the experimenter's "Move on"; the computer
in the place of somebody who is absent, or of a seat that it has taken."""

NOT_OWN = CAUSES[1:]
"""These are not the participant's own decision: the message was drawn or computed."""


GONE = ("absent", "computer")
"""Of these: the person was not there, and the computer decided in the seat."""

DELETED = "deleted"
"""The `ending` of a seat whose person was deleted at request: its rounds are empty, those of the others are not."""


class Entry(NamedTuple):
    """A column: what stands in it, and whether it may be blank.

    kind : text; whole (number); number, with a decimal point; flag, 0 or 1; time, ISO 8601 in UTC; definition, that of
        a treatment in JSON
    since : the version that wrote it first; exports of earlier ones are read without it, and it is blank there
    """

    name: str
    kind: Kind
    blank: bool = False
    since: str = ""


_DECISION = (
    Entry("session_code", "text"),
    Entry("app", "text"),
    Entry("parts", "text"),
    Entry("order", "text"),
    Entry("part", "whole"),
    Entry("practice", "flag"),
    Entry("treatment", "text"),
    Entry("identity", "text"),
    Entry("mechanism", "text"),
    Entry("environment", "text"),
    Entry("participant_code", "text"),
    Entry("participant_id", "whole"),
    Entry("participant_label", "text", blank=True),
    Entry("is_bot", "flag"),
    Entry("is_demo", "flag", blank=True, since="0.3.0"),
    Entry("round_number", "whole"),
    Entry("round", "whole"),
    Entry("group", "whole"),
    Entry("position", "whole"),
    Entry("role", "text", blank=True),
    Entry("partners", "text", blank=True),
    Entry("rematched", "text", blank=True, since="0.3.0"),
    Entry("study", "text", blank=True, since="0.3.0"),
    Entry("arm", "text", blank=True, since="0.3.0"),
    Entry("silo", "whole", blank=True, since="0.3.0"),
    Entry("place", "whole", blank=True, since="0.3.0"),
    Entry("sequence", "text", blank=True, since="0.3.0"),
    Entry("move", "whole", blank=True, since="0.3.0"),
    Entry("stage", "whole", blank=True, since="0.3.0"),
    Entry("requests", "text", blank=True, since="0.3.0"),
    Entry("requests_by", "text", blank=True, since="0.3.0"),
    Entry("requests_at", "text", blank=True, since="0.3.0"),
    Entry("requests_seconds", "text", blank=True, since="0.3.0"),
    Entry("type", "number", blank=True),
    Entry("type_label", "text", blank=True),
    Entry("message", "number", blank=True),
    Entry("computer_messages", "text", blank=True),
    Entry("decided_by", "text", blank=True, since="0.3.0"),
    Entry("after_return", "flag", blank=True, since="0.3.0"),
    Entry("void", "flag", blank=True, since="0.3.0"),
    Entry("timed_out", "flag"),
    Entry("decided_at", "time", blank=True),
    Entry("seconds_taken", "number", blank=True),
    Entry("outcome", "text", blank=True),
    Entry("quantity", "number", blank=True),
    Entry("value", "number", blank=True),
    Entry("cost_share", "number", blank=True),
    Entry("transfer", "number", blank=True),
    Entry("payments_received", "text", blank=True),
    Entry("points_units", "whole", blank=True),
    Entry("points", "number", blank=True),
    Entry("compensation", "number", blank=True, since="0.3.0"),
    Entry("belief", "number", blank=True),
    Entry("belief_points", "number", blank=True),
    Entry("quiz_attempts", "whole", blank=True),
    Entry("quiz_failed", "flag", blank=True),
    Entry("understanding_before", "number", blank=True, since="0.3.0"),
    Entry("understanding_after", "number", blank=True, since="0.3.0"),
    Entry("is_paid_round", "flag", blank=True),
    Entry("own_draw", "flag", blank=True, since="0.3.0"),
    Entry("part_earnings", "number", blank=True),
    Entry("total_payment", "number", blank=True),
    Entry("fee_paid", "number", blank=True, since="0.3.0"),
    Entry("ending", "text", blank=True, since="0.3.0"),
    Entry("currency", "text", blank=True),
    Entry("currency_decimals", "whole"),
    Entry("group_size", "whole"),
    Entry("information", "text"),
)
PROTOCOL = (
    Entry("participants", "whole"),
    Entry("rounds", "whole"),
    Entry("matching", "text"),
    Entry("fixed_roles", "flag"),
    Entry("feedback", "text"),
    Entry("seconds", "number"),
    Entry("pay", "text"),
    Entry("exchange_rate", "number"),
    Entry("show_up_fee", "number"),
    Entry("seed", "whole"),
    Entry("practice_rounds", "whole"),
    Entry("practice_against", "text"),
    Entry("language", "text"),
)
"""Keys of the table [session] of a treatment as they were in force."""

_VERSIONS = (
    Entry("pay_parts", "text"),
    Entry("rounding", "whole"),
    Entry("platform_version", "text", blank=True),
    Entry("otree_version", "text", blank=True),
    Entry("definition", "definition"),
)
RECORD = (*_DECISION, *PROTOCOL, *_VERSIONS)

PEOPLE = (
    Entry("session_code", "text"),
    Entry("participant_code", "text"),
    Entry("participant_id", "whole"),
    Entry("study", "text"),
    Entry("arm", "text", blank=True),
    Entry("came_at", "time", blank=True),
    Entry("silo", "whole", blank=True),
    Entry("outcome", "text", blank=True),
    Entry("ended_at", "time", blank=True),
    Entry("absences", "whole"),
    Entry("returns", "whole"),
    Entry("looked_away", "whole"),
    Entry("pastes", "whole"),
    Entry("device", "text", blank=True),
    Entry("attention_wrong", "whole", blank=True),
    Entry("same_address", "flag"),
    Entry("same_device", "flag"),
)
"""The people of a study: one row for each who came."""
