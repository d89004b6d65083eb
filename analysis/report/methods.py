"""The paragraphs of the report in which numbers are filled in: the summary, and how everything was computed."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
import pandas as pd

from analysis.behaviour import Study
from analysis.flow import Flow
from analysis.games import by_cause, causes_in_words
from analysis.inference import Comparison, Units
from analysis.inference.results import Estimate
from analysis.loading.exports import Exports
from analysis.loading.versions import versions_of
from analysis.measures.chance import CHANCE
from analysis.measures.outcomes import MONEY, OUTCOMES, Outcome
from analysis.report import described
from analysis.report.comparison_tables import ABOVE_NOTE, session_level
from analysis.report.comparisons import LEVEL, SEED, Inference
from analysis.report.effect_tables import EQUIVALENCE, find, verdict
from analysis.report.plan import KINDS, sentence
from analysis.report.sections import units_sentence
from analysis.report.tables import Row, records
from analysis.report.writing import difference_unit, equals, interval_words, p_text
from analysis.words import counted, fixed, listed

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib")
TITLES = {outcome.column: outcome.title for outcome in OUTCOMES}
IN_SUMMARY = ("dominant_played", "nash_played", "efficient", "earnings", "seconds_taken")


@dataclass(frozen=True)
class Sources:
    """Everything that the paragraphs are about; study : None if no models were fitted; with_excluded : what would be
    `predicted` if nobody was excluded; None: nobody is."""

    exports: Exports
    predicted: pd.DataFrame
    names: Mapping[str, str]
    diagram: Flow
    units: Units
    inference: Inference
    study: Study | None
    with_excluded: pd.DataFrame | None = None


def summary(sources: Sources) -> list[str]:
    """What was found, one sentence an outcome."""
    people = sources.predicted[["session_code", "participant_id"]].drop_duplicates()
    decided = int(sources.predicted["message"].notna().sum())
    first = (
        f"{counted(len(people), 'participant')} in {counted(sources.predicted['session_code'].nunique(), 'session')} "
        f"made {counted(decided, 'decision')} in {counted(len(sources.names), 'treatment')} "
        f"({listed(sources.names.values())}). {units_sentence(sources.units)}"
    )
    there = [o for o in told(sources.inference) if len(sources.inference.means[o.column].units)]
    nobody = [] if there else [NOBODY]
    found = [_outcome_sentence(outcome, sources.inference) for outcome in there]
    return [first, *nobody, *found, *_tested_too(there, sources.inference)]


def _tested_too(there: list[Outcome], inference: Inference) -> list[str]:
    """Which outcomes are tested, but have no sentence, and why; nothing if all have one."""
    written = {outcome.column for outcome in there}
    raw = dict.fromkeys(used.raw for used, _ in inference.comparisons if used.raw not in written)
    if not raw:
        return []
    titles = listed(f"“{TITLES[name]}”" for name in raw)
    why = "written out here are only outcomes named beforehand and those of play, efficiency, earnings and time"
    return [f"Tested too, in the table of differences between treatments: {titles}; {why}."]


NOBODY = "Nobody has yet made a decision from which an outcome could be computed."


def told(inference: Inference) -> list[Outcome]:
    """The outcomes of the summary: those of planned hypotheses, the primary ones first, and those of IN_SUMMARY."""
    planned = sorted(inference.plan.hypotheses, key=lambda hypothesis: KINDS.index(hypothesis.kind))
    there = {outcome.column: outcome for outcome in inference.outcomes}
    usual = [name for name in there if name in IN_SUMMARY]
    return [there[name] for name in dict.fromkeys((*(h.outcome for h in planned), *usual)) if name in there]


def _outcome_sentence(outcome: Outcome, inference: Inference) -> str:
    """Means of all treatments; the test if there is one, else those that were planned."""
    means = inference.means[outcome.column]
    unit = "" if outcome.unit == MONEY else f" {outcome.unit}"
    rates = [
        f"{fixed(float(np.nanmean(means.means[:, a])) * outcome.factor, outcome.decimals)}{unit} ({arm})"
        for a, arm in enumerate(means.arms)
    ]
    text = f"{outcome.title}: {listed(rates)}"
    found = [
        (used, comparison, row)
        for (used, comparison), row in zip(inference.comparisons, records(inference.main), strict=True)
        if used.raw == outcome.column
    ]
    planned = [entry for entry in found if entry[2]["family"] != KINDS[-1]]
    if len(found) == 1 or planned:
        results = "; ".join(_tested(*entry, inference) for entry in planned or found)
        return f"{text}{chance_note(outcome, inference)}; {results}."
    tested = next((entry for entry in inference.any_difference if entry[0].raw == outcome.column), None)
    if tested is None:
        return f"{text}{chance_note(outcome, inference)}."
    above = "" if tested[0].raw == tested[0].column else ", above chance"
    p = equals(p_text(tested[1].p))
    return f"{text}{chance_note(outcome, inference)}; test that no treatment differs{above}: p {p}."


def chance_note(outcome: Outcome, inference: Inference) -> str:
    """What uniform play gives, where that is why raw rates are not compared."""
    if not any(used.raw == outcome.column != used.column for used, _ in inference.comparisons):
        return ""
    given = _by_chance(outcome, inference)
    if len(set(given)) == 1:
        return f" (by chance alone {given[0]} in each, so that above chance they differ by as much)"
    return f" (by chance alone {listed(given)}: not comparable between these games)"


def _tested(used: Outcome, comparison: Comparison, row: Row, inference: Inference) -> str:
    """The result of one test, with its uncertainty; of a test of equivalence too, if a margin was named."""
    difference = fixed(row["effect"] * used.factor, used.decimals)
    limits = interval_words(row["low"] * used.factor, row["high"] * used.factor, used.decimals, row["alternative"])
    above = "" if used.raw == used.column else ", above chance,"
    compared = f"{row['second_arm']} less {row['first_arm']}{above} {difference}{difference_unit(used)}"
    compared += described.in_strata(comparison.main)
    if np.isnan(row["p"]):
        return f"{compared}. {str(row['note']).removesuffix('.')}"
    whole = session_level(comparison)
    beside = "" if whole is None else f"; {session_words(whole)}"
    return (
        f"{compared} ({limits}; permutation test, N = {row['n_units_by_arm']} {inference.unit_plural}, "
        f"p {equals(p_text(row['p']))}, {p_text(row['p_holm'])} with Holm's correction; {row['family']}{beside}"
        f"{_equivalence(used, comparison, inference)})"
    )


def _equivalence(used: Outcome, comparison: Comparison, inference: Inference) -> str:
    test, planned = find(comparison, EQUIVALENCE), inference.plan.of(used.raw, *comparison.means.arms)
    if test is None or planned.margin is None:
        return ""
    p = "" if np.isnan(test.p) else f", p {equals(p_text(test.p))}"
    return f"; equivalence within ±{planned.margin:g}{difference_unit(used)}: {verdict(test)}{p}"


def session_words(whole: Estimate) -> str:
    """The p-value of the test with whole sessions as units."""
    p = "no test is possible" if np.isnan(whole.p) else f"p {equals(p_text(whole.p))}"
    return f"with whole sessions as units {p}"


def _by_chance(outcome: Outcome, inference: Inference) -> list[str]:
    """Of each treatment, in their order, as shown."""
    means = inference.means[outcome.column + CHANCE].means
    given = [float(np.nanmean(column)) for column in means.T]
    return [fixed(mean * outcome.factor, outcome.decimals) for mean in given]


def methods(sources: Sources) -> list[str]:
    """Paragraphs for the section on methods of a paper."""
    return [_data(sources), _predictions(), *_tests(sources), *_models(sources), _software(sources)]


def _data(sources: Sources) -> str:
    rows = sources.predicted
    decided = rows["message"].notna()
    causes = by_cause(rows)
    late = sum(causes.values())
    because = f" ({listed(causes_in_words(causes))})" if late else ""
    bots = int((rows["is_bot"] & decided).sum())
    seeds = sorted({int(seed) for seed in rows["seed"]})
    return (
        f"Data. {sources.diagram.sentence} "
        f"{counted(late, 'decision')} of {int(decided.sum())} {'was' if late == 1 else 'were'} made by the computer"
        f"{because}; they and their groups are left out of rates of play, efficiency and tests, and kept in earnings "
        f"paid. {counted(bots, 'decision')} {'was' if bots == 1 else 'were'} made by bots. Groups, types and paid "
        f"rounds were drawn with the seeds {listed(map(str, seeds))}."
    )


def _predictions() -> str:
    return (
        "Predictions. Dominant messages, Nash equilibria, best replies and efficiency are those of the game as it was "
        "played: its grid of messages and its rounded points. Nash equilibria are the pure ones of the game among the "
        "types in the group, as if all knew them. Chance is uniform random play; Selten's measure of predictive "
        "success "
        "is the hit rate less what chance hits."
    )


def _tests(sources: Sources) -> list[str]:
    inference = sources.inference
    units = f"Inference. {units_sentence(sources.units)} "
    if inference.main.empty:
        return [units + "There are no two treatments to compare: no test was made between treatments."]
    tested = inference.main["p"].notna()
    counts = sorted(set(inference.main["n_units_by_arm"]))
    text = (
        f"{units}Treatments are compared by {counted(len(inference.main), 'difference')} of unit means in "
        f"{counted(inference.main['outcome'].nunique(), 'outcome')} ({'; '.join(counts)} units), with "
        f"permutation tests. {' '.join([*described.main_test(inference), ''])}{described.of_welch(inference)}The "
        f"{100 * LEVEL:g} % intervals hold every constant shift that the test does not reject. "
        f"p-values are corrected by Holm's method within a family of tests{described.strict(inference)}. "
        f"{sentence(inference.plan, TITLES, inference.compared)} "
        f"{ABOVE_NOTE + ' ' if any(o.raw != o.column for o, _ in inference.comparisons) else ''}"
    )
    reasons = inference.main.loc[~tested, "note"].str.removeprefix("No test is possible: ").str.rstrip(".")
    for reason, count in reasons.value_counts().items():
        text += f"For {counted(count, 'difference')} no test is possible: {reason}. "
    weak = inference.main.loc[tested, "least_p"]
    if len(weak) and float(weak.min()) > 1 - LEVEL:
        text += f"No test can give p below {p_text(float(weak.min()))} with so few units: none can reject at 5 %. "
    used = sorted({e.method.split(",")[0] for _, c in inference.comparisons for e in c.others})
    text += (
        f"Robustness: {listed(used)}; bootstraps with seed {SEED}. "
        "Regressions are of decisions (of groups, where a group has one outcome), weighing each alike; tests of unit "
        f"means weigh each unit alike. {described.regressions(inference)}"
    )
    return [text]


def _models(sources: Sources) -> list[str]:
    study = sources.study
    if study is None:
        return []
    models = list(dict.fromkeys(study.comparison["model"])) if len(study.comparison) else []
    if not models:
        return ["Models of behaviour. None could be fitted."]
    text = (
        f"Models of behaviour. {listed(sorted(models))} are fitted to each treatment by maximum likelihood in the "
        "points "
        "that were paid, with standard errors from the Hessian and clustered by independent unit, and compared by AIC, "
        "BIC and the mean log probability of decisions in sessions that are left out in turn. Decisions by the "
        "computer are not explained, but belong to what others saw."
    )
    return [text]


def _software(sources: Sources) -> str:
    rows = sources.predicted
    recorded = f"platform version {versions_of(rows['platform_version'].unique()) or 'unknown'}"
    otree = listed(sorted(set(rows["otree_version"]) - {""}))
    simulated = not otree and bool(rows.loc[rows["message"].notna(), "is_bot"].all())
    how = (
        f"Simulated by {recorded}, without oTree"
        if simulated
        else f"Recorded by {recorded} on oTree {otree or 'unknown'}"
    )
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Software. {how}; analysed with Python {platform.python_version()}, {libraries}."
