from engine.export import custom_export
from engine.models import round_models

__all__ = ["C", "Group", "Player", "Subsession", "custom_export"]

C, Subsession, Group, Player = round_models(__name__)
