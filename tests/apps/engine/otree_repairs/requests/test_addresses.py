"""Addresses asked as they are not meant."""

import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.lab import create_session


def ask(url, fields=None, cookie=""):
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(url, data, {"Cookie": f"session={cookie}"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


@pytest.fixture(scope="module")
def place(lab):
    with lab.server() as address:
        code, _ = create_session(address, "park_vcg", 3)
        yield address, code


@pytest.mark.parametrize("path", ["/GBATInactive", "/MTurkStart/x", "/room_with_session/nowhere", "/CloseRoom/nowhere"])
def test_what_is_not_there(place, path):
    assert ask(place[0] + path)[0] in (404, 405)


def test_to_log_out_without_having_logged_in_leads_to_the_login(place):
    status, page, _ = ask(f"{place[0]}/logout")
    assert (status, 'name="password"' in page) == (200, True)


@pytest.mark.parametrize("rate", [None, "NaN", "abc"])
def test_properties_of_a_session_without_money(place, rate):
    address, code = place
    [cookie] = re.findall("session=([^;]+)", ask(f"{address}/login")[2]["Set-Cookie"])
    token = re.search('name="csrftoken" value="([0-9]+)"', ask(f"{address}/login", cookie=cookie)[1])[1]
    fields = {"csrftoken": token, **({} if rate is None else {"real_world_currency_per_point": rate})}
    status = ask(f"{address}/SessionEditProperties/{code}", fields, cookie)[0]
    assert status in (200, 400)  # 200: the form again, with what is wrong
