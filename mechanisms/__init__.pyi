"""The face of the package: what `import mechanisms` offers, each name with its room and one line.

`mechanisms/lazy.py` reads this file at run time; so do editors and mypy. Headings are comments that begin a line.
"""

# Treatments: the game of a file, and what theory says of it
from mechanisms.certificate import Certificate as Certificate  # every concept with verdict, answer and witness
from mechanisms.certificate import certify as certify  # the theory certificate of a treatment
from mechanisms.descriptions import menu as menu  # results open to a player, given the others' messages
from mechanisms.descriptions import opportunity_sets as opportunity_sets  # all menus of a player
from mechanisms.explanations import explain as explain  # why a played profile ended as it did, step by step
from mechanisms.explanations import own_points_curve as own_points_curve  # own points at every own message
from mechanisms.studies import Study as Study  # who plays what, why and where: a study file
from mechanisms.studies import load_study as load_study  # the study of a TOML file
from mechanisms.treatments import Treatment as Treatment  # the game as played, with its types, messages and points
from mechanisms.treatments import TreatmentError as TreatmentError  # a file is wrong: one line says where
from mechanisms.treatments import load_session_designs as load_session_designs  # all of a folder
from mechanisms.treatments import load_treatment as load_treatment  # the treatment of a TOML file

# Games
from mechanisms.games.normal_form import NormalFormGame as NormalFormGame  # payoffs of every profile
from mechanisms.games.private_types import BayesianGame as BayesianGame  # payoffs of every type, and priors
from mechanisms.played.demand_game import demand_game as demand_game  # values, grid, cost and rule make a game

# Cost sharing rules: demands (..., n) and a cost in, cost shares (..., n) out
from mechanisms.cost_sharing import aumann_shapley as aumann_shapley  # along the ray to the demands
from mechanisms.cost_sharing import axial as axial  # the diagonal after normalisation of the axes
from mechanisms.cost_sharing import equal as equal  # everybody pays the same
from mechanisms.cost_sharing import fixed_path as fixed_path  # along a path of your own (K eq. 3)
from mechanisms.cost_sharing import friedman_moulin as friedman_moulin  # along the diagonal (K eq. 2)
from mechanisms.cost_sharing import incremental as incremental  # one after another, in a given order
from mechanisms.cost_sharing import moulin_shenker as moulin_shenker  # along the path of equal expenditure
from mechanisms.cost_sharing import proportional as proportional  # average cost: everybody pays the same for a unit
from mechanisms.cost_sharing import serial as serial  # Moulin and Shenker (1992): equal parts of what all demand
from mechanisms.cost_sharing import shapley_shubik as shapley_shubik  # the average of incremental over all orders
from mechanisms.cost_sharing.generalized_serial import GeneralizedSerialFunction as GeneralizedSerialFunction  # K Def. 5
from mechanisms.cost_sharing.staged_serial import staged_serial as staged_serial  # demands in stages (K section 4)

# Costs C(q) of a production economy
from mechanisms.costs import CallableCost as CallableCost  # heterogeneous: any function of q
from mechanisms.costs import Cost as Cost  # what every cost function has: cost(q) and gradient(q)
from mechanisms.costs import PiecewiseLinearCost as PiecewiseLinearCost  # marginal cost in steps
from mechanisms.costs import PolynomialCost as PolynomialCost  # c(Q) = a_1 Q + a_2 Q ** 2 + …
from mechanisms.costs import PowerCost as PowerCost  # c(Q) = coefficient * Q ** exponent
from mechanisms.costs import QuadraticFormCost as QuadraticFormCost  # heterogeneous: linear · q + q' matrix q / 2
from mechanisms.costs import TabulatedCost as TabulatedCost  # c(0), c(1), c(2), … as a list

# Values v(q; type) of a production economy
from mechanisms.environments.values import LinearValue as LinearValue  # type * q
from mechanisms.environments.values import PowerValue as PowerValue  # type * q ** exponent
from mechanisms.environments.values import QuadraticValue as QuadraticValue  # type * q - curvature / 2 * q ** 2
from mechanisms.environments.values import TabulatedValue as TabulatedValue  # a table, one row a type
from mechanisms.environments.values import ValueFunction as ValueFunction  # what every one has: value(types, quantities)

# Demand games on continuous demands
from mechanisms.demand_equilibria import average_cost_equilibrium as average_cost_equilibrium  # of the proportional rule
from mechanisms.demand_equilibria import serial_equilibrium as serial_equilibrium  # of the serial rule

# Direct mechanisms: a problem in, transfers received (n, T_1, …, T_n) out
from mechanisms.environments.continuous_types import ContinuousProblem as ContinuousProblem  # types on an interval
from mechanisms.environments.social_choice import SocialChoiceProblem as SocialChoiceProblem  # values by type and outcome
from mechanisms.transfers import agv as agv  # expected externalities (S Def. 2)
from mechanisms.transfers import cremer_riordan as cremer_riordan  # the first has a Bayesian incentive (S section 3.1)
from mechanisms.transfers import equal_gains_constants as equal_gains_constants  # constants that share the gains equally
from mechanisms.transfers import groves as groves  # the others' payoffs, and any function of their reports
from mechanisms.transfers import individually_rational as individually_rational  # with constants (S Prop. 4)
from mechanisms.transfers import pairwise_compensation as pairwise_compensation  # in a given order (S Def. 4)
from mechanisms.transfers import pairwise_payments as pairwise_payments  # [i, j] is what j pays i
from mechanisms.transfers import sequential_pairwise as sequential_pairwise  # public reports in turn (S section 6)
from mechanisms.transfers import symmetric_pairwise_compensation as symmetric_pairwise_compensation  # mean of all orders
from mechanisms.transfers import vcg as vcg  # the pivotal mechanism (S Def. 1)

# Solution concepts of complete information
from mechanisms.games.best_responses import best_responses as best_responses  # of one player, to every profile
from mechanisms.quantal_response.equilibria import logit_equilibria as logit_equilibria  # logit QRE at given lambdas
from mechanisms.quantal_response.equilibria import principal_branch as principal_branch  # logit QRE along the branch
from mechanisms.solutions.adaptive_play import best_reply_play as best_reply_play  # where best replies lead
from mechanisms.solutions.adaptive_play import fictitious_play as fictitious_play  # where beliefs from experience lead
from mechanisms.solutions.coalitions import strong_equilibria as strong_equilibria  # no coalition gains
from mechanisms.solutions.coalitions import strong_equilibrium as strong_equilibrium  # of one profile, with a witness
from mechanisms.solutions.dominance import dominant_messages as dominant_messages  # all, weakly or strictly
from mechanisms.solutions.efficiency import equilibrium_surplus as equilibrium_surplus  # best and worst, against efficient
from mechanisms.solutions.efficiency import pareto_dominated as pareto_dominated  # which equilibria are
from mechanisms.solutions.efficiency import payoff_dominant as payoff_dominant  # equilibria that all like best
from mechanisms.solutions.elimination import iterated_elimination as iterated_elimination  # strictly dominated, overwhelmed
from mechanisms.solutions.nash import pure_nash_equilibria as pure_nash_equilibria  # all of them
from mechanisms.solutions.rationalizability import rationalizable_messages as rationalizable_messages  # best replies to beliefs

# Games with private types
from mechanisms.bayesian import coalition_proofness as coalition_proofness  # every coalition (S Def. 6)
from mechanisms.bayesian import ex_ante_payoffs as ex_ante_payoffs  # expected, before types are known
from mechanisms.bayesian import ex_ante_removal as ex_ante_removal  # of externalities (S Thm 1)
from mechanisms.bayesian import incentive_compatibility as incentive_compatibility  # truth is a best reply to truth
from mechanisms.bayesian import interim_correlated_rationalizability as interim_correlated_rationalizability  # ICR (S Def. 5)
from mechanisms.bayesian import interim_payoffs as interim_payoffs  # expected, by own type and message
from mechanisms.bayesian import order_independence as order_independence  # S Prop. 3
from mechanisms.bayesian import pure_bayesian_equilibria as pure_bayesian_equilibria  # all of them
from mechanisms.bayesian import sequential_equilibria as sequential_equilibria  # of public reports in turn (S section 6)
from mechanisms.bayesian import sequential_equilibrium as sequential_equilibrium  # one of them, where truth breaks ties
from mechanisms.bayesian import sequential_truth as sequential_truth  # truth after every history is an equilibrium
from mechanisms.bayesian import unique_rationalizable_truth as unique_rationalizable_truth  # only truth survives ICR

# Implementation in dominant strategies
from mechanisms.bayesian import dominant_strategy_incentive_compatibility as dominant_strategy_incentive_compatibility  # to all
from mechanisms.bayesian import full_efficient_implementation as full_efficient_implementation  # S Thm 3
from mechanisms.solutions.group_manipulability import group_strategy_proofness as group_strategy_proofness  # no joint lie
from mechanisms.solutions.implementation import dominant_strategy_implementation as dominant_strategy_implementation  # K Def. 3
from mechanisms.solutions.implementation import nash_implementation as nash_implementation  # K Def. 2
from mechanisms.solutions.non_bossiness import non_bossiness as non_bossiness  # who gets the same changes nothing
from mechanisms.solutions.rectangularity import rectangularity as rectangularity  # the rectangularity property (K section 2)
from mechanisms.solutions.secure_implementation import secure_implementation as secure_implementation  # by K Prop. 1
from mechanisms.solutions.secure_implementation import secure_implementation_by_definition as secure_implementation_by_definition  # by K Def. 4
from mechanisms.solutions.strategy_proofness import strategy_proofness as strategy_proofness  # truth is dominant

# Sessions
from mechanisms.matching.groups import match_groups as match_groups  # who meets whom
from mechanisms.session.draws import draw_session as draw_session  # groups, positions and types, from a seed

# Results
from mechanisms.verdicts import TooLargeError as TooLargeError  # raised before the memory is used
from mechanisms.verdicts import Verdict as Verdict  # holds or fails, with method, size and witness

# Rooms
from mechanisms import bayesian as bayesian  # solution concepts of games with private types
from mechanisms import certificate as certificate  # the theory certificate, its questions and renderings
from mechanisms import cost_sharing as cost_sharing  # cost sharing rules
from mechanisms import costs as costs  # cost functions
from mechanisms import demand_equilibria as demand_equilibria  # equilibria on continuous demands
from mechanisms import environments as environments  # production, single-peaked and public project
from mechanisms import descriptions as descriptions  # menus, and what is true to be told
from mechanisms import explanations as explanations  # the arithmetic of a played profile
from mechanisms import games as games  # games and best replies
from mechanisms import matching as matching  # partners, strangers, perfect strangers
from mechanisms import played as played  # messages to outcomes and points
from mechanisms import quantal_response as quantal_response  # logit equilibria
from mechanisms import session as session  # what chance decides
from mechanisms import solutions as solutions  # solution concepts of complete information
from mechanisms import transfers as transfers  # transfers of direct mechanisms
from mechanisms import treatments as treatments  # treatment files

__all__: list[str]
