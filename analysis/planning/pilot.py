"""A model of behaviour that was fitted to the export of a pilot, with what is not known about its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.behaviour import MODELS, choices_of, fit
from analysis.behaviour.estimation.estimates import Estimate
from analysis.behaviour.estimation.fitting import Fit
from analysis.behaviour.estimation.profile_likelihood import PROFILE
from analysis.loading.exports import load_decisions
from analysis.planning.power import PlanError
from analysis.words import counted
from mechanisms.subjects.models.model import ModelType, NotApplicableError, Parameter
from mechanisms.subjects.population import SUBJECTS, Component, Population, Varied
from mechanisms.treatments import Treatment

FEW = 10
"""Independent units; an error that is clustered by fewer is often far too small (docs/behaviour.md)."""


def fitted(name: str, exports: Sequence[Path], treatments: Sequence[Treatment]) -> list[Population]:
    """The population of each treatment: the model fitted to the pilot's sessions of this treatment, or, where the pilot
    did not play it, of the same game (another description of it), or else to the first that the pilot played.

    Parameters vary between experiments by their standard errors (`_error`), on the scale of their links; shares of
    classes, and what has no standard error, are taken as they are estimated, which the population's text says.

    Raises
    ------
    PlanError
        If the name is no model that is fitted, or the pilot cannot be fitted.
    """
    kind = next((SUBJECTS[name].model for _ in (0,) if name in SUBJECTS), MODELS.get(name))
    if kind is None or kind not in MODELS.values():
        able = [known for known, subject in SUBJECTS.items() if subject.model in MODELS.values()]
        raise PlanError(f"--subjects {name!r} with --pilot: use a model that is fitted: {', '.join(able)}")
    found: dict[tuple[str, str], Population] = {}
    for played, choices in choices_of(load_decisions([str(path) for path in exports])).items():
        try:
            result = fit(kind, choices, intervals="wald")
            if any(estimate.at_bound for estimate in result.estimates):
                result = fit(kind, choices)  # with profile intervals, which exist there, too
        except NotApplicableError as error:
            raise PlanError(f"--pilot: {error}") from None
        found[played] = _population(name, kind, kind(choices).parameters, result)
    if not found:
        raise PlanError("--pilot: no decisions in whole groups")
    return [_nearest(found, treatment) for treatment in treatments]


def _population(name: str, kind: ModelType, parameters: tuple[Parameter, ...], result: Fit) -> Population:
    """The estimates, and how much is known of each, in numbers and in words."""
    component: Component = Population.of_model(kind, result.values, parameters, name).components[0]
    given, words = [], []
    for (key, varied), parameter, estimate in zip(component.given, parameters, result.estimates, strict=True):
        value, error = varied.value, _error(estimate, result.units)
        slope = value if parameter.link == "log" else value * (1 - value)
        if parameter.name.startswith("share: "):
            known = "as estimated"
        elif np.isfinite(error) and slope > 0:
            varied = Varied(value, experiments=error / slope)
            known = f"standard error {error:.2g}"
        else:
            known = f"taken as known, {_reason(estimate)}"
        given.append((key, varied))
        words.append(f"{parameter.name} = {value:.3g} ({known})")
    sample = f"{counted(result.sessions, 'session')} of {result.treatment}"
    text = f"{name}({', '.join(words)}) as fitted to the pilot, {sample}"
    if any(varied.varies for _, varied in given):
        text += ", in each experiment other values by the standard errors"
    return Population((replace(component, given=tuple(given)),), text)


def _error(estimate: Estimate, units: int) -> float:
    """The standard error, clustered by unit; the larger one where units are FEW; NaN if there is none."""
    if np.isnan(estimate.se_cluster) or units < FEW:
        return float(np.fmax(estimate.se, estimate.se_cluster))
    return estimate.se_cluster


def _reason(estimate: Estimate) -> str:
    """Why there is no standard error, and between what the parameter can be all the same."""
    why = estimate.interval.removeprefix("none: ").removeprefix(f"{PROFILE}: ")
    if np.isnan(estimate.low):
        return why
    high = "no upper limit" if np.isinf(estimate.high) else f"{estimate.high:.3g}"
    return f"{why}, though the 95 % interval is {estimate.low:.3g} to {high}"


def _nearest(found: dict[tuple[str, str], Population], treatment: Treatment) -> Population:
    same_game = {name: population for (name, identity), population in found.items() if identity == treatment.identity}
    return same_game.get(treatment.name) or next(iter((same_game or found).values()))
