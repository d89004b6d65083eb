"""Tests in several processes, forked off the one that has collected them: `pytest -p tests.forks --forks=3`.

What all files import is imported once and not once a process (as with pytest-xdist), which takes twenty seconds where
nothing is compiled yet. The files are handed out one at a time, in the order in which they are collected; all tests of
a file run in the same process. With `--forks=0`, pytest runs as always. Where nothing can be forked, run.py takes
pytest-xdist.
"""

import atexit
import os
from itertools import groupby
from multiprocessing import get_context
from multiprocessing.connection import wait
from types import SimpleNamespace

from _pytest.reports import TestReport


def pytest_addoption(parser):
    parser.addoption("--forks", type=int, default=0, metavar="NUMBER", help="processes that run tests side by side")


def pytest_runtestloop(session):
    option = session.config.option
    if not option.forks or option.collectonly or not session.items or session.testsfailed:
        return None  # pytest's own loop, which says what could not be collected
    files = [list(items) for _, items in groupby(session.items, lambda item: item.nodeid.partition("::")[0])]
    terminal = session.config.pluginmanager.getplugin("terminalreporter")
    terminal.showfspath = False  # the files take turns
    basetemp = session.config._tmp_path_factory.getbasetemp()  # before there are several who would make one
    shared = SimpleNamespace(taken=get_context("fork").Value("i", 0), stop=get_context("fork").Event())
    workers = [Worker(session, f"gw{k}", files, basetemp, shared) for k in range(min(option.forks, len(files)))]
    try:
        follow(session, workers, shared)
    finally:
        shared.stop.set()
        for worker in workers:
            worker.process.join()
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)
    return True


class Worker:
    """A process that runs tests, seen from the one that reports them."""

    def __init__(self, session, name, files, basetemp, shared):
        self.name, self.running = name, None
        self.reports, away = get_context("fork").Pipe(duplex=False)
        arguments = (session, name, files, basetemp / name, shared, away)
        self.process = get_context("fork").Process(target=work, args=arguments)
        self.process.start()
        away.close()  # so that a process which ends closes the pipe

    def next_report(self, config):
        """What has come; None: it has begun with a test. EOFError: it has ended."""
        kind, what = self.reports.recv()
        if kind == "begins":
            self.running = what
            return None
        return config.hook.pytest_report_from_serializable(config=config, data=what)

    def last_words(self):
        """The report of the test that has ended its process."""
        self.process.join()
        if self.process.exitcode == 0:
            return None
        nodeid, location = self.running or (self.name, (self.name, None, self.name))
        words = f"the process {self.name} has ended with exit code {self.process.exitcode}"
        return TestReport(nodeid, location, {}, "failed", words, "call")


def follow(session, workers, shared):
    """Report what the processes say, until all have ended."""
    open_ones = {worker.reports: worker for worker in workers}
    while open_ones:
        for pipe in wait(list(open_ones)):
            worker = open_ones[pipe]
            try:
                report = worker.next_report(session.config)
            except EOFError:
                del open_ones[pipe]
                report = worker.last_words()
            if report is not None:
                session.config.hook.pytest_runtest_logreport(report=report)
        if session.shouldfail or session.shouldstop:
            shared.stop.set()


def work(session, name, files, basetemp, shared, away):
    """In the process of a worker: run one file after the other."""
    atexit._clear()  # what is to happen when the first process ends
    os.environ["PYTEST_XDIST_WORKER"] = name  # by this name plugins know that they are not alone
    config = session.config
    basetemp.mkdir(0o700)
    config._tmp_path_factory._basetemp = basetemp
    capture, terminal = (config.pluginmanager.getplugin(plugin) for plugin in ("capturemanager", "terminalreporter"))
    terminal._tw._file = open(os.devnull, "w")  # noqa: SIM115 (for as long as the process)
    capture.stop_global_capturing()  # into a file that all would share
    capture.start_global_capturing()
    telling = Telling(config, away, shared.stop)
    config.pluginmanager.register(telling)
    tests = ahead(files, shared)
    test = next(tests, None)
    while test is not None:
        following = next(tests, None)
        telling.send("begins", (test.nodeid, test.location))
        config.hook.pytest_runtest_protocol(item=test, nextitem=following)
        test = following
    capture.stop_global_capturing()
    atexit._run_exitfuncs()


def ahead(files, shared):
    """The tests of the next file that nobody has taken, of the one after, and so on."""
    while True:
        with shared.taken.get_lock():
            place, shared.taken.value = shared.taken.value, shared.taken.value + 1
        if place >= len(files):
            return
        for item in files[place]:
            if shared.stop.is_set():
                return
            yield item


class Telling:
    """Sends the reports of a worker's tests."""

    def __init__(self, config, away, stop):
        self.config, self.away, self.stop = config, away, stop

    def send(self, kind, what):
        try:
            self.away.send((kind, what))
        except BrokenPipeError:  # the first process was killed
            self.stop.set()

    def pytest_runtest_logreport(self, report):
        self.send("report", self.config.hook.pytest_report_to_serializable(config=self.config, report=report))
