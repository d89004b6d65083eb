"""Run as a script in a copy of the project: one group of bots plays a short session of designs.

Arguments: the language; the file of the pages that they see, JSON, each [session, page, HTML]; "all" designs, or
"some": the first one of each form of play, and that with everything.
"""

import json
import re
import sys
from pathlib import Path

import otree.main

ONE = {"rounds": 1, "practice_rounds": 0, "quiz": True, "seconds": 60, "matching": "partner"}
MORE = {**ONE, "rounds": 2, "practice_rounds": 1}
"""What practice and a second round say is the same for all rules of a form: it is played once of each."""


def main(language, out, which):
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
    forms = set()
    for name, config in SESSION_CONFIGS_DICT.items():
        form = config["app_sequence"][1]
        short = ONE if form in forms and name != "everything" else MORE
        if short is ONE and which == "some":
            continue
        forms.add(form)
        changes = {key: short[end] for key in config if (end := re.sub(r"^part\d+_", "", key)) in short}
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
