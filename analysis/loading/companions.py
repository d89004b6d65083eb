"""Tables beside the decisions: page times, chat, quiz, what-if queries, the record, people of a study, questionnaires.

Each file is read and checked like the decisions (`reading.read_table`); the rows of several downloads are put together,
each once. `Exports.companions` holds them by the names below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.loading.schema import CAUSES, CODE, FILLED, Column, at_least, one_of
from mechanisms.session.record import PEOPLE

WHO = (
    Column("session_code", "text", check=CODE),
    Column("participant_code", "text", check=CODE),
    Column("participant_id", "whole", check=at_least(1)),
)


@dataclass(frozen=True)
class Companion:
    """A kind of table: how the file is called, its columns as they are in the file, and what makes the table tidy."""

    what: str
    columns: tuple[Column, ...]
    tidy: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table


def tidy_page_times(table: pd.DataFrame) -> pd.DataFrame:
    """One row a page that a participant completed.

    seconds is the time since the page before was completed (whole seconds, as oTree stores them), blank for the first.
    """
    table = table.rename(
        columns={"participant_id_in_session": "participant_id", "app_name": "app", "page_name": "page"}
    )
    # pages that are left in the same second are in the order of their numbers
    table = table.sort_values(
        ["session_code", "participant_id", "epoch_time_completed", "page_index"], kind="stable"
    ).reset_index(drop=True)
    people = table.groupby(["session_code", "participant_code"], sort=False)
    table["seconds"] = people["epoch_time_completed"].diff().astype("float64")
    table["completed_at"] = pd.to_datetime(table.pop("epoch_time_completed"), unit="s", utc=True).dt.as_unit("ms")
    return table


def tidy_chat(table: pd.DataFrame) -> pd.DataFrame:
    """One row a message of a chat."""
    table = table.rename(columns={"id_in_session": "participant_id"})
    table["sent_at"] = pd.to_datetime((table.pop("timestamp") * 1000).round(), unit="ms", utc=True).dt.as_unit("ms")
    return table.sort_values(["session_code", "sent_at"], kind="stable").reset_index(drop=True)


def merge_companion(name: str, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The tidy table out of those of several files; equal rows of different files are the same row."""
    numbered = []
    for table in tables:
        # a participant may do the same twice in one second: the k-th equal row of a file is that of the other files
        numbered.append(table.assign(_again=table.groupby(list(table.columns), dropna=False, sort=False).cumcount()))
    together = pd.concat(numbered, ignore_index=True).drop_duplicates(ignore_index=True).drop(columns="_again")
    return COMPANIONS[name].tidy(together)


def page_seconds(decisions: pd.DataFrame, page_times: pd.DataFrame) -> pd.DataFrame:
    """Seconds on each page of the round, joined to the decisions.

    Returns
    -------
    DataFrame, the index of `decisions`, one column page_seconds_PAGE for each page of the apps of the decisions; a page
    that was not shown, or not left, is blank; a page that was left twice in a round counts with both times
    """
    keys = ["session_code", "participant_code", "app", "round_number"]
    sums = page_times.groupby([*keys, "page"], sort=True)["seconds"].sum(min_count=1).unstack("page")
    index = pd.MultiIndex.from_frame(decisions[keys])
    joined = sums.reindex(index).dropna(axis=1, how="all").add_prefix("page_seconds_").set_axis(decisions.index)
    return joined.rename_axis(columns=None)


PEOPLE_CHECKS = {"study": FILLED, **{entry.name: at_least(0) for entry in PEOPLE if entry.kind == "whole"}}

COMPANIONS: dict[str, Companion] = {
    "page_times": Companion(
        "PageTimes (Page times)",
        (
            Column("session_code", "text", check=CODE),
            Column("participant_id_in_session", "whole", check=at_least(1)),
            Column("participant_code", "text", check=CODE),
            Column("page_index", "whole", check=at_least(0)),
            Column("app_name", "text", blank=True),
            Column("page_name", "text", check=FILLED),
            Column("epoch_time_completed", "whole", check=at_least(0)),
            Column("round_number", "whole", check=at_least(1)),
            Column("timeout_happened", "flag"),
            Column("is_wait_page", "flag"),
        ),
        tidy_page_times,
    ),
    "chat": Companion(
        "ChatMessages (Chat logs)",
        (
            Column("session_code", "text", check=CODE),
            Column("id_in_session", "whole", check=at_least(1)),
            Column("participant_code", "text", check=CODE),
            Column("channel", "text", check=FILLED),
            Column("nickname", "text", blank=True),
            Column("body", "text", blank=True),
            Column("timestamp", "number", check=at_least(0)),
        ),
        tidy_chat,
    ),
    "quiz": Companion(
        "APP_custom_export_quiz",
        (
            *WHO,
            Column("part", "whole", check=at_least(1)),
            Column("attempt", "whole", check=at_least(1)),
            Column("question", "text", check=FILLED),
            Column("answer", "text", blank=True),
            Column("correct", "flag", blank=True),
            Column("asked_at", "time"),
        ),
    ),
    "record": Companion(
        "APP_custom_export_record",
        (
            Column("session_code", "text", check=CODE),
            Column("participant_code", "text", blank=True),
            Column("participant_id", "whole", blank=True, check=at_least(1)),
            Column("at", "time"),
            Column("event", "text", check=FILLED),
            Column("cause", "text", check=one_of(*CAUSES, "experimenter", "server")),
            Column("app", "text", blank=True),
            Column("page", "text", blank=True),
            Column("round_number", "whole", blank=True, check=at_least(1)),
            Column("value", "text", blank=True),
        ),
    ),
    "what_if": Companion(
        "APP_custom_export_what_if",
        (
            *WHO,
            Column("part", "whole", check=at_least(1)),
            Column("part_round", "whole", check=at_least(1)),
            Column("practice", "flag"),
            Column("asked_at", "time"),
            Column("kind", "text", check=FILLED),
            Column("messages", "text", check=FILLED),
            Column("points", "number", blank=True),
        ),
    ),
    "people": Companion(
        "closing_custom_export_people (who came to a study, and how it ended)",
        (
            *WHO,
            *(Column(e.name, e.kind, e.blank, PEOPLE_CHECKS.get(e.name)) for e in PEOPLE[len(WHO) :]),
        ),
    ),
    "questionnaires": Companion(
        "closing_custom (questionnaires)",
        (
            *WHO,
            Column("participant_label", "text", blank=True),
            Column("scale", "text", check=FILLED),
            Column("item", "text", check=FILLED),
            Column("answer", "text", blank=True),
            Column("score", "number", blank=True),
            Column("answered_at", "time"),
        ),
    ),
}
