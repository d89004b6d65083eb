"""Small games with few distinct payoffs, so that ties are common."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame
from mechanisms.solutions.coalitions import coalitions


@st.composite
def games(draw):
    """Small games with few distinct payoffs, so that ties are common."""
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    size = len(shape) * int(np.prod(shape))
    payoffs = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    return NormalFormGame(np.reshape(payoffs, (len(shape), *shape)))


def payoff_of(game, i, own, others):
    return game.payoffs[(i, *others[:i], own, *others[i:])]


def deviations(game, profile):
    """(coalition, profile after, changes of the members' payoffs) of every joint deviation."""
    for members in coalitions(game.n):
        for messages in product(*(range(game.shape[i]) for i in members)):
            after = list(profile)
            for i, message in zip(members, messages, strict=True):
                after[i] = message
            yield members, tuple(after), [int(game.payoffs[(i, *after)] - game.payoffs[(i, *profile)]) for i in members]
