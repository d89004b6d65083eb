"""Models of behaviour, fitted by maximum likelihood to the game as played; docs/behaviour.md is the guide.

    >>> from analysis.behaviour import MODELS, choices_of, compare, fit, simulate

`choices_of` makes arrays of a table of decisions, `fit` estimates one model, `compare` sets several side by side,
`simulate` draws decisions from a model, and `study` does all of it for a report.
"""

from analysis.behaviour.choices import Choices, choices_of, empty_sessions
from analysis.behaviour.estimation.comparison import Comparison, compare
from analysis.behaviour.estimation.estimates import Estimate
from analysis.behaviour.estimation.fitting import Fit, fit
from analysis.behaviour.estimation.likelihood import ModelType
from analysis.behaviour.models.belief_learning import BeliefLearning
from analysis.behaviour.models.ewa import EWA
from analysis.behaviour.models.level_k import LevelK
from analysis.behaviour.models.logit_equilibrium import LogitEquilibrium
from analysis.behaviour.models.model import Model, NotApplicableError
from analysis.behaviour.models.noisy_best_reply import NoisyBestReply
from analysis.behaviour.models.reinforcement import Reinforcement
from analysis.behaviour.models.types_mixture import TypesMixture
from analysis.behaviour.models.uniform import Uniform
from analysis.behaviour.simulation import simulate
from analysis.behaviour.study import Study, study

MODELS: dict[str, ModelType] = {
    kind.name: kind
    for kind in (
        Uniform,
        LogitEquilibrium,
        NoisyBestReply,
        LevelK,
        Reinforcement,
        BeliefLearning,
        EWA,
        TypesMixture,
    )
}
"""All models by name."""

__all__ = [
    "EWA",
    "MODELS",
    "BeliefLearning",
    "Choices",
    "Comparison",
    "Estimate",
    "Fit",
    "LevelK",
    "LogitEquilibrium",
    "Model",
    "NoisyBestReply",
    "NotApplicableError",
    "Reinforcement",
    "Study",
    "TypesMixture",
    "Uniform",
    "choices_of",
    "compare",
    "empty_sessions",
    "fit",
    "simulate",
    "study",
]
