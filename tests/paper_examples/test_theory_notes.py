"""docs/theory.md names files that exist."""

import re
from pathlib import Path


def test_files_that_the_theory_notes_name_exist():
    known = [
        path.as_posix()
        for folder in ("mechanisms", "tests", "apps", "treatments")
        for path in Path(folder).rglob("*.py")
    ]
    named = set(re.findall(r"`([\w/]+\.py)`", Path("docs/theory.md").read_text(encoding="utf-8")))
    assert len(named) > 50
    assert not [name for name in named if not any(path.endswith("/" + name) or path == name for path in known)]
