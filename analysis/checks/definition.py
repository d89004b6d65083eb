"""Does what each row says about its treatment fit the definition that is stored with it?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, about_part, compared_texts, findings
from analysis.games import Part
from analysis.loading.versions import app_of

PROTOCOL_NUMBERS = ("rounds", "participants", "seconds", "exchange_rate", "show_up_fee", "practice_rounds")
PROTOCOL_TEXTS = ("matching", "feedback", "pay", "fixed_roles", "practice_against", "language")


def check(part: Part) -> list[pd.DataFrame]:
    """Findings about one part of one session."""
    texts, sessions = (pd.factorize(part.rows[name])[0] for name in ("definition", "session_code"))
    others = texts != texts[np.unique(sessions, return_index=True)[1]][sessions]
    found = []
    if others.any():
        found.append(
            findings(
                IMPOSSIBLE,
                part.rows[others],
                "definition",
                "another definition",
                "one definition in a session",
                "definition differs",
            )
        )
    seeds = part.rows["session_code"].map({code: t.protocol.seed for code, t in part.of_session.items()})
    for column, expected in {**_expected(part), "seed": seeds.astype(np.float64)}.items():
        wrong = (part.rows[column] != expected).to_numpy()
        if wrong.any():
            exported = part.rows[column].to_numpy()[wrong]
            right = expected[wrong] if isinstance(expected, pd.Series) else expected
            found.append(findings(IMPOSSIBLE, part.rows[wrong], column, exported, right, "does not fit the definition"))
    return found + _roles(part) + _participants(part)


def _expected(part: Part) -> dict[str, object]:
    """What the definition says for columns that are the same in all rows."""
    treatment, several = part.treatment, ";" in str(part.rows["parts"].iloc[0])
    expected: dict[str, object] = {
        "identity": treatment.identity,
        "treatment": treatment.name,
        "app": app_of(treatment, several, str(part.rows["platform_version"].iloc[0])),
        "mechanism": treatment.mechanism,
        "environment": treatment.environment,
        "group_size": treatment.group_size,
        "information": treatment.information,
        "rounding": treatment.rounding,
    }
    expected |= {name: float(getattr(treatment.protocol, name)) for name in PROTOCOL_NUMBERS}
    return expected | {name: getattr(treatment.protocol, name) for name in PROTOCOL_TEXTS}


def _roles(part: Part) -> list[pd.DataFrame]:
    names = np.array([position.role for position in part.treatment.positions], dtype=object)
    known = part.positions >= 0
    return compared_texts(part.rows[known], "role", names[part.positions[known]], IMPOSSIBLE)


def _participants(part: Part) -> list[pd.DataFrame]:
    """One number a person in a session, and every person in every round."""
    people = part.rows[["session_code", "participant_code", "participant_id"]].drop_duplicates()
    found = []
    for column, other in (("participant_id", "participant_code"), ("participant_code", "participant_id")):
        again = people[people.duplicated(["session_code", column])]
        for code, twice in again.groupby("session_code", sort=True)[column].unique().items():
            named = ", ".join(str(value) for value in twice[:5])
            found.append(
                about_part(
                    str(code),
                    part.number,
                    column,
                    named,
                    f"one {other} each",
                    f"the same {column} with several values of {other}",
                )
            )
    return found
