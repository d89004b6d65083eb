"""Connections of browsers to the production server."""

from engine.otree_repairs import connections
from otree.cli import prodserver1of2
from uvicorn.config import Config
from uvicorn.server import Server


def test_the_production_server_keeps_a_connection_while_somebody_thinks(monkeypatch):
    begun = []
    monkeypatch.setattr(Config, "__init__", Config.__init__)  # to be put back
    monkeypatch.setattr(Server, "run", lambda server: begun.append(server.config))
    connections.install()
    prodserver1of2.run_asgi_server("127.0.0.1", "8000")
    assert begun[0].timeout_keep_alive == connections.SECONDS_IDLE
