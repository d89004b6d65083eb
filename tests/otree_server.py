"""Run as a script: servers are forked off a process that has imported what they all need, in half of the time.

Orders come line by line, each as JSON: [folder of the laboratory, environment, arguments of otree, file for what is
printed, whether sessions get whole certificates]; the answer is the number of the process, and its exit code is in the
file {folder of this process}/{number}.
What depends on the place, the settings or the environment (oTree itself, and the apps) each server imports by itself.
"""

import gc
import importlib
import json
import os
import signal
import sys
from pathlib import Path

HERE = Path.cwd()  # links to the code, and no repository: the platform's version is that of a laboratory
ROOMS = "certificate descriptions explanations matching played session stages studies treatments".split()
LIBRARIES = """
    aiofiles babel.numbers itsdangerous markdown_it minijinja multipart numpy pydantic yaml
    sqlalchemy.dialects.sqlite sqlalchemy.ext.declarative wtforms wtforms_sqlalchemy.fields
    starlette.applications starlette.middleware.sessions starlette.staticfiles starlette.testclient
    uvicorn.lifespan.on uvicorn.loops.auto uvicorn.main uvicorn.protocols.http.h11_impl
    uvicorn.protocols.websockets.websockets_impl
""".split()


def import_all():
    sys.path[0] = str(HERE)
    for name in (*LIBRARIES, *(f"mechanisms.{room}" for room in ROOMS)):
        importlib.import_module(name)
    sys.path[0] = str(Path(sys.executable).parent)  # as with the command `otree`
    gc.freeze()
    gc.set_threshold(50_000)  # as in tests/lab.py


def reap(*_):
    """What has ended says how."""
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            text = HERE / f"{ended[0]}.new"
            text.write_text(str(os.waitstatus_to_exitcode(ended[1])))
            text.rename(HERE / str(ended[0]))
    except ChildProcessError:
        pass


def become(folder, environment, arguments, log, certificates):
    """In the process of a server: as if it had been started there."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    printed = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for number, target in enumerate((os.open(os.devnull, os.O_RDONLY), printed, printed)):
        os.dup2(target, number)
    sys.argv = ["otree", *arguments]
    if not certificates:
        ask_one_question()


def ask_one_question():
    """A certificate takes up to some seconds a session, beside tests that look at other things."""
    from mechanisms.certificate import QUESTIONS, in_turn_rows, stage_rows

    for concept in [*QUESTIONS][1:]:
        del QUESTIONS[concept]
    in_turn_rows.QUESTIONS.clear()
    stage_rows.QUESTIONS.clear()


def main():
    import_all()
    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        if not (number := os.fork()):
            return become(*json.loads(line))
        print(number, flush=True)
    return sys.exit()


if __name__ == "__main__":
    main()  # returns in the processes of servers alone
    from otree.main import execute_from_command_line

    sys.exit(execute_from_command_line())
