from engine.bots.round import RoundBot as PlayerBot
from engine.bots.round import call_live_method

__all__ = ["PlayerBot", "call_live_method"]
