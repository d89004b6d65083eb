"""Menus against an independent computation of the opportunity sets, on random games of every kind."""

import numpy as np
import pytest
from hypothesis import given

from mechanisms.descriptions import menu, opportunity_sets
from mechanisms.treatments import Treatment, load_treatment
from tests.mechanisms.descriptions.independent import Judge, coarse_games, small_games
from tests.shared import examples


@examples(40)
@coarse_games
@given(small_games())
def test_menus_are_the_opportunity_sets(definition):
    treatment = Treatment.from_definition(definition)
    judge = Judge(treatment)
    for i in range(judge.n):
        sets = opportunity_sets(treatment, i)
        ids, allocations, results, sizes = (
            a.reshape(*a.shape[: a.ndim - judge.n + 1], -1)
            for a in (sets.ids, sets.allocations, sets.results, sets.sizes)
        )
        open_to = []
        for column, others in enumerate(judge.others(i)):
            found = [judge.result(i, own, others) for own in judge.grids[i]]
            distinct = list(dict.fromkeys(found))
            assert results[:, column].tolist() == [distinct.index(result) for result in found]
            assert sizes[column] == len(distinct)
            one = [judge.what(i, own, others) for own in judge.grids[i]]
            assert (len(set(allocations[:, column].tolist()))) == len(set(one))
            open_to.append(frozenset(distinct))
            check_menu(treatment, judge, i, others, distinct, found)
        assert sets.vary == (len(set(open_to)) > 1)
        assert sets.one_price == (not judge.two_prices(i))
        assert (len(np.unique(ids)) == len(frozenset().union(*open_to))) is True


def check_menu(treatment, judge, i, others, distinct, found):
    for k, own_type in enumerate(judge.types[i]):
        shown = menu(treatment, i, own_type, others)
        assert [result.points for result in shown] == [points[k] for _what, points, _price in distinct]
        messages = [[own for own, r in zip(judge.grids[i], found, strict=True) if r == one] for one in distinct]
        assert [list(result.messages) for result in shown] == messages
        for result in shown:
            play = judge.at(i, own_type, result.messages[0], others)
            assert result.price == pytest.approx(judge.price(i, result.messages[0], others), abs=1e-7)
            assert result.value == pytest.approx(float(play["values"][i]), abs=1e-7)


def test_what_one_gets_of_a_production_is_the_own_quantity():
    """The others' units are nothing that one gets: reports that move only them give the same result."""
    treatment = load_treatment("treatments/production_vcg.toml")
    sets = opportunity_sets(treatment, 0)
    play = treatment.play([13, 13, 13], [[own, 13, 19] for own in (13, 16, 19)])
    assert len(np.unique(sets.allocations[:, 0, 2])) == len(np.unique(play.outcome[:, 0]))


def test_others_messages_are_counted():
    with pytest.raises(ValueError, match="others_messages has shape"):
        menu(load_treatment("treatments/park_vcg.toml"), 0, 8, [8])
