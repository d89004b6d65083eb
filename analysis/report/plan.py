"""What was planned before the data: the primary outcome, secondary hypotheses, and how they are tested.

Whatever is not in the plan is exploratory. The plan comes from the command line or from a study file:

    [[hypotheses]]
    outcome = "nash_played"                    # a column that treatments are compared by
    kind = "primary"                           # or "secondary"
    arms = ["chen_proportional", "chen_serial"]  # the effect is the second less the first; left out: every pair
    alternative = "greater"                    # or "less", "two-sided" (default)
    margin = 5                                 # for a test of equivalence, in the unit of the tables
    test = "ranks"                             # one of mechanisms/studies/hypotheses.py
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from analysis.errors import ExportError
from analysis.inference.unit_means import strata_of
from analysis.inference.units import MET, UNIT, Units, independent_units
from analysis.loading.exports import Exports
from analysis.loading.places import taken
from analysis.measures.outcomes import OUTCOMES
from analysis.registration.deviations import Deviation, deviations
from analysis.registration.document import Registration, registered_by
from analysis.registration.exclusions import Applied, apply
from analysis.words import listed
from mechanisms.studies import HypothesisSpec
from mechanisms.studies.schema import AnalysisSpec

KINDS = ("primary", "secondary", "exploratory")
"""Families of tests: p-values are corrected for the tests of the own family."""
ALTERNATIVES = ("two-sided", "greater", "less")
MAIN = "permutation"
"""The test of the main table, one of mechanisms/studies/hypotheses.py."""
FLIPPED = {"greater": "less", "less": "greater", "two-sided": "two-sided"}


@dataclass(frozen=True)
class Hypothesis:
    """One outcome for one pair of arms; arms () : for every pair; value : what one arm is compared with; where : what
    said so, for messages; test : by which it was registered, if not by the test of the main table."""

    outcome: str
    kind: str = "primary"
    arms: tuple[str, ...] = ()
    alternative: str = "two-sided"
    margin: float | None = None
    value: str = ""
    where: str = field(default="", compare=False)
    test: str = MAIN

    @property
    def of_equivalence(self) -> bool:
        """Whether its margin is that of a test of equivalence, alone or beside the main one."""
        return self.margin is not None and self.test in (MAIN, "equivalence")

    def is_about(self, outcome: str, first: str, second: str) -> bool:
        """Whether it is the hypothesis about an outcome and a pair of arms."""
        return self.outcome == outcome and self.arms in ((), (first, second), (second, first))


@dataclass(frozen=True)
class Plan:
    """hypotheses; stratum : columns within whose entries assignments are permuted; covariates : of the regressions;
    same_person : column that names people across sessions; unit : "met", "session" or columns, as for
    `independent_units`; source : where the plan comes from, in words; registration : of the study, if it has arms;
    applied, deviations : what its exclusions did, and in what the data are not as registered"""

    hypotheses: tuple[Hypothesis, ...] = ()
    stratum: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    same_person: str | None = None
    unit: tuple[str, ...] = (MET,)
    source: str = ""
    registration: Registration | None = None
    applied: tuple[Applied, ...] = ()
    deviations: tuple[Deviation, ...] = ()

    def pair(self, first: str, second: str) -> tuple[str, str]:
        """Two arms in the order of the first hypothesis about them; as they are given where none names them.

        >>> Plan((Hypothesis("nash_played", arms=("B", "A")),)).pair("A", "B")
        ('B', 'A')
        """
        turned = next((h.arms == (second, first) for h in self.hypotheses if set(h.arms) == {first, second}), False)
        return (second, first) if turned else (first, second)

    def of(self, outcome: str, first: str, second: str) -> Hypothesis:
        """The hypothesis about an outcome and second − first; exploratory and two-sided if none was planned, or one of
        another test; with the margin of a test of equivalence, which stands beside.

        >>> plan = Plan((Hypothesis("nash_played", arms=("B", "A"), alternative="greater"),))
        >>> plan.of("nash_played", "A", "B").alternative, plan.of("truthful", "A", "B").kind
        ('less', 'exploratory')
        """
        about = [planned for planned in self.hypotheses if planned.is_about(outcome, first, second)]
        planned = next((one for one in about if one.test == MAIN), Hypothesis(outcome, KINDS[-1]))
        turned = planned.arms == (second, first) and first != second
        alternative = FLIPPED[planned.alternative] if turned else planned.alternative
        margin = next((one.margin for one in about if one.of_equivalence), None)
        return Hypothesis(outcome, planned.kind, (first, second), alternative, margin)

    def kind_of_margin(self, outcome: str, first: str, second: str) -> str:
        """Of the hypothesis that names it."""
        about = (one for one in self.hypotheses if one.is_about(outcome, first, second) and one.of_equivalence)
        return next((one.kind for one in about), KINDS[-1])


def hypothesis(entry: dict[str, Any], where: str) -> Hypothesis:
    """One hypothesis of the command line, checked."""
    try:
        return _checked(HypothesisSpec.model_validate(entry), where)
    except ValidationError as error:
        [key], value = error.errors()[0]["loc"][:1], error.errors()[0]["input"]
        allowed = {"alternative": ", ".join(ALTERNATIVES), "margin": "a positive number in the unit of the tables"}
        raise ExportError(f"{where}: {key} is {value!r}; expected {allowed.get(str(key), 'another value')}") from None


def _checked(spec: HypothesisSpec, where: str) -> Hypothesis:
    names = [outcome.column for outcome in OUTCOMES if outcome.tested]
    if spec.outcome not in names:
        raise ExportError(f"{where}: outcome is {spec.outcome!r}; expected one of {', '.join(names)}")
    margin = None if spec.margin is None else float(spec.margin)
    value = "" if spec.value is None else str(spec.value)
    return Hypothesis(spec.outcome, spec.kind, spec.arms, spec.alternative, margin, value, where)


def registration_of(path: Path, treatments: Path | None = None) -> Registration:
    """Of --study, with the folder of its --treatments as for `registered_by`."""
    try:
        return registered_by(path, treatments)
    except ExportError as error:
        said = str(error)
        raise ExportError(said if said.startswith("--") else f"--study {said}") from None


def planned_by(registration: Registration, path: Path) -> tuple[Hypothesis, ...]:
    """The hypotheses, with the treatments that their arms play; those that ask for another test have it beside."""
    found = []
    for k, spec in enumerate(registration.study.spec.hypotheses, 1):
        planned = _checked(spec, f"--study {path}: hypotheses[{k}]")
        arms = tuple(registration.treatment_of(arm) for arm in planned.arms)
        found.append(replace(planned, arms=arms, test=spec.test_in_force))
    return tuple(found)


def with_registration(plan: Plan, exports: Exports) -> tuple[Plan, Exports]:
    """The registered exclusions applied, and all deviations found; nothing changes without registered arms."""
    if plan.registration is None:
        return plan, exports
    exports, applied = apply(exports, plan.registration.study.spec.exclusions)
    found = deviations(plan.registration, exports, applied, _asked(plan, plan.registration.study.spec.analysis))
    return replace(plan, applied=applied, deviations=tuple(found)), exports


def _asked(plan: Plan, registered: AnalysisSpec) -> dict[str, tuple[str, str]]:
    """Options that change the tests of the plan and are not as registered: (registered, found)."""
    entries = {
        "--unit": (registered.unit or (MET,), plan.unit),
        "--strata": (registered.strata, plan.stratum),
        "--covariates": (registered.covariates, plan.covariates),
        "--same-person": tuple((column,) if column else () for column in (registered.same_person, plan.same_person)),
    }
    return {
        option: (
            f"{option} {', '.join(was)}" if was else "not registered",
            f"{option} {', '.join(now)}",
        )
        for option, (was, now) in entries.items()
        if was != now
    }


def units_of(decisions: pd.DataFrame, plan: Plan) -> Units:
    """The units that the plan asks for; ExportError if its columns do not say them, or strata differ within a unit."""
    decisions = taken(decisions)
    unit = plan.unit[0] if len(plan.unit) == 1 else plan.unit
    try:
        units = independent_units(decisions, same_person=plan.same_person, unit=unit)
        rows = decisions.assign(**{UNIT: units.of(decisions)})
        strata = pd.Series(strata_of(rows, plan.stratum, index := pd.Index(units.table[UNIT])), index)
    except ValueError as error:
        argument, _, problem = str(error).partition(":")
        option = {"stratum": "strata", "same_person": "same-person"}.get(argument, argument)
        raise ExportError(f"--{option}:{problem}") from None
    arms = rows[TREATMENT].assign(stratum=rows[UNIT].map(strata)).drop_duplicates()
    if plan.stratum and len(arms[TREATMENT].drop_duplicates()) > 1 and not arms["stratum"].duplicated().any():
        raise ExportError(
            f"--strata {','.join(plan.stratum)}: no entry has units of two treatments, so that there is nothing to "
            "compare within them; expected what treatments were assigned within (waves, laboratories, pairs)"
        )
    return units


TREATMENT = ["treatment", "identity"]


def untested(plan: Plan, there: Collection[tuple[str, str, str]]) -> list[Hypothesis]:
    """The hypotheses that no comparison is about; there : outcome and pair of arms of each."""
    return [
        planned
        for planned in plan.hypotheses
        if len(planned.arms) in (0, 2) and not any(planned.is_about(*comparison) for comparison in there)
    ]


def sentence(plan: Plan, names: dict[str, str], there: Collection[tuple[str, str, str]]) -> str:
    """Which tests are confirmatory; names : column -> title; there : outcome and pair of arms of each comparison."""
    lost = untested(plan, there)
    found = []
    for kind in KINDS[:2]:
        titles = [names[h.outcome] for h in plan.hypotheses if h.kind == kind and h not in lost]
        if titles:
            found.append(f"{kind}: {listed(dict.fromkeys(titles))}")
    if found:
        return (
            f"Named beforehand ({plan.source}), {'; '.join(found)}. All other tests are exploratory. p-values are "
            "corrected for the tests of the own family."
        )
    titles = [names[h.outcome] for h in lost]
    none = (
        f"Nothing that was named beforehand ({plan.source}) is tested ({listed(dict.fromkeys(titles))})"
        if titles else "No primary outcome was named (--primary OUTCOME, or a study file)"
    )  # fmt: skip
    return f"{none}: every test is exploratory, and all are corrected together."
