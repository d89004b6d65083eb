"""A binary or linear regression of decisions, reduced to what the clusters (units) contribute.

Rows with the same unit and regressors are added up first, so that millions of decisions cost one `groupby`. statsmodels
fits the coefficients; all that cluster-robust inference needs after that are each unit's score s_g = X_g'(y_g − μ_g)
(weighted by the link) and information S_g = X_g'W_g X_g, k × k: no matrix with a row for each decision is ever built.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from analysis.inference.equality import snapped
from analysis.inference.results import Counts, Estimate, library
from analysis.inference.units import UNIT
from mechanisms.shown import Shown

FAMILIES = {
    "logit": lambda: sm.families.Binomial(),
    "probit": lambda: sm.families.Binomial(link=sm.families.links.Probit()),
    "linear": lambda: sm.families.Gaussian(),
}


@dataclass(frozen=True)
class Cells(Shown):
    """Decisions added up over rows with the same unit and regressors.

    question, unit, n_units, n_decisions : see `Estimate`
    names : regressors; the first is the constant, the second the arm
    x : ndarray, shape (n_cells, k); n : decisions, shape (n_cells,); total : sum of the outcome, shape (n_cells,)
    clusters : ndarray of int, shape (n_cells,): number of the unit, cells sorted by it; inner : of the participant
    is_rate : all outcomes are 0 or 1; observation : what is counted, "decision" or "group"
    left_out : covariates that are the same in all of these rows, such as the position where a row is a group's
    """

    question: str
    unit: str
    n_units: Counts
    n_decisions: Counts
    names: tuple[str, ...]
    x: np.ndarray
    n: np.ndarray
    total: np.ndarray
    clusters: np.ndarray
    inner: np.ndarray
    is_rate: bool
    observation: str = "decision"
    left_out: tuple[str, ...] = ()

    def estimate(self, method: str, libraries: Sequence[str]) -> Estimate:
        """An `Estimate` with question, unit and counts filled in."""
        counts = (self.unit, self.n_units, self.n_decisions)
        return Estimate(self.question, method, library(*libraries), *counts, observation=self.observation)

    @property
    def n_clusters(self) -> int:
        return int(self.clusters.max(initial=-1)) + 1


@dataclass(frozen=True)
class ClusterFit(Shown):
    """coefficients : shape (k,); scores : (n_clusters, k); information : (n_clusters, k, k); n : decisions"""

    coefficients: np.ndarray
    scores: np.ndarray
    information: np.ndarray
    n: int

    @property
    def bread(self) -> np.ndarray:
        """Inverse of the whole information, shape (k, k)."""
        return np.linalg.inv(self.information.sum(axis=0))


def cells(
    rows: pd.DataFrame,
    outcome: str,
    by: str,
    arms: tuple[str, str],
    unit: str = "unit",
    covariates: Sequence[str] = (),
    inner: Sequence[str] = (),
) -> Cells:
    """Add up decisions.

    Parameters
    ----------
    rows : decisions with the column `unit`; only those with one of the two `arms` in `by` and no blank are used
    covariates : columns of numbers or flags that go in as they are, columns of text as one indicator an entry but one;
        what is the same in all rows is left out
    inner : columns that tell participants apart within units, for a random intercept; none: one intercept a unit

    Examples
    --------
    >>> table = pd.DataFrame({"unit": list("sstt"), "arm": list("AABB"), "hit": [0, 1, 1, 1]})
    >>> made = cells(table, "hit", "arm", ("A", "B"))
    >>> made.x.tolist(), made.n.tolist(), made.total.tolist()
    ([[1.0, 0.0], [1.0, 1.0]], [2.0, 2.0], [1.0, 2.0])
    """
    there = rows[rows[by].astype(str).isin(arms) & rows[[outcome, *covariates]].notna().all(axis=1)]
    y = there[outcome].astype("float64")
    arm = (there[by].astype(str) == arms[1]).astype("float64")
    regressors = pd.DataFrame({f"{by} = {arms[1]}": arm})
    left_out = tuple(column for column in dict.fromkeys(covariates) if there[column].nunique() < 2)
    for column in (name for name in dict.fromkeys(covariates) if name not in left_out):
        if pd.api.types.is_numeric_dtype(there[column]) or pd.api.types.is_bool_dtype(there[column]):
            regressors[column] = there[column].astype("float64")
        else:
            regressors = regressors.join(
                pd.get_dummies(there[column].astype("str"), column, " = ", drop_first=True, dtype=float)
            )
    unit_code = pd.factorize(there[UNIT], sort=True)[0]
    person = there.groupby([UNIT, *inner], sort=True, observed=True).ngroup().to_numpy()
    added = y.groupby([unit_code, person, *(regressors[name].to_numpy() for name in regressors)], sort=True)
    sums = added.agg(["size", "sum"])
    levels = [sums.index.get_level_values(i).to_numpy() for i in range(sums.index.nlevels)]
    of_arm = [pd.Series(unit_code)[(arm == k).to_numpy()] for k in (0, 1)]
    return Cells(
        f"{outcome}: {arms[1]} − {arms[0]}",
        unit,
        tuple((name, int(units.nunique())) for name, units in zip(arms, of_arm, strict=True)),
        tuple((name, len(units)) for name, units in zip(arms, of_arm, strict=True)),
        ("constant", *map(str, regressors)),
        np.column_stack([np.ones(len(sums)), *(level.astype(float) for level in levels[2:])]),
        sums["size"].to_numpy(dtype=float),
        sums["sum"].to_numpy(dtype=float),
        levels[0],
        levels[1],
        bool(y.isin([0.0, 1.0]).all()),
        left_out=left_out,
    )


def why_not(data: Cells, family: str) -> str:
    """Why the regression cannot be estimated or relied on; "" if it can."""
    if family not in FAMILIES:
        raise ValueError(f"family: {family!r}; expected {', '.join(FAMILIES)}")
    few = [f"{count} in {arm}" for arm, count in data.n_units if count < 2]
    if few:
        return f"{', '.join(few)}: with one {data.unit} in an arm its own deviation cannot be told from the effect."
    if data.n_clusters <= data.x.shape[1]:
        return f"{data.n_clusters} units and {data.x.shape[1]} coefficients; more units than coefficients are needed."
    if np.linalg.matrix_rank(data.x) < data.x.shape[1]:
        return f"the regressors ({', '.join(data.names)}) are collinear."
    if family != "linear" and not data.is_rate:
        return f"{family} needs an outcome of 0 and 1."
    if family != "linear" and _separated(data):
        return f"in one arm all outcomes are the same, so that the {family} coefficient is infinite."
    if not _varies(data):
        return "units of the same arm do not differ at all."
    return ""


def _varies(data: Cells) -> bool:
    """Whether anything is left of the means of cells beside what the regressors say, but for rounding."""
    means = data.total / data.n
    rest = means - data.x @ np.linalg.lstsq(data.x, means, rcond=None)[0]
    return bool(snapped(rest, float(np.abs(data.total).max(initial=0))).any())


def fit(data: Cells, family: str, without: int | None = None) -> ClusterFit | None:
    """Maximum likelihood (statsmodels GLM); with coefficient number `without` held at 0. None: it did not converge."""
    kept = [column for column in range(data.x.shape[1]) if column != without]
    model = sm.GLM(data.total / data.n, data.x[:, kept], family=FAMILIES[family](), var_weights=data.n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if family == "linear" else "error", PerfectSeparationWarning)
        try:
            found = model.fit(tol=1e-12, maxiter=200)
        except PerfectSeparationWarning:
            return None
    if family != "linear" and not found.converged:
        return None
    coefficients = np.zeros(data.x.shape[1])
    coefficients[kept] = found.params
    slope, variance = _slope_and_variance(data.x @ coefficients, family)
    score = ((data.total - data.n * _mean(data.x @ coefficients, family)) * slope / variance)[:, None] * data.x
    weight = data.n * slope**2 / variance
    products = weight[:, None, None] * data.x[:, :, None] * data.x[:, None, :]
    starts = np.flatnonzero(np.diff(data.clusters, prepend=-1))
    return ClusterFit(
        coefficients,
        np.add.reduceat(score, starts, axis=0),
        np.add.reduceat(products, starts, axis=0),
        int(data.n.sum()),
    )


def _mean(eta: np.ndarray, family: str) -> np.ndarray:
    return FAMILIES[family]().link.inverse(eta)


def _slope_and_variance(eta: np.ndarray, family: str) -> tuple[np.ndarray, np.ndarray]:
    """dμ/dη and V(μ)."""
    made = FAMILIES[family]()
    return made.link.inverse_deriv(eta), made.variance(made.link.inverse(eta))


def _separated(data: Cells) -> bool:
    """Whether all decisions of an arm are 0, or all are 1."""
    rates = [data.total[data.x[:, 1] == k].sum() / data.n[data.x[:, 1] == k].sum() for k in (0, 1)]
    return any(rate in (0, 1) for rate in rates)
