"""Which names and pages the server answers to; what comes of it on a real one: test_front.py, test_sockets.py."""

import pytest
from engine.otree_repairs.requests import origins
from engine.otree_repairs.requests.bodies import RefusedError


@pytest.fixture
def serve(monkeypatch):
    def at(address, level):
        monkeypatch.setattr(origins, "names", set())
        monkeypatch.setattr(origins.settings, "AUTH_LEVEL", level, raising=False)
        origins.serve_at(address)

    return at


def asked(host, origin=None, kind="http"):
    headers = [(b"host", host.encode())] if host else []
    headers += [(b"origin", origin.encode())] if origin else []
    return {"type": kind, "method": "POST", "scheme": "http", "path": "/", "headers": headers}


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", ""])
def test_without_a_login_it_answers_to_this_computer(serve, address, host):
    serve(address, None)
    origins.check(asked(host))
    with pytest.raises(RefusedError, match="for this computer alone"):
        origins.check(asked("lab.example.org"))


@pytest.mark.parametrize(("address", "level"), [("0.0.0.0", "STUDY"), ("127.0.0.1", "STUDY"), ("127.0.0.1", "DEMO")])
def test_with_a_login_it_may_have_any_name(serve, address, level):
    serve(address, level)
    origins.check(asked("lab_1.example.org:8443", "https://lab_1.example.org:8443"))


@pytest.mark.parametrize(
    ("site", "mode", "path", "refused"),
    [
        ("cross-site", "no-cors", "/demo/chen_serial", True),
        ("cross-site", "cors", "/join/abc", True),
        ("cross-site", "navigate", "/join/abc", False),
        ("same-origin", "cors", "/p/abc/welcome/Arrival/5", False),
        ("none", "navigate", "/demo/chen_serial", False),
        ("cross-site", "no-cors", "/static/lab.css", False),
    ],
)
def test_a_page_of_another_site_leads_here_by_a_link_alone(site, mode, path, refused):
    """A picture or a script would take seats for somebody who knows nothing of it."""
    request = asked("lab.example.org") | {"method": "GET", "path": path}
    request["headers"] += [(b"sec-fetch-site", site.encode()), (b"sec-fetch-mode", mode.encode())]
    if not refused:
        origins.check(request)
        return
    with pytest.raises(RefusedError, match="another site"):
        origins.check(request)


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_proxy_that_encrypts_keeps_the_name(kind):
    origins.check(asked("lab.example.org", "https://lab.example.org", kind))
    for wrong in ("https://lab.example.org:8443", "https://example.org", "https://lab.example.org.evil", "null"):
        with pytest.raises(RefusedError, match="must keep Host"):
            origins.check(asked("lab.example.org", wrong, kind))
    with pytest.raises(RefusedError):
        origins.check(asked("", "https://lab.example.org", kind))
