"""Solution concepts of games with private types, all on the game as played (S sections 3.2, 4 and 5)."""

from mechanisms.bayesian.backward_induction import (
    SequentialEquilibrium,
    SequentialLie,
    sequential_equilibrium,
    sequential_truth,
)
from mechanisms.bayesian.coalition_proofness import JointLie, best_joint_lie, coalition_proofness
from mechanisms.bayesian.equilibria import pure_bayesian_equilibria
from mechanisms.bayesian.ex_ante_removal import Externality, ex_ante_removal
from mechanisms.bayesian.full_implementation import InefficientEquilibrium, full_efficient_implementation
from mechanisms.bayesian.incentive_compatibility import (
    ProfitableLie,
    dominant_strategy_incentive_compatibility,
    incentive_compatibility,
)
from mechanisms.bayesian.interim import ex_ante_payoffs, interim_payoffs
from mechanisms.bayesian.order_independence import OrderWitness, order_independence
from mechanisms.bayesian.rationalizability import (
    Rationalizable,
    RationalizableLie,
    interim_correlated_rationalizability,
    unique_rationalizable_truth,
)
from mechanisms.bayesian.reports_in_turn import SequentialEquilibria, sequential_equilibria

__all__ = [
    "Externality",
    "InefficientEquilibrium",
    "JointLie",
    "OrderWitness",
    "ProfitableLie",
    "Rationalizable",
    "RationalizableLie",
    "SequentialEquilibria",
    "SequentialEquilibrium",
    "SequentialLie",
    "best_joint_lie",
    "coalition_proofness",
    "dominant_strategy_incentive_compatibility",
    "ex_ante_payoffs",
    "ex_ante_removal",
    "full_efficient_implementation",
    "incentive_compatibility",
    "interim_correlated_rationalizability",
    "interim_payoffs",
    "order_independence",
    "pure_bayesian_equilibria",
    "sequential_equilibria",
    "sequential_equilibrium",
    "sequential_truth",
    "unique_rationalizable_truth",
]
