"""What is costly to make is made once for all processes of a run."""

import fcntl
import os


def made_once(tmp_path_factory, name, make):
    """A folder that `make(folder)` has filled; the first process that asks makes it, and others wait for it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / name, base / f"{name}.done"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
