"""Wild cluster bootstrap: p-values of clustered regressions that hold with few clusters.

Units' scores under the null hypothesis are multiplied by random weights of mean 0 and variance 1, one a unit, and the
t statistic is computed anew. For the linear model this is the restricted wild cluster bootstrap-t of Cameron, Gelbach
and Miller (2008, "WCR"); for logit and probit, whose outcomes cannot be made up from residuals, the score bootstrap
of Kline and Santos (2012) at the restricted maximum of the likelihood. In both, weights of 1 give the observed
statistic, so that it is one formula.

Weights are Rademacher's (±1), or with fewer than ten units Webb's six points (2023), because 2^G weights then give too
few distinct statistics. If there are few, all of them are enumerated: no chance is left in p. With few *treated* units
(below about four) the test rejects hardly ever (MacKinnon and Webb 2017); prefer the permutation test.

The package wildboottest has the linear part only, counts ties with the observed statistic as not
extreme (so that p can be 0), and would bring a compiler to the laboratory.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from analysis.inference.hypothesis_tests.arrangements import DRAWS, MAX_EXACT
from analysis.inference.hypothesis_tests.permutation import TIE
from analysis.inference.regressions.clusters import Cells, ClusterFit, fit, why_not
from analysis.inference.results import Estimate

RADEMACHER = np.array([-1.0, 1.0])
WEBB = np.concatenate([-np.sqrt([1.5, 1.0, 0.5]), np.sqrt([0.5, 1.0, 1.5])])
FEW_CLUSTERS = 10
FEW_TREATED = 4


def wild_cluster_bootstrap(
    data: Cells,
    family: str = "linear",
    weights: str = "auto",
    max_exact: int = MAX_EXACT,
    draws: int = DRAWS,
    seed: int = 1,
) -> Estimate:
    """Two-sided test that the arm has no effect.

    Parameters
    ----------
    data : from `clusters.cells`
    family : "linear", "logit" or "probit"
    weights : "rademacher", "webb", or "auto": Webb's below ten units

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference import cells
    >>> rows = pd.DataFrame({"unit": list("aabbccddeeff"), "arm": list("AAAAAABBBBBB"),
    ...                      "hit": [0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1]})
    >>> data = cells(rows, "hit", "arm", ("A", "B"), "session")
    >>> wild_cluster_bootstrap(data, weights="rademacher").p
    0.125
    """
    points = _points(weights, data.n_clusters)
    kind = "wild cluster bootstrap-t (WCR)" if family == "linear" else "wild score bootstrap"
    name = "Webb" if points is WEBB else "Rademacher"
    method = f"{kind} of the {family} regression, {name} weights, one a {data.unit}"
    blank = data.estimate(method, ["numpy", "statsmodels"])
    why = why_not(data, family)
    restricted = None if why else fit(data, family, without=1)
    if restricted is None:
        return replace(blank, note=f"No test is possible: {why or 'the restricted model cannot be fitted.'}")
    drawn, exact = draw_weights(points, data.n_clusters, max_exact, draws, seed)
    observed = float(t_statistics(restricted, np.ones((1, data.n_clusters)), 1)[0])
    null = np.abs(t_statistics(restricted, drawn, 1))
    p = float((null >= abs(observed) * (1 - TIE)).mean())
    words = f"exact, all {len(drawn):,} weights" if exact else f"{len(drawn) - 1:,} random weights"
    few = min(count for _, count in data.n_units)
    note = f"Only {few} units in one arm: this test then rejects too rarely." if few < FEW_TREATED else ""
    return replace(
        blank, statistic_name="t", statistic=observed, p=p, p_method=words, least_p=2 / len(drawn), note=note
    )


def draw_weights(points: np.ndarray, n_clusters: int, max_exact: int, draws: int, seed: int) -> tuple[np.ndarray, bool]:
    """Weights, shape (n, n_clusters), and whether they are all there are; random ones begin with the observed one."""
    if len(points) ** n_clusters <= max_exact:
        return np.array(list(product(points, repeat=n_clusters))), True
    drawn = np.random.default_rng(seed).choice(points, (draws + 1, n_clusters))
    drawn[0] = 1
    return drawn, False


def t_statistics(restricted: ClusterFit, weights: np.ndarray, column: int) -> np.ndarray:
    """t of each row of weights, shape (n,), with CR1 variances; row of ones: the observed one.

    The step from the restricted to the unrestricted coefficients is d = M Σ w_g s_g, exactly so in the linear model;
    the scores at its end are w_g s_g − S_g d.
    """
    groups, k = restricted.scores.shape
    bread = restricted.bread
    direction = bread[:, column]
    steps = weights @ (restricted.scores @ bread)
    ends = weights * (restricted.scores @ direction) - steps @ (restricted.information @ direction).T
    scale = groups / (groups - 1) * (restricted.n - 1) / (restricted.n - k)
    error = np.sqrt(scale * (ends**2).sum(axis=1))
    floor = 1e-12 * np.abs(restricted.scores @ direction).sum()
    return steps[:, column] / np.maximum(error, floor or 1.0)


def _points(weights: str, n_clusters: int) -> np.ndarray:
    known = {"rademacher": RADEMACHER, "webb": WEBB, "auto": WEBB if n_clusters < FEW_CLUSTERS else RADEMACHER}
    if weights not in known:
        raise ValueError(f"weights: {weights!r}; expected {', '.join(known)}")
    return known[weights]
