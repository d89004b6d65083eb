"""Play by what people understood of the incentives, by how the rule was described, and by experience.

Understanding is the share of right answers of a participant before play, after the instructions were read. Play is what
theory says of the game: the first of PLAY that it has. `mediation` compares arms of one game.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.games import PERSON, treatment_of
from analysis.inference.compare import observation_of
from analysis.inference.units import UNIT
from analysis.measures.bands import LEAST_UNITS, cluster_bands
from analysis.measures.outcomes import OUTCOMES, Outcome
from analysis.measures.rates import HALVES, add_half, own_decisions
from analysis.report.comparisons import ARM
from analysis.report.further.mediation import BEFORE, DRAWS, PLAYED, mediation_table, mediations, said
from analysis.report.further.section import Section, estimates_of
from analysis.report.methods import Sources
from analysis.report.sections import KEY
from analysis.report.tables import Numbers, Row, Table, records
from analysis.report.writing import interval_text
from analysis.words import NOTHING, fixed

AFTER = "understanding_after"
PLAY = tuple(next(o for o in OUTCOMES if o.column == name) for name in ("dominant_played", "truthful", "nash_played"))
"""What is asked about: of each game the first that its decisions have."""
SHARE, LEVELS = "share_right", ("less than half right", "half or more", "all right")
"""Column of the share of right answers in words, and the words."""
ALL = "all of these"


def understanding(sources: Sources, numbers: Numbers) -> Section | None:
    """The section; None where understanding was not asked before play."""
    people = people_of(sources)
    if not len(people):
        return None
    arms = [arm for arm in sources.names.values() if (people[ARM] == arm).any()]
    predicted = sources.predicted[sources.predicted[ARM].isin(arms)]
    measures = measures_of(predicted)
    rows = played(predicted, measures, people)
    tables = [_by_arm(rows, people, arms, measures, sources, numbers.table("Play and understanding, by description"))]
    if len(rows):
        tables.append(_by_share(rows, arms, measures, sources, numbers.table(BY_SHARE)))
    stratum = sources.inference.plan.stratum
    if found := mediations(rows, measures, sources):
        tables.append(mediation_table(found, numbers.table("Description, understanding and play"), stratum))
    sentences = (
        said(found),
        "How play goes along with understanding is an association: understanding was measured, not assigned.",
    )
    estimates = estimates_of((BEFORE, one.understood) for one in found) if found else pd.DataFrame()
    return Section(
        "understanding", "Understanding of the incentives", sentences, tuple(tables), METHODS, estimates=estimates
    )


BY_SHARE = "Play by description, understanding before play, and experience"
METHODS = (
    "Understanding of the incentives. Share of right answers of each participant before play; decisions drawn by the "
    "computer are left out. Play is dominant-strategy play, in games without a dominant message truthful or else Nash "
    "play. Arms of the same game are compared in play by the test of the main table, with the alternative of the plan, "
    "and in understanding by the same test, two-sided and exploratory; the slope of play on understanding is "
    "that of least squares with a mean for each arm, over participants, and it and its product with the effect on "
    f"understanding have percentile intervals of {DRAWS} bootstrap samples of units within arms. The product is no "
    "causal share of the effect: understanding was not assigned."
)


def people_of(sources: Sources) -> pd.DataFrame:
    """One row a participant and part, with ARM and both scores (which stand in the first and the last row of the part);
    of games in which somebody was asked before play."""
    scores = sources.exports.decisions.groupby([*PERSON, "part"], as_index=False)[[BEFORE, AFTER]].first()
    here = sources.predicted[[*PERSON, "part", ARM, "identity"]].drop_duplicates([*PERSON, "part"])
    people = here.merge(scores, on=[*PERSON, "part"], how="left")
    return people[people[BEFORE].notna().groupby(people["identity"]).transform("any")]


def measures_of(predicted: pd.DataFrame) -> dict[str, Outcome]:
    """The play that each game (identity) is asked about; none of a game about whose play theory says nothing."""
    there = predicted.groupby("identity")[[outcome.column for outcome in PLAY]].count()
    found = {str(game): [o for o in PLAY if counts[o.column]] for game, counts in there.iterrows()}
    return {game: outcomes[0] for game, outcomes in found.items() if outcomes}


def played(predicted: pd.DataFrame, measures: dict[str, Outcome], people: pd.DataFrame) -> pd.DataFrame:
    """Own decisions of all games with what was PLAYED, their half, and the scores of who made them."""
    parts = []
    for outcome in PLAY:
        games = [game for game, one in measures.items() if one is outcome]
        own = own_play(predicted[predicted["identity"].isin(games)], outcome)
        parts.append(own[[*PERSON, "part", "round", "rounds", "identity", ARM, UNIT]])
        parts[-1][PLAYED] = own[outcome.column].astype("float64")
    rows = add_half(pd.concat(parts, ignore_index=True))
    rows = rows.merge(people[[*PERSON, "part", BEFORE]], on=[*PERSON, "part"], how="left")
    return rows.assign(**{SHARE: pd.cut(rows[BEFORE], [-1, 0.5 - 1e-9, 1 - 1e-9, 1], labels=list(LEVELS))})


def own_play(predicted: pd.DataFrame, outcome: Outcome) -> pd.DataFrame:
    """The rows of people who decided themselves; of what a group shares, its members' where all of them did."""
    if observation_of(outcome.column) == "group":
        rows = predicted[~predicted["group_timed_out"].fillna(True).astype(bool)]
    else:
        rows = own_decisions(predicted)
    return rows[rows[outcome.column].notna()]


def described(sources: Sources, arm: str) -> tuple[str, str]:
    """Style and advice of an arm, from the definition that its sessions stored."""
    key = next(key for key, name in sources.names.items() if name == arm)
    rows = sources.predicted
    stored = treatment_of(str(rows.loc[rows[KEY] == key, "definition"].iloc[0]))
    return stored.style, "none" if stored.advice is None else stored.advice.kind


def _told(style: str, advice: str) -> str:
    return style if advice == "none" else f"{style}, advice: {advice}"


def _by_arm(
    rows: pd.DataFrame,
    people: pd.DataFrame,
    arms: Sequence[str],
    measures: dict[str, Outcome],
    sources: Sources,
    caption: str,
) -> Table:
    games = sources.inference.games
    lines = []
    for arm in arms:
        own, of_arm = rows[rows[ARM] == arm], people[people[ARM] == arm]
        play = measures[games[arm]].title if games[arm] in measures else NOTHING
        scores = [_mean(of_arm[name]) for name in (BEFORE, AFTER)]
        halves = [_mean(own.loc[own["half"] == half, PLAYED]) for half in HALVES]
        lines.append([arm, *described(sources, arm), play, str(len(of_arm)), *scores, *halves])
    head = ["Treatment", "Description", "Advice", "Play", "Participants", "Right before play (%)"]
    head += ["Right after play (%)", "Play, first half (%)", "Play, last half (%)"]
    note = (
        "Right: share of right answers about the incentives of the rule. Play: what the next columns count, of the "
        f"rounds' first and last half; {NOTHING}: nothing that can be counted."
    )
    return Table(caption, head, lines, texts=4, note=note)


def _by_share(
    rows: pd.DataFrame, arms: Sequence[str], measures: dict[str, Outcome], sources: Sources, caption: str
) -> Table:
    keys = [PLAY_IS, ARM, SHARE]
    rows = rows.assign(**{PLAY_IS: rows["identity"].map({game: outcome.title for game, outcome in measures.items()})})
    several = rows.groupby(PLAY_IS)[ARM].transform("nunique") > 1
    both = pd.concat([rows[several].assign(**{ARM: ALL}), rows])
    people = both.drop_duplicates([*keys, *PERSON, "part"]).groupby(keys, observed=True)[UNIT].agg(["size", "nunique"])
    bands = {
        (row[PLAY_IS], row[ARM], row[SHARE], row["half"]): _with_band(row)
        for row in records(cluster_bands(both, PLAYED, (*keys, "half")))
    }
    told = {arm: _told(*described(sources, arm)) for arm in arms} | {ALL: NOTHING}
    lines = []
    for place in _places(arms):
        if place in people.index:
            n, units = people.loc[place]
            play = [bands.get((*place, half), NOTHING) for half in HALVES]
            lines.append([*place[:2], told[place[1]], place[2], str(n), str(units), *play])
    head = ["Play", "Treatment", "Description", "Answers before play", "Participants", "Units"]
    head += ["Play, first half (%)", "Play, last half (%)"]
    note = (
        f"In parentheses 95 % intervals over units, where {LEAST_UNITS} units or more have such participants. {ALL}: "
        "treatments with this play together. People who understand more may differ in more."
    )
    return Table(caption, head, lines, texts=4, note=note)


PLAY_IS = "play"
"""Column of the title of the play that is counted."""


def _places(arms: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(play, treatment, share of right answers) in the order of the table."""
    return ((outcome.title, arm, share) for outcome in PLAY for arm in (ALL, *arms) for share in LEVELS)


def _with_band(row: Row) -> str:
    limits = interval_text(100 * row["low"], 100 * row["high"], 1)
    return fixed(100 * row["mean"], 1) + ("" if limits == NOTHING else f" ({limits})")


def _mean(values: pd.Series) -> str:
    return fixed(100 * float(values.mean()), 1) if values.notna().any() else NOTHING
