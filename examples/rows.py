"""Rows of an export, made from a game, types and messages, for sessions that nobody played.

Results are those of Treatment.play. Nothing of `analysis` is used, so that the tests, which read such rows, compare two
ways to the same numbers.
"""

import csv
import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TextIO

from mechanisms.session.draws import paid_round
from mechanisms.session.in_stages import steady
from mechanisms.session.record import RECORD
from mechanisms.treatments import Treatment

START = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)


def group_rows(t, code, round_number, group, people, types, messages, drawn, sequence=None) -> list[dict[str, str]]:
    """One group in one round; sequence: positions in the order of their moves, None: all at the same time."""
    play = t.in_sequence(sequence).play(types, messages)
    rows = []
    same, names = in_force(t), [name for name in HEADER if name not in SAID]
    for i, person in enumerate(people):
        others = [str(other) for other in people if other != person]
        who = [
            code,
            t.form,
            t.name,
            "1",
            1,
            0,
            t.name,
            t.identity,
            t.mechanism,
            t.environment,
            f"p{code[:3]}{person:03d}",
            person,
        ]
        label = dict(zip(t.positions[i].types, t.positions[i].type_labels, strict=True))[types[i]]
        label = "" if label == f"{types[i]:g}" else label
        where = [
            round_number,
            round_number,
            group,
            i + 1,
            t.positions[i].role,
            ";".join(others),
            float(types[i]),
            label,
        ]
        time = START + timedelta(seconds=60 * round_number + person)
        decision = [float(messages[i]), "", int(drawn[i]), time.isoformat(timespec="milliseconds"), 5 + person / 10]
        payments = "" if play.payments is None else ";".join(repr(float(x)) for x in play.payments[i])
        amounts = [float(play.values[i]), float(play.cost_shares[i]), float(play.transfers[i]), payments]
        quantity = "" if play.quantities is None else float(play.quantities[i])
        units = int(play.points[i])
        result = [
            t.outcome_label(play.outcome),
            quantity,
            *amounts,
            units,
            t.format_points(units),
            *[""] * 7,
            "EUR",
            2,
        ]
        entries = [*who, "", 1, *where, *decision, *result, *same]
        row = dict(zip(names, (e if isinstance(e, str) else repr(e) for e in entries), strict=True))
        rows.append(row | dict.fromkeys(SAID, "") | {"decided_by": "clock" if drawn[i] else "participant"})
        if t.stages is not None:
            stages, asked = steady([float(m) for m in messages], t.stages)
            number, at = stages[i], time.isoformat(timespec="milliseconds")
            lists = [map(repr, asked[i]), [rows[-1]["decided_by"]] * number, [at] * number, [""] * number]
            rows[-1] |= dict(zip(STAGED, [str(number), *(";".join(entries) for entries in lists)], strict=True))
        if sequence is not None:
            order = list(sequence)
            rows[-1] |= {"sequence": ";".join(str(k + 1) for k in order), "move": str(order.index(i) + 1)}
    return rows


def in_force(t: Treatment) -> list:
    p = t.protocol
    rules = [p.participants, p.rounds, p.matching, int(p.fixed_roles), p.feedback, p.seconds, p.pay]
    money = [str(p.exchange_rate), str(p.show_up_fee), p.seed, p.practice_rounds, p.practice_against, p.language]
    definition = json.dumps(t.definition, separators=(",", ":"))
    return [
        t.group_size,
        t.information,
        *rules,
        *money,
        "all",
        t.definition["points"]["rounding"],
        "0.3.0",
        "6.0.15",
        definition,
    ]


SAID = {"rematched", "decided_by", "compensation"}
"""Columns of what may happen in a session; a simulated one is undisturbed but for decisions out of time."""
STAGED = ("stage", "requests", "requests_by", "requests_at", "requests_seconds")
"""Of requests in stages; everybody asks for the own message in each stage."""
HEADER = [column.name for column in RECORD if not column.since or column.name in SAID]
"""Columns that came later (of studies, say) are blank in sessions like these, and can be left out."""


def add_earnings(t: Treatment, code: str, rows: list[dict[str, str]]) -> None:
    """Fill in the paid round and the money of a part."""
    paid = paid_round(t, code, int(rows[0]["part"]))
    earned: dict[str, Decimal] = {}
    for row in rows:
        counts = paid is None or row["round"] == str(paid)
        row["is_paid_round"] = str(int(counts))
        money = t.money(int(row["points_units"])) if counts else Decimal(0)
        earned[row["participant_id"]] = earned.get(row["participant_id"], Decimal(0)) + money
    for row in rows:
        row["part_earnings"] = str(earned[row["participant_id"]])


def add_payments(fee: Decimal, rows: list[dict[str, str]]) -> None:
    """Fill in the total payments of all parts."""
    earned = {(row["participant_id"], row["part"]): Decimal(row["part_earnings"]) for row in rows}
    for row in rows:
        row["total_payment"] = total(
            fee + sum(m for (person, _), m in earned.items() if person == row["participant_id"])
        )


def total(money: Decimal) -> str:
    return str(max(Decimal(0), money).quantize(Decimal("0.01"), ROUND_HALF_UP))


def write_rows(stream: TextIO, rows: list[dict[str, str]]) -> None:
    writer = csv.DictWriter(stream, [column.name for column in RECORD if column.name in rows[0]] if rows else HEADER)
    writer.writeheader()
    writer.writerows(rows)
