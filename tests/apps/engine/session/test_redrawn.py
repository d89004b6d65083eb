"""Groups are drawn anew where the matching allows it, in every part; and people are told so before they agree."""

import time
from html import unescape

import pytest

from tests.apps.people import APP, People, act, checked, go_to_the_end
from tests.lab import Lab
from tests.shared import mostly_thorough, thorough


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with Lab(tmp_path_factory.mktemp("redrawn")).server() as address:
        yield address


def start_without(people, out):
    """Some decline, and the experimenter lets the others start; who plays has read the instructions."""
    playing = [k for k in range(1, len(people.links) + 1) if k not in out]
    for k in out:
        people.open(k)
        people.send(k, consent="False")
        people.admin(k)
    people.start(*playing)
    return playing


@pytest.mark.parametrize(
    ("rounds", "out", "redrawn"),
    mostly_thorough([(2, (2, 5), True), (3, (2, 5), False), (2, (4,), True), (3, (4,), False)], (2, (2, 5), True)),
)
def test_perfect_strangers(address, tmp_path, rounds, out, redrawn):
    """Six in pairs with fixed roles meet in three rounds at most, four in two: then the rule of the treatment holds."""
    people = People(address, "chen_serial", 6, rounds=rounds, matching="perfect_stranger", seed=4)
    playing = start_without(people, out)
    go_to_the_end(people, playing)
    rows = people.rows(APP)
    assert {row["rematched"] for row in rows} == {";".join(map(str, out)) if redrawn else ""}
    idle = {int(row["participant_id"]) for row in rows if row["points"] == ""}
    if redrawn:
        assert len(idle) == 2  # one pair: who has declined, and one more if that was one
    met = [tuple(sorted((row["participant_id"], row["partners"]))) for row in rows if row["points"]]
    assert all(met.count(pair) == 2 for pair in met)  # once from each side
    result = checked(people, APP, tmp_path)
    assert result.ok, result.findings.to_string()


@thorough
def test_several_parts_in_counterbalanced_order(address, tmp_path):
    """Each order is drawn anew for itself, in both parts; a leaver of the second part is passed over."""
    values = {"rounds": 2, "practice_rounds": 0, "quiz": False, "seconds": 5, "seconds_result": 5}
    changes = {f"part{k}_{name}": value for k in (1, 2) for name, value in values.items()}
    people = People(address, "production_counterbalanced", 12, **changes)
    orders = {int(row["participant_id"]): row["order"] for row in people.rows("parts")}
    gone = min(k for k in orders if orders[k] == "1;2")
    playing = start_without(people, [gone])
    leaver, decided, end = playing[-1], 0, time.monotonic() + 120
    waiting = set(playing) - {leaver}
    while waiting:
        assert time.monotonic() < end, {k: people.page(k) for k in waiting}
        for k in sorted(waiting | ({leaver} if decided < 2 else set())):
            page = people.page(k)
            if page == "Receipt":
                waiting.discard(k)
            elif not page.startswith("Wait"):
                act(people, k, page, {"Decide": {"message": "3"}})
                decided += k == leaver and page == "Decide"
        time.sleep(0.3)
    rows = people.rows("parts")
    assert {(row["order"], row["rematched"]) for row in rows} == {("1;2", str(gone)), ("2;1", "")}
    own = [row["decided_by"] for row in rows if row["participant_id"] == str(leaver)]
    assert own.count("participant") == 2
    assert "absent" in own
    result = checked(people, "parts", tmp_path)
    assert result.ok, result.findings.to_string()


TOLD = {
    "en": ("The groups are drawn among those who have agreed", "the computer can decide in the place of this person"),
    "de": ("Die Gruppen werden unter denen ausgelost", "kann in allen späteren Runden der Computer"),
    "ja": ("グループは、参加に同意した人の中から", "その人の代わりにコンピュータが決定する"),
}


@pytest.mark.parametrize("language", TOLD)
def test_consent_and_instructions_say_what_happens(address, language):
    people = People(address, "chen_serial", 2, language=language)
    people.open(1, 2)
    for sentence in TOLD[language]:
        assert sentence in unescape(people.html[1]), "consent"
    for k in (1, 2):
        people.send(k, consent="True")
    assert people.page(1) == "Instructions"
    for sentence in TOLD[language]:
        assert sentence in unescape(people.html[1]), "instructions"
