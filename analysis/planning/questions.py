"""What a study asks: the power of each of its hypotheses, by the test that the report will make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from analysis.inference.units import MET, SESSION
from analysis.measures.outcomes import OUTCOMES
from analysis.planning.experiments import Arm
from analysis.planning.power import PlanError, Question
from analysis.registration.document import Registration
from analysis.registration.possible import asked_about
from analysis.registration.sessions import StudySessions
from mechanisms.studies.hypotheses import CHANCE


def questions(
    study: Registration, arms: Mapping[str, Arm], sessions: Sequence[StudySessions]
) -> Iterator[tuple[str, Question, tuple[int, ...]]]:
    """What it is called, what is asked, and how many sessions each of its arms plans.

    Between different games outcomes are compared above chance, as in the report. The tests of a family share its level.

    Raises
    ------
    PlanError
        If the units are none that a simulation has.
    """
    unit = study.study.spec.analysis.unit or (MET,)
    if unit not in ((MET,), (SESSION,)):
        raise PlanError(
            f"{study.study.name}: analysis.unit = {', '.join(unit)}: simulated units are {MET} or {SESSION}"
        )
    if not study.study.spec.hypotheses:
        raise PlanError(f"{study.study.name}: no [[hypotheses]]: expected what is asked about")
    about = list(asked_about(study))
    families = Counter(spec.family_in_force for _, spec, _ in about)
    for name, spec, names in about:
        own = tuple(arms[arm] for arm in names)
        [outcome] = [one for one in OUTCOMES if one.column == spec.outcome]
        above = spec.value == CHANCE or len({arm.treatment.identity for arm in own}) > 1
        value = 0.0 if spec.value in (None, CHANCE) else float(spec.value) / outcome.factor
        asked = Question(
            own, outcome.between_games().column if above else outcome.column, spec.test_in_force, spec.alternative,
            spec.level_in_force, 0.0 if spec.margin is None else float(spec.margin) / outcome.factor, value,
            together=len(own) > 1 and any(set(names) <= set(s.arms.arms) for s in sessions),
            whole=unit == (SESSION,), of_family=families[spec.family_in_force], called=names,
        )  # fmt: skip
        yield name, asked, tuple(len(s.numbers) for arm in names for s in sessions if arm in s.arms.arms)
