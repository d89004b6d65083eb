"""A repair of oTree 6.0.15: pages of other sites send nothing to this server, and it answers to no name but its own.

A browser carries what any page tells it to, and lets that page read all that comes by a websocket: a page of somebody
else, open in the experimenter's browser, could export and delete all data. Browsers say which page it is (Origin); what
is sent by no page (scripts with the REST key, the bots) has no such header. A server without a login is protected by
being for this computer alone, and a page whose own name was made to lead here would be its own: there only the names
of this computer are answered to.
"""

import re

from otree import settings
from starlette.types import Scope

from engine.otree_repairs.requests.bodies import RefusedError

HOST = re.compile(r"(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?", re.IGNORECASE)
PORTS = {"http": ":80", "https": ":443"}
SCHEMES = (*PORTS, "ws", "wss")
THIS_COMPUTER = ("localhost", "127.0.0.1", "[::1]")
names: set[str] = set()
"""What the server answers to; empty where it has a login, and may have any name."""


def serve_at(address: str) -> None:
    """Called with the address that the server is going to listen at."""
    from commands import opening  # a copy for bots has none

    names.clear()
    if opening.for_this_computer(address) and settings.AUTH_LEVEL not in ("DEMO", "STUDY"):
        names.update({*THIS_COMPUTER, address})


def check(scope: Scope) -> None:
    """Of a request or a websocket's handshake; RefusedError before anything of it was looked at."""
    [host] = values(scope, b"host")[:1] or [""]  # without one: HTTP/1.0, which no browser speaks
    if scope["scheme"] not in SCHEMES or (host and not HOST.fullmatch(host)):
        raise RefusedError(400, "Host or X-Forwarded-Proto contains what no address has")
    if names and host and name_of(host) not in names:
        raise RefusedError(
            403, f"this server is for this computer alone, as http://localhost, not {host}: run.py lab --open opens it"
        )
    if is_fetched_elsewhere(scope):
        raise RefusedError(403, "fetched by a page of another site: a link can lead here, and nothing else")
    if scope["type"] == "websocket" or scope["method"] == "POST":
        for origin in values(scope, b"origin"):
            if not is_of(origin, host):
                raise RefusedError(
                    403, f"sent by a page of {origin[:80]!a}, not of {host} (a proxy in between must keep Host)"
                )


def is_fetched_elsewhere(scope: Scope) -> bool:
    """Whether a page of another site fetches this, as a picture or by a script: some pages are begun by being looked
    at (a demonstration, a seat). The link of a recruiting platform is followed (navigate), and may stand in a frame."""
    elsewhere = values(scope, b"sec-fetch-site") == ["cross-site"] and not scope["path"].startswith("/static/")
    return elsewhere and values(scope, b"sec-fetch-mode") != ["navigate"]


def values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def name_of(host: str) -> str:
    """
    >>> name_of("LocalHost:8000"), name_of("[::1]:8000"), name_of("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    return re.sub(r":[0-9]+$", "", host).lower()


def is_of(origin: str, host: str) -> bool:
    """Whether a page's origin is the server that is asked; a browser leaves out the usual port of its scheme.

    Not the scheme: behind a proxy that encrypts, the server does not know it.

    >>> is_of("https://lab.example.org", "Lab.example.org:443"), is_of("http://lab:9998", "lab:8000"), is_of("null", "")
    (True, False, False)
    """
    scheme, _, place = origin.partition("://")
    port = PORTS.get(scheme)
    return port is not None and place.lower().removesuffix(port) == host.lower().removesuffix(port)
