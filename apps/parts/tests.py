from engine.bots import RoundBot as PlayerBot
from engine.bots import call_live_method

__all__ = ["PlayerBot", "call_live_method"]
