"""Environments: what can happen, and what it is worth to somebody of each type (design: production, single-peaked
public decision, discrete public project, and the allocation of identical objects).

Every environment gives the same few things, so that every mechanism can be run on each:

- ``n_outcomes``: how many outcomes a mechanism has to choose from;
- ``problem(messages, priors, ties)``: the SocialChoiceProblem whose reported types are the messages of the grids;
- ``gross_values(types, index)`` and ``cost_shares(index)``: what an outcome of that problem is worth and costs;
- ``outcome(index)``: the outcome itself (quantities, level or index); ``label(outcome)``: the same in words;
- ``efficient_surplus(types)``: the largest attainable sum of values less cost.
"""

from mechanisms.environments.allocation import Allocation
from mechanisms.environments.production import Production
from mechanisms.environments.public_project import PublicProject
from mechanisms.environments.single_peaked import SinglePeaked

__all__ = ["Allocation", "Production", "PublicProject", "SinglePeaked"]
