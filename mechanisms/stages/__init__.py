"""Requests in stages (staged serial, K section 4): the game as played, and what backward induction says of it."""

from mechanisms.stages.equilibria import StagedEquilibria, staged_equilibria
from mechanisms.stages.game import StagedGame, State
from mechanisms.stages.straightforward import StagedGain, straightforward_in_stages

__all__ = [
    "StagedEquilibria", "StagedGain", "StagedGame", "State", "staged_equilibria", "straightforward_in_stages",
]  # fmt: skip
