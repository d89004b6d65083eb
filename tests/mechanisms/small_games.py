"""Small games with whole payoffs and many ties, and payoffs by profile, for tests from the definitions."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from mechanisms.games.normal_form import NormalFormGame


@st.composite
def games(draw, highest=2, players=3, messages=4):
    """Payoffs 0…highest, so that ties are common."""
    shape = draw(st.lists(st.integers(1, messages), min_size=1, max_size=players))
    size = len(shape) * int(np.prod(shape))
    payoffs = draw(st.lists(st.integers(0, highest), min_size=size, max_size=size))
    return NormalFormGame(np.reshape(payoffs, (len(shape), *shape)))


def payoff(game, i, own, others):
    """Player i's payoff from the message `own` when the others, in their order, send `others`; a Python number."""
    return game.payoffs[(i, *others[:i], own, *others[i:])].item()


def profiles_of_others(left, i):
    """All profiles of the others than i from the messages that each player has left."""
    return list(product(*(left[k] for k in range(len(left)) if k != i)))


def expected_payoffs(game, strategies, i):
    """U_i of each message, by summing over the others' axes one at a time."""
    own = np.moveaxis(game.payoffs[i].astype(float), i, -1)
    for k in range(game.n):
        if k != i:
            own = np.tensordot(strategies[k], own, axes=(0, 0))
    return own
