"""Are groups, positions, partners and types those that the seed gives, and can they be at all?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.checks.findings import DECISION, IMPOSSIBLE, compared, compared_texts, findings
from analysis.games import Part
from mechanisms.session.draws import SessionDraws, draw_session, draw_silos, draw_without
from mechanisms.treatments import Treatment

BLOCK = ["session_code", "order"]
"""Who is drawn together."""


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    return [*_impossible_types(part), *_type_labels(part), *_partners(part), *_met_before(part), *_redrawn(part)]


def _impossible_types(part: Part) -> list[pd.DataFrame]:
    wrong = ~part.type_is_possible & (part.positions >= 0) & ~(part.deleted & part.rows["type"].isna().to_numpy())
    rows = part.rows[[*DECISION, "type"]][wrong]
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
    people, rows = part.of("participant_id", members).astype(str), part.rows[[*DECISION, "partners"]]
    found = []
    for i in range(part.treatment.group_size):
        others = [people[:, j] for j in range(part.treatment.group_size) if j != i and not part.alone]
        expected = np.array(
            [";".join(names) for names in zip(*others, strict=True)] if others else [""] * len(members), dtype=object
        )
        found += compared_texts(rows.iloc[members[:, i]], "partners", expected)
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


REDRAWN = ["order", "group", "position", "type", "sequence", "move"]

Drawn = tuple[np.ndarray, np.ndarray, SessionDraws]
"""Row numbers; the place of each one's participant, from 0, among those who are drawn together; what was drawn."""


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
    found, drawn = _placed(part, whole & placed, n)
    repetition = _repetition(part)
    for treatment, rows in _by_treatment(part, np.flatnonzero(plain)):
        drawn.append((rows, place[rows], draw_session(treatment, n, repetition)))
    disturbed = np.flatnonzero(whole & ~plain & ~placed)
    for at in part.rows[BLOCK].iloc[disturbed].groupby(BLOCK, sort=True).indices.values():
        rows = disturbed[at]
        people, places = np.unique(part.of("participant_id", rows), return_inverse=True)
        drawn.append((rows, places, _draws(part, people, part.rows.iloc[rows[0]])))
    return found + _compared(part, drawn)


def _by_treatment(part: Part, rows: np.ndarray) -> Iterator[tuple[Treatment, np.ndarray]]:
    """The rows of the sessions of each treatment in force: they differ in seeds."""
    session, codes = pd.factorize(part.of("session_code", rows))
    in_force = [part.of_session[code] for code in codes]
    distinct = {treatment: k for k, treatment in enumerate(dict.fromkeys(in_force))}
    number = np.array([distinct[treatment] for treatment in in_force], dtype=np.int64)[session]
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(len(distinct) + 1))
    for treatment, start, end in zip(distinct, ends[:-1], ends[1:], strict=True):
        yield treatment, rows[order[start:end]]


def _placed(part: Part, placed: np.ndarray, n: int) -> tuple[list[pd.DataFrame], list[Drawn]]:
    """Sessions whose groups were formed as people came: drawn for places, each of which one participant has."""
    found, drawn, numbers = [], [], np.flatnonzero(placed)
    for at in part.rows[BLOCK].iloc[numbers].groupby(BLOCK, sort=True).indices.values():
        session = part.rows.iloc[numbers[at]]
        held = session.groupby("participant_id")[["place", "silo"]].agg(["min", "max", "nunique"])
        places, silos = held["place"], held["silo"]
        size = n // int(silos["max"].max())
        sound = sorted(places["max"]) == list(range(1, n + 1)) and (places["nunique"] == 1).all()
        if not sound or ((places["max"] - 1) // size + 1 != silos["max"]).any():
            first = session.drop_duplicates("participant_id")
            expected = f"each of the places 1 to {n} once, in silos of equal size"
            found.append(findings(IMPOSSIBLE, first, "place", first["place"], expected, "places that cannot be"))
            continue
        draws = draw_silos(_in_force(part, session.iloc[0]), n, size, _repetition(part))
        drawn.append((numbers[at], session["place"].to_numpy(dtype=np.int64) - 1, draws))
    return found, drawn


def _compared(part: Part, drawn: list[Drawn]) -> list[pd.DataFrame]:
    """All rows at once: sessions are many, and each would cost as much as all together."""
    seats = [_seats(part, *of) for of in drawn]
    if not any(len(rows) for rows, *_ in seats):
        return []
    at, number, position, types, orders = (np.concatenate(columns) for columns in zip(*seats, strict=True))
    sorted_ = np.argsort(at)
    rows = part.rows[[*DECISION, *REDRAWN]].iloc[at[sorted_]]
    number, position, types, orders = number[sorted_], position[sorted_], types[sorted_], orders[sorted_]
    known = rows["type"].notna().to_numpy() | ~part.deleted[at[sorted_]]
    first = (rows["group"] - number).groupby([rows[key] for key in (*BLOCK, "round")]).transform("median")
    return [
        *compared(rows, "group", number + first.to_numpy()),
        *compared(rows, "position", position),
        *compared(rows[known], "type", types[known]),
        *_sequences(rows, orders),
    ]


def _seats(part: Part, rows: np.ndarray, place: np.ndarray, draws: SessionDraws) -> tuple[np.ndarray, ...]:
    """Of the rows in rounds that are drawn: row number, group from 0, position, type, and the positions in their order
    (n_rows, group_size), of size 0 where all move at the same time."""
    groups, types, orders = draws.groups, draws.types, draws.sequences
    if part.practice:
        groups, types, orders = draws.practice_groups, draws.practice_types, draws.practice_sequences
    round_ = part.of("round", rows) - 1
    inside = round_ < len(groups)
    rows, place, round_ = rows[inside], place[inside], round_[inside]
    rounds, size, n = (
        np.arange(len(groups))[:, None, None],
        part.treatment.group_size,
        part.treatment.protocol.participants,
    )
    number, position = np.zeros((len(groups), n), dtype=np.int64), np.zeros((len(groups), n), dtype=np.int64)
    number[rounds, groups] = np.arange(groups.shape[1])[:, None]
    position[rounds, groups] = np.arange(1, size + 1)
    own = number[round_, place]
    order = np.empty((len(rows), 0), dtype=np.int64) if orders is None else orders[round_, own] + 1
    return rows, own, position[round_, place], types[round_, place], order


def _sequences(rows: pd.DataFrame, orders: np.ndarray) -> list[pd.DataFrame]:
    """Who reported first, second, … in each group: blank where all reported at the same time."""
    if not orders.shape[1]:
        return compared_texts(rows, "sequence", np.full(len(rows), "", dtype=object))
    expected = np.array([";".join(map(str, order)) for order in orders.tolist()], dtype=object)
    place = (orders == rows["position"].to_numpy()[:, None]).argmax(axis=1) + 1
    return [*compared_texts(rows, "sequence", expected), *compared(rows, "move", place)]


def _in_force(part: Part, row: pd.Series) -> Treatment:
    return part.of_session[row["session_code"]]


def _draws(part: Part, people: np.ndarray, first: pd.Series) -> SessionDraws:
    """As the session drew them: among all, or without those who turned out not to take part before the first round."""
    treatment, n, rematched = _in_force(part, first), part.treatment.protocol.participants, str(first["rematched"])
    if rematched:
        out = np.searchsorted(people, [int(person) for person in rematched.split(";")])
        without = draw_without(treatment, n, tuple(out.tolist()), _repetition(part))
        if without is not None:
            return without
    return draw_session(treatment, n, _repetition(part))


def _repetition(part: Part) -> int:
    names = str(part.rows["parts"].iloc[0]).split(";")[: part.number]
    return names[:-1].count(names[-1])
