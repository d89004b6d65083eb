"""What has been reported so far, in words: names, order, effects; and nothing of what is still to come."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from engine.screens.reports import effects_on, order_sentence, reports_so_far, turn_text
from engine.words.language import use
from engine.words.rendering import render

from mechanisms.transfers import pairwise_payments
from mechanisms.treatments import Treatment, load_treatment

PARK = load_treatment("treatments/park_pairwise_sequential.toml")


class Someone(SimpleNamespace):
    def field_maybe_none(self, name):
        return getattr(self, name)

    def alone(self):
        return False


def group_of(treatment, said):
    """The players of a group by position; `said`: message by position, None before the report."""
    group = SimpleNamespace()
    order = ";".join(str(i + 1) for i in treatment.sequence)
    players = [
        Someone(id=i, id_in_group=i + 1, position=i, message=message, treatment=treatment, group=group, sequence=order,
                decided_by="participant", session=SimpleNamespace(declined=[]))
        for i, message in enumerate(said)
    ]  # fmt: skip
    group.get_players = lambda: players
    return players


def html(player):
    return str(render("engine/reports.html", reports=reports_so_far(player)))


def numbers(text, name):
    return {int(k): float(v) for k, v in re.findall(rf'data-name="{name}-(\d)" data-value="([^"]*)"', text)}


@pytest.mark.parametrize("language", ["en", "de", "ja"])
def test_only_what_was_reported_is_on_the_page(language):
    treatment = PARK.in_sequence([2, 0, 1])
    players = group_of(treatment, [None, None, 20.0])
    with use(language):
        for player in players:
            assert numbers(html(player), "said") == {3: 20.0}
        assert html(players[0]).count("<tr") == 4


def test_names_stand_in_the_order_of_the_reports():
    treatment = PARK.in_sequence([2, 0, 1])
    with use("en"):
        text = html(group_of(treatment, [None, None, 20.0])[0])
        heads = re.findall(r'<th scope="row">(.*?)</th>', text)
        assert heads == ["Player 3", "You (Player 1)", "Player 2"]
        assert "your turn" in text
        assert "reports later" in text
        assert order_sentence(treatment).endswith("Player 3 → Player 1 → Player 2.")
        assert "→" not in text, "the order is told once"


def test_effects_are_what_the_mechanism_lets_pay():
    treatment, said = PARK.in_sequence([2, 0, 1]), [8.0, 20.0, 20.0]
    at = tuple(int(np.searchsorted(p.messages, m)) for p, m in zip(treatment.positions, said, strict=True))
    paid = pairwise_payments(treatment.played.problem, (2, 0, 1))[(slice(None), slice(None), *at)]
    made = [(i, said[i], "participant") for i in (2, 0, 1)]
    for me in range(3):
        found = {
            i: float(re.search(r'data-value="([^"]*)"', text)[1]) for i, text in effects_on(treatment, me, made).items()
        }
        assert found == pytest.approx({i: paid[me].sum() if i == me else -paid[i, me] for i in range(3)})


def test_a_report_that_changes_nothing_makes_nobody_pay_or_receive():
    certain = {**PARK.definition["types"], "probabilities": ["1", "0"]}
    treatment = Treatment.from_definition({**PARK.definition, "types": certain}).in_sequence([2, 0, 1])
    for language, text in (("en", "neither pay nor receive"), ("de", "zahlen nichts und erhalten nichts")):
        with use(language):
            for me in (2, 1):
                assert text in effects_on(treatment, me, [(2, 8.0, "participant")])[2]


def test_effects_of_early_reports_do_not_depend_on_later_ones():
    treatment = PARK.in_sequence([2, 0, 1])
    early = effects_on(treatment, 1, [(2, 20.0, "participant")])
    late = effects_on(treatment, 1, [(i, m, "participant") for i, m in ((2, 20.0), (0, 8.0), (1, 20.0))])
    assert early[2] == late[2]


def test_there_are_no_effects_of_reports_behind_one_that_was_deleted():
    text = html(group_of(PARK.in_sequence([2, 0, 1]), [20.0, None, None])[1])
    assert numbers(text, "said") == {1: 20.0}
    assert not numbers(text, "effect")


def test_effects_are_shown_only_where_the_treatment_says_so():
    quiet = {**PARK.definition, "play": {"form": "sequential", "order": [3, 1, 2]}}
    treatment = Treatment.from_definition(quiet)
    with use("en"):
        text = html(group_of(treatment, [None, None, 20.0])[0])
    assert "effect" not in text


def test_who_waits_is_told_for_whom():
    first, second, third = (group_of(PARK.in_sequence([0, 1, 2]), [None, None, None])[i] for i in range(3))
    with use("en"):
        assert turn_text(first) == "Now Player 1 reports."
        assert turn_text(second) == "Now Player 1 reports. After that it is your turn."
        assert turn_text(third) == "Now Player 1 reports. Before your turn there is 1 more player."
