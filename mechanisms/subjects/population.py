"""Who takes part: models by name, mixtures of them, parameters that differ between people and between sessions.

A population is written as text, on the command line, in a study file or in the settings of a session of robots:

    qre(lambda=0.05)                       one model
    0.7*qre(lambda=0.05) + 0.3*truthful    each participant is one of them, for the whole session
    qre(lambda=0.05~0.5)                   log(lambda) is normal around log(0.05) with standard deviation 0.5
    ewa(lambda=0.05~0.5/0.2, phi=0.9, delta=0.5, kappa=0)    and its mean differs between sessions by 0.2
    qre(lambda=0.05~0/0/0.3)               what is known of lambda: in power analyses each experiment has its own

Parameters with a scale of logarithms (positive numbers) or logits (shares) vary on that scale. Their entries are
rounded to steps of 0.01 there, so that people who are nearly alike are computed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.special import ndtri

from mechanisms.arrays import FloatArray, IntArray
from mechanisms.shown import Shown, Words
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.crowded import CrowdGame
from mechanisms.subjects.models.belief_learning import BeliefLearning
from mechanisms.subjects.models.ewa import EWA
from mechanisms.subjects.models.inattentive import Inattentive
from mechanisms.subjects.models.level_k import Level, LevelK
from mechanisms.subjects.models.liars import Liars
from mechanisms.subjects.models.logit_equilibrium import LogitEquilibrium
from mechanisms.subjects.models.model import ModelType, NotApplicableError, Parameter, from_link, to_link
from mechanisms.subjects.models.noisy_best_reply import NoisyBestReply
from mechanisms.subjects.models.playing import Mixed, Playing, classes
from mechanisms.subjects.models.reinforcement import Reinforcement
from mechanisms.subjects.models.targets import Dominant, Equilibrium, Fixed, Nash, Truthful
from mechanisms.subjects.models.types_mixture import TypesMixture
from mechanisms.subjects.models.uniform import Uniform
from mechanisms.verdicts import TooLargeError

STEP = 0.01
"""Of parameters that vary, on the scale of their links."""


class PopulationError(ValueError):
    """The population cannot be understood; the message says what is wrong and what would be right."""


def _whole(text: str) -> int:
    return int(text)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in text.split())


@dataclass(frozen=True)
class Kind:
    """model : a class of models; options : their readers by name; defaults : of parameters that may be left out"""

    model: Callable[..., Any]
    options: tuple[tuple[str, Callable[[str], Any]], ...] = ()
    defaults: tuple[tuple[str, float], ...] = ()


SUBJECTS = {
    "truthful": Kind(Truthful, defaults=(("noise", 0.0),)),
    "equilibrium": Kind(Equilibrium, (("number", _whole),), (("noise", 0.0),)),
    "nash": Kind(Nash, defaults=(("noise", 0.0),)),
    "dominant": Kind(Dominant, defaults=(("noise", 0.0),)),
    "uniform": Kind(Uniform),
    "fixed": Kind(Fixed, (("messages", _numbers),), (("noise", 0.0),)),
    "qre": Kind(LogitEquilibrium),
    "level": Kind(Level, (("k", _whole),)),
    "level-k": Kind(LevelK),
    "reply": Kind(NoisyBestReply),
    "reinforcement": Kind(Reinforcement),
    "beliefs": Kind(BeliefLearning),
    "ewa": Kind(EWA),
    "liars": Kind(Liars, (("members", _numbers),), (("noise", 0.0),)),
    "inattentive": Kind(Inattentive, defaults=(("repeat", 0.5),)),
    "types": Kind(TypesMixture, defaults=(("noise", 0.0),)),
}
"""Models by their names in texts."""
IN_CROWDS = (
    "uniform",
    "fixed",
    "inattentive",
    "dominant",
    "equilibrium",
    "reply",
    "level",
    "level-k",
    "beliefs",
    "ewa",
)
"""Those that play in groups of any size."""


@dataclass(frozen=True)
class Varied:
    """A parameter: its median, and standard deviations on the scale of its link between people, between sessions and
    between experiments (what is not known about it)."""

    value: float
    people: float = 0.0
    sessions: float = 0.0
    experiments: float = 0.0

    @property
    def varies(self) -> bool:
        return self.people + self.sessions + self.experiments > 0


def _names(parameters: tuple[Parameter, ...]) -> set[str]:
    """What a text can call them: `noise` is that of all classes, and a share is named by its class."""
    found = {parameter.name for parameter in parameters}
    for name in list(found):
        kind, _, own = name.rpartition(": ")
        found |= {"noise": {kind}, "share": set(own.split(" = "))}.get(kind, set())
    return found


@dataclass(frozen=True)
class Component:
    """One model of a population: share of participants, how it is made, its parameters by name."""

    share: float
    name: str
    make: ModelType
    given: tuple[tuple[str, Varied], ...]
    defaults: tuple[tuple[str, float], ...] = ()

    def values(self, parameters: tuple[Parameter, ...]) -> list[Varied]:
        """The parameters in the order of the model; a class that joins several has the sum of their shares."""
        given, found = dict(self.given), []
        if unknown := [name for name in given if name not in _names(parameters)]:
            raise PopulationError(f"{self.name}: no parameter {unknown[0]}: {self._wanted(parameters)}")
        for parameter in parameters:
            kind, _, classes_ = parameter.name.rpartition(": ")
            names = [parameter.name, kind] if kind == "noise" else [parameter.name]
            if kind == "share":
                joined = [name for name in classes_.split(" = ") if name in given]
                found.append(Varied(sum(given[name].value for name in joined)))
                continue
            name = next((name for name in names if name in given), names[0])
            default = dict(self.defaults).get(kind or parameter.name)
            if name not in given and default is None:
                raise PopulationError(f"{self.name}: {parameter.name} is missing: {self._wanted(parameters)}")
            varied = given.get(name, Varied(default or 0.0))
            self._check(parameter, varied)
            found.append(varied)
        shares = sum(v.value for p, v in zip(parameters, found, strict=True) if p.name.startswith("share: "))
        if any(p.name.startswith("share: ") for p in parameters) and not np.isclose(shares, 1):
            raise PopulationError(f"{self.name}: shares add up to {shares:g}, not to 1: {self._wanted(parameters)}")
        return found

    def _wanted(self, parameters: tuple[Parameter, ...]) -> str:
        return f"use {', '.join(p.name.removeprefix('share: ') for p in parameters) or 'none'}"

    def _check(self, parameter: Parameter, varied: Varied) -> None:
        low, high = parameter.natural
        if not (low <= varied.value <= high and np.isfinite(varied.value)):
            ends = "0 or more" if np.isinf(high) else f"{low:g} to {high:g}"
            raise PopulationError(f"{self.name}: {parameter.name} = {varied.value:g}: use {ends}")
        if varied.varies and not low < varied.value < high:
            raise PopulationError(f"{self.name}: {parameter.name} = {varied.value:g} cannot vary: it is at an end")


@dataclass(frozen=True)
class Population(Shown):
    """components : one or more; their shares add up to 1.

    >>> Population.of("0.7*qre(lambda=0.05~0.5) + 0.3*uniform").components[0].given
    (('lambda', Varied(value=0.05, people=0.5, sessions=0.0, experiments=0.0)),)
    """

    components: tuple[Component, ...]
    text: str = ""

    def _facts(self) -> dict[str, object]:
        return {"": Words(self.text or "; ".join(f"{c.share:g} {c.name}" for c in self.components))}

    @classmethod
    def of(cls, text: str) -> Population:
        """From its text; PopulationError (one line) if it cannot be understood."""
        if not text.strip():
            raise PopulationError(f"subjects: {text!r} names no model: use one of {', '.join(SUBJECTS)}")
        found = tuple(_component(term) for term in _split(text, "+"))
        total = sum(component.share for component in found)
        if not np.isclose(total, 1):
            raise PopulationError(f"subjects: {text!r}: shares add up to {total:g}, not to 1")
        return cls(found, text)

    @classmethod
    def of_model(cls, make: ModelType, values: FloatArray, parameters: tuple[Parameter, ...], name: str) -> Population:
        """One model with all its reported values, such as an estimate."""
        given = []
        for parameter, value in zip(parameters, np.asarray(values, dtype=float).tolist(), strict=True):
            kind, _, classes_ = parameter.name.rpartition(": ")
            key = classes_.split(" = ")[0] if kind == "share" else parameter.name
            given.append((key, Varied(value)))
        return cls((Component(1.0, name, make, tuple(given)),), name)

    @property
    def chances(self) -> int:
        """Uniform numbers that a participant needs before the first round; a session needs two fewer."""
        return 2 + max((len(c.given) for c in self.components), default=0)

    def play(self, choices: Choices, people: FloatArray, sessions: FloatArray, experiment: FloatArray) -> Playing:
        """The population in some sessions, nothing seen yet.

        people : uniform numbers (participants, chances): component, class, one a parameter that is given
        sessions : uniform numbers (sessions, chances - 2)
        experiment : uniform numbers (chances - 2,), the same for all sessions of an experiment
        """
        which = classes(np.array([c.share for c in self.components]), people[:, 0])
        session = np.zeros(len(people), dtype=np.int64)
        session[choices.participant] = choices.session
        parts = []
        for component in self.components:
            if isinstance(choices.game, CrowdGame) and component.name not in (*IN_CROWDS, "truthful"):
                raise PopulationError(_too_large(component, choices.game, "all payoffs would have to be looked at"))
            try:
                model = component.make(choices)
                values = component.values(model.parameters)
                own = entries(model.parameters, values, people, sessions, session, experiment)
                parts.append(model.play(own, people[:, 1]))
            except NotApplicableError as error:
                raise PopulationError(f"{choices.game.treatment.name}: {error}") from None
            except TooLargeError as error:
                if not isinstance(choices.game, CrowdGame):
                    raise
                raise PopulationError(_too_large(component, choices.game, str(error))) from None
        return parts[0] if len(parts) == 1 else Mixed(choices, parts, which)


def _too_large(component: Component, game: CrowdGame, why: str) -> str:
    """Of large groups: which model it is that asks too much, and which do not."""
    return (
        f"{game.treatment.name}: {component.name} cannot be played in groups of {len(game.sizes)}: {why}; use some of "
        f"{', '.join(IN_CROWDS)}"
    )


def entries(
    parameters: tuple[Parameter, ...],
    values: list[Varied],
    people: FloatArray,
    sessions: FloatArray,
    session: IntArray,
    experiment: FloatArray,
) -> FloatArray:
    """The values of all, (k,), or of each participant, (participants, k)."""
    centre = np.array([varied.value for varied in values])
    if not any(varied.varies for varied in values):
        return centre
    found, column = np.tile(centre, (len(people), 1)), 0
    for k, (parameter, varied) in enumerate(zip(parameters, values, strict=True)):
        if varied.varies:
            own = varied.people * ndtri(people[:, 2 + column]) + varied.sessions * ndtri(sessions[session, column])
            own += varied.experiments * ndtri(experiment[column])
            at = to_link(centre[k : k + 1], [parameter.link])[0] + own
            found[:, k] = from_link((np.rint(at / STEP) * STEP)[None], [parameter.link])[0]
            column += 1
    return found


def _component(term: str) -> Component:
    """SHARE * NAME(KEY=VALUE, …)."""
    pattern = r"(?:(?P<share>[\d.eE/-]+)\s*\*\s*)?(?P<name>[a-z][a-z_ -]*?)\s*(?:\((?P<given>.*)\))?"
    found = re.fullmatch(pattern, term)
    if found is None:
        raise PopulationError(f"subjects: {term!r} cannot be read: use NAME, NAME(KEY=VALUE, …) or SHARE*NAME(…)")
    kind = SUBJECTS.get(found["name"])
    if kind is None:
        raise PopulationError(f"subjects: {found['name']!r} is no model: use one of {', '.join(SUBJECTS)}")
    options, given = {}, []
    for entry in _split(found["given"] or "", ","):
        key, equals, value = (part.strip() for part in entry.partition("="))
        reader = dict(kind.options).get(key)
        try:
            if not equals:
                raise ValueError
            if reader is not None:
                options[key] = reader(value)
            else:
                given.append((key, _varied(value)))
        except ValueError:
            raise PopulationError(f"subjects: {found['name']}: {entry!r} cannot be read: use KEY=NUMBER") from None
    share = _share(found["share"], term)
    make = partial(kind.model, **options) if options else kind.model
    return Component(share, found["name"], make, tuple(given), kind.defaults)


def _share(text: str | None, term: str) -> float:
    try:
        share = 1.0 if text is None else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise PopulationError(f"subjects: {term!r}: the share {text} must be a number from 0 to 1")
    return share


def _varied(text: str) -> Varied:
    """VALUE, VALUE~PEOPLE, VALUE~PEOPLE/SESSIONS or VALUE~PEOPLE/SESSIONS/EXPERIMENTS."""
    value, _, spread = text.partition("~")
    deviations = [float(part) for part in spread.split("/")] if spread else []
    if min(deviations, default=0) < 0 or len(deviations) > 3:
        raise ValueError(text)
    return Varied(float(value), *deviations)


def _split(text: str, sign: str) -> list[str]:
    """Parts between signs that stand outside brackets.

    >>> _split("a(b=1, c=2), d", ",")
    ['a(b=1, c=2)', 'd']
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip() or len(parts) > 1]
