"""Run as a script in a copy of the project: bots play one session with a changed config, and its data are exported.

`otree test` cannot change a config; this does what it does, with the changes of "Configure session". The argument is
JSON: name, participants (null: as configured), changes, out. Without an argument, it says when it is ready, and such
orders come line by line, each as [file for stdout, file for stderr, order]; a process is forked off for each, and
answered with its exit code.
"""

import gc
import json
import os
import sys
from multiprocessing import get_context
from pathlib import Path

import otree.common
import otree.main

PATIENCE = 280  # seconds: less than that of tests/lab.py


def played(name, participants, changes, out):
    from otree.bots.runner import run_bots
    from otree.common import get_models_module
    from otree.export import custom_export_app
    from otree.session import SESSION_CONFIGS_DICT, create_session

    count = participants or SESSION_CONFIGS_DICT[name]["num_demo_participants"]
    try:
        session = create_session(name, num_participants=count, modified_session_config_fields=changes)
    except ValueError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    apps = session.config["app_sequence"]
    run_bots(session.id)
    Path(out).mkdir()
    for app in apps:
        if hasattr(get_models_module(app), "custom_export"):
            with Path(out, f"{app}_custom.csv").open("w", newline="", encoding="utf-8") as file:
                custom_export_app(app, file)


def forked(stdout, stderr, order):
    for stream, path in ((sys.stdout, stdout), (sys.stderr, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream.fileno())
    otree.common.rng.seed()  # no two sessions with the same codes
    played(**order)


def serve():
    import_all()
    gc.freeze()
    gc.set_threshold(50_000)  # as in tests/lab.py
    print("ready", flush=True)
    for line in sys.stdin:
        process = get_context("fork").Process(target=forked, args=json.loads(line))
        process.start()
        process.join(PATIENCE)
        process.kill()
        print(process.exitcode, flush=True)


def import_all():
    """What bots import late."""
    import otree.asgi
    import otree.bots.runner
    import otree.export  # noqa: F401


if __name__ == "__main__":
    otree.main.setup()
    played(**json.loads(sys.argv[1])) if sys.argv[1:] else serve()
