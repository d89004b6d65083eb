"""Whether data can answer what a plan asks: refused, or told in one line each, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import ExportError
from analysis.games import PERSON, treatment_of
from analysis.inference.regressions.clusters import cells
from analysis.inference.units import MET, SESSION, UNIT
from analysis.measures.outcomes import comparable
from analysis.measures.possible import why_not
from analysis.report.plan import TREATMENT, Plan, units_of
from analysis.report.tables import records
from analysis.words import counted, listed
from mechanisms.session.record import RECORD

COLUMN_EXPECTED = "expected one of the codebook (docs/codebook.md), or of a file of sessions (--session-data)"

_NAMES = [entry.name for entry in RECORD]
AFTERWARDS = {
    *(name for name in _NAMES if name.startswith("requests")),
    *_NAMES[_NAMES.index("message") : _NAMES.index("quiz_attempts")],
    *("is_paid_round", "part_earnings", "total_payment", "fee_paid", "ending", "dropout"),
}
"""Columns that the decisions themselves are, or that follow from them: no covariates."""


def check_columns(decisions: pd.DataFrame, plan: Plan) -> None:
    """ExportError if a column that the plan names is not there."""
    own_unit = () if plan.unit in ((MET,), (SESSION,)) else plan.unit
    named = {"--unit": own_unit, "--strata": plan.stratum, "--covariates": plan.covariates}
    named["--same-person"] = () if plan.same_person is None else (plan.same_person,)
    for option, columns in named.items():
        for column in columns:
            if column not in decisions:
                raise ExportError(f"{option} {column}: no such column; {COLUMN_EXPECTED}")
    for column in plan.covariates:
        if column in AFTERWARDS:
            raise ExportError(
                f"--covariates {column}: it is decided or known only with the decision, or after it, and would take "
                "away part of the effect; expected what is settled before (type, position, age, …)"
            )
        of_treatment = decisions.groupby([decisions[name] for name in TREATMENT], observed=True)[column]
        if (
            len(of_treatment) > 1
            and (of_treatment.nunique(dropna=False) == 1).all()
            and decisions[column].nunique() > 1
        ):
            raise ExportError(
                f"--covariates {column}: it has one entry in each treatment, so that its effect cannot be told from "
                "theirs; expected what varies within treatments"
            )


def check(decisions: pd.DataFrame, plan: Plan) -> list[str]:
    """What the data cannot tell of what the plan asks, one sentence each; ExportError if they tell nothing of it or do
    not have what it names."""
    check_columns(decisions, plan)
    notes = check_outcomes(decisions, plan)
    if not (plan.stratum or plan.same_person or plan.covariates or plan.unit != (MET,)):
        return notes
    units = units_of(decisions, plan)
    needed = list(dict.fromkeys([*PERSON, *TREATMENT, *plan.stratum, *plan.covariates]))
    rows = units.added(decisions.loc[decisions["in_analysis"].to_numpy(dtype=bool), needed])
    return [*notes, *few_units(rows, plan), *check_covariates(rows, plan)]


def check_outcomes(decisions: pd.DataFrame, plan: Plan) -> list[str]:
    """The treatments that can have no named outcome; those of registered arms are checked with the registration."""
    if plan.registration is not None and plan.registration.arms:
        return []
    rows = decisions.drop_duplicates(TREATMENT)
    games = [(str(row["treatment"]), treatment_of(str(row["definition"]))) for row in records(rows)]
    compared = [outcome.column for outcome in comparable(rows)]
    notes = []
    for planned in plan.hypotheses:
        asked = [(name, game) for name, game in games if not planned.arms or name in planned.arms]
        reasons = [why_not(game, planned.outcome) for _, game in asked]
        if planned.outcome not in compared and len(asked) > 1:
            reasons = ["it is in units of utility, and the treatments have different economies"] * len(asked)
        if not any(reasons):
            continue
        why = [
            f"{reason} ({listed(name for (name, _), own in zip(asked, reasons, strict=True) if own == reason)})"
            for reason in dict.fromkeys(filter(None, reasons))
        ]
        told = f"{planned.where} {planned.outcome}: {'; '.join(why)}"
        if all(reasons):
            able = [column for column in compared if not any(why_not(game, column) for _, game in asked)]
            raise ExportError(f"{told}: nothing here can be tested by it; expected {' or '.join(able)}")
        left = [name for (name, _), reason in zip(asked, reasons, strict=True) if not reason]
        notes.append(f"{told}; it is in {listed(left)} only{', so that nothing is compared' if len(left) == 1 else ''}")
    return notes


def few_units(rows: pd.DataFrame, plan: Plan) -> list[str]:
    """That no test is possible, where a treatment has one unit only."""
    counts = rows.groupby(TREATMENT, observed=True)[UNIT].nunique()
    if len(counts) < 2 or counts.min() > 1:
        return []
    named = listed([f"{counted(int(n), 'unit')} in {name}" for (name, _), n in counts.items() if n < 2])
    option = "" if plan.unit == (MET,) else f"--unit {','.join(plan.unit)}: "
    return [f"{option}{named}: with fewer than two independent units in a treatment there is no test of its difference"]


def check_covariates(rows: pd.DataFrame, plan: Plan) -> list[str]:
    """Pairs of treatments in which a covariate follows from the treatment, the strata and the covariates before it, or
    in which there are too many; ExportError if it is all of them and the covariates can still be chosen."""
    columns = list(dict.fromkeys([*plan.stratum, *plan.covariates]))
    if not plan.covariates:
        return []
    made = rows[list(dict.fromkeys([*TREATMENT, UNIT, *columns]))].drop_duplicates()
    arm = made["treatment"].astype(str) + " " + made["identity"].astype(str)
    made = made.assign(**{column: made[column].astype(str) for column in plan.stratum}, arm=arm, outcome=0.0)
    names = dict(zip(arm, made["treatment"].astype(str), strict=True))
    pairs = list(combinations(sorted(names), 2))
    found = {pair: why for pair in pairs if (why := _not_estimable(made, pair, columns, plan.covariates))}
    if plan.registration is None and pairs and len(found) == len(pairs):
        raise ExportError(f"--covariates {next(iter(found.values()))}")
    return [f"{names[first]} and {names[second]}: --covariates {why}" for (first, second), why in found.items()]


def _not_estimable(rows: pd.DataFrame, arms: tuple[str, str], columns: Sequence[str], covariates: Sequence[str]) -> str:
    """Which covariate is redundant, or that there are too many coefficients; "" where a regression can be estimated."""
    before = ["the treatment"]
    for k, column in enumerate(columns, 1):
        x = cells(rows, "outcome", "arm", arms, covariates=columns[:k]).x
        if column in covariates and np.linalg.matrix_rank(x) < x.shape[1]:
            return (
                f"{column}: all or part of it follows from {listed(before)}, so that no regression can be estimated; "
                "expected columns that tell something of their own"
            )
        before.append(column)
    units = rows.loc[rows["arm"].isin(arms), UNIT].nunique()
    if units <= x.shape[1]:
        return (
            f"{' '.join(covariates)}: {x.shape[1]} coefficients and {counted(units, 'unit')}, so that no regression "
            "can be estimated; expected fewer covariates, or numbers (each entry of a text has its own coefficient)"
        )
    return ""


def check_arms(plan: Plan, names: Iterable[str]) -> None:
    """ExportError if a hypothesis names a treatment that is not in the data; names : those of the report."""
    known = sorted(names)
    if plan.registration is not None and plan.registration.arms:  # a missing arm is a deviation, which the report lists
        return
    for planned in plan.hypotheses:
        for arm in planned.arms:
            if arm not in known:
                raise ExportError(
                    f"{planned.where}: arms names {arm!r}; expected treatments of the data: {', '.join(known)}"
                )
