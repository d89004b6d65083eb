"""Every request beside what theory says at its history, against sums over all types that are written out."""

import re
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.loading.exports import read_exports
from analysis.predictions.request_play import COLUMNS, requests_of
from mechanisms.session.in_stages import request_values
from mechanisms.treatments import Treatment, load_treatment
from mechanisms.verdicts import TooLargeError
from tests.analysis.simulate import session, write
from tests.mechanisms.stages.random_games import after_requests, plain_end, plain_request
from tests.shared import thorough

STAGED = load_treatment("treatments/production_staged.toml").with_protocol(rounds=3, practice_rounds=0)
DEFINITION = STAGED.definition
OPEN = Treatment.from_definition({**DEFINITION, "play": {"form": "staged", "order": [3, 1, 2], "shown": "requests"}})
KNOWN = Treatment.from_definition({**DEFINITION, "group": {"size": 3, "information": "complete"}})


def loaded(treatment, folder):
    write(folder / f"{treatment.name}_custom.csv", session(treatment))
    return read_exports(folder).decisions


def histories(treatment, rows):
    """(request, who, stage, history: (served, all requests) of each stage before), by the words of the rule."""
    game = treatment.staged_game()
    grid = treatment.positions[0].messages.tolist()
    asked = [[grid.index(float(q)) for q in text.split(";")] for text in rows["requests"]]
    served, before = {}, []
    for k in range(game.n):
        said = {i: asked[i][k] for i in range(game.n) if i not in served}
        for i, request in said.items():
            yield request, i, k + 1, dict(served), list(before)
        before.append((dict(served), said))
        served = after_requests(game.order, served, said)


def plain_values(treatment, types, i, served, before):
    """Expected points of each request, exact, the types of others as likely as they are after what was seen."""
    game, total = treatment.staged_game(), Fraction(0)
    others = [j for j in range(game.n) if j != i and j not in served]
    priors = [[Fraction(str(p)).limit_denominator(1000) for p in place.probabilities] for place in treatment.positions]

    def fits(j, t):
        own = [0] * game.n
        own[j] = t
        for was, said in before:
            request = plain_request(game, own, was, j)
            who, quantity = next((w, q) for w, q in after_requests(game.order, was, said).items() if w not in was)
            if treatment.shows_requests and said[j] != request:
                return False
            if (request, game.order.index(j)) < (quantity, game.order.index(who)):
                return False
        return True

    possible = {}
    for j in others:
        every = range(len(priors[j]))
        fitting = [t for t in every if fits(j, t)] or list(every)
        possible[j] = [types[j]] if treatment.information == "complete" else fitting
    low = max(served.values(), default=0)
    values = [Fraction(0)] * (game.n_quantities - low)
    for drawn in product(*possible.values()):
        own = list(types)
        weight = Fraction(1)
        for j, t in zip(others, drawn, strict=True):
            own[j], weight = t, weight * priors[j][t]
        said = {j: plain_request(game, own, served, j) for j in others}
        for k in range(len(values)):
            end = plain_end(game, own, after_requests(game.order, served, {**said, i: low + k}))
            values[k] += weight * int(end[i])
        total += weight
    return [value / total for value in values]


@pytest.mark.parametrize(
    "treatment",
    [STAGED, *(pytest.param(game, marks=thorough) for game in (OPEN, KNOWN))],
    ids=["hidden", "shown", "known types"],
)
def test_each_request_at_its_history(treatment, tmp_path):
    decisions = loaded(treatment, tmp_path)
    table = requests_of(decisions)
    assert list(table.columns) == list(COLUMNS)
    grid, checked = treatment.positions[0].messages, 0
    for key, rows in list(decisions.groupby(["round", "group"]))[:2]:
        rows = rows.sort_values("position")
        types = [treatment.positions[i].types.tolist().index(t) for i, t in enumerate(rows["type"])]
        own = table[(table["round"] == key[0]) & (table["group"] == key[1])].set_index(["position", "stage"])
        assert len(own) == sum(len(text.split(";")) for text in rows["requests"])
        for request, i, stage, served, before in histories(treatment, rows):
            found, low = own.loc[(i + 1, stage)], max(served.values(), default=0)
            values = plain_values(treatment, types, i, served, before)
            best = [low + k for k, value in enumerate(values) if value == max(values)]
            assert found["request"] == grid[request]
            assert found["least"] == grid[low]
            assert [float(q) for q in found["stage_messages"].split(";")] == grid[best].tolist()
            assert (found["stage_count"], found["stage_played"]) == (len(best), request in best)
            assert found["stage_area"] == pytest.approx(len(best) / len(values))
            assert found["stage_loss"] == pytest.approx(float(max(values) - values[request - low]))
            straight = plain_request(treatment.staged_game(), types, served, i)
            assert (found["straightforward"], found["straightforward_played"]) == (grid[straight], request == straight)
            checked += 1
    assert checked > 10


def test_the_last_request_of_everybody_is_served(tmp_path):
    table = requests_of(loaded(STAGED, tmp_path))
    last = table.groupby(["round", "participant_id"])["stage"].transform("max")
    assert (table["served"] == (table["stage"] == last)).all()
    assert (table.groupby(["round", "group", "stage"])["served"].sum() == 1).all()


def test_nothing_without_stages(tmp_path):
    serial = load_treatment("treatments/production_serial.toml").with_protocol(rounds=2, practice_rounds=0)
    assert requests_of(loaded(serial, tmp_path)).empty
    assert requests_of(pd.DataFrame({"message": [1.0]})).empty


def test_too_many_types_are_said(monkeypatch):
    monkeypatch.setattr("mechanisms.session.in_stages.MAX_TYPE_PROFILES", 8)
    with pytest.raises(TooLargeError, match=re.escape("the others can be of 9 type profiles, more than 8")):
        request_values(STAGED, [[], [], []], [16, 19, 19], 1, 1)
    assert np.isfinite(request_values(KNOWN, [[], [], []], [16, 19, 19], 1, 1).points).all()
