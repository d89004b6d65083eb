"""Run as a script in a copy of the project: bots play one session with a changed config, and its data are exported.

`otree test` cannot change a config; this does what it does, with the changes of "Configure session". The argument is
JSON: name, participants (null: as configured), changes, out.
"""

import json
import sys
from pathlib import Path

import otree.main


def main(name, participants, changes, out):
    otree.main.setup()
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


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
