"""Whether people differ in λ (`analysis.behaviour.heterogeneity`), for each treatment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.behaviour import Choices, NoisyBestReply, NotApplicableError, choices_of
from analysis.behaviour.heterogeneity import Spread, likelihoods_of, spread_of
from analysis.games import drawn
from analysis.inference.results import Estimate, library
from analysis.loading.places import taken
from analysis.report.comparisons import ARM, LEVEL
from analysis.report.further.section import Section, estimates_of
from analysis.report.methods import Sources
from analysis.report.tables import Numbers, Table
from analysis.report.writing import p_text
from analysis.words import NOTHING, counted, fixed, plain
from mechanisms.verdicts import TooLargeError

LEAST_PEOPLE = 4


def heterogeneity(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where no models of behaviour are fitted, or too few people have decided."""
    if sources.study is None:
        return None
    found, notes, named = [], [], _named(sources)
    for name, choices in _choices(sources):
        try:
            likelihoods, people = likelihoods_of(choices)
        except (NotApplicableError, TooLargeError):
            continue
        if people < LEAST_PEOPLE:
            continue
        if likelihoods.unlimited:
            notes.append(
                f"{name}: nobody ever deviates from a best reply, so that λ has no limit and no spread; the table of "
                "estimates has the largest λ that is tried (*)."
            )
            continue
        found.append((name, spread_of(likelihoods, people, len(choices.decisions))))
    if not found and not notes:
        return None
    tables = (_table(found, numbers.table("Heterogeneity of λ")),) if found else ()
    estimates = estimates_of([("message", _estimate(name, s)) for name, s in found], corrected=False)
    better = {named[key]: model for key, model in better_models(sources.study.comparison).items() if key in named}
    sentences = tuple([said(name, spread, better.get(name, "")) for name, spread in found] + notes)
    return Section("heterogeneity", "Heterogeneity of λ", sentences, tables, METHODS, estimates=estimates)


METHODS = (
    "Heterogeneity of λ. Noisy best reply with log-normal λ across participants (median m, standard deviation σ of log "
    "λ), by maximum likelihood with the integral over λ computed numerically; σ = 0 is tested by the likelihood ratio "
    "against ½ χ²(0) + ½ χ²(1), its interval by profile likelihood; both take it that noisy best reply describes "
    "behaviour."
)


def _named(sources: Sources) -> dict[tuple[str, str], str]:
    """(treatment, identity) -> the name that the report uses."""
    names = sources.predicted[["treatment", "identity", ARM]].drop_duplicates()
    return {(str(t), str(i)): str(name) for t, i, name in names.itertuples(index=False)}


def _choices(sources: Sources) -> list[tuple[str, Choices]]:
    decisions = taken(sources.exports.decisions)
    counts = decisions["in_analysis"].astype(bool)
    named, found = _named(sources), []
    for key, rows in decisions.groupby(["treatment", "identity"], sort=True):
        if key in named:
            own = (counts & ~drawn(decisions))[rows.index]
            try:
                of_game = choices_of(rows, sources.units.of(rows), own)
            except TooLargeError:
                continue
            found += [(named[key], choices) for choices in of_game.values() if len(choices.decisions)]
    return found


def _estimate(name: str, spread: Spread) -> Estimate:
    return Estimate(
        f"{name}: noisy best reply, σ of log λ",
        "maximum likelihood, log-normal λ of participants; likelihood ratio test of σ = 0",
        library("numpy", "scipy"),
        "participant",
        ((name, spread.people),),
        ((name, spread.decisions),),
        effect_name="σ of log λ",
        effect=spread.sigma,
        interval=spread.interval,
        interval_method="profile likelihood",
        statistic_name="likelihood ratio",
        statistic=spread.ratio,
        p=spread.p,
        alternative="σ > 0",
        p_method="½ χ²(0) + ½ χ²(1)",
        note=f"median λ {spread.median!r} 1/points; with one λ for all {spread.common!r} 1/points",
    )


def _table(found: list[tuple[str, Spread]], caption: str) -> Table:
    rows = []
    for name, s in found:
        tenth = float(np.exp(-norm.isf(0.1) * s.sigma))
        limits = [_digits(limit) for limit in s.interval]
        rows.append(
            [
                *(name, str(s.people), str(s.decisions), _digits(s.common), _digits(s.median)),
                f"{_digits(s.median * tenth)} to {_digits(s.median / tenth)}",
                f"{_digits(s.sigma)} ({limits[0]} to {limits[1]})",
                *(fixed(s.ratio, 2), p_text(s.p)),
            ]
        )
    head = ["Treatment", "People", "Decisions", "λ, the same for all", "Median λ", "8 of 10 people", "σ of log λ"]
    head += ["Likelihood ratio", "p"]
    note = (
        "Noisy best reply (a logit reply to what the others did when one saw them last), each participant with an own "
        "log-normal λ (1/points). 8 of 10 people: between the first and the last tenth of that distribution. In "
        "parentheses the 95 % interval by profile likelihood. p: of σ = 0, against ½ χ²(0) + ½ χ²(1)."
    )
    return Table(caption, head, rows, note=note)


def better_models(comparison: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(treatment, identity) -> the model that ranks before noisy best reply, of the table of `behaviour.Study`: out of
    sample where sessions could be left out, else by AIC."""
    if comparison.empty:
        return {}
    first = comparison.groupby(["treatment", "identity"], sort=False)["model"].first()
    return {key: str(model) for key, model in first.to_dict().items() if model != NoisyBestReply.name}


def said(name: str, spread: Spread, better: str = "") -> str:
    """What the test says; better : a model that ranks before noisy best reply."""
    p = p_text(spread.p) if spread.p < 0.001 else f"= {p_text(spread.p)}"
    if spread.p > 1 - LEVEL:
        return f"{name}: the data do not show that people differ in λ (p {p})."
    factor = _digits(float(np.exp(2 * norm.isf(0.1) * spread.sigma)))
    text = (
        f"{name}: if noisy best reply describes behaviour, people differ in λ (p {p}), of "
        f"{counted(spread.people, 'participant')} the first and the last tenth by a factor of {factor} or more."
    )
    if not better:
        return f"{text} A model with one λ for all describes nobody."
    return (
        f"{text} But {better} ranks better in the comparison of models: decisions of a person that hang together for "
        "another reason, such as learning, show as differences in λ here, and this is no evidence that there are any."
    )


def _digits(value: float) -> str:
    if np.isnan(value):
        return NOTHING
    return "no limit" if np.isinf(value) else plain(float(f"{value:.3g}"))
