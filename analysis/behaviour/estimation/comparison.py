"""Comparison of models: information criteria, and how well sessions are predicted that were not in the estimation.

Out of sample, each session is left out in turn, the model fitted to all others, and the decisions of the session are
scored by the logarithm of the probability that the model gives them (each given the earlier rounds of the session
itself; for mixtures given the participant's own earlier decisions). The log score is the mean per decision: 0 at best,
-log(messages) under uniform play. Its standard error is the standard deviation of the sessions' means over the square
root of their number: folds share most of their training data, so that it is a rough guide (Bengio and Grandvalet 2004).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t as student_t

from analysis.behaviour.estimation.fitting import Fit, fit
from analysis.behaviour.estimation.search import search
from mechanisms.arrays import FloatArray
from mechanisms.shown import Shown, table_rows
from mechanisms.subjects.choices import Choices
from mechanisms.subjects.models.model import ModelType


@dataclass(frozen=True, eq=False)
class Comparison(Shown):
    """Models of one treatment side by side.

    Attributes
    ----------
    table : DataFrame, one row a model, best out-of-sample score first (AIC where there is none): model, parameters,
        log_likelihood, aic, bic, aic_difference (to the least), score, score_se, score_difference, difference_se
        (to the best score, by session), converged
    fold_scores : DataFrame, one row a session and one column a model: mean log score per decision
    sessions : the number of folds; 1: nothing is left out, scores are NaN
    method : in words
    """

    table: pd.DataFrame
    fold_scores: pd.DataFrame
    sessions: int
    method: str

    def _rows(self) -> tuple[list[str], list[list[object]]]:
        return table_rows(self.table)


def compare(
    models: Mapping[str, ModelType],
    choices: Choices,
    fits: Mapping[str, Fit] | None = None,
    scores: Mapping[str, FloatArray] | None = None,
) -> Comparison:
    """Fit the models to all data, and again without each session.

    Parameters
    ----------
    models : name -> class of models
    choices : Choices
    fits : the models' fits to all the data, if they are there already
    scores : and what `left_out_scores` gives for each

    Raises
    ------
    NotApplicableError, TooLargeError, ValueError
        As `fit`.

    Examples
    --------
    >>> from analysis.behaviour import NoisyBestReply, Uniform, empty_sessions, simulate
    >>> from mechanisms.treatments import load_treatment
    >>> empty = empty_sessions(load_treatment("treatments/chen_serial.toml"), sessions=3)
    >>> result = compare({"u": Uniform, "n": NoisyBestReply}, simulate(NoisyBestReply, empty, [0.05]))
    >>> result.table["model"].tolist(), result.sessions
    (['n', 'u'], 3)
    """
    fits = {name: fit(kind, choices, intervals="wald") for name, kind in models.items()} if fits is None else fits
    if scores is None:
        scores = {name: left_out_scores(kind, choices, fits[name].x) for name, kind in models.items()}
    present, size = np.unique(choices.session[choices.decisions], return_counts=True)
    names = [choices.sessions[s] for s in present]
    found = np.column_stack([scores[name] for name in models])
    folds = pd.DataFrame(found, index=pd.Index(names, name="session_code"), columns=list(models))
    method = "leave one session out: mean log probability per decision; standard errors over sessions"
    return Comparison(_table(fits, found, size.astype(np.float64)), folds, len(present), method)


def ahead_of(compared: Comparison, benchmark: str, level: float = 0.95) -> pd.DataFrame:
    """How much better than a benchmark each other model predicts sessions that were left out, best first.

    Parameters
    ----------
    compared : of two sessions or more
    benchmark : name of a model of the comparison
    level : of all intervals together (Bonferroni), by Student's t over sessions: the best is found by looking at all

    Returns
    -------
    DataFrame, index: model; columns difference, se, low, high: of the mean log score per decision
    """
    others = [name for name in compared.table["model"] if name != benchmark]
    folds = compared.fold_scores[others].sub(compared.fold_scores[benchmark], axis=0)
    score = compared.table.set_index("model")["score"]
    found = pd.DataFrame({"difference": score[others] - score[benchmark], "se": _error(folds.to_numpy())})
    reach = student_t.ppf(1 - (1 - level) / 2 / max(len(others), 1), compared.sessions - 1) * found["se"]
    return found.assign(low=found["difference"] - reach, high=found["difference"] + reach)


def left_out_scores(kind: ModelType, choices: Choices, start: FloatArray) -> FloatArray:
    """The score of each session that has decisions, shape (sessions,); NaN where there is one only."""
    present = np.unique(choices.session[choices.decisions])
    if len(present) < 2:
        return np.full(len(present), np.nan)
    return np.array([left_out_score(kind, choices, int(s), start) for s in present])


def left_out_score(kind: ModelType, choices: Choices, session: int, start: FloatArray) -> float:
    """Mean log probability of a session's decisions, the model being fitted to the other sessions."""
    others = np.arange(len(choices.sessions)) != session
    model, left_out = kind(choices.of_sessions(others)), kind(choices.of_sessions(~others))
    found = search(model, np.stack([start, model.starts[0]]), scan=False)
    return float(left_out.log_probabilities(model.to_values(found.x)).mean())


def _table(fits: Mapping[str, Fit], scores: FloatArray, size: FloatArray) -> pd.DataFrame:
    """The table of a Comparison; scores (sessions, models), size (sessions,) decisions."""
    folds = len(size)
    table = pd.DataFrame(
        {
            "model": list(fits),
            "parameters": [fitted.free for fitted in fits.values()],
            "log_likelihood": [fitted.log_likelihood for fitted in fits.values()],
            "aic": [fitted.aic for fitted in fits.values()],
            "bic": [fitted.bic for fitted in fits.values()],
            "score": size @ scores / size.sum(),
            "score_se": _error(scores) if folds > 1 else np.nan,
            "converged": [fitted.converged for fitted in fits.values()],
        }
    )
    table.insert(5, "aic_difference", table["aic"] - table["aic"].min())
    best = int(np.argmax(table["score"])) if folds > 1 else 0
    difference = scores - scores[:, [best]]
    table.insert(8, "score_difference", size @ difference / size.sum())
    table.insert(9, "difference_se", _error(difference) if folds > 1 else np.nan)
    order = ["score", "aic"] if folds > 1 else ["aic"]
    return table.sort_values(order, ascending=[name == "aic" for name in order], kind="stable", ignore_index=True)


def _error(scores: FloatArray) -> FloatArray:
    return np.asarray(scores.std(axis=0, ddof=1) / np.sqrt(len(scores)))
