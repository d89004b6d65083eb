"""Is the paid round the drawn one, and does everybody's money follow from points, exchange rate and show-up fee?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from analysis.checks.findings import IMPOSSIBLE, about_part, compared, findings
from analysis.games import Part
from mechanisms.draws import paid_round

CENT = Decimal("0.01")


def check(part: Part) -> list[pd.DataFrame]:
    """The paid round and the earnings of one app of one session."""
    found = []
    rows = part.rows[part.rows["is_paid_round"].notna().to_numpy()]
    paid = is_paid(part, rows)
    found += compared(rows, "is_paid_round", paid.astype(np.float64))
    money = earnings(part)
    rows = part.rows[part.rows["part_earnings"].notna().to_numpy()]
    expected = rows["participant_id"].map({person: float(amount) for person, amount in money.items()}).to_numpy()
    found += compared(rows, "part_earnings", expected, max(1.0, float(np.abs(expected).max(initial=0))))
    return found + _half_closed(part)


def is_paid(part: Part, rows: pd.DataFrame) -> np.ndarray:
    """Whether the round of each row counts for the payment, shape (n_rows,)."""
    paid = paid_round(part.treatment, part.session_code)
    return np.ones(len(rows), dtype=bool) if paid is None else (rows["round"] == paid).to_numpy()


def earnings(part: Part) -> dict[int, Decimal]:
    """Unrounded money of each participant_id from the paid rounds; a round without result counts 0.

    The points come from the exported points_units, which checks.play compares with the game.
    """
    rows = part.rows[is_paid(part, part.rows)]
    units = rows["points_units"].fillna(0).astype("int64").groupby(rows["participant_id"]).sum()
    everybody = {int(person): Decimal(0) for person in part.rows["participant_id"].unique()}
    return everybody | {
        person: part.treatment.money(total) for person, total in zip(units.index.tolist(), units.tolist(), strict=True)
    }


def _half_closed(part: Part) -> list[pd.DataFrame]:
    """Paid round, earnings and total are all blank (not yet paid) or all filled."""
    filled = part.rows[["is_paid_round", "part_earnings", "total_payment"]].notna()
    mixed = part.rows[(filled.any(axis=1) & ~filled.all(axis=1)).to_numpy()]
    return (
        [findings(IMPOSSIBLE, mixed, "total_payment", mixed["total_payment"], "all blank or all filled", "half paid")]
        if len(mixed)
        else []
    )


def check_payments(session: list[Part]) -> list[pd.DataFrame]:
    """The total payment of everybody in one session: all its parts and the fee, at least 0, rounded once to cents."""
    fees = {part.treatment.protocol.show_up_fee for part in session}
    if len(fees) > 1:
        named = ", ".join(str(fee) for fee in sorted(fees))
        return [
            about_part(
                session[0].session_code,
                session[0].app,
                "show_up_fee",
                named,
                "one fee a session",
                "the parts have different fees",
            )
        ]
    total: dict[int, Decimal] = {}
    for part in session:
        for person, amount in earnings(part).items():
            total[person] = total.get(person, Decimal(0)) + amount
    payment = {person: rounded(max(Decimal(0), amount + next(iter(fees)))) for person, amount in total.items()}
    apps = ", ".join(part.app for part in session)
    found = []
    for part in session:
        rows = part.rows[part.rows["total_payment"].notna().to_numpy()]
        expected = rows["participant_id"].map({person: float(amount) for person, amount in payment.items()}).to_numpy()
        problem = f"from the parts in these files: {apps}; a session with other parts needs their files too"
        found += [table.assign(problem=problem) for table in compared(rows, "total_payment", expected)]
    return found


def rounded(amount: Decimal) -> Decimal:
    """Money to cents, halves up."""
    return amount.quantize(CENT, ROUND_HALF_UP)
