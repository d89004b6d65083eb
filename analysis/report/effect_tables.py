"""Tables beside the main tests: tests of equivalence, sizes of effects, p-values of other methods."""

from __future__ import annotations

import numpy as np

from analysis.inference import Comparison
from analysis.inference.effects import FEW_FREEDOM, NONE_WITHIN, NOT_DEFINED, OF_RANKS, ONE_IN_A_STRATUM, ONE_UNIT
from analysis.inference.results import Estimate, said
from analysis.measures.outcomes import Outcome
from analysis.report import described
from analysis.report.comparisons import Inference
from analysis.report.tables import Table
from analysis.report.writing import difference_unit, interval_text, p_text, with_limits
from analysis.words import NOTHING, fixed, listed

METHODS = {
    "Ranks": ("Mann–Whitney", "Wilcoxon"),
    "Linear, clustered": ("linear",),
    "Wild bootstrap": ("wild cluster bootstrap-t",),
    "Logit, clustered": ("logit regression",),
    "Probit, clustered": ("probit regression",),
    "Mixed logit": ("mixed logit",),
}
"""Column of the table of robustness -> how the method of an estimate begins."""
OF_METHODS = {
    ("Ranks",): "Ranks: exact Mann–Whitney test of unit means (Wilcoxon where units are in both treatments{strata}).",
    (
        "Linear, clustered",
        "Logit, clustered",
        "Probit, clustered",
    ): "{regressions}: regressions of decisions or groups, "
    "CR2 standard errors clustered by unit, Bell–McCaffrey degrees of freedom. {beside}",
    ("Wild bootstrap",): "Wild bootstrap: restricted bootstrap-t of the linear regression.",
    ("Mixed logit",): "Mixed logit: random intercepts of participants (units, where a group is one observation), CR2 "
    "errors.",
    tuple(list(METHODS)[1:]): "With fewer than about five units in a treatment believe none of the regressions.",
}
"""Columns of the same table -> what its note says if one of them is there."""
EQUIVALENCE = ("equivalence",)


def equivalence_table(inference: Inference, caption: str) -> Table:
    """One row a comparison with a margin."""
    rows, tests = [], []
    for outcome, comparison in inference.comparisons:
        test, margin = equivalence_of(outcome, comparison, inference)
        if test is None:
            continue
        f, d = outcome.factor, outcome.decimals
        shown = [
            f"±{margin:g}{difference_unit(outcome)}",
            with_limits(test, f, d),
            p_text(test.p),
            p_text(test.least_p),
        ]
        tests.append(test)
        kind = inference.plan.kind_of_margin(outcome.raw, *comparison.means.arms)
        rows.append([outcome.heading, kind, pair_of(comparison), *shown, verdict(test)])
    head = [
        "Outcome",
        "Family",
        "Comparison",
        "Margin",
        "Difference (90 % interval)",
        "p",
        "Least possible p",
        "Result",
    ]
    note = (
        "Two one-sided tests of unit means, each as in the table of differences between treatments, that the "
        "difference is smaller than the margin, either way: p at most 0.05 says that it is, "
        "as the 90 % interval then lies within the margin. The margin was named with the hypothesis. Not corrected for "
        f"several tests.{described.whose_p(tests)}"
    )
    return Table(caption, head, rows, texts=3, note=note)


def equivalence_of(outcome: Outcome, comparison: Comparison, inference: Inference) -> tuple[Estimate | None, float]:
    """The test of equivalence of a comparison, None without one, and its margin in the unit of the tables."""
    margin = inference.plan.of(outcome.raw, *comparison.means.arms).margin
    return (None, np.nan) if margin is None else (find(comparison, EQUIVALENCE), margin)


def verdict(test: Estimate) -> str:
    """What a test of equivalence says, in a word or two."""
    if np.isnan(test.p):
        return "no test is possible"
    if test.p <= 0.05:
        return "equivalent"
    return "not possible with so few units" if test.least_p > 0.05 else "not shown"


UNUSUAL = (ONE_UNIT, FEW_FREEDOM, NOT_DEFINED, ONE_IN_A_STRATUM, NONE_WITHIN)
"""Reasons that are told where an effect is not defined or has no interval."""


def effects_table(inference: Inference, caption: str) -> Table:
    """Sizes of effects that do not depend on units of measurement."""
    names = list(dict.fromkeys(e.effect_name for _, c in inference.comparisons for e in c.others if _is_size(e)))
    rows = []
    for outcome, comparison in inference.comparisons:
        by_name = {e.effect_name: e for e in comparison.others if _is_size(e)}
        cells = [_with_interval(by_name.get(name)) for name in names]
        rows.append([outcome.title, pair_of(comparison), *cells, fixed(comparison.correlation, 2)])
    note = (
        f"In parentheses 95 % intervals{_of_intervals(inference)}. "
        "Of unit means, so that they describe units, not people"
        f"{described.within(inference)}. Intra-unit "
        "correlation: of the decisions or groups of one unit; it says how many sessions a study needs (python -m "
        "analysis "
        f"power). {NOTHING}: not defined, or not estimable with so few units."
    )
    note = " ".join([note, *_reasons(inference)])
    return Table(caption, ["Outcome", "Comparison", *names, "Intra-unit correlation"], rows, texts=2, note=note)


def robustness_table(inference: Inference, caption: str) -> Table:
    heads = [
        head
        for head, starts in METHODS.items()
        if any(find(comparison, starts) is not None for _, comparison in inference.comparisons)
    ]
    rows = []
    for outcome, comparison in inference.comparisons:
        found = [find(comparison, METHODS[head]) for head in heads]
        cells = [p_text(np.nan if estimate is None else estimate.p) for estimate in found]
        rows.append([outcome.title, pair_of(comparison), p_text(comparison.main.p), *cells])
    note = (
        f"Not corrected for several tests. {_of_methods(inference, heads)} {NOTHING}: not applicable, or not possible."
    )
    note = " ".join([note, *remarks(inference)])
    return Table(caption, ["Outcome", "Comparison", "Permutation (main)", *heads], rows, texts=2, note=note)


def _of_methods(inference: Inference, heads: list[str]) -> str:
    """What the columns are, of those that are there."""
    kinds = [head.removesuffix(", clustered") for head in heads if head.endswith(", clustered")]
    fields = {
        "strata": "; within strata, van Elteren" if inference.plan.stratum else "",
        "regressions": ", ".join([*kinds[:1], *(kind.lower() for kind in kinds[1:])]),
        "beside": described.regressions(inference),
    }
    there = [words.format(**fields) for columns, words in OF_METHODS.items() if set(columns) & set(heads)]
    return " ".join(there)


def remarks(inference: Inference) -> list[str]:
    """Why regressions of decisions are not possible, and what they leave out, one sentence each with its outcomes."""
    found: dict[str, list[str]] = {}
    for outcome, comparison in inference.comparisons:
        estimate = find(comparison, METHODS["Linear, clustered"])
        if estimate is not None and estimate.note:
            found.setdefault(estimate.note[:1].lower() + estimate.note[1:], []).append(outcome.title)
    return [f"Regressions of {listed(dict.fromkeys(titles))}: {note}" for note, titles in found.items()]


OF_INTERVALS = {
    "inverted noncentral t": "of d by Student's noncentral t, for normal unit means that vary alike in both "
    "treatments, so that with few units it may disagree with the test of the main table",
    OF_RANKS: "of the probability of superiority and the rank-biserial correlation by Newcombe's score, approximate "
    "too, but widened to 0.5 (0) where the exact test of ranks does not reject equality",
}
"""How intervals are made -> what the note says of them."""


def _of_intervals(inference: Inference) -> str:
    """By which methods, of those that are there."""
    made = {e.interval_method for _, c in inference.comparisons for e in c.others if _is_size(e)}
    there = [words for method, words in OF_INTERVALS.items() if method in made]
    return f", {'; '.join(there)}" if there else ""


def _reasons(inference: Inference) -> list[str]:
    """Why effects are not defined, or have no interval, one sentence a reason."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for outcome, comparison in inference.comparisons:
        for one in filter(_is_size, comparison.others):
            reason = next((why for why in UNUSUAL if one.note.startswith(why)), None)
            if reason:
                found.setdefault((reason, one.effect_name, pair_of(comparison)), []).append(outcome.title)
    told: dict[str, list[str]] = {}
    for (reason, name, pair), titles in found.items():
        told.setdefault(reason, []).append(f"{name} of {pair}{_which(inference, pair, titles)}")
    return [f"{listed(whose)}: {reason[0].lower()}{reason[1:]}" for reason, whose in told.items()]


def _which(inference: Inference, pair: str, titles: list[str]) -> str:
    """The outcomes in parentheses, unless they are all that the pair is compared by."""
    all_ = [outcome.title for outcome, comparison in inference.comparisons if pair_of(comparison) == pair]
    return "" if set(titles) == set(all_) else f" ({', '.join(titles)})"


def told_of_main(inference: Inference, beginning: str) -> list[str]:
    """The sentences of main tests that begin so, each with its pair and outcomes."""
    found: dict[tuple[str, str], list[str]] = {}
    for outcome, comparison in inference.comparisons:
        for sentence in said(comparison.main.note, beginning):
            found.setdefault((pair_of(comparison), sentence), []).append(outcome.title)
    return [
        f"{pair}{_which(inference, pair, titles)}: {sentence[0].lower()}{sentence[1:]}"
        for (pair, sentence), titles in found.items()
    ]


def _is_size(estimate: Estimate) -> bool:
    return estimate.method.startswith("effect size")


def find(comparison: Comparison, starts: tuple[str, ...]) -> Estimate | None:
    """The first estimate beside the main test whose method begins so."""
    return next((e for e in comparison.others if e.method.startswith(starts)), None)


def pair_of(comparison: Comparison) -> str:
    """What is compared: second − first."""
    first, second = comparison.means.arms
    return f"{second} − {first}"


def _with_interval(estimate: Estimate | None) -> str:
    if estimate is None or np.isnan(estimate.effect):
        return NOTHING
    limits = estimate.interval
    return fixed(estimate.effect, 2) + ("" if np.isnan(limits[0]) else f" ({interval_text(*limits, 2)})")
