"""oTree's templates still have what is mended in them: a repair that finds nothing any more is none."""

from pathlib import Path

import otree
import pytest
from engine.otree_repairs.pages.readable import MENDED, readable

TEMPLATES = [path.read_text("utf-8") for path in (Path(otree.__file__).parent / "templates").rglob("*.html")]


@pytest.mark.parametrize("old", MENDED)
def test_each_fault_is_there_and_mended(old):
    faulty = [text for text in TEMPLATES if old in text]
    assert faulty
    assert not any(old in readable(text) for text in faulty)
