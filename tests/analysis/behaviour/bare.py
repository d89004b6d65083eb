"""Choices in a bare game: one-shot play of a bimatrix, without a treatment or files."""

from types import SimpleNamespace

import numpy as np

from analysis.behaviour import Choices
from mechanisms.games.private_types import BayesianGame
from mechanisms.quantal_response.agents import largest_range


def one_shot(row, column, rows_chosen, columns_chosen) -> Choices:
    """How often each row and each column was chosen, everybody being a session of one's own."""
    payoffs = [np.array([row], dtype=float), np.array([column], dtype=float)]
    form = BayesianGame(payoffs, [[1], [1]], truthful=None)
    message = np.concatenate([np.repeat(np.arange(len(n)), n) for n in (rows_chosen, columns_chosen)])
    agent = np.repeat([0, 1], [sum(rows_chosen), sum(columns_chosen)])
    number, nobody = np.arange(len(message)), np.zeros(len(message), dtype=bool)
    game = SimpleNamespace(
        width=max(form.n_messages), range=largest_range(payoffs), treatment=SimpleNamespace(name="bare", identity="0")
    )
    return Choices(
        game=game,
        forms=(form,),
        sessions=tuple(map(str, number)),
        units=tuple(map(str, number)),
        people=tuple((str(k), 1, 1) for k in number),
        **dict.fromkeys(("session", "unit", "participant"), number),
        **dict.fromkeys(("position", "situation", "agent"), agent),
        round=np.ones(len(message), dtype=int),
        agent_situation=np.array([0, 1]),
        members=number[:, None],
        message=message,
        counts=~nobody,
        sees_others=nobody,
        sees_points=nobody,
        others_shown=False,
    )
