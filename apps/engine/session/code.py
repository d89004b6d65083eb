"""Which code runs: kept with every session, and with its data."""

import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[3]


@lru_cache
def commit() -> str:
    """Of the code: its hash, with -dirty if files were changed since; "unknown" without git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--match=", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip() or "unknown"
