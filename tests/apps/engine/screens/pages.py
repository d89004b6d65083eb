"""Pages of players on a stage (tests/apps/stage.py), and what they show."""

import re
from html import unescape

from engine.forgetting import STRUCTURE
from engine.screens.round import decide_screen, feedback_screen
from engine.words.rendering import render

from mechanisms.treatments import Treatment, load_session_designs
from tests.apps.stage import decide, stage
from tests.lab import ROOT

DESIGNS = load_session_designs(ROOT / "treatments")

TREATMENTS = {treatment.name: treatment for design in DESIGNS for treatment in design.treatments}

SHOWN = re.compile(r'data-name="([^"]+)" data-value="([^"]*)">([^<]*)<')


def changed(name, **changes):
    """A shipped treatment with other values in its tables, e.g. screen={"history": False}."""
    definition = dict(TREATMENTS[name].definition)
    for table, values in changes.items():
        definition[table] = {**definition.get(table, {}), **values}
    return Treatment.from_definition(definition)


def decide_page(player):
    return render("engine/decide.html", **decide_screen(player))


def feedback_page(player):
    return render("engine/feedback.html", **feedback_screen(player), belief="")


def shown(html):
    """Exact values by name."""
    return {name: unescape(value) for name, value, _text in SHOWN.findall(html)}


def payments(numbers):
    """(payer, receiver, amount) of pairwise compensation, from 1."""
    found = ((re.fullmatch(r"step-payment-(\d+)-(\d+)-for-\d+", name), value) for name, value in numbers.items())
    return [(int(match[1]), int(match[2]), float(value)) for match, value in found if match]


def played(treatment, **options):
    """Players who have just played their last round."""
    players = stage(treatment, **options)
    for group in dict.fromkeys(player.group for player in players):
        decide(treatment, group, group.get_players(), 5 + group.id)
    return players


def forget(person, players):
    """Empty all rounds of a person as `run.py forget` does; `players`: everybody's, to know the groups again."""
    person.session.declined = [person.id]
    for player in players[0].objects_filter(participant_id=person.id):
        if player.field_maybe_none("points_units") is not None:
            player.group.outcome = player.type_value = None
        for name in set(type(player).__table__.columns.keys()) - STRUCTURE:
            setattr(player, name, None)
