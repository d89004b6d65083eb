"""A model of behaviour that was fitted to the export of a pilot, with what is not known about its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.behaviour import MODELS, choices_of, fit
from analysis.loading.exports import load_decisions
from analysis.planning.power import PlanError
from mechanisms.subjects.models.model import NotApplicableError
from mechanisms.subjects.population import SUBJECTS, Component, Population, Varied
from mechanisms.treatments import Treatment


def fitted(name: str, exports: Sequence[Path], treatments: Sequence[Treatment]) -> list[Population]:
    """The population of each treatment: the model fitted to the pilot's sessions of this treatment, or, where the pilot
    did not play it, of the same game (another description of it), or else to the first that the pilot played.

    Parameters vary between experiments by their standard errors (clustered by session, where there are several), on
    the scale of their links; shares of classes are taken as they are estimated.

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
        except NotApplicableError as error:
            raise PlanError(f"--pilot: {error}") from None
        parameters = kind(choices).parameters
        population = Population.of_model(kind, result.values, parameters, name)
        given = []
        for (key, varied), parameter, estimate in zip(
            population.components[0].given, parameters, result.estimates, strict=True
        ):
            deviation = estimate.se_cluster if np.isfinite(estimate.se_cluster) else estimate.se
            value = estimate.value
            slope = value if parameter.link == "log" else value * (1 - value)
            known = parameter.name.startswith("share: ") or not np.isfinite(deviation) or slope <= 0
            given.append((key, varied if known else Varied(value, experiments=float(deviation / slope))))
        component: Component = replace(population.components[0], given=tuple(given))
        values = ", ".join(f"{p.name} = {e.value:.3g}" for p, e in zip(parameters, result.estimates, strict=True))
        found[played] = Population((component,), f"{name}({values}) as fitted to the pilot")
    if not found:
        raise PlanError("--pilot: no decisions in whole groups")
    return [_nearest(found, treatment) for treatment in treatments]


def _nearest(found: dict[tuple[str, str], Population], treatment: Treatment) -> Population:
    same_game = {name: population for (name, identity), population in found.items() if identity == treatment.identity}
    return same_game.get(treatment.name) or next(iter((same_game or found).values()))
