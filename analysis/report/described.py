"""The tests between treatments in words, as they were made: statistic, arrangements, what p is never below, covariates.

docs/inference.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from analysis.inference.hypothesis_tests.arrangements import DRAWS, MAX_EXACT
from analysis.inference.hypothesis_tests.permutation import OF_WELCH, VARIANCES
from analysis.inference.results import Estimate
from analysis.inference.strata import ARMS, IN_STRATA, OTHER, STRATA
from analysis.inference.unit_means import OWN_STRATUM
from analysis.report.comparisons import SEED, Inference
from analysis.report.plan import Plan
from analysis.words import counted, listed

WEIGHTED = (
    "With strata every difference is the mean of the strata's differences, weighted by n₁ n₂ / (n₁ + n₂) of a "
    "stratum's units in both treatments; where strata have not the same shares of both, it is not the difference of "
    "the treatments' means over all units, which other tables have."
)
STRICT = "each p of several tests first raised to Welch's if that is larger (p_strict in estimates.csv)"
GUARDS = {
    "(unequal arms)": "the numbers of units differ (with strata, within one of them)",
    "(different games)": "the games differ",
}
"""How the methods of tests end of which no p is below Welch's, and when that is."""


SOURCES = {
    ARMS: "Where a stratum has one unit in a treatment, the variance of the difference is that of units within strata, "
    "pooled over the strata of a treatment.",
    STRATA: "Where strata have too few units to see how these vary (pairs, say), the variance of the difference is "
    "that between the strata's differences.",
    OTHER: "Where a treatment has one unit, units of both are taken to vary as those of the other do.",
}
"""What is said of `VARIANCES`."""


def main_test(inference: Inference) -> list[str]:
    """The test of the main table, sentence by sentence; nothing if none was possible."""
    methods = [str(method) for method in inference.main.loc[inference.main["p"].notna(), "method"]]
    found = []
    if any(method.startswith("permutation test") for method in methods):
        found.append(
            "The statistic is the difference of the treatments' unit means over its standard error, computed anew in "
            "each arrangement (studentised; Chung and Romano 2013), and the arrangements are all assignments of units "
            f"to treatments with as many units in each{within(inference)}."
        )
    if any(method.startswith("sign-flip") for method in methods):
        found.append(
            "For units in both treatments the statistic is the mean of their differences, and the arrangements are all "
            "signs of these differences."
        )
        found += [OWN_STRATUM] if inference.plan.stratum else []
    if any(IN_STRATA in method for method in methods):
        found.append(WEIGHTED)
    found += [told for source, told in SOURCES.items() if any(VARIANCES[source] in method for method in methods)]
    if found:
        found.append(
            f"Up to {MAX_EXACT:,} arrangements are enumerated (exact), of more {DRAWS:,} random ones are drawn (seed "
            f"{SEED}). p is the share of arrangements that are at least as extreme; two-sided, twice that of the "
            "smaller side."
        )
    return [*found, *_guarded(methods)]


def in_strata(test: Estimate) -> str:
    """After a difference that is no difference of the means that other tables show."""
    return " (weighted within strata)" if IN_STRATA in test.method else ""


def within(inference: Inference) -> str:
    """Within what units were assigned to treatments; "" where all units were in both."""
    signs = inference.main["method"].str.startswith("sign-flip")
    return "" if len(signs) and signs.all() else entries(inference.plan)


def entries(plan: Plan) -> str:
    """Within what entries of the strata, as a clause."""
    return f", within each entry of {' and '.join(plan.stratum)}, as they were assigned" if plan.stratum else ""


def whose_p(tests: Iterable[Estimate]) -> str:
    """How many p-values of a table are Welch's, a sentence after a space; "" if none is."""
    found = [OF_WELCH in test.p_method for test in tests if not np.isnan(test.p)]
    if not any(found):
        return ""
    return f" Welch's p, which is the larger one, stands in {sum(found)} of {counted(len(found), 'test')}."


def _guarded(methods: list[str]) -> list[str]:
    why = [words for end, words in GUARDS.items() if any(method.endswith(end) for method in methods)]
    told = (
        f"Where {' or '.join(why)}, permutations alone do not keep the level if units vary more in one treatment than "
        "in the other: there p is the larger one of the permutation test's and of Welch's t test's (within strata, if "
        "there are some, with Satterthwaite's degrees of freedom), and the interval the wider one."
    )
    return [told] if why else []


def strict(inference: Inference) -> str:
    """From what p-values corrections start, where that is not p itself."""
    raised = any(not np.isnan(comparison.main.p_strict) for _, comparison in inference.comparisons)
    return f", {STRICT}" if raised else ""


def of_welch(inference: Inference) -> str:
    """Whose p-values in the main table are Welch's."""
    titles = [outcome.title for outcome, comparison in inference.comparisons if OF_WELCH in comparison.main.p_method]
    return f"Here p is Welch's, the larger one, of: {'; '.join(dict.fromkeys(titles))}. " if titles else ""


def regressions(inference: Inference) -> str:
    """What the regressions have beside the treatment."""
    covariates, strata = inference.plan.covariates, inference.plan.stratum
    found = [f"the covariates {listed(covariates)}"] if covariates else []
    found += [f"indicators of the strata ({listed(strata)})"] if strata else []
    if not found:
        return "Regressions have no covariates."
    tests = "; tests of unit means do not use the covariates" if covariates else ""
    return f"Regressions have beside the treatment {listed(found)}{tests}."
