"""Made-up exports that several tests use."""

import pytest

from tests.analysis import simulate


@pytest.fixture
def pairwise():
    """Rows of a session of the production economy under pairwise compensation, reports drawn at random."""
    return simulate.session(simulate.treatment("production_pairwise"))


@pytest.fixture
def load(tmp_path):
    """rows -> the table that load_decisions reads from their file (one for all: each takes a fifth of a second)."""

    def read(*sessions):
        from analysis import load_decisions

        return load_decisions(simulate.write(tmp_path / "0_custom.csv", [row for rows in sessions for row in rows]))

    return read
