"""Are groups, positions, partners and types those that the seed gives, and can they be at all?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, compared, compared_texts, findings
from analysis.games import Part
from mechanisms.session.draws import SessionDraws, draw_session, draw_without


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
    out = {int(person) for text in part.rows["rematched"].unique() if text for person in text.split(";")}
    groups = part.groups[~np.isin(part.of("participant_id", part.groups), list(out)).any(axis=1)]  # those that play
    people = part.of("participant_id", groups)
    first, second = np.triu_indices(part.treatment.group_size, 1)
    pairs = np.sort(np.stack([people[:, first], people[:, second]], axis=-1), axis=-1).reshape(-1, 2)
    rounds = np.repeat(part.of("round", groups[:, 0]), len(first))
    table = pd.DataFrame({"participant_id": pairs[:, 0], "other": pairs[:, 1], "round": rounds}).sort_values(
        "round", kind="stable"
    )
    again = table[table.duplicated(["participant_id", "other"])]
    if again.empty:
        return []
    rows = again.assign(session_code=part.session_code, part=part.number, practice=part.practice)
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


def _redrawn(part: Part) -> list[pd.DataFrame]:
    """Group, position and type of every participant in every round, drawn again from the seed in the definition.

    Those who play the parts in one order are drawn together; the numbers of their groups follow those of another order
    that plays at the same time.
    """
    found = []
    for _, rows in part.rows.groupby("order", sort=True):
        found += _redrawn_block(part, rows)
    return found


def _redrawn_block(part: Part, rows: pd.DataFrame) -> list[pd.DataFrame]:
    treatment, n = part.treatment, part.treatment.protocol.participants
    people = np.unique(rows["participant_id"])
    draws = _draws(part, people, str(rows["rematched"].iloc[0]))
    groups, types = (draws.practice_groups, draws.practice_types) if part.practice else (draws.groups, draws.types)
    inside = (rows["round"] <= len(groups)).to_numpy()
    if len(people) != n or not inside.any():
        return []  # said by checks.structure
    rows = rows[inside]
    rounds, size = np.arange(len(groups))[:, None, None], treatment.group_size
    number, position = np.zeros((len(groups), n), dtype=np.int64), np.zeros((len(groups), n), dtype=np.int64)
    number[rounds, groups] = np.arange(groups.shape[1])[:, None]
    position[rounds, groups] = np.arange(1, size + 1)
    at = rows["round"].to_numpy() - 1, np.searchsorted(people, rows["participant_id"])
    first = (rows["group"] - number[at]).groupby(rows["round"]).transform("median")
    return [
        *compared(rows, "group", number[at] + first.to_numpy()),
        *compared(rows, "position", position[at]),
        *compared(rows, "type", types[at]),
    ]


def _draws(part: Part, people: np.ndarray, rematched: str) -> SessionDraws:
    """As the session drew them: among all, or without those who turned out not to take part before the first round."""
    treatment, n = part.treatment, part.treatment.protocol.participants
    if rematched and len(people) == n:
        out = np.searchsorted(people, [int(person) for person in rematched.split(";")])
        without = draw_without(treatment, n, tuple(out.tolist()), _repetition(part))
        if without is not None:
            return without
    return draw_session(treatment, n, _repetition(part))


def _repetition(part: Part) -> int:
    names = str(part.rows["parts"].iloc[0]).split(";")[: part.number]
    return names[:-1].count(names[-1])
