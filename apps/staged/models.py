from engine.export import custom_export, custom_export_quiz, custom_export_record, custom_export_what_if
from engine.models import round_models

__all__ = [
    "C", "Group", "Player", "QuizAnswer", "Subsession", "WhatIf",
    "custom_export", "custom_export_quiz", "custom_export_record", "custom_export_what_if",
]  # fmt: skip

C, Subsession, Group, Player, WhatIf, QuizAnswer = round_models(__name__)
