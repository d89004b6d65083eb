"""Made-up exports that several tests use."""

import pytest

from tests.analysis import simulate


@pytest.fixture
def pairwise():
    """Rows of a session of the production economy under pairwise compensation, reports drawn at random."""
    return simulate.session(simulate.treatment("production_pairwise"))


@pytest.fixture
def load(tmp_path):
    """rows -> the table that load_decisions reads from their file."""

    def read(*sessions):
        from analysis import load_decisions

        files = [simulate.write(tmp_path / f"{i}_custom.csv", rows) for i, rows in enumerate(sessions)]
        return load_decisions(files)

    return read
