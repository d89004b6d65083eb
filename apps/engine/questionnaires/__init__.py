"""The library of questionnaires that a treatment can ask after the last round, one file a scale."""

from engine.questionnaires.cognitive_reflection import COGNITIVE_REFLECTION
from engine.questionnaires.demographics import DEMOGRAPHICS
from engine.questionnaires.eckel_grossman import ECKEL_GROSSMAN
from engine.questionnaires.holt_laury import HOLT_LAURY
from engine.questionnaires.scales import Item, Scale
from engine.questionnaires.strategy import STRATEGY

SCALES: dict[str, Scale] = {
    scale.name: scale for scale in (DEMOGRAPHICS, COGNITIVE_REFLECTION, HOLT_LAURY, ECKEL_GROSSMAN, STRATEGY)
}

__all__ = ["SCALES", "Item", "Scale"]
