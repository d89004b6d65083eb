"""python -m tests.bench.server [--people 30 100 300] [--rounds 3] [--config production_serial]

For each number of people one session of each app, whose rounds alternate. Linux only: /proc says what a process used.
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import run
from mechanisms.treatments import load_treatment
from tests.bench.server import apps
from tests.bench.server.people import Person, one_round, to_first_decision
from tests.lab import ROOT, Lab, create_session, otree_command, wait_for

TICKS = os.sysconf("SC_CLK_TCK")
HEAD = ("people", "what", "minimal", "public good", "ours", "ratio", "target")


class Server:
    """A production server in a folder, with its address, and what it has used."""

    def __init__(self, folder, environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        variables = {**environment, "OPENBLAS_NUM_THREADS": "1"}
        with (folder / "server.log").open("w") as log:
            command = [otree_command(), "prodserver", f"127.0.0.1:{self.port}"]
            self.process = run.start(command, variables, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        wait_for(self.address, self.process)

    def seconds(self):
        """Processor time of the server itself."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / TICKS

    def megabytes(self):
        [line] = [x for x in Path(f"/proc/{self.process.pid}/status").read_text().splitlines() if x.startswith("VmRSS")]
        return int(line.split()[1]) / 1024


class Side:
    """One app: its session, its people, and what its rounds took."""

    def __init__(self, server, config, app, people, changes):
        began = time.perf_counter()
        self.server, self.app = server, app
        self.code, links = create_session(server.address, config, people, **changes)
        self.creation = time.perf_counter() - began
        self.people = [Person(server.port, link.rsplit("/", 1)[1]) for link in links]
        self.cpu, self.began = 0.0, server.seconds()

    async def begin(self):
        await to_first_decision(self.people)
        for person in self.people:
            person.times, person.size = [], 0

    async def round(self):
        before = self.server.seconds()
        await one_round(self.people)
        self.cpu += self.server.seconds() - before

    def export(self, kind):
        """Milliseconds a row."""
        began = time.perf_counter()
        with urllib.request.urlopen(
            f"{self.server.address}/api/{kind}?app={self.app}&session_code={self.code}"
        ) as answer:
            rows = answer.read().count(b"\n") - 1
        return 1000 * (time.perf_counter() - began) / rows


def measured(sides, count, rounds):
    """Lines of the table."""
    minimal, sample, ours = sides

    async def play():
        for side in sides:
            await side.begin()
        for _ in range(rounds):
            for side in sides:
                await side.round()

    asyncio.run(play())
    times = [sorted(t for person in side.people for t in person.times) for side in sides]
    turns = count * rounds
    line(count, "processor time a person and round, ms", [1000 * side.cpu / turns for side in sides], 1.3)
    line(count, "page, median ms", [1000 * statistics.median(t) for t in times], 1.3)
    line(count, "page, 95th percentile ms", [1000 * t[int(0.95 * len(t))] for t in times], 1.3)
    line(count, "creation of the session, s", [side.creation for side in sides], 3)
    line(count, "kB over the wire a person and round", [sum(p.size for p in s.people) / turns / 1000 for s in sides])
    line(count, "memory of the server, MB", [side.server.megabytes() for side in sides])
    exports = [minimal.export("export_app"), sample.export("export_app"), ours.export("export_app_custom")]
    line(count, "export, ms a row (ours: custom)", exports, 2)
    line(count, "requests that failed", [sum(len(person.errors) for person in side.people) for side in sides])


def line(count, what, values, target=None):
    numbers = [f"{value:.4g}" for value in values]
    ratio = f"{values[2] / values[0]:.2f}" if values[0] else ""
    show(count, what, *numbers, ratio, "" if target is None else f"≤ {target}")


def show(*cells):
    print(
        "  ".join(str(cell).ljust(width) for cell, width in zip(cells, (6, 40, 8, 11, 8, 6, 6), strict=True)),
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[30])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--config", default="production_serial")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        plain, own = Path(scratch, "plain"), Path(scratch, "ours")
        own.mkdir()
        apps.write(plain, wanted.rounds + 1)
        lab = Lab(own)
        servers = []
        try:
            servers.append(Server(plain, lab.environment()))
            servers.append(Server(own, lab.environment()))
            app = load_treatment(ROOT / "treatments" / f"{wanted.config}.toml").form
            short = {"quiz": False, "practice_rounds": 0, "rounds": wanted.rounds + 1}
            show(*HEAD)
            for count in wanted.people:
                sides = [Side(servers[0], name, name, count, {}) for name in ("minimal", "public_goods")]
                sides.append(Side(servers[1], wanted.config, app, count, short))
                measured(sides, count, wanted.rounds)
        finally:
            for server in servers:
                run.stop(server.process)


if __name__ == "__main__":
    main()
