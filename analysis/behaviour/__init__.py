"""Models of behaviour, fitted by maximum likelihood to the game as played; docs/behaviour.md is the guide.

    >>> from analysis.behaviour import MODELS, choices_of, compare, fit, simulate

The models are those of the simulated subjects (mechanisms/subjects). `choices_of` makes arrays of a table of decisions,
`fit` estimates one model, `compare` sets several side by side,
`simulate` draws decisions from a model, and `study` does all of it for a report.
"""

from analysis.behaviour.choices import choices_of
from analysis.behaviour.estimation.comparison import Comparison, compare
from analysis.behaviour.estimation.estimates import Estimate
from analysis.behaviour.estimation.fitting import Fit, fit
from analysis.behaviour.study import Study, study
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.belief_learning import BeliefLearning
from mechanisms.subjects.models.ewa import EWA
from mechanisms.subjects.models.level_k import LevelK
from mechanisms.subjects.models.logit_equilibrium import LogitEquilibrium
from mechanisms.subjects.models.model import Model, ModelType, NotApplicableError
from mechanisms.subjects.models.noisy_best_reply import NoisyBestReply
from mechanisms.subjects.models.reinforcement import Reinforcement
from mechanisms.subjects.models.types_mixture import TypesMixture
from mechanisms.subjects.models.uniform import Uniform
from mechanisms.subjects.sessions import empty_sessions
from mechanisms.subjects.simulation import simulate

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
