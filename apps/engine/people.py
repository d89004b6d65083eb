"""Who plays, as the engine sees them: what it uses of oTree's models and of our own, and nothing else.

oTree and SQLAlchemy come without type hints, so their models have no names for mypy. These protocols are the names:
`apps/` is checked against them, and a test holds each of them against the real models. An attribute that is a stored
column raises TypeError when it is read while it is empty; `field_maybe_none` gives None then.
"""

from collections.abc import Sequence
from typing import Any, Literal, NotRequired, Protocol, TypedDict, overload

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mechanisms.played.play import Play
from mechanisms.treatments import Treatment
from mechanisms.treatments.schema import ProtocolSpec

Number = Literal[
    "type_value", "message", "belief", "belief_seconds", "seconds_taken", "quantity", "value", "cost_share", "transfer",
    "quiz_seconds", "understanding_before", "understanding_after",
]  # fmt: skip
Whole = Literal[
    "part", "part_round", "points_units", "belief_units", "compensation_units", "quiz_attempts", "silo", "place",
    "stage",
]  # fmt: skip
Truth = Literal["practice", "starts_part", "ends_part", "timed_out", "after_return", "quiz_failed"]
Text = Literal[
    "computer_messages", "decided_by", "first_shown_at", "decided_at", "own_outcome", "payments_received",
    "belief_shown_at", "quiz_shown_at", "rematched", "sequence", "requests",
    "requests_by", "requests_at", "requests_seconds",
]  # fmt: skip
"""The player's columns by what they hold."""


class PartRounds(TypedDict):
    """What the rounds of one part bring: points in smallest units, by round, and which rounds (from 1) count."""

    part: int
    round_points: list[int]
    belief_points: list[int]
    compensated: NotRequired[list[int]]  # rounds paid although not played; sessions of before have none
    own_mean: NotRequired[list[int]]  # those of them in which nobody else has played in this place
    empty: NotRequired[list[int]]  # rounds that brought no points because they were not played
    gone: NotRequired[list[int]]  # rounds that the computer played: what it earned is nobody's
    counted: NotRequired[list[int]]  # all others: played with the participant there, or compensated


class PartEarnings(PartRounds):
    """What one part brings; money is an unrounded decimal as text."""

    paid_round: int | None  # None: all; 0: none
    points_units: int
    money: str


class Earnings(TypedDict):
    """What a participant is paid, fixed once; decimals as texts."""

    parts: list[PartEarnings]
    paid_part: int | None  # None: all; 0: none
    own_draw: NotRequired[bool]  # round and part are drawn for this person alone
    show_up_fee: str
    total: str


class Session(Protocol):
    """The second half is fixed by session.setup: oTree keeps these in `vars` (SESSION_FIELDS of settings.py)."""

    id: int
    code: str
    label: str | None
    comment: str | None
    config: dict[str, Any]
    vars: dict[str, Any]
    _vars: dict[str, Any]  # the same, to be read only
    num_participants: int
    pp_set: Any  # a query of SQLAlchemy
    _created: int

    parts: list[dict[str, Any]]  # definitions of treatments
    orders: list[list[int]]
    blocks: list[int]
    pay_parts: str
    questionnaires: list[str]
    certificates: list[dict[str, Any]]
    declined: list[int]
    platform_version: str
    is_demo: bool
    _anonymous_code: str

    def __hash__(self) -> int: ...
    def get_participants(self) -> "Sequence[Participant]": ...


class Participant(Protocol):
    id: int
    id_in_session: int
    code: str
    label: str | None
    session: Session
    vars: dict[str, Any]
    _vars: dict[str, Any]  # the same, to be read only
    session_id: int
    status: str | None  # session.attendance.presence says what it is
    visited: bool
    payoff: Any  # oTree's money
    is_on_wait_page: bool
    _is_bot: bool
    _current_app_name: str | None
    _current_page_name: str | None
    _index_in_pages: int
    _last_page_timestamp: int | None
    _max_page_index: int
    _round_number: int | None
    _session_code: str
    _timeout_expiration_time: float | None
    _timeout_page_index: int | None
    _waitpage_is_connected: bool

    earnings: Earnings  # in `vars`, once it is settled (PARTICIPANT_FIELDS of settings.py)
    outcome: str  # likewise; engine.session.outcomes

    def __hash__(self) -> int: ...
    def initialize(self, participant_label: str | None) -> None: ...
    def _visit_current_page(self) -> Any: ...
    def _get_page_instance(self) -> Any: ...
    def _url_i_should_be_on(self) -> str: ...


class Subsession(Protocol):
    session: Session

    def get_folder_name(self) -> str: ...
    def get_players(self) -> "Sequence[Player]": ...


class Group(Protocol):
    id_in_subsession: int
    round_number: int
    session: Session
    outcome: str
    void: bool

    def field_maybe_none(self, name: str) -> Any: ...
    def get_players(self) -> "Sequence[Player]": ...
    def is_void(self) -> bool: ...
    def stay_void(self) -> None: ...
    def close(self) -> None: ...
    def compute_points(self) -> None: ...
    def settle_if_last(self) -> None: ...


class Player(Protocol):
    id: int
    id_in_group: int
    round_number: int
    group_id: int
    session_id: int
    subsession_id: int
    session: Session
    subsession: Subsession
    group: Group
    participant: Participant

    part: int
    part_round: int
    practice: bool
    starts_part: bool
    ends_part: bool
    type_value: float
    computer_messages: str
    sequence: str
    stage: int
    requests: str
    requests_by: str
    timed_out: bool
    after_return: bool
    first_shown_at: str
    decided_at: str
    decided_by: str
    seconds_taken: float
    value: float
    cost_share: float
    transfer: float
    points_units: int
    compensation_units: int
    belief: float | None
    belief_units: int
    belief_shown_at: str
    belief_seconds: float
    quiz_attempts: int
    quiz_failed: bool
    quiz_shown_at: str
    quiz_seconds: float

    @property
    def message(self) -> float: ...
    @message.setter
    def message(self, value: float | None) -> None: ...
    @property
    def position(self) -> int: ...
    @property
    def treatment(self) -> Treatment: ...
    @property
    def outcome(self) -> str: ...

    def alone(self) -> bool: ...
    def drawn_message(self) -> float: ...
    def ends_session(self) -> bool: ...
    def play_alone(self) -> None: ...
    def store(self, play: Play, i: int) -> None: ...
    def get_folder_name(self) -> str: ...

    @overload
    def field_maybe_none(self, name: Number) -> float | None: ...
    @overload
    def field_maybe_none(self, name: Whole) -> int | None: ...
    @overload
    def field_maybe_none(self, name: Truth) -> bool | None: ...
    @overload
    def field_maybe_none(self, name: Text) -> str | None: ...
    @overload
    def field_maybe_none(self, name: str) -> Any: ...  # a name that is put together while it runs


class ShownPage(Protocol):
    """A page of oTree at the request of one participant; `player` and `group` are those of its app."""

    participant: Participant
    player: Player
    group: Group
    round_number: int
    request: Request
    timeout_happened: bool
    _index_in_pages: int
    _form_data: FormData
    _lookup: Any  # oTree's place of the page in the sequence

    @property
    def session(self) -> Session: ...

    def protocol(self) -> ProtocolSpec: ...
    def get(self) -> Response: ...
    def _get_form_fields(self) -> Sequence[str]: ...
    def _is_displayed(self) -> bool: ...
    def _is_past_timeout(self) -> bool: ...
    def _record_page_completion_time(self) -> None: ...
    def _redirect_to_page_the_user_should_be_on(self) -> Response: ...


class PastRound(Protocol):
    """A player's earlier round as screens.history reads it: columns, no object of the database."""

    id: int
    subsession_id: int
    part_round: int
    id_in_group: int
    message: float | None
    computer_messages: str | None
    points_units: int | None
    outcome: str | None


class PlayerRow(Protocol):
    """A player as admin.situation reads one: PLAYER_COLUMNS, no object of the database. Empty columns are None."""

    participant_id: int
    group_id: int
    round_number: int
    id_in_group: int
    part: int
    part_round: int
    practice: bool
    starts_part: bool
    type_value: float
    message: float | None
    points_units: int | None
    value: float
    cost_share: float
    quiz_attempts: int | None
    quiz_failed: bool | None
    decided_by: str | None
    sequence: str | None
