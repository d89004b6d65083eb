import gc

from engine.otree_repairs.requests import front, garbage


def test_what_is_loaded_when_the_server_starts_is_not_searched_again(monkeypatch):
    monkeypatch.setattr(front, "AT_START", [])
    garbage.install()
    gc.unfreeze()
    for begin in front.AT_START:
        begin()
    assert gc.get_freeze_count() > 100_000
