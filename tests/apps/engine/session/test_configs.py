"""What oTree's pages and its REST interface say of our session configs."""

import json
import re
import urllib.error
import urllib.request

import pytest

from tests.lab import Lab, call, visit

GOOD = {"OTREE_AUTH_LEVEL": "STUDY", "OTREE_ADMIN_PASSWORD": "plum-and-kiwi", "OTREE_REST_KEY": "a key of our own"}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("configs")).server() as address:
        yield address


def test_how_many_people_a_session_can_have(address):
    page = visit(f"{address}/create_session")[1]
    said = dict(re.findall(r'data-treatment="(\w+)".*?>a multiple of (\d+)', page, re.S))
    assert (said["chen_serial"], said["park_vcg"], said["production_counterbalanced"]) == ("2", "3", "6")
    made = call(f"{address}/api/sessions", {"session_config_name": "production_counterbalanced"})
    assert len(call(f"{address}/api/sessions/{made['code']}")["participants"]) == 6  # as few as there can be
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(f"{address}/api/sessions", {"session_config_name": "production_counterbalanced", "num_participants": 9})
    assert "9 participants cannot be divided into groups of 3 in each of the 2 orders" in refused.value.read().decode()


def test_the_list_of_treatments_by_rest(own_lab):
    with own_lab.server(**GOOD) as address:
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}/api/session_configs", timeout=30)
        key = {"otree-rest-key": GOOD["OTREE_REST_KEY"]}
        request = urllib.request.Request(f"{address}/api/session_configs", headers=key)
        with urllib.request.urlopen(request, timeout=30) as answer:
            found = {config["name"]: config for config in json.load(answer)}
    assert {"chen_serial", "production_counterbalanced"} <= set(found)
    assert found["chen_serial"]["real_world_currency_per_point"] == 1.0
