"""Messages to open monitors and wait pages."""


def test_without_an_open_monitor_no_event_loop_is_begun(counted):
    assert set(counted("loops").values()) == {0}
    assert counted("loops", repaired=False)["GET Decide 200"] > 0


def test_messages_arrive_from_threads_and_from_the_loop_and_nothing_is_remembered_where_nobody_listens(probes):
    found = probes["listeners"]
    assert found["got"] == ['{"n": 1}', '{"n": 2}']
    assert (found["before"], found["remembered"]) == (0, 0)
