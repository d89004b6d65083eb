"""Which version of the platform this is, and which code runs: kept with every session, its data, and registrations."""

import hashlib
import subprocess
from functools import lru_cache
from pathlib import Path

VERSION = "0.3.0"  # as in CHANGELOG.md; exported with every decision
ROOT = Path(__file__).parents[1]
PACKAGES = "mechanisms", "analysis", "apps", "_templates", "_locale"
"""What decides about a study: the code, and what participants read."""
SOURCES = ".py", ".csv", ".j2", ".html", ".po"
DIRTY = "-dirty"


@lru_cache
def commit() -> str:
    """Of the code: its hash, with -dirty if files were changed since; "unknown" without git."""
    if not (ROOT / ".git").exists():  # a library, perhaps below a repository of somebody else
        return "unknown"
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=40", "--match=", "--dirty"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return done.stdout.strip() or "unknown"


@lru_cache
def sources() -> dict[str, str]:
    """The SHA-256 of each package that is here (a library has no apps): of the names and contents of its files."""
    return {name: _digest(ROOT / name) for name in PACKAGES if (ROOT / name).is_dir()}


def _digest(folder: Path) -> str:
    found = hashlib.sha256()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.suffix in SOURCES)
    for name in names:
        content = (folder / name).read_bytes().replace(b"\r\n", b"\n")  # as git may write them on Windows
        found.update(f"{name} {len(content)} ".encode() + content)
    return found.hexdigest()


def named(commit: str) -> str:
    """A commit for people.

    >>> named("0123456789abcdef-dirty"), named("unknown")
    ('commit 0123456789ab with uncommitted changes', 'an unknown commit')
    """
    if commit == "unknown":
        return "an unknown commit"
    changed = " with uncommitted changes" if commit.endswith(DIRTY) else ""
    return f"commit {commit.removesuffix(DIRTY)[:12]}{changed}"
