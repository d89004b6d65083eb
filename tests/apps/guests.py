"""People at home without browsers: they come by one link, keep their cookies, and ask a page again while they wait."""

from http.cookiejar import CookieJar
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from tests.lab import PATIENCE, call

DEVICE = "Mozilla/5.0 (a device that nobody else has)"


class NotFollowed(HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


class Person:
    """A browser with its cookies."""

    def __init__(self, device=DEVICE):
        self.device = device
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self.at = self.html = ""

    def go(self, url, **fields):
        data = urlencode(fields).encode() if fields else None
        request = Request(url, data, {"User-Agent": self.device})
        try:
            with self.browser.open(request, timeout=PATIENCE) as answer:
                self.at, self.html = answer.url, answer.read().decode()
        except HTTPError as error:
            self.at, self.html = error.url, error.read().decode()
        return self.html

    def send(self, url, **fields):
        """As a script that does not load the page to which it is led: the address of that page."""
        cookies = next(h for h in self.browser.handlers if isinstance(h, HTTPCookieProcessor))
        with pytest.raises(HTTPError) as answer:
            build_opener(cookies, NotFollowed).open(
                Request(url, urlencode(fields).encode(), {"User-Agent": self.device}), timeout=PATIENCE
            )
        answer.value.close()
        return urljoin(url, answer.value.headers["Location"])

    @property
    def page(self):
        return self.at.rstrip("/").split("/")[-2]

    def code(self):
        return self.at.split("/p/")[1].split("/")[0]


def to_the_end(people, steps=60, message="4"):
    """All of them decide and read until each has the receipt."""
    for _step in range(steps):
        for person in people:
            person.go(person.at)
            if person.page != "Receipt" and not person.page.startswith("Wait"):
                person.go(person.at, **({"message": message} if person.page == "Decide" else {"go": "on"}))
        if all(person.page == "Receipt" for person in people):
            return
    raise AssertionError([person.page for person in people])


def link_of(address, code):
    """The one link of a session, at the address of the test's server."""
    return f"{address}/{call(f'{address}/api/sessions/{code}')['session_wide_url'].split('/', 3)[3]}"


def exports_of(address, code):
    """What `tests.apps.people.checked` wants: `table(app, name)`."""
    export = f"{address}/api/export_app_custom?session_code={code}"

    def table(app, name=""):
        kind = f"&function_name=custom_export_{name}" if name else ""
        return Person().go(f"{export}&app={app}{kind}").lstrip("\ufeff")

    return SimpleNamespace(code=code, address=address, table=table)


def at_their_first_decision(address, code, count, identifiers=()):
    """So many people who have come by the link of a session, agreed and read the instructions; `identifiers` : those of
    Prolific, by which each has a device of an own."""
    people = [Person(*identifiers[k : k + 1]) for k in range(count)]
    for k, person in enumerate(people):
        person.go(link_of(address, code) + (f"?PROLIFIC_PID={identifiers[k]}" if identifiers else ""))
        person.go(person.at, consent="True")
    for person in people:
        person.go(person.at)
        if person.page == "Instructions":
            person.go(person.at, go="on")
        assert person.page == "Decide"
    return people
