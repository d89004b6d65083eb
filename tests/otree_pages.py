"""Run as a script in a copy of the project: one group of bots plays a short session of every design.

Arguments: the language, and the file of the pages that they see, JSON, each [session, page, HTML].
"""

import json
import re
import sys
from pathlib import Path

import otree.main

SHORT = {"rounds": 2, "practice_rounds": 1, "quiz": True, "seconds": 60, "matching": "partner"}


def main(language, out):
    otree.main.setup()
    from engine.session.designs import design_of
    from otree.bots.runner import run_bots
    from otree.session import SESSION_CONFIGS_DICT, create_session
    from otree.views.abstract import FormPageOrInGameWaitPage

    pages = []
    render_page = FormPageOrInGameWaitPage.render_page

    def render_and_keep(view, context):
        response = render_page(view, context)
        pages.append([view.session.config["name"], type(view).__name__, response.body.decode()])
        return response

    FormPageOrInGameWaitPage.render_page = render_and_keep
    for name, config in SESSION_CONFIGS_DICT.items():
        changes = {key: SHORT[end] for key in config if (end := re.sub(r"^part\d+_", "", key)) in SHORT}
        design = design_of(config)
        session = create_session(
            name,
            num_participants=design.treatments[0].group_size * len(design.orders),
            modified_session_config_fields={**changes, "language": language},
        )
        run_bots(session.id)
    Path(out).write_text(json.dumps(pages), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
