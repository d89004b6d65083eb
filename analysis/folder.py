"""A folder of results that is never half written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import ExportError


def check_writable(out: Path | None) -> None:
    """ExportError if no folder can be made there: before anything is computed for it."""
    if out is None:
        return
    there = next(place for place in (out, *out.absolute().parents) if place.exists())
    if not there.is_dir():
        raise ExportError(f"--out {out}: {there} is a file; expected a folder, or a name that is not there yet")
    try:
        tempfile.TemporaryFile(dir=there).close()
    except OSError as error:
        raise ExportError(
            f"--out {out}: {there} cannot be written to ({error.strerror}); expected another folder"
        ) from None


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[Path]:
    """A scratch folder, whose entries replace those of the same name in `out` (made if missing) at the end.

    If anything is raised, Ctrl-C too, `out` stays as it was.
    """
    check_writable(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        yield Path(scratch)
        out.mkdir(exist_ok=True)
        for entry in sorted(Path(scratch).iterdir()):
            target = out / entry.name
            if target.is_dir() and not target.is_symlink():
                shutil.rmtree(target)
            os.replace(entry, target)
