"""Small games with few distinct payoffs, so that ties are common."""

import numpy as np
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame


@st.composite
def games(draw):
    """Small games with few distinct payoffs, so that ties are common."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    size = len(shape) * int(np.prod(shape))
    payoffs = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    return NormalFormGame(np.reshape(payoffs, (len(shape), *shape)))


def payoff_of(game, i, own, others):
    return game.payoffs[(i, *others[:i], own, *others[i:])]
