"""What entries of an export can be."""

import pytest

from analysis import ExportError, load_decisions
from analysis.loading.schema import COLUMN_NAMES
from examples.rows import HEADER
from mechanisms.session.record import RECORD
from tests.analysis import simulate


def test_columns_of_the_simulator_are_those_of_the_schema():
    late = {column.name for column in RECORD if column.since} - set(HEADER)
    assert [name for name in COLUMN_NAMES if name not in late] == HEADER


WRONG = [
    ("message", "1,5", r"column message: '1,5'; expected a number with a decimal point"),
    ("message", "nan", "expected a number"),
    ("round", "1.5", "expected a whole number"),
    ("round", "0", "column round: '0'; expected 1 or more"),
    ("timed_out", "yes", "expected 0 or 1"),
    ("decided_at", "31.01.2026 14:01", "expected an ISO 8601 time in UTC"),
    ("decided_at", "2026-02-30T14:01:02+00:00", "expected an ISO 8601 time in UTC"),
    ("identity", "xyz", "column identity: 'xyz'; expected 12 hexadecimal digits"),
    ("session_code", "", "expected a code of oTree"),
    ("participant_code", "1.00E+05", "expected a code of oTree"),
    ("treatment", "", "expected some text"),
    ("type", "1,5", "expected a number with a decimal point"),
    ("participant_id", "", "expected a whole number"),
    ("definition", '{"title": "cut o', "expected a treatment definition in JSON"),
    ("definition", "3", "expected a treatment definition in JSON"),
    ("definition", '{"name": "x"}', "expected the definition of a treatment"),
    ("pay", "some", "column pay: 'some'; expected all or one"),
]


@pytest.mark.parametrize(("column", "value", "message"), WRONG, ids=[f"{column}={value}" for column, value, _ in WRONG])
def test_wrong_entries(tmp_path, pairwise, column, value, message):
    pairwise[6][column] = value
    file = simulate.write(tmp_path / "damaged_custom.csv", pairwise)
    with pytest.raises(ExportError, match=rf"damaged_custom\.csv, line 8, .*{message}"):
        load_decisions(file)


@pytest.mark.parametrize(("column", "value"), [("currency", "USD"), ("is_bot", "0"), ("round_number", "12")])
def test_what_cannot_differ_between_rows(tmp_path, pairwise, column, value):
    pairwise[4][column] = value
    with pytest.raises(ExportError, match=f"line 6, column {column}: .*{value}.*the other"):
        load_decisions(simulate.write(tmp_path / "a_custom.csv", pairwise))
