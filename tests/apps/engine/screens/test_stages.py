"""What was served so far, in words; and nothing of a stage that is not over."""

import re
from types import SimpleNamespace

import pytest
from engine.aids import aids, answer
from engine.screens.round import seen_before
from engine.screens.stages import stage_text, stages_so_far
from engine.words.language import speaking_of, use
from engine.words.rendering import render

from mechanisms.treatments import Treatment, load_treatment

STAGED = load_treatment("treatments/production_staged.toml")
OPEN = Treatment.from_definition(
    {**STAGED.definition, "play": {"form": "staged", "order": [3, 2, 1], "shown": "requests"}}
)


class Someone(SimpleNamespace):
    def field_maybe_none(self, name):
        return getattr(self, name)

    def alone(self):
        return False


def group_of(treatment, asked):
    """The players of a group by position; `asked`: the text of the requests of each."""
    group = SimpleNamespace()
    players = [Someone(position=i, requests=text, treatment=treatment, group=group, requests_by=None,
                       type_value=13.0, get_folder_name=lambda: "staged")
               for i, text in enumerate(asked)]  # fmt: skip
    group.get_players = lambda: players
    return players


def html(player):
    return str(render("engine/stages.html", stages=stages_so_far(player)))


def tagged(text):
    return {name: float(value) for name, value in re.findall(r'data-name="([^"]*)" data-value="([^"]*)"', text)}


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_requests_of_a_stage_that_is_not_over_are_on_no_page(language):
    with use(language):
        for player in group_of(STAGED, ["5.0", "4.0", None]):
            assert tagged(html(player)) == {}
        for player in group_of(OPEN, ["5.0;6.0", "4.0", "7.0"]):
            shown = tagged(html(player))
            assert shown == {"served-2": 4.0, "asked-1-1": 5.0, "asked-1-2": 4.0, "asked-1-3": 7.0}


def test_only_the_own_request_and_what_was_served_where_requests_are_hidden():
    players = group_of(STAGED, ["5.0;5.0", "4.0", "5.0"])
    assert [tagged(html(player)) for player in players] == [
        {"served-2": 4.0, "own-1": 5.0}, {"served-2": 4.0, "own-1": 4.0}, {"served-2": 4.0, "own-1": 5.0},
    ]  # fmt: skip


def test_of_equal_requests_the_first_in_the_order_is_served():
    assert tagged(html(group_of(STAGED, ["4.0", "4.0", "4.0"])[0]))["served-1"] == 4.0
    assert tagged(html(group_of(OPEN, ["4.0", "4.0", "4.0"])[0]))["served-3"] == 4.0


def cells(player):
    """The table row by row, each cell as its lines of text."""
    rows = re.findall(r"<tr.*?</tr>", html(player), re.DOTALL)[1:]
    return [[re.findall(r"[^<>]+(?=<)", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def test_what_the_computer_drew_is_said_beside_its_request():
    drawn = "drawn at random by the computer"
    for treatment in (STAGED, OPEN):
        players = group_of(treatment, ["4.0", "5.0;6.0", "8.0;8.0"])
        players[0].requests_by, players[1].requests_by = "computer", "computer;computer"
        players[2].requests_by = "clock;participant"
        own, late = ["8"], "drawn at random, time was over"
        if treatment is STAGED:
            expected = [[["1"], ["Player 1", drawn], ["4"], [*own, late]], [["2"], ["Player 2", drawn], ["6"], own]]
        else:
            requests = [["Player 1: ", "4", drawn, "Player 2: ", "5", drawn, "Player 3: ", "8", late],
                        ["Player 2: ", "6", drawn, "Player 3: ", "8"]]  # fmt: skip
            expected = [[["1"], ["Player 1"], ["4"], requests[0]], [["2"], ["Player 2"], ["6"], requests[1]]]
        assert cells(players[2]) == expected


def test_what_can_be_requested_and_for_whom_one_waits():
    with use("en"):
        _first, second, third = group_of(STAGED, ["5.0;6.0", "4.0", "4.0"])
        assert "Stage 2: you and 1 other player are left. You can request 4 or more." in html(third)
        for stage, requests in [(2, ["5.0;6.0", "4.0", "4.0"]), (2, ["5.0", "4.0", "4.0"]), *(
            (1, ["5.0", *others]) for others in (["", ""], ["4.0", ""], ["", "4.0"])
        )]:  # fmt: skip
            told = str(stage_text(group_of(STAGED, requests)[0]))
            assert told == f"Stage {stage} is over when everybody who is left has made a request."
        assert "You can request" not in html(second)
        assert "when 2 more players have been served" in stage_text(second)
        last = group_of(STAGED, ["5.0;6.0", "4.0", "4.0;7.0"])[2]
        assert "Stage 3: only you are left" in html(last)
        assert str(stage_text(group_of(STAGED, ["1.0", "2.0;2.0", "3.0;3.0;3.0"])[0])) == (
            "Waiting for the other participants."
        )


def test_nothing_where_there_are_no_stages():
    serial = load_treatment("treatments/production_serial.toml")
    assert stages_so_far(Someone(treatment=serial)) is None


def options(text):
    """Of each player's list in the calculator; what is filled in is a list of its own."""
    lists = re.findall(r'<select id="guess-(\d)"(.*?)</select>', text, re.DOTALL)
    filled_in = re.findall(r'type="hidden" id="guess-(\d)".*?value="(\d+)"', text)
    return {int(i): re.findall(r'value="(\d+)"', part) for i, part in lists} | {int(i): [q] for i, q in filled_in}


def test_aids_of_a_later_stage_go_by_what_was_served(stored):
    first, _second, third = group_of(STAGED, ["5.0", "4.0", "6.0"])
    for player, seen in ((first, seen_before(first)), (third, seen_before(third))):
        with speaking_of(STAGED):
            html = aids(player, seen)
        assert options(html) == {player.position: list("45678"), 1: ["4"], 2 - player.position: list("45678")}
        assert "What has been served is filled in." in html
        below = {"kind": "calculator", "messages": ["3", "4", "5"] if player is first else ["5", "4", "3"]}
        assert answer(player, below, seen)["error"] == "Please choose a whole number from 4 to 8 for yourself."
        other = {"kind": "calculator", "messages": ["5", "6", "5"]}
        assert answer(player, other, seen)["error"] == "Please choose the number 4 for Player 2."
        assert (
            answer(player, {**other, "messages": ["5", "4", "5"]}, seen)["points"]
            == STAGED.play([13, 13, 13], [5, 4, 5]).points[player.position]
        )
        graph = answer(player, {"kind": "graph", "messages": ["4", "4", "4"]}, seen)["html"]
        assert list(tagged(graph)) == [f"graph-points-{k}" for k in range(4, 9)]
    [beginner, *_others] = group_of(STAGED, [None] * 3)
    assert options(aids(beginner, seen_before(beginner)))[1] == list("012345678")


def test_the_table_of_a_later_stage_has_what_can_still_be():
    two = Treatment.from_definition(
        {
            **STAGED.definition,
            "group": {"size": 2, "information": "private"},
            "play": {"form": "staged", "order": [1, 2]},
        }
    )
    first, second = group_of(two, ["6.0", "4.0"])
    table = str(aids(first, seen_before(first)))
    assert re.findall(r"scope=(\w+) data-message=(\d)", table) == [("col", "4"), *(("row", k) for k in "45678")]
    units = two.own_points(0, 13)[4:, 4].tolist()
    assert re.findall(r"<td[^>]*>([^<]*)", table) == [two.format_points(u).replace("-", "−") for u in units]
    again = str(aids(second, seen_before(group_of(two, [None, None])[1])))
    assert len(re.findall("<td", again)) == 81
