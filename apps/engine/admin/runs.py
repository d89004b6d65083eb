"""Audits and reports that are started on the experimenter's page: `python -m analysis`, in a process of its own.

The server keeps what is going on (`desk`), one run after the other, so that who plays goes first. A run is a job of
`otree_repairs.aside`: it writes the data of the sessions into a folder, from its own connection that only reads, and
lets the analysis work on them; when the line to the server is cut (cancelled, too long, server gone), it ends with all
that it has started. What comes of it stays in `reports/`, beside the database.
"""

import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from otree.database import db

from engine.admin.data import ROOT, archive, sessions_of, write
from engine.otree_repairs import aside, readers

KINDS = {"audit": ["audit", "--all"], "report": ["report", "--progress", "--keep-demo"]}
"""What can be run, and the arguments of `python -m analysis`."""
CRASHED = 70
"""The code of a run that an error of the program has ended."""
MOST_SECONDS = 3600
FOLDER = Path("reports")
"""In the folder of the database; git does not take it."""
NOT_THERE = (
    "The analysis' libraries are not installed here ({} is missing). In the platform's folder, beside the laboratory: "
    f"{sys.executable} -m pip install -r requirements-analysis.txt"
)


def key_of(codes: Sequence[str]) -> str:
    """The folder of the results of these sessions, in whatever order they are named.

    >>> key_of(["b2", "a1"]), len(key_of([f"s{k}" for k in range(30)]))
    ('a1-b2', 24)
    """
    ordered = sorted(set(codes))
    if len(ordered) <= 3:
        return "-".join(ordered)
    return f"{len(ordered)}-sessions-{hashlib.sha256(' '.join(ordered).encode()).hexdigest()[:12]}"


class Desk:
    """What is going on, by (key of the sessions, kind): state, step, began; plain, so that it can be told."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], dict[str, Any]] = {}
        self.tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.one_at_a_time: asyncio.Lock | None = None

    def start(self, codes: Sequence[str], kind: str) -> None:
        """Nothing happens if it is going on."""
        place = key_of(codes), kind
        if place in self.tasks:
            return
        self.shown[place] = {"state": "waiting", "step": "another run comes first", "began": time.time()}
        self.tasks[place] = asyncio.get_running_loop().create_task(self.run(place, sorted(set(codes))))

    def cancel(self, codes: Sequence[str], kind: str) -> None:
        task = self.tasks.get((key_of(codes), kind))
        if task is not None:
            task.cancel()

    async def run(self, place: tuple[str, str], codes: list[str]) -> None:
        if self.one_at_a_time is None:
            self.one_at_a_time = asyncio.Lock()
        try:
            async with self.one_at_a_time:
                self.shown[place] |= {"state": "running", "step": "begins", "began": time.time()}
                await asyncio.wait_for(self.work(place, codes), MOST_SECONDS)
            del self.shown[place]  # its result is on the disk
        except asyncio.CancelledError:
            self.shown[place] = {"state": "stopped", "step": "stopped by the experimenter"}
        except TimeoutError:
            self.shown[place] = {"state": "stopped", "step": f"stopped after {MOST_SECONDS // 60} minutes"}
        except aside.JobFailedError as error:
            self.shown[place] = {"state": "failed", "step": f"the run failed ({error}); the server's log says more"}
        finally:
            del self.tasks[place]

    async def work(self, place: tuple[str, str], codes: list[str]) -> None:
        async with aside.job(analyse, place[1], codes, str(folder_of(*place))) as messages:
            async for step in messages:
                self.shown[place]["step"] = step


desk = Desk()


def folder_of(key: str, kind: str) -> Path:
    return Path.cwd() / FOLDER / key / kind


def result_of(key: str, kind: str) -> dict[str, Any] | None:
    """What the last run that came to its end has found; None before there is one."""
    try:
        found: dict[str, Any] = json.loads((folder_of(key, kind) / "result.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def runs_of(codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """By kind: what is going on, and the last result; the variables of runs.html."""
    key = key_of(codes)
    found = {}
    for kind in KINDS:
        going = desk.shown.get((key, kind), {})
        seconds = int(time.time() - going["began"]) if "began" in going else 0
        found[kind] = {"state": "", "step": "", **going, "seconds": seconds, "result": result_of(key, kind)}
    return found


# --- in the process aside ---


def analyse(connection: Connection, kind: str, codes: list[str], place: str) -> None:
    aside.give_way(10)
    readers.read_only()
    folder = Path(place)
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    connection.send("the data are collected")
    sessions = sessions_of(codes)
    write(sessions, new / "data")
    db.close()
    began = time.time()
    result = worked(connection, kind, new)
    shutil.rmtree(new / "data")
    result |= {"ended": f"{time.strftime('%Y-%m-%d %H:%M:%S')}", "seconds": round(time.time() - began), "codes": codes}
    (new / "result.json").write_text(json.dumps(result), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def worked(connection: Connection, kind: str, new: Path) -> dict[str, Any]:
    """Let the analysis work on new/data and tell its progress; what it said at the end."""
    out = ["--out", str(new / "report")] if kind == "report" else []
    command = [sys.executable, "-m", "analysis", *KINDS[kind], *out, str(new / "data")]
    with (new / "said.txt").open("w", encoding="utf-8") as said:
        environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"}
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=said, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
            encoding="utf-8", env=environment, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=end_when_cut, args=(connection, child), daemon=True).start()
        assert child.stderr is not None
        problems = []
        for line in child.stderr:
            if line.startswith("… "):
                connection.send(line[2:].strip())
            elif line.strip():
                problems.append(line.rstrip())
        code = meant(child.wait(), problems)
    text = (new / "said.txt").read_text("utf-8").strip()
    if kind == "report" and code in (0, 1):
        connection.send("the archive is written")
        archive(new / "report", new / "report.zip", "report")
    return {"code": code, "text": sentence(code, text, problems)}


def meant(code: int, problems: list[str]) -> int:
    """The code of a run; CRASHED where an error has ended it, which Python gives the code of findings.

    >>> meant(1, ["the audit found mismatches"]), meant(1, ["Traceback (most recent call last):", "ValueError: a"])
    (1, 70)
    """
    return CRASHED if code == 1 and any(line.startswith("Traceback ") for line in problems) else code


def sentence(code: int, text: str, problems: list[str]) -> str:
    """What the page says of it: the analysis' own words, or why there are none."""
    if code in (0, 1):
        return text
    last = problems[-1] if problems else f"it ended with code {code}"
    if "No module named" in last:
        return NOT_THERE.format(last.partition("No module named ")[2].strip("'\""))
    return last.removeprefix("error: ")


def end_when_cut(connection: Connection, child: subprocess.Popen[str]) -> None:
    """Nobody sends anything to this process: what can be read is the end of the line."""
    connection.poll(None)
    if child.poll() is None and hasattr(os, "killpg"):
        os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()
    os._exit(1)


def install() -> None:
    readers.CARRIED.append((lambda: desk.shown, lambda found: setattr(desk, "shown", found)))
