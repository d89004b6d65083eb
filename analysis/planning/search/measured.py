"""One design after another, judged: does it meet what is required, and how well does it tell the theories apart?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from analysis.planning.cells import OutcomeError
from analysis.planning.decisions import Asked, exchangeable, rejections
from analysis.planning.experiments import Arm, Experiments, played
from analysis.planning.power import PIECE
from analysis.planning.search.evidence import SAME, log_ratios, power_of_ratios
from analysis.planning.search.requirements import Requirement, first_unmet, numbers_of
from analysis.planning.search.space import Space
from mechanisms.arrays import FloatArray
from mechanisms.certificate import theory_of
from mechanisms.subjects.population import Population, PopulationError
from mechanisms.treatments import Treatment, TreatmentError
from mechanisms.verdicts import TooLargeError

NUMBERS = (
    *("minutes", "rounds", "participants", "messages", "equilibria", "equilibria_share"),
    *("against_equilibria", "against_equilibria_share", "separation", "first_evidence", "second_evidence", "cost"),
)
"""Of each design, in the order of the columns."""
NO_TREATMENT, UNCHANGED = "no correct treatment", "the same as design 0"


@dataclass(frozen=True)
class Search:
    """What is searched, and how designs are judged.

    Attributes
    ----------
    space : Space
    populations : two theories about the same play, or who plays in each of two treatments
    theories : whether they are two theories
    outcome, test, alternative : of the comparison of two treatments
    level : of the test
    sessions : the most of each treatment that are thought of
    experiments : simulated
    seed : of the simulation
    requirements : what a design must have
    seconds : of a round, where the treatment has no limit
    """

    space: Space
    populations: tuple[Population, Population]
    theories: bool
    outcome: str = "dominant_played"
    test: str = "permutation"
    alternative: str = "two-sided"
    level: float = 0.05
    sessions: int = 8
    experiments: int = 200
    seed: int = 1
    requirements: tuple[Requirement, ...] = ()
    seconds: float = 60.0


def assessed(search: Search, first: int, last: int) -> Mapping[str, np.ndarray]:
    """The designs `first` to `last` - 1.

    Returns
    -------
    numbers : (designs, len(NUMBERS)), NaN where unknown; separation is the mean log likelihood ratio of a session for
        the theory that is true, whichever is (the smaller one), or the mean difference of the outcome; cost is that of
        a session of each treatment
    power : (designs, sessions), by their number from 1
    unmet, reason : texts (designs,); empty for a design that was judged
    """
    found = [_assessed(search, number) for number in range(first, last)]
    return {
        "numbers": np.array([[numbers.get(name, np.nan) for name in NUMBERS] for numbers, *_ in found]),
        "power": np.array([power for _, power, *_ in found]),
        "unmet": np.array([unmet for *_, unmet, _ in found]),
        "reason": np.array([" ".join(reason.split()) for *_, reason in found]),
    }


def _assessed(search: Search, number: int) -> tuple[dict[str, float], FloatArray, str, str]:
    nothing = np.full(search.sessions, np.nan)
    try:
        designs = search.space.designs(number)
    except TreatmentError as error:
        return {}, nothing, NO_TREATMENT, str(error)
    if number and _same(designs, search.space.designs(0)):
        return {}, nothing, UNCHANGED, "the treatment as it is"
    theories = [theory_of(design) for design in designs]
    numbers = numbers_of(designs[0], theories[0], search.seconds)
    judged = range(len(designs) if search.space.both else 1)  # a treatment that does not vary is as it is
    for k in judged:
        own = numbers if k == 0 else numbers_of(designs[k], theories[k], search.seconds)
        unmet, reason = first_unmet(search.requirements, theories[k], own)
        if unmet:
            return numbers, nothing, unmet, f"{designs[k].name}: {reason}"
    if len(designs) > 1:
        against = numbers_of(designs[1], theories[1], search.seconds)
        numbers |= {f"against_{name}": against[name] for name in ("equilibria", "equilibria_share")}
    try:
        more, power = (_by_evidence if search.theories else _by_outcome)(search, designs)
    except (PopulationError, OutcomeError, TooLargeError) as error:
        return numbers, nothing, "cannot be simulated", str(error)
    return numbers | more, power, "", ""


def _same(designs: tuple[Treatment, ...], others: tuple[Treatment, ...]) -> bool:
    return [design.definition for design in designs] == [other.definition for other in others]


def _by_evidence(search: Search, designs: tuple[Treatment, ...]) -> tuple[dict[str, float], FloatArray]:
    plain = [design.with_protocol(practice_rounds=0) for design in designs]
    ratios, money = log_ratios(plain, search.populations, search.experiments * search.sessions, search.seed)
    first, second = (0.0 if abs(mean) < SAME else float(mean) for mean in (-ratios[0].mean(), ratios[1].mean()))
    numbers = {"separation": min(first, second), "first_evidence": first, "second_evidence": second}
    return numbers | {"cost": float(money.mean())}, power_of_ratios(ratios, search.experiments, search.level)


def _by_outcome(search: Search, designs: tuple[Treatment, ...]) -> tuple[dict[str, float], FloatArray]:
    first, second = (
        Arm(json.dumps(t.definition, sort_keys=True), population, t.protocol.participants)
        for t, population in zip(designs, search.populations, strict=True)
    )
    wanted = Experiments((first, second), search.outcome, ((search.sessions,) * 2,), seed=search.seed)
    asked = Asked(search.alternative, exchangeable=exchangeable(search.outcome, designs))
    play = partial(played, wanted)
    every = [play(k, min(k + PIECE, search.experiments)) for k in range(0, search.experiments, PIECE)]
    found = {name: np.concatenate([part[name] for part in every]) for name in every[0]}
    power = []
    for count in range(1, search.sessions + 1):
        one, other = (found[name][:, : count * found[name].shape[1] // search.sessions] for name in ("arm1", "arm2"))
        power.append(rejections(search.test, one, other, search.level, asked).mean())
    cost = float(found["cost1"].mean() + found["cost2"].mean())
    return {"separation": float(found["arm2"].mean() - found["arm1"].mean()), "cost": cost}, np.array(power)
