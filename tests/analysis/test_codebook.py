"""docs/codebook.md explains every column, and no other."""

import re
from pathlib import Path

from analysis.predictions import DECISION_COLUMNS, GROUP_COLUMNS
from analysis.schema import COLUMN_NAMES

CODEBOOK = (Path(__file__).parents[2] / "docs" / "codebook.md").read_text(encoding="utf-8")


def test_every_column_is_explained_in_the_order_of_the_file_and_no_other():
    explained = re.findall(r"^\| `(\w+)` \|", CODEBOOK, flags=re.MULTILINE)
    added = [*DECISION_COLUMNS, *GROUP_COLUMNS]
    assert set(explained[: -len(added)]) == set(COLUMN_NAMES)
    assert len(explained) == len(set(explained))
    assert explained[-len(added) :] == added
