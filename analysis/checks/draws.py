"""Are groups, positions, partners and types those that the seed gives, and can they be at all?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, compared, compared_texts, findings
from analysis.games import Part
from mechanisms.session.draws import SessionDraws, draw_session, draw_silos, draw_without

BLOCK = ["session_code", "order"]
"""Who is drawn together."""


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    return [*_impossible_types(part), *_type_labels(part), *_partners(part), *_met_before(part), *_redrawn(part)]


def _impossible_types(part: Part) -> list[pd.DataFrame]:
    wrong = ~part.type_is_possible & (part.positions >= 0)
    rows = part.rows[wrong]
    return (
        [findings(IMPOSSIBLE, rows, "type", rows["type"], "a type of the prior", "type not of the prior")]
        if len(rows)
        else []
    )


def _type_labels(part: Part) -> list[pd.DataFrame]:
    expected = part.rows["type_label"].to_numpy(dtype=object).copy()
    types = part.rows["type"].to_numpy()
    for i, position in enumerate(part.treatment.positions):
        for value in position.types.tolist():
            expected[(part.positions == i) & (types == value)] = part.treatment.positions[i].label(value)
    return compared_texts(part.rows, "type_label", expected)


def _partners(part: Part) -> list[pd.DataFrame]:
    """The column partners against the rows of the same group; it is empty in practice against the computer."""
    members = part.groups
    people = part.of("participant_id", members).astype(str)
    found = []
    for i in range(part.treatment.group_size):
        others = [people[:, j] for j in range(part.treatment.group_size) if j != i and not part.alone]
        expected = np.array(
            [";".join(names) for names in zip(*others, strict=True)] if others else [""] * len(members), dtype=object
        )
        found += compared_texts(part.rows.iloc[members[:, i]], "partners", expected)
    return found


def _met_before(part: Part) -> list[pd.DataFrame]:
    """Perfect strangers: pairs that meet in more than one round, from who was in whose group."""
    if part.treatment.protocol.matching != "perfect_stranger" or part.treatment.group_size == 1:
        return []
    groups = part.groups[~_out(part)[part.groups].any(axis=1)]  # those that play
    people, sessions = part.of("participant_id", groups), part.of("session_code", groups[:, 0])
    first, second = np.triu_indices(part.treatment.group_size, 1)
    pairs = np.sort(np.stack([people[:, first], people[:, second]], axis=-1), axis=-1).reshape(-1, 2)
    rounds = np.repeat(part.of("round", groups[:, 0]), len(first))
    table = pd.DataFrame(
        {
            "session_code": np.repeat(sessions, len(first)),
            "participant_id": pairs[:, 0],
            "other": pairs[:, 1],
            "round": rounds,
        }
    ).sort_values("round", kind="stable")
    again = table[table.duplicated(["session_code", "participant_id", "other"])]
    if again.empty:
        return []
    rows = again.assign(part=part.number, practice=part.practice)
    return [
        findings(
            IMPOSSIBLE,
            rows,
            "partners",
            "meets " + again["other"].astype(str),
            "no pair meets twice",
            "perfect strangers meet again",
        )
    ]


def _out(part: Part) -> np.ndarray:
    """Whether the participant of each row is one of those without whom the groups of the session were drawn."""
    marked = part.rows.loc[part.rows["rematched"] != "", ["session_code", "rematched"]].drop_duplicates()
    if marked.empty:
        return np.zeros(len(part.rows), dtype=bool)
    out = [(code, int(person)) for code, text in marked.itertuples(index=False) for person in text.split(";")]
    return pd.MultiIndex.from_frame(part.rows[["session_code", "participant_id"]]).isin(out)


def _redrawn(part: Part) -> list[pd.DataFrame]:
    """Group, position and type of every participant in every round, drawn again from the seed in the definition.

    Those who play the parts in one order are drawn together; the numbers of their groups follow those of another order
    that plays at the same time.
    """
    block, n = part.rows.groupby(BLOCK, sort=True), part.treatment.protocol.participants
    place = (block["participant_id"].rank("dense") - 1).to_numpy().astype(np.int64)
    whole = (block["participant_id"].transform("nunique") == n).to_numpy()  # the others are said by checks.structure
    without, placed = block["rematched"].transform("first"), part.rows["place"].notna().to_numpy()
    plain = whole & (without == "").to_numpy() & ~placed
    found = _placed(part, whole & placed, n)
    found += _redrawn_as(part, part.rows[plain], place[plain], draw_session(part.treatment, n, _repetition(part)))
    disturbed = whole & ~plain & ~placed
    for _, rows in part.rows[disturbed].groupby(BLOCK, sort=True):
        people, at = np.unique(rows["participant_id"], return_inverse=True)
        found += _redrawn_as(part, rows, at, _draws(part, people, str(rows["rematched"].iloc[0])))
    return found


def _placed(part: Part, rows: np.ndarray, n: int) -> list[pd.DataFrame]:
    """Sessions whose groups were formed as people came: drawn for places, each of which one participant has."""
    found = []
    for _, session in part.rows[rows].groupby(BLOCK, sort=True):
        held = session.groupby("participant_id")[["place", "silo"]].agg(["min", "max", "nunique"])
        places, silos = held["place"], held["silo"]
        size = n // int(silos["max"].max())
        sound = sorted(places["max"]) == list(range(1, n + 1)) and (places["nunique"] == 1).all()
        if not sound or ((places["max"] - 1) // size + 1 != silos["max"]).any():
            first = session.drop_duplicates("participant_id")
            expected = f"each of the places 1 to {n} once, in silos of equal size"
            found.append(findings(IMPOSSIBLE, first, "place", first["place"], expected, "places that cannot be"))
            continue
        draws = draw_silos(part.treatment, n, size, _repetition(part))
        found += _redrawn_as(part, session, session["place"].to_numpy(dtype=np.int64) - 1, draws)
    return found


def _redrawn_as(part: Part, rows: pd.DataFrame, place: np.ndarray, draws: SessionDraws) -> list[pd.DataFrame]:
    """place : number of the participant of each row, from 0, among those who play in the same order"""
    treatment, n = part.treatment, part.treatment.protocol.participants
    groups, types = (draws.practice_groups, draws.practice_types) if part.practice else (draws.groups, draws.types)
    inside = (rows["round"] <= len(groups)).to_numpy()
    if not inside.any():
        return []
    rows, place = rows[inside], place[inside]
    rounds, size = np.arange(len(groups))[:, None, None], treatment.group_size
    number, position = np.zeros((len(groups), n), dtype=np.int64), np.zeros((len(groups), n), dtype=np.int64)
    number[rounds, groups] = np.arange(groups.shape[1])[:, None]
    position[rounds, groups] = np.arange(1, size + 1)
    at = rows["round"].to_numpy() - 1, place
    first = (rows["group"] - number[at]).groupby([rows[key] for key in (*BLOCK, "round")]).transform("median")
    return [
        *compared(rows, "group", number[at] + first.to_numpy()),
        *compared(rows, "position", position[at]),
        *compared(rows, "type", types[at]),
        *_sequences(rows, draws.practice_sequences if part.practice else draws.sequences, at[0], number[at]),
    ]


def _sequences(
    rows: pd.DataFrame, drawn: np.ndarray | None, rounds: np.ndarray, groups: np.ndarray
) -> list[pd.DataFrame]:
    """Who reported first, second, … in each group: blank where all reported at the same time."""
    if drawn is None:
        return compared_texts(rows, "sequence", np.full(len(rows), "", dtype=object))
    orders = drawn[rounds, groups] + 1
    expected = np.array([";".join(map(str, order)) for order in orders.tolist()], dtype=object)
    place = (orders == rows["position"].to_numpy()[:, None]).argmax(axis=1) + 1
    return [*compared_texts(rows, "sequence", expected), *compared(rows, "move", place)]


def _draws(part: Part, people: np.ndarray, rematched: str) -> SessionDraws:
    """As the session drew them: among all, or without those who turned out not to take part before the first round."""
    treatment, n = part.treatment, part.treatment.protocol.participants
    if rematched:
        out = np.searchsorted(people, [int(person) for person in rematched.split(";")])
        without = draw_without(treatment, n, tuple(out.tolist()), _repetition(part))
        if without is not None:
            return without
    return draw_session(treatment, n, _repetition(part))


def _repetition(part: Part) -> int:
    names = str(part.rows["parts"].iloc[0]).split(";")[: part.number]
    return names[:-1].count(names[-1])
