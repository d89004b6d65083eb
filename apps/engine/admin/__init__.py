"""The experimenter's page, in oTree's report of a session: monitor, payments, seating plan, certificates.

English only, because no participant sees it. It is made again every few seconds while people play, and one process
serves everybody: what is finished is remembered (`rounds`, `page_times`), what is left is a handful of queries.
"""

from datetime import datetime

from markupsafe import Markup

from engine.admin.arrivals import arrivals
from engine.admin.chosen import others_of
from engine.admin.monitor import monitor
from engine.admin.page_times import slow_pages, visits_of
from engine.admin.payments import payments
from engine.admin.rounds import round_table
from engine.admin.runs import runs_of
from engine.admin.seating import seating_plan
from engine.admin.situation import situation_of
from engine.admin.words import part_title
from engine.otree_repairs.clock import watch
from engine.people import Session
from engine.session.certificates import certificate_of, size_of
from engine.session.in_force import treatment_of
from engine.words.money import currency_in
from engine.words.rendering import render
from mechanisms.certificate.rendering import as_html

SECONDS_BETWEEN_REFRESHES = 4


def report(session: Session) -> dict[str, Markup]:
    """The variables of _templates/engine/admin_report.html."""
    situation = situation_of(session)
    visits = visits_of(session.code)
    shown = monitor(situation, visits)
    return {
        "report": render(
            "engine/admin/report.html",
            seconds=SECONDS_BETWEEN_REFRESHES,
            head=head(session),
            codes=session.code,
            runs=runs_of([session.code]),
            others=others_of(session),
            monitor=shown,
            arrivals=arrivals(situation),
            rounds=round_table(situation),
            pages=slow_pages(visits, situation),
            payments=payments(situation),
            seating=seating_plan(shown["people"]),
            certificates=[certificate(session, number) for number in range(1, len(session.parts) + 1)],
            deadlines=watch.sentence(),
            parts=[part_title(session, number) for number in range(1, len(session.parts) + 1)],
        )
    }


def head(session: Session) -> dict[str, object]:
    """What identifies a printed sheet."""
    created = datetime.fromtimestamp(session._created)
    return {
        "code": session.code,
        "label": session.label or "",
        "date": f"{created:%Y-%m-%d}",
        "treatment": session.config["display_name"],
        "currency": currency_in(session.config),
        "now": f"{datetime.now():%H:%M:%S}",
    }


def certificate(session: Session, part: int) -> Markup:
    """The theory certificate of a part; while it is computed, how large it is."""
    found = certificate_of(session, part)
    if found is not None:
        return Markup(as_html(found))
    pending = "Being computed beside play: {}. It appears here when it is ready."
    return Markup("<p>{}</p>").format(pending.format(size_of(treatment_of(session, part))))
