"""Hypotheses that no data of the plan could support: too few units for the test, or units that the test is not for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.inference.multiple import adjusted
from analysis.inference.units import MET, SESSION
from analysis.registration.document import Registration
from analysis.registration.sessions import StudySessions, sessions_of
from analysis.registration.testing import least_possible
from mechanisms.studies import HypothesisSpec
from mechanisms.treatments import Treatment
from mechanisms.writing import counted, listed

SURE = 1e-9
"""Relative, of a p-value against the level."""


@dataclass(frozen=True)
class Planned:
    """A hypothesis for the arms that it is about; units : in each; paired : the same ones in all; least : the least
    p-value that they can give; why_not : no test is possible"""

    name: str
    spec: HypothesisSpec
    units: tuple[int, ...]
    paired: bool
    least: float
    why_not: str

    def sentence(self, least: float) -> str:
        """least : after the correction"""
        if self.why_not:
            return f"{self.name}: {self.why_not[0].lower()}{self.why_not[1:].rstrip('.')}"
        many = listed(counted(n, "unit") for n in (self.units[:1] if self.paired else self.units))
        return (
            f"{self.name}: with {many} the test can give no p-value below {self.least:.2g}, after the correction "
            f"{least:.2g}: whatever the data, the hypothesis cannot be supported at {self.spec.level_in_force:g}"
        )


def units_of_session(treatment: Treatment, silo: int | None) -> int:
    """Independent units of a session, by who meets whom: groups that stay together are apart, strangers are one unit,
    or one a silo."""
    protocol = treatment.protocol
    if protocol.groups_stay:
        return protocol.participants // treatment.group_size
    return 1 if silo is None else protocol.participants // silo


def asked_about(study: Registration) -> Iterator[tuple[str, HypothesisSpec, tuple[str, ...]]]:
    """Each hypothesis with the arms that it is about; without any, every pair."""
    by_treatment = {arm.treatment: arm.name for arm in study.arms}
    for k, spec in enumerate(study.study.spec.hypotheses, 1):
        arms = tuple(name if name in study.study.arms else by_treatment[name] for name in spec.arms)
        pairs = [arms] if arms else list(combinations(study.study.arms, 2))
        for number, pair in enumerate(pairs, 1):
            compared = f"{pair[1]} less {pair[0]}" if len(pair) == 2 else ", ".join(pair)
            against = "" if spec.value is None else f" against {spec.value}"
            name = f"H{k}" if len(pairs) == 1 else f"H{k}_{number}"
            yield f"{name}: {spec.outcome}, {compared}{against}", spec, pair


def impossible(study: Registration) -> list[str]:
    """The hypotheses that the plan cannot support, a sentence each; none where it does not say how many play."""
    unit = study.study.spec.analysis.unit or (MET,)
    if unit not in ((MET,), (SESSION,)) or any(arm.sessions is None for arm in study.arms):
        return []
    every = sessions_of(study)
    planned = [_planned(*one, every, unit == (SESSION,)) for one in asked_about(study)]
    families: dict[str, list[int]] = defaultdict(list)
    for k, one in enumerate(planned):
        families[one.spec.family_in_force].append(k)
    least = np.zeros(len(planned))
    for members in families.values():
        least[members] = adjusted(np.array([planned[k].least for k in members]))
    return [
        one.sentence(float(p))
        for one, p in zip(planned, least, strict=True)
        if one.why_not or p > one.spec.level_in_force * (1 + SURE)
    ]


def _planned(
    name: str, spec: HypothesisSpec, arms: tuple[str, ...], every: list[StudySessions], whole: bool
) -> Planned:
    paired = len(arms) == 1 or (whole and any(set(arms) <= set(s.arms.arms) for s in every))
    of_arm = {
        arm: len(s.numbers) * (1 if whole else units_of_session(treatment, silo))
        for s in every
        for arm, treatment, silo in zip(s.arms.arms, s.design.treatments, s.arms.silos, strict=True)
    }
    units = tuple(of_arm[arm] for arm in arms)
    own = units * 2 if len(units) == 1 else units  # beside the value
    least, why_not = least_possible(spec.test_in_force, own, paired, spec.alternative, SESSION if whole else "unit")
    return Planned(name, spec, units, paired, least, why_not)
