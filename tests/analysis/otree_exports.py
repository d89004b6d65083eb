"""Run as a script in a copy of the project: bots play sessions, and every table that oTree can export is written.

Arguments: the folder for the files, and the sessions as JSON, each [config, participants, changes, is_demo].
"""

import json
import sys
from pathlib import Path

import otree.main


def main(out, sessions):
    otree.main.setup()
    from otree import export
    from otree.bots.runner import run_bots
    from otree.database import db
    from otree.models_concrete import ChatMessage
    from otree.session import create_session

    folder, apps = Path(out), set()
    folder.mkdir()
    for name, participants, changes, is_demo in sessions:
        session = create_session(
            name, num_participants=participants, modified_session_config_fields=changes, is_demo=is_demo
        )
        apps |= set(session.config["app_sequence"])
        run_bots(session.id)
        for k, person in enumerate(session.get_participants()):
            body = f'"{k}",\nsaid'
            db.add(ChatMessage(nickname="N", channel="1-a", participant=person, body=body, timestamp=1.8e9 + k / 4))
    tables = {
        "all_apps_wide": export.export_wide,
        "PageTimes": export.export_page_times,
        "ChatMessages": export.export_chat,
    }
    for app in apps:
        tables[app] = lambda file, app=app: export.export_app(app, file)
        for function in export.get_custom_export_functions(app):
            tables[f"{app}_{function}"] = lambda file, app=app, function=function: export.custom_export_app(
                app, file, function_name=function
            )
    for name, write in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            write(file)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
