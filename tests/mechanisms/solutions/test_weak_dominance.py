from itertools import product

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from mechanisms.solutions.dominance import dominant_for_player
from mechanisms.solutions.weak_dominance import weak_dominators


@st.composite
def own_payoffs(draw):
    """Few different payoffs, so that ties and dominance are common."""
    shape = draw(st.lists(st.integers(1, 4), min_size=2, max_size=3))
    size = int(np.prod(shape))
    return np.array(draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))).reshape(shape)


def by_definition(payoffs, player, message):
    """Profile by profile, in plain Python."""
    found = []
    others = [range(size) for i, size in enumerate(payoffs.shape) if i != player]
    for other in range(payoffs.shape[player]):
        pairs = []
        for profile in product(*others):
            at = [(*profile[:player], m, *profile[player:]) for m in (other, message)]
            pairs.append([int(payoffs[place]) for place in at])
        if all(a >= b for a, b in pairs) and any(a > b for a, b in pairs):
            found.append(other)
    return found


@given(own_payoffs(), st.data())
def test_weak_dominators_are_those_of_the_definition(payoffs, data):
    player = data.draw(st.integers(0, payoffs.ndim - 1))
    message = data.draw(st.integers(0, payoffs.shape[player] - 1))
    assert weak_dominators(payoffs, player, message).tolist() == by_definition(payoffs, player, message)


@given(own_payoffs())
def test_a_dominant_message_is_dominated_by_nothing(payoffs):
    for message in dominant_for_player(payoffs, 0, "weak"):
        assert weak_dominators(payoffs, 0, message).size == 0
