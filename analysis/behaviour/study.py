"""All models for all treatments of a table of decisions: tidy tables and a sentence for each result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis.behaviour.choices import check_index, choices_of
from analysis.behaviour.estimation.comparison import Comparison, ahead_of, compare, left_out_scores
from analysis.behaviour.estimation.estimates import Estimate
from analysis.behaviour.estimation.fitting import Fit, fit
from analysis.games import treatment_of
from analysis.words import capital, counted, fixed, listed, plain
from analysis.workers import together
from mechanisms.arrays import FloatArray
from mechanisms.shown import Shown, Words, table_rows
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ModelType, NotApplicableError
from mechanisms.subjects.models.participant_mixture import ParticipantMixture
from mechanisms.subjects.models.uniform import Uniform
from mechanisms.verdicts import TooLargeError

SAMPLE = ("decisions", "participants", "sessions", "units", "log_likelihood", "converged", "method", "versions")
NO_DECISION = "nobody has decided in a whole group"


@dataclass(frozen=True, eq=False)
class Study(Shown):
    """Everything about behaviour in some data.

    Attributes
    ----------
    estimates : one row a treatment, model and parameter: the fields of Estimate, then sample, convergence, method
    comparison : one row a treatment and model: the columns of Comparison.table, and the number of sessions left out
    classes : one row a treatment, mixture, participant and class: posterior probability
    not_fitted : one row a treatment and model that was not fitted: reason
    sentences : (treatment, sentence) for each fit and comparison, in plain English
    left_out : one row a treatment and reason: rows of the data that are no decisions
    """

    estimates: pd.DataFrame
    comparison: pd.DataFrame
    classes: pd.DataFrame
    not_fitted: pd.DataFrame
    sentences: tuple[tuple[str, str], ...]
    left_out: pd.DataFrame

    def _facts(self) -> dict[str, object]:
        said = f"{len(self.comparison)} models of {self.comparison['treatment'].nunique()} treatments"
        return {"fitted": Words(said), "not_fitted": len(self.not_fitted)}

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        return table_rows(self.comparison)


def study(
    decisions: pd.DataFrame,
    models: Mapping[str, ModelType],
    units: pd.Series | None = None,
    include: pd.Series | None = None,
    level: float = 0.95,
    progress: Callable[[str], None] | None = None,
    workers: int = 1,
) -> Study:
    """Fit and compare the models in each treatment.

    Parameters
    ----------
    decisions : the table of `analysis.load_decisions`
    models : name -> class of models, such as MODELS
    units, include : as for `choices_of`
    level : of the intervals
    progress : is told "TREATMENT: MODEL", before each fit, or by several processes when it is done
    workers : processes; the numbers are the same whatever their number

    Raises
    ------
    ValueError
        As `choices_of`.
    """
    check_index(decisions, units=units, include=include)
    found, tell = _Found(), progress or (lambda _: None)
    games = _games(decisions, units, include)
    work = [(key, name, data) for key, data in games.items() if isinstance(data, Choices) for name in models]
    jobs = [(f"{key[0]}: {name}", partial(fitted, models[name], data, level)) for key, name, data in work]
    done = dict(zip([(key, name) for key, name, _ in work], together(jobs, workers, tell), strict=True))
    for key, choices in games.items():
        found.key = {"treatment": str(key[0]), "identity": str(key[1])}
        if isinstance(choices, Choices):
            _treatment(found, choices, models, {name: done[key, name] for name in models})
        else:
            for name in models:
                found.not_fitted(name, choices)
    tables = {name: pd.DataFrame(table) for name, table in found.rows.items()}
    return Study(**tables, sentences=tuple(found.sentences))


def _games(
    decisions: pd.DataFrame, units: pd.Series | None, include: pd.Series | None
) -> dict[tuple[str, str], Choices | str]:
    """The arrays of each (treatment, identity), or why there are none."""
    games: dict[tuple[str, str], Choices | str] = {}
    for key, rows in decisions.groupby(["treatment", "identity"], sort=True):
        own = [None if series is None else series.reindex(rows.index) for series in (units, include)]
        try:
            if treatment_of(str(rows["definition"].iloc[0])).sequence is not None:
                raise NotApplicableError("reports are made one after another; models are of choices at the same time")
            games[key] = _with_decisions(rows, *own)
        except (NotApplicableError, TooLargeError) as error:
            games[key] = str(error)
    return games


Fitted = tuple[Fit, FloatArray] | str
"""A fit and its scores of sessions left out, or why there is none."""


def fitted(kind: ModelType, choices: Choices, level: float) -> Fitted:
    """All that takes time with one model and one treatment."""
    try:
        found = fit(kind, choices, level)
    except (NotApplicableError, TooLargeError) as error:
        return str(error)
    return found, left_out_scores(kind, choices, found.x)


class _Found:
    """Rows of the tables, and sentences, of the treatment `key`."""

    def __init__(self) -> None:
        names = ("estimates", "comparison", "classes", "not_fitted", "left_out")
        self.rows: dict[str, list[dict]] = {name: [] for name in names}
        self.sentences: list[tuple[str, str]] = []
        self.key: dict[str, str] = {}

    def add(self, table: str, rows: Iterable[dict], **more: str) -> None:
        self.rows[table] += [self.key | more | row for row in rows]

    def say(self, sentence: str) -> None:
        self.sentences.append((self.key["treatment"], sentence))

    def not_fitted(self, name: str, reason: str) -> None:
        self.add("not_fitted", [{"model": name, "reason": reason}])
        self.say(f"{capital(name)} was not fitted: {reason}.")


def _with_decisions(rows: pd.DataFrame, units: pd.Series | None, include: pd.Series | None) -> Choices:
    """The arrays of the rows of one game; NotApplicableError if there is no decision."""
    found = list(choices_of(rows, units, include).values())
    if not found or not len(found[0].decisions):
        raise NotApplicableError(NO_DECISION)
    return found[0]


def _treatment(found: _Found, choices: Choices, models: Mapping[str, ModelType], done: Mapping[str, Fitted]) -> None:
    """The models of one treatment, compared."""
    fits, scores = {}, {}
    found.add("left_out", [{"reason": reason, "rows": number} for reason, number in choices.left_out])
    for name, kind in models.items():
        result = done[name]
        if isinstance(result, str):
            found.not_fitted(name, result)
            continue
        fits[name], scores[name] = result
        found.add("estimates", estimate_rows(fits[name]), model=name)
        found.add("classes", _class_rows(kind, choices, fits[name]), model=name)
        found.say(fit_sentence(fits[name]))
    if fits:
        compared = compare({name: models[name] for name in fits}, choices, fits, scores)
        left_out = {"sessions_left_out": compared.sessions if compared.sessions > 1 else 0}
        found.add("comparison", [row | left_out for row in compared.table.to_dict("records")])
        found.say(comparison_sentence(compared))


def estimate_rows(fitted: Fit) -> list[dict]:
    """One row a parameter: estimate, intervals, sample, convergence, method."""
    sample = {name: getattr(fitted, name) for name in SAMPLE} | {"notes": "; ".join(fitted.notes)}
    rows = [asdict(e) for e in fitted.estimates]
    return [{"parameter": row.pop("name")} | row | sample for row in rows]


def fit_sentence(fitted: Fit) -> str:
    """A fit in words."""
    shown = listed([_estimate_words(e, fitted) for e in fitted.estimates]) or "no parameter"
    sample = f"{fitted.decisions} decisions of {counted(fitted.participants, 'participant')}"
    words = f"{capital(fitted.model)} ({fitted.source}): {shown}; {sample}, "
    words += f"log-likelihood {fixed(fitted.log_likelihood, 1)}."
    if fitted.notes:
        words += " Note: " + "; ".join(fitted.notes) + "."
    return words if fitted.converged else words + " The search did not converge: these numbers are not estimates."


def comparison_sentence(compared: Comparison) -> str:
    """Which model is best, out of sample and by information criteria."""
    table = compared.table
    criteria = f"By AIC the best is {_least(table, 'aic')}, by BIC {_least(table, 'bic')}."
    if compared.sessions < 2:
        return criteria + " With one session nothing can be left out, so there is no score out of sample."
    best = table.iloc[0]
    score = f"{fixed(best['score'], 3)} (standard error over sessions {fixed(best['score_se'], 3)})"
    words = f"Out of sample, each of {compared.sessions} sessions left out in turn, the best is {best['model']}: "
    words += f"its mean log score per decision is {score}"
    if len(table) > 1:
        next_ = table.iloc[1]
        behind = f"{fixed(-next_['score_difference'], 3)} (standard error {fixed(next_['difference_se'], 3)})"
        words += f", {behind} ahead of {next_['model']}"
    return f"{words}. {_against_uniform(compared)}{criteria}"


def _against_uniform(compared: Comparison) -> str:
    """Whether any model predicts better than uniform random play, the first with its distance and interval."""
    if Uniform.name not in compared.table["model"].to_numpy() or len(compared.table) < 2:
        return ""
    ahead = ahead_of(compared, Uniform.name)
    first = ahead.iloc[0]
    if first["difference"] <= 0:
        return f"No model is ahead of {Uniform.name} play. "
    limits = f"{fixed(first['low'], 3)} to {fixed(first['high'], 3)}"
    together = f" for the {len(ahead)} models together" if len(ahead) > 1 else ""
    distance = (
        f"{fixed(first['difference'], 3)} (standard error {fixed(first['se'], 3)}, 95 % interval{together} {limits})"
    )
    if (ahead["low"] > 0).any():
        return f"{capital(ahead.index[0])} is {distance} ahead of {Uniform.name} play. "
    return f"No model is shown to be ahead of {Uniform.name} play: {ahead.index[0]} is by {distance}. "


def _least(table: pd.DataFrame, column: str) -> str:
    return str(table.loc[table[column].idxmin(), "model"])


def _estimate_words(e: Estimate, fitted: Fit) -> str:
    unit = f" {e.unit}" if e.unit else ""
    if e.interval.startswith("none"):
        return f"{e.name} {_short(e.value)}{unit} (no standard error)"
    interval = f"{plain(100 * fitted.level)} % interval {_short(e.low)} to {_short(e.high)}"
    if not np.isfinite(e.se):
        return f"{e.name} {_short(e.value)}{unit} ({e.interval}, {interval})"
    words = f"standard error {_short(e.se)}, {interval}"
    if np.isfinite(e.se_cluster):
        words += f"; clustered by {counted(fitted.units, 'unit')}: {_short(e.se_cluster)}, "
        words += f"{_short(e.low_cluster)} to {_short(e.high_cluster)}"
    return f"{e.name} {_short(e.value)}{unit} ({words})"


def _short(value: float) -> str:
    """Three significant digits; an infinite limit in words."""
    return "no limit" if np.isinf(value) else plain(float(f"{value:.3g}"))


def _class_rows(kind: ModelType, choices: Choices, fitted: Fit) -> list[dict]:
    """Posterior class probabilities of a mixture's participants; nothing for other models."""
    model = kind(choices)
    if not isinstance(model, ParticipantMixture):
        return []
    who = np.unique(choices.participant[choices.decisions])
    posterior = model.posterior(fitted.values)
    return [
        dict(zip(("session_code", "part", "participant_id"), choices.people[p], strict=True))
        | {"class": name, "probability": float(posterior[p, k])}
        for p in who
        for k, name in enumerate(model.classes)
    ]
