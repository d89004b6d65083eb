"""A good call of everything that the face offers, small, argument by argument: what odd arguments are put into."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np

import mechanisms as m
from mechanisms.cost_sharing.generalized_serial import from_path
from mechanisms.demand_equilibria import LinearUtilities
from mechanisms.environments.continuous_types import uniform_prior
from mechanisms.treatments.schema import TreatmentSpec

INNER = {"total_cost", "marginal_cost", "value", "marginal"}
"""Formulas on arrays of numbers, called many times by functions that have checked what they got."""
ABSTRACT = {"Cost", "ValueFunction"}
RECORDS = {"Certificate", "Verdict", "TooLargeError", "TreatmentError", "Treatment"} | ABSTRACT
"""Made by the package alone, or made to be subclassed; methods of those that can be had are called nevertheless."""


@dataclass(frozen=True)
class Call:
    """A call that is right.

    Attributes
    ----------
    function, arguments : what is called; every parameter has an argument
    free : parameters that are only names or remarks: anything may stand there
    """

    function: Callable[..., Any]
    arguments: dict[str, Any]
    free: frozenset[str] = field(default_factory=frozenset)


def parameters(function: Callable[..., Any]) -> list[str]:
    """Those that have a name."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = inspect.signature(function).parameters.items()
    return [name for name, parameter in named if parameter.kind not in kinds and name != "self"]


def offered() -> dict[str, Callable[..., Any]]:
    """Every function and class of the face, and every public method with parameters, by its name."""
    found: dict[str, Callable[..., Any]] = {}
    for name in m.__all__:
        thing = getattr(m, name)
        if isinstance(thing, ModuleType):
            continue
        if name not in RECORDS:
            found[name] = thing
        methods = vars(thing) if isinstance(thing, type) and name not in ABSTRACT else ()
        for method in methods:
            bound = getattr(thing, method)
            if not method.startswith("_") and method not in INNER and callable(bound) and parameters(bound):
                found[f"{name}.{method}"] = bound
    return found


def calls() -> dict[str, Call]:
    """The good calls, by the same names."""
    cost, q = m.PowerCost(1, 2), [1.0, 2.0]
    game = m.NormalFormGame([[[3, 0], [5, 1]], [[3, 5], [0, 1]]])
    own = [[[3, 0], [2, 1]], [[0, 1], [1, 2]]]
    private = m.BayesianGame([own, own], [[0.5, 0.5], [0.25, 0.75]], truthful=[[0, 1], [0, 1]])
    problem = m.SocialChoiceProblem([[[16, 5], [2, 5]], [[8, 16], [9, 1]]], [[0.5, 0.5], [0.5, 0.5]])
    edges, values = from_path([[0, 0], [6, 6]], m.PowerCost(0.5, 2)), [lambda a: 3 * a[..., 0] + a[..., 1]] * 2
    treatment = m.load_treatment("treatments/chen_serial.toml")
    utilities, form = LinearUtilities([3, 2]), m.QuadraticFormCost([[1, 0.5], [0.5, 1]], [1, 1])
    priors = [uniform_prior(0, 1, 3)] * 2
    continuous = m.ContinuousProblem(
        [lambda theta, s: -((theta - s) ** 2)] * 2, lambda theta, agents: theta.mean(axis=-1), priors, [[0.3], [0.8]]
    )
    callable_cost = m.CallableCost(lambda d: (d**2).sum(axis=-1), lambda d: 2 * d, 2)
    types = [float(place.types[0]) for place in treatment.positions]
    ids = [[0, 1], [2, 3]]
    shares = {
        name: Call(getattr(m, name), {"demands": q, "cost": cost})
        for name in ("aumann_shapley", "axial", "equal", "friedman_moulin", "moulin_shenker", "proportional", "serial")
    }
    shares["shapley_shubik"] = Call(m.shapley_shubik, {"demands": q, "cost": cost})
    costs = {
        f"{type(each).__name__}.{method}": Call(getattr(each, method), {"demands": q})
        for each in (form, callable_cost)
        for method in ("cost", "gradient")
    }
    of_games = ("pure_nash_equilibria", "ex_ante_payoffs", "coalition_proofness", "incentive_compatibility")
    of_games += ("interim_correlated_rationalizability", "pure_bayesian_equilibria", "unique_rationalizable_truth")
    of_games += ("dominant_strategy_incentive_compatibility",)
    in_turn = ("sequential_equilibria", "sequential_equilibrium", "sequential_truth")
    alone = {name: Call(getattr(m, name), {"game": game if "nash" in name else private}) for name in of_games}
    alone |= {name: Call(getattr(m, name), {"game": private, "order": [1, 0]}) for name in in_turn}
    transfers = {name: Call(getattr(m, name), {"problem": problem}) for name in ("agv", "vcg")}
    transfers["symmetric_pairwise_compensation"] = Call(m.symmetric_pairwise_compensation, {"problem": problem})
    return shares | costs | alone | transfers | {
        "certify": Call(m.certify, {"treatment": treatment, "progress": lambda concept: None}),
        "menu": Call(m.menu, {"treatment": treatment, "player": 0, "own_type": 16.1, "others_messages": [6]}),
        "opportunity_sets": Call(m.opportunity_sets, {"treatment": treatment, "player": 0}),
        "explain": Call(m.explain, {"treatment": treatment, "types": types, "messages": [4, 6]}),
        "own_points_curve": Call(
            m.own_points_curve, {"treatment": treatment, "position": 0, "own_type": types[0], "others_messages": [6]}
        ),
        "Certificate.from_plain": Call(
            m.Certificate.from_plain, {"plain": m.Certificate("a", "b", "c", ()).plain()}
        ),
        "Certificate.row": Call(
            m.Certificate("a", "b", "c", (m.certificate.Row(m.Verdict("holds", "", ""), concept="d"),)).row,
            {"concept": "d"},
        ),
        "Treatment.from_definition": Call(
            m.Treatment.from_definition, {"definition": treatment.definition, "where": "here"}, frozenset({"where"})
        ),
        "Treatment.from_spec": Call(
            m.Treatment.from_spec,
            {"spec": TreatmentSpec.model_validate(treatment.definition), "where": "here"},
            frozenset({"where"}),
        ),
        "Treatment.from_json": Call(m.Treatment.from_json, {"definition": json.dumps(treatment.definition)}),
        "Treatment.play": Call(treatment.play, {"types": types, "messages": [4, 6]}),
        "Treatment.in_sequence": Call(
            m.load_treatment("treatments/park_pairwise_sequential.toml").in_sequence, {"order": [2, 0, 1]}
        ),
        "Treatment.game": Call(treatment.game, {"types": types}),
        "Treatment.own_points": Call(treatment.own_points, {"position": 0, "type_value": types[0]}),
        "Treatment.points_of_types": Call(treatment.points_of_types, {"t": 0}),
        "Treatment.dominant_messages": Call(
            treatment.dominant_messages, {"position": 0, "type_value": types[0], "kind": "weak"}
        ),
        "Treatment.nash_equilibria": Call(treatment.nash_equilibria, {"types": types}),
        "Treatment.surplus": Call(treatment.surplus, {"play": treatment.play(types, [4, 6])}),
        "Treatment.efficient_surplus": Call(treatment.efficient_surplus, {"types": types}),
        "Treatment.outcome_label": Call(treatment.outcome_label, {"outcome": np.array([4.0, 6.0])}),
        "Treatment.points_value": Call(treatment.points_value, {"units": 5}),
        "Treatment.format_points": Call(treatment.format_points, {"units": 5}),
        "Treatment.money": Call(treatment.money, {"units": 5}),
        "Study": Call(m.Study, {"spec": m.Study.from_definition({"name": "pilot"}).spec}),
        "Study.from_definition": Call(
            m.Study.from_definition, {"definition": {"name": "pilot"}, "where": "here"}, frozenset({"where"})
        ),
        "load_study": Call(m.load_study, {"path": "tests/data/pilot.toml"}),
        "load_session_designs": Call(m.load_session_designs, {"folder": "treatments"}),
        "load_treatment": Call(m.load_treatment, {"path": "treatments/chen_serial.toml"}),
        "NormalFormGame": Call(
            m.NormalFormGame, {"payoffs": game.payoffs.tolist(), "messages": [[1, 2], [3, 4]]}
        ),
        "NormalFormGame.profiles": Call(game.profiles, {"indices": [[0, 1]]}),
        "BayesianGame": Call(
            m.BayesianGame,
            {
                "payoffs": [own, own],
                "priors": [[0.5, 0.5], [0.25, 0.75]],
                "truthful": [[0, 1], [0, 1]],
                "types": [[1, 2], [3, 4]],
                "messages": [[1, 2], [3, 4]],
            },
        ),
        "BayesianGame.at": Call(private.at, {"types": [0, 1]}),
        "demand_game": Call(
            m.demand_game,
            {"values": [9, 8], "grid": [0, 1, 2], "cost": cost, "rule": "serial"}
            | {"scale": 1, "shift": 0, "rounding": 2},
        ),
        "fixed_path": Call(m.fixed_path, {"demands": q, "cost": cost, "path": [[0, 0], [6, 6]]}),
        "incremental": Call(m.incremental, {"demands": q, "cost": cost, "order": [1, 0]}),
        "GeneralizedSerialFunction": Call(
            m.GeneralizedSerialFunction,
            {"allocate": lambda z: z[..., None], "highest": [1, 1], "still": [[(0, 0.5)], []]},
        ),
        "GeneralizedSerialFunction.allocate": Call(edges.allocate, {"levels": [0.5, 1]}),
        "GeneralizedSerialFunction.conditions": Call(
            edges.conditions, {"utilities": [[3, 1]], "points": 3, "fine": 11}
        ),
        "GeneralizedSerialFunction.equilibrium": Call(edges.equilibrium, {"utilities": values, "fine": 11}),
        "GeneralizedSerialFunction.best_level": Call(
            edges.best_level, {"i": 0, "utility": values[0], "levels": [0.5, 1], "fine": 11}
        ),
        "GeneralizedSerialFunction.levels": Call(edges.levels, {"i": 0, "fine": 11}),
        "GeneralizedSerialFunction.social_choice": Call(edges.social_choice, {"utilities": values}),
        "staged_serial": Call(
            m.staged_serial, {"strategy": lambda number, left, served: [4] * len(left), "n": 2, "cost": cost}
        ),
        "CallableCost": Call(
            m.CallableCost,
            {"function": lambda d: (d**2).sum(axis=-1), "gradient": lambda d: 2 * d, "n": 2, "upper": 5.0},
        ),
        "PiecewiseLinearCost": Call(m.PiecewiseLinearCost, {"breakpoints": (2,), "slopes": (1, 3)}),
        "PolynomialCost": Call(m.PolynomialCost, {"coefficients": (1, 0.5)}),
        "PowerCost": Call(m.PowerCost, {"coefficient": 1, "exponent": 2}),
        "QuadraticFormCost": Call(m.QuadraticFormCost, {"matrix": [[1, 0], [0, 1]], "linear": [1, 1]}),
        "TabulatedCost": Call(m.TabulatedCost, {"values": (0, 1, 3)}),
        "LinearValue": Call(m.LinearValue, {}),
        "PowerValue": Call(m.PowerValue, {"exponent": 0.5}),
        "QuadraticValue": Call(m.QuadraticValue, {"curvature": 1}),
        "TabulatedValue": Call(
            m.TabulatedValue,
            {"types": np.array([1.0, 2]), "quantities": np.array([0.0, 1]), "rows": np.array([[0.0, 1], [0, 2]])},
        ),
        "average_cost_equilibrium": Call(
            m.average_cost_equilibrium, {"utilities": utilities, "cost": cost, "q_max": [5, 5]}
        ),
        "serial_equilibrium": Call(m.serial_equilibrium, {"utilities": utilities, "cost": cost, "q_max": [5, 5]}),
        "ContinuousProblem": Call(
            m.ContinuousProblem,
            {
                "payoffs": [lambda theta, s: -((theta - s) ** 2)] * 2,
                "efficient": lambda theta, agents: theta.mean(axis=-1),
                "priors": priors,
                "reports": [[0.3], [0.8]],
            },
        ),
        "ContinuousProblem.best_payoff_of_others": Call(continuous.best_payoff_of_others, {"i": 0}),
        "SocialChoiceProblem": Call(
            m.SocialChoiceProblem,
            {
                "values": [[[16, 5], [2, 5]], [[8, 16], [9, 1]]],
                "priors": [[0.5, 0.5], [0.5, 0.5]],
                "ties": m.environments.tie_breaking.TieBreaking("first"),
            },
        ),
        "SocialChoiceProblem.best_payoff_of_others": Call(problem.best_payoff_of_others, {"i": 0}),
        "SocialChoiceProblem.along_axis": Call(problem.along_axis, {"i": 0, "table": np.array([1, 2])}),
        "cremer_riordan": Call(m.cremer_riordan, {"problem": problem, "first": 1}),
        "equal_gains_constants": Call(
            m.equal_gains_constants, {"problem": problem, "outside": [0.0, 0.0], "order": [1, 0]}
        ),
        "groves": Call(m.groves, {"problem": problem, "h": [[[1, 2]], [[3], [4]]]}),
        "individually_rational": Call(
            m.individually_rational, {"problem": problem, "constants": [1, -1], "order": [1, 0]}
        ),
        "pairwise_compensation": Call(m.pairwise_compensation, {"problem": problem, "order": [1, 0]}),
        "pairwise_payments": Call(m.pairwise_payments, {"problem": problem, "order": [1, 0]}),
        "sequential_pairwise": Call(
            m.sequential_pairwise, {"problem": problem, "reports": [0, 1], "order": [1, 0]}
        ),
        "best_responses": Call(m.best_responses, {"game": game, "player": 0}),
        "logit_equilibria": Call(m.logit_equilibria, {"game": game, "lambdas": [0.1, 1]}),
        "principal_branch": Call(m.principal_branch, {"game": game, "up_to": 1.0}),
        "best_reply_play": Call(m.best_reply_play, {"game": game, "order": "simultaneous"}),
        "fictitious_play": Call(m.fictitious_play, {"game": game, "rounds": 5, "sample": 2, "seed": 1}),
        "strong_equilibria": Call(m.strong_equilibria, {"game": game, "gain": "all"}),
        "strong_equilibrium": Call(m.strong_equilibrium, {"game": game, "profile": [1, 1], "gain": "all"}),
        "dominant_messages": Call(m.dominant_messages, {"game": game, "kind": "weak"}),
        "equilibrium_surplus": Call(
            m.equilibrium_surplus, {"game": game, "surplus": [[6, 5], [5, 2]], "optimum": 6}
        ),
        "pareto_dominated": Call(
            m.pareto_dominated, {"game": game, "equilibria": [[1, 1]], "by": "equilibria"}
        ),
        "payoff_dominant": Call(m.payoff_dominant, {"game": game, "equilibria": [[1, 1]], "strict": False}),
        "iterated_elimination": Call(
            m.iterated_elimination,
            {
                "game": game,
                "kind": "strict",
                "players": [m.solutions.elimination.player_of(game, i, "strict") for i in range(2)],
            },
        ),
        "rationalizable_messages": Call(
            m.rationalizable_messages,
            {"game": game, "players": [m.solutions.rationalizability.rational_player(game, i) for i in range(2)]},
        ),
        "ex_ante_removal": Call(m.ex_ante_removal, {"game": private, "slack": 1.0}),
        "interim_payoffs": Call(m.interim_payoffs, {"game": private, "player": 0}),
        "order_independence": Call(
            m.order_independence,
            {"problem": problem, "transfers": m.pairwise_compensation, "joint": np.full((2, 2), 0.25)},
        ),
        "full_efficient_implementation": Call(
            m.full_efficient_implementation,
            {"game": private, "surplus": np.ones((2, 2, 2, 2)), "efficient": np.ones((2, 2))},
        ),
        "group_strategy_proofness": Call(
            m.group_strategy_proofness, {"game": private, "side_payments": False, "largest_coalition": 2}
        ),
        "rectangularity": Call(m.rectangularity, {"outcomes": ids, "payoffs": [own, own]}),
        "secure_implementation": Call(m.secure_implementation, {"outcomes": ids, "payoffs": [own, own]}),
        "secure_implementation_by_definition": Call(
            m.secure_implementation_by_definition, {"game": private, "outcomes": ids, "choice": ids}
        ),
        "non_bossiness": Call(m.non_bossiness, {"outcomes": ids, "payoffs": [own, own]}),
        "nash_implementation": Call(m.nash_implementation, {"game": private, "outcomes": ids, "choice": ids}),
        "dominant_strategy_implementation": Call(
            m.dominant_strategy_implementation, {"game": private, "outcomes": ids, "choice": ids}
        ),
        "strategy_proofness": Call(m.strategy_proofness, {"payoffs": [own, own], "truthful": [[0, 1], [0, 1]]}),
        "match_groups": Call(
            m.match_groups,
            {
                "matching": "partner",
                "n_participants": 4,
                "group_size": 2,
                "rounds": 2,
                "fixed_roles": True,
                "rng": np.random.Generator(np.random.PCG64(1)),
            },
        ),
        "draw_session": Call(m.draw_session, {"treatment": treatment, "n_participants": 4, "repetition": 0}),
    }  # fmt: skip
