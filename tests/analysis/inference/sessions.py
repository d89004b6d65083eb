"""Made-up decisions of silos whose members resemble each other, in the columns that inference needs."""

import numpy as np
import pandas as pd


def silos(
    rng: np.random.Generator,
    arms: list[str],
    rates: dict[str, float],
    people: int = 4,
    rounds: int = 10,
    correlation: float = 0.2,
) -> pd.DataFrame:
    """One session a silo, arms[k] the treatment of silo k; pairs are drawn anew in every round.

    The silo's rate comes from a beta distribution with mean rates[arm] and intra-unit correlation `correlation`.
    """
    n = len(arms)
    mean = np.array([rates[arm] for arm in arms])
    total = (1 - correlation) / correlation if correlation else np.inf
    chance = rng.beta(mean * total, (1 - mean) * total) if correlation else mean
    shape = (n, rounds, people)
    order = rng.permuted(np.broadcast_to(np.arange(people), shape), axis=2)
    session, round_index, _ = np.indices(shape)
    return pd.DataFrame(
        {
            "session_code": np.array([f"s{k:03d}" for k in range(n)])[session.ravel()],
            "part": 1,
            "treatment": np.array(arms)[session.ravel()],
            "round": round_index.ravel() + 1,
            "participant_id": order.ravel() + 1,
            "group": np.tile(np.arange(people) // 2 + 1, n * rounds),
            "position": np.tile(np.arange(people) % 2 + 1, n * rounds),
            "hit": rng.random(n * rounds * people) < np.repeat(chance, rounds * people),
        }
    )


def alternating(n: int) -> list[str]:
    """A, B, A, … for n silos."""
    return ["AB"[k % 2] for k in range(n)]
