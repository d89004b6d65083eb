"""Regressions of decisions with standard errors clustered by unit, for few clusters.

CR1 scales the usual sandwich by G/(G−1) · (N−1)/(N−k) and compares with t(G−1). It rejects too often with few
clusters. CR2 (Bell and McCaffrey 2002) corrects each unit's score by (I − H_gg)^(−1/2), which makes the variance
unbiased if decisions were independent, and uses the degrees of freedom that match its own variability (the same; see
Pustejovsky and Tipton 2018), with independence as the working model; for logit and probit, in the last step's working
regression.

With B = X_g L and LL' = bread, (I − X_g L L'X_g')^(−1/2) acts on X_g only through the k × k matrix L'S_g L: the cost
does not depend on how many decisions a unit has.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import t as student

from analysis.inference.regressions.clusters import Cells, ClusterFit, fit, why_not
from analysis.inference.results import Estimate

COEFFICIENT = {"logit": "log odds ratio", "probit": "probit coefficient", "linear": "difference in rates or means"}
NEARLY_ONE = 1 - 1e-8
"""Leverages above belong to directions in which a unit fits itself: they carry no information and are left out."""


def clustered(data: Cells, family: str = "logit", correction: str = "CR2", level: float = 0.95) -> Estimate:
    """The coefficient of the arm with a clustered standard error.

    Parameters
    ----------
    data : from `clusters.cells`
    family : "logit", "probit" or "linear"
    correction : "CR1" or "CR2"

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.inference import cells
    >>> rows = pd.DataFrame({"unit": list("aabbccdd"), "arm": list("AAAABBBB"), "hit": [0, 1, 0, 0, 1, 1, 0, 1]})
    >>> estimate = clustered(cells(rows, "hit", "arm", ("A", "B"), "session"), "linear")
    >>> round(estimate.effect, 2), estimate.n_units
    (0.5, (('A', 2), ('B', 2)))
    """
    if correction not in ("CR1", "CR2"):
        raise ValueError(f"correction: {correction!r}; expected CR1 or CR2")
    name = "linear probability model" if family == "linear" and data.is_rate else f"{family} regression"
    freedom_name = "Bell–McCaffrey degrees of freedom" if correction == "CR2" else "t(G − 1)"
    method = f"{name} of decisions, {correction} standard errors clustered by {data.unit}, {freedom_name}"
    blank = data.estimate(method, ["statsmodels"])
    why = why_not(data, family)
    fitted = None if why else fit(data, family)
    if fitted is None:
        why = why or "the maximum of the likelihood was not found (some regressor predicts the outcome perfectly)."
        return replace(blank, note=f"No test is possible: {why}")
    variance, freedom = cr2(fitted, 1) if correction == "CR2" else cr1(fitted, 1)
    coefficient, error = float(fitted.coefficients[1]), float(np.sqrt(variance))
    if not error > 1e-12 * max(1.0, abs(coefficient)):
        return replace(blank, note="No test is possible: units of the same arm do not differ at all.")
    return with_t(blank, COEFFICIENT[family], coefficient, error, freedom, level)


def with_t(blank: Estimate, name: str, effect: float, error: float, freedom: float, level: float) -> Estimate:
    """The estimate with effect, interval and two-sided p-value by Student's t."""
    reach = float(student.ppf((1 + level) / 2, freedom)) * error
    by_t = f"t with {freedom:.3g} degrees of freedom"
    return replace(
        blank,
        effect_name=name,
        effect=effect,
        interval=(effect - reach, effect + reach),
        level=level,
        interval_method=by_t,
        statistic_name="t",
        statistic=effect / error,
        p=float(2 * student.sf(abs(effect / error), freedom)),
        p_method=by_t,
    )


def cr1(fitted: ClusterFit, column: int) -> tuple[float, float]:
    """Variance of a coefficient, and degrees of freedom G − 1."""
    groups, k = fitted.scores.shape
    contributions = fitted.scores @ fitted.bread[:, column]
    scale = groups / (groups - 1) * (fitted.n - 1) / (fitted.n - k)
    return float(scale * (contributions**2).sum()), groups - 1.0


def cr2(fitted: ClusterFit, column: int) -> tuple[float, float]:
    """Bell–McCaffrey variance of a coefficient, and its degrees of freedom."""
    bread = fitted.bread
    root = np.linalg.cholesky(bread)
    inverse_root = np.linalg.inv(root)
    leverage = root.T @ fitted.information @ root
    values, vectors = np.linalg.eigh(leverage)
    values = values.clip(0, 1)
    inside = values < NEARLY_ONE
    correction = np.where(inside, 1 / np.sqrt(1 - np.where(inside, values, 0)), 0)
    # A_g in the coordinates of X_g L, as k × k matrices
    adjust = (vectors * correction[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    contrast = inverse_root @ bread[:, column]  # = L'c
    contributions = np.einsum("i,gij,gj->g", contrast, adjust, fitted.scores @ root)
    # p_g = A_g X_g M c: q_g = p_g'p_g and u_g = L'X_g'p_g; Ω_gh = δ_gh q_g − u_g'u_h
    moved = (adjust @ leverage) @ contrast
    squares = np.einsum("i,gij,gjk,gkl,l->g", contrast, adjust, leverage, adjust, contrast)
    omega = np.diag(squares) - moved @ moved.T
    return float((contributions**2).sum()), float(np.trace(omega) ** 2 / (omega**2).sum())
