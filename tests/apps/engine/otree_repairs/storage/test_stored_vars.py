"""session.vars and participant.vars: read without being written, written if they were changed."""


def test_reading_the_session_does_not_write_it(counted):
    assert set(counted("session_written").values()) == {0}
    assert counted("session_written", repaired=False)["GET Decide 200"] > 0


def test_a_change_inside_of_what_was_handed_out_is_stored(probes):
    """Also of an object that nobody holds any more."""
    assert probes["vars"] == [[], [1], [1]]
