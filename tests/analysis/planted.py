"""For tests that plant errors: what the audit found, and other values to plant."""

from analysis.audit import audit, listed
from examples.rows import HEADER

RESULTS = HEADER[HEADER.index("outcome") : HEADER.index("currency")]
UNDECIDED = ["message", "decided_at", "seconds_taken", *RESULTS]
"""Columns that are blank before a decision."""


def found(result):
    """(kind, column, round, participant) of each finding."""
    columns = ["kind", "column", "round", "participant_id"]
    return {tuple(row) for row in result.findings[columns].itertuples(index=False)}


def another(values, current):
    """Another value of a grid or list of types, as text."""
    return next(repr(float(value)) for value in values if repr(float(value)) != current)


def place(row):
    """(round, participant) of a row."""
    return int(row["round"]), int(row["participant_id"])


def assert_found(decisions_of, rows, kind, column, value):
    """Plant `value` in a row of round 10: the audit names kind, column and place. decisions_of: the fixture `load`."""
    row = next(row for row in rows if row["round"] == "10")
    row[column] = value
    result = audit(decisions_of(rows))
    assert (kind, column, *place(row)) in found(result)
    assert f"{column}: " in listed(result)
