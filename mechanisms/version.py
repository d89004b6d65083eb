"""Which version of the platform this is, and which code runs: kept with every session, its data, and registrations."""

import subprocess
from functools import lru_cache
from pathlib import Path

VERSION = "0.3.0"  # as in CHANGELOG.md; exported with every decision
ROOT = Path(__file__).parents[1]


@lru_cache
def commit() -> str:
    """Of the code: its hash, with -dirty if files were changed since; "unknown" without git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--match=", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip() or "unknown"
