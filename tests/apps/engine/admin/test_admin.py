"""The theory certificate is stored with a session and shown to the experimenter."""

import urllib.request

from mechanisms.certificate import QUESTIONS
from tests.lab import create_session


def test_the_admin_report_shows_the_certificate_of_the_session(own_lab):
    with own_lab.server() as address:
        code, _ = create_session(address, "cason_pivotal", 4, rounds=2)
        with urllib.request.urlopen(f"{address}/AdminReport/{code}", timeout=30) as answer:
            page = answer.read().decode()
    for concept in QUESTIONS:
        assert f"<td>{concept}<br>" in page
    assert "327 of 625 message profiles" in page
