"""What a request asks the database, in a session that is played by requests."""

MOST_QUERIES = {"POST Decide 302": 7, "GET Feedback 200": 5, "POST Feedback 302": 6, "GET Decide 200": 7}
"""Participant with session, player with group or next player; what is written; at times the buffer of page times."""


def test_a_page_asks_for_a_person_once_however_many_pages_are_passed_over(counted):
    asked = counted("queries")
    assert {kind: asked[kind] for kind in MOST_QUERIES if asked[kind] > MOST_QUERIES[kind]} == {}
    before = counted("queries", repaired=False)
    assert {kind for kind in MOST_QUERIES if before[kind] <= MOST_QUERIES[kind]} == set()


def test_a_statement_is_compiled_once_not_in_every_request(counted):
    assert set(counted("compiled", pick=min).values()) == {0}
    assert min(counted("compiled", repaired=False, pick=min).values()) > 0
