"""The section on behaviour: models of choice fitted to each treatment (`analysis.behaviour.study`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.behaviour import Study
from analysis.inference.results import number
from analysis.report.tables import Numbers, Table, records
from analysis.words import NOTHING, counted, fixed, plain

Names = Mapping[tuple[str, str], str]


def section(study: Study, names: Names, numbers: Numbers) -> dict[str, Any]:
    """Tables and sentences for the template; names: (treatment, identity) -> name in the report."""
    tables = []
    if len(study.comparison):
        tables.append(comparison_table(study, names, numbers.table("Models of behaviour compared")))
    if len(study.estimates):
        tables.append(estimates_table(study, names, numbers.table("Estimates of the models")))
    best = [f"{name}: {sentence}" for name, sentence in study.sentences if "By AIC the best" in sentence]
    return {"tables": tables, "sentences": best, "not_fitted": not_fitted(study, names)}


def comparison_table(study: Study, names: Names, caption: str) -> Table:
    """One row a treatment and model, the best out of sample first."""
    rows = []
    for row in records(study.comparison):
        scored = row["sessions_left_out"] > 1
        rows.append(
            [
                names[row["treatment"], row["identity"]],
                row["model"],
                str(row["parameters"]),
                fixed(row["log_likelihood"], 1),
                fixed(row["aic"], 1),
                fixed(row["bic"], 1),
                fixed(row["score"], 3) if scored else NOTHING,
                f"{fixed(row['score_difference'], 3)} ({fixed(row['difference_se'], 3)})" if scored else NOTHING,
                "yes" if row["converged"] else "no",
            ]
        )
    head = ["Treatment", "Model", "Parameters", "Log-likelihood", "AIC", "BIC"]
    head += ["Log score out of sample", "less that of the best (s.e.)", "Converged"]
    note = (
        "Log score: mean log probability of a decision in sessions that were left out of the estimation, each in turn; "
        "standard errors over sessions. BIC counts decisions as if they were independent. Uniform random is the "
        f"benchmark: the best of these models is not therefore a good one. {NOTHING}: one session only, none can be "
        "left "
        "out."
    )
    return Table(caption, head, sorted(rows, key=lambda row: row[0]), texts=2, note=note)


def estimates_table(study: Study, names: Names, caption: str) -> Table:
    """One row a treatment, model and parameter."""
    rows = [
        [
            names[row["treatment"], row["identity"]],
            row["model"],
            row["parameter"] + (f" ({row['unit']})" if row["unit"] else ""),
            _digits(row["value"]) + ("*" if "at the" in row["interval"] else ""),
            _digits(row["se"]),
            _limits(row["low"], row["high"]),
            _digits(row["se_cluster"]),
            _limits(row["low_cluster"], row["high_cluster"]),
        ]
        for row in records(study.estimates)
    ]
    head = ["Treatment", "Model", "Parameter", "Estimate", "s.e.", "95 % interval", "s.e., clustered"]
    units = sorted({int(row["units"]) for row in records(study.estimates)})
    note = (
        "Maximum likelihood. s.e. from the Hessian: right if the model is. 95 % intervals by profile likelihood of "
        "precisions and wherever an estimate is near a bound, else Wald. Clustered: sandwich by independent unit "
        f"({' or '.join(map(str, units))} units), with Student's t; with fewer than about ten units believe neither "
        "too much. *: at the bound of what is possible or tried; with no upper limit, every larger value fits as well. "
        f"{NOTHING}: no standard error."
    )
    return Table(caption, [*head, "95 % interval, clustered"], rows, texts=3, note=note)


def not_fitted(study: Study, names: Names) -> list[str]:
    """One sentence a treatment and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in records(study.not_fitted):
        found.setdefault((names[row["treatment"], row["identity"]], row["reason"]), []).append(row["model"])
    return [
        f"{name}: {counted(len(models), 'model')} not fitted ({', '.join(models)}): {reason}"
        for (name, reason), models in found.items()
    ]


def _digits(value: Any) -> str:
    """Three significant digits; an infinite limit in words, NaN a dash."""
    if value is None or np.isnan(value):
        return NOTHING
    return number(value) if np.isinf(value) else plain(float(f"{value:.3g}"))


def _limits(low: float, high: float) -> str:
    return NOTHING if np.isnan(low) or np.isnan(high) else f"{_digits(low)} to {_digits(high)}"
