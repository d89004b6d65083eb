"""Rows of an export of simulated sessions, as the platform writes them (mechanisms/session/record.py).

Results are made once for each pair of type and message profiles that occurs; a row is put together from texts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from mechanisms.arrays import IntArray
from mechanisms.session.draws import paid_part, paid_round
from mechanisms.session.in_stages import steady
from mechanisms.session.record import PROTOCOL, RECORD
from mechanisms.subjects.parts import SimulatedDesign
from mechanisms.subjects.simulation import Simulated
from mechanisms.treatments import Treatment
from mechanisms.writing import half_up

VERSION = "0.3.0"
"""The version of the platform whose format is written."""
CURRENCY, DECIMALS = "EUR", 2
START = datetime(2026, 1, 31, 14, 0, tzinfo=UTC)
HEADER = ",".join(entry.name for entry in RECORD)
PIECES = {
    "begin": "session_code app parts order part practice treatment identity mechanism environment",
    "person": "participant_code participant_id participant_label is_bot",
    "where": "round_number round group",
    "place": "position role",
    "partners": "partners",
    "study": "study arm silo place",
    "turn": "sequence move stage requests requests_by requests_at requests_seconds",
    "said": "type type_label message computer_messages decided_by",
    "timed_out": "timed_out",
    "at": "decided_at",
    "result": "outcome quantity value cost_share transfer payments_received points_units points",
    "counts": "is_paid_round",
    "earned": "part_earnings total_payment fee_paid",
    "end": "currency currency_decimals group_size information",
    "protocol": " ".join(entry.name for entry in PROTOCOL),
    "versions": "pay_parts rounding platform_version otree_version definition",
}
"""Columns that are written together, by their first; all others are blank."""


def _template() -> str:
    """A line with the pieces in their places."""
    first = {columns.split()[0]: (name, columns.split()) for name, columns in PIECES.items()}
    entries, names, k = [], [entry.name for entry in RECORD], 0
    while k < len(names):
        piece, columns = first.get(names[k], ("", [names[k]]))
        if names[k : k + len(columns)] != columns:
            raise AssertionError(f"the record has other columns than {' '.join(columns)}")
        entries.append("{" + piece + "}" if piece else "")
        k += len(columns)
    return ",".join(entries) + "\n"


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, eq=False)
class Seats:
    """Who plays a treatment in a session, and when; of a session of one part, everybody from the first round on.

    app, parts, order, pay_parts : columns of the export; part : from 1
    people : int (sessions, places): participants from 0; before : rounds of earlier parts, and of practice
    groups : (rounds,): how many groups others play at the same time that are numbered before
    study, arm : whose arm it is, ""; silo : how many are matched among each other, as they come; None: all
    """

    app: str
    parts: str
    order: str
    part: int
    pay_parts: str
    people: IntArray
    before: int
    groups: list[int]
    study: str = ""
    arm: str = ""
    silo: int | None = None

    def of_place(self, at: int) -> tuple[object, ...]:
        """study, arm, silo and place of the export."""
        return self.study, self.arm, *(("", "") if self.silo is None else (at // self.silo + 1, at + 1))


def lines(simulated: Simulated, label: str = "") -> Iterator[str]:
    """The lines of an export, without a header: all rows of the first session, then of the next.

    label : makes the codes of sessions different between simulations of the same treatment
    """
    t, sheet = simulated.treatment, _Sheet(simulated)
    sessions, rounds, *_ = simulated.groups.shape
    people = np.tile(np.arange(simulated.groups[0, 0].size), (sessions, 1))
    seats = Seats(t.form, t.name, "1", 1, "all", people, t.protocol.practice_rounds, [0] * rounds)
    for s, seed in enumerate(simulated.seeds):
        code = session_code(t, seed, label)
        paid, fee = paid_round(t, code, 1, seed), t.protocol.show_up_fee
        earned = [_earned(own, own, fee) for own in sheet.money(s, paid)]
        yield from sheet.session(s, code, seats, paid, True, earned)


def lines_of_parts(found: SimulatedDesign, label: str = "") -> Iterator[str]:
    """The same of sessions of several parts."""
    design = found.design
    sheets = [(part, _Sheet(part.simulated)) for part in found.parts]
    seats = _seats(found)
    for s, seed in enumerate(found.seeds):
        code = _code(f"{label}/{design.name}/{'/'.join(t.identity for t in design.treatments)}/{seed}")
        drawn = None if design.pay == "all" else paid_part(len(design.treatments), code)
        paid = [paid_round(x.simulated.treatment, code, x.part, x.simulated.seeds[s]) for x, _ in sheets]
        own = [sheet.money(s, k) for (_, sheet), k in zip(sheets, paid, strict=True)]
        total = [Decimal(0)] * found.participants
        for (part, _), money in zip(sheets, own, strict=True):
            for person, amount in zip(part.people[s].tolist(), money, strict=True):
                total[person] += amount if drawn in (None, part.part) else 0
        for (part, sheet), money, k, where in zip(sheets, own, paid, seats, strict=True):
            people = part.people[s].tolist()
            earned = [_earned(mine, total[p], design.show_up_fee) for p, mine in zip(people, money, strict=True)]
            yield from sheet.session(s, code, where, k, drawn in (None, part.part), earned)


def _seats(found: SimulatedDesign) -> list[Seats]:
    """Of each part, in the order of `found.parts`; groups of a later order are numbered after those of an earlier."""
    taken: Counter[int] = Counter()
    before, seats = 0, []
    for part in found.parts:
        before = 0 if part.part == part.order[0] else before
        before += part.simulated.treatment.protocol.practice_rounds
        _, rounds, groups, _ = part.simulated.groups.shape
        at = [before + r for r in range(rounds)]
        names = ";".join(treatment.name for treatment in found.design.treatments)
        order, offsets = ";".join(map(str, part.order)), [taken[r] for r in at]
        of, k = found.study, part.part - 1
        arm = ("", "", None) if of is None else (of.name, of.arms[k], of.silos[k])
        app = "parts" if len(found.design.treatments) > 1 else part.simulated.treatment.form
        seats.append(Seats(app, names, order, part.part, found.design.pay, part.people, before, offsets, *arm))
        taken.update(dict.fromkeys(at, groups))
        before += rounds
    return seats


def session_code(treatment: Treatment, seed: int, label: str = "") -> str:
    """Eight letters and digits, as oTree makes them.

    >>> from mechanisms.treatments import load_treatment
    >>> len(session_code(load_treatment("treatments/park_vcg.toml"), 1))
    8
    """
    return _code(f"{label}/{treatment.name}/{treatment.identity}/{seed}")


def _code(key: str) -> str:
    number, letters = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"), ""
    for _ in range(8):
        number, digit = divmod(number, 36 if letters else 26)
        letters += LETTERS[digit]
    return letters


def _quoted(*entries: object) -> str:
    """Entries of a CSV line."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(entries)
    return stream.getvalue()


def _places(t: Treatment) -> list[dict[tuple[int, int], tuple[str, str]]]:
    """By position, type and message (indices): position and role; type to decided_by."""
    found = []
    for i, place in enumerate(t.positions):
        head = _quoted(i + 1, place.role)
        found.append(
            {
                (k, m): (
                    head,
                    _quoted(repr(float(type_)), place.label(type_), repr(float(message)), "", "participant"),
                )
                for k, type_ in enumerate(place.types)
                for m, message in enumerate(place.messages)
            }
        )
    return found


def _results(simulated: Simulated) -> list[list[list[list[str]]]]:
    """From outcome to points of each row, shape of `types`, as nested lists."""
    texts = np.empty(simulated.types.shape, dtype=object)
    for here, treatment in simulated.in_each_order():
        played = replace(simulated, treatment=treatment, types=simulated.types[here], messages=simulated.messages[here])
        texts[here] = _texts(played)
    found: list[list[list[list[str]]]] = texts.tolist()
    return found


def _texts(simulated: Simulated) -> np.ndarray:
    """The same of groups (k, n) that reported in one order, as an array of texts."""
    t, n = simulated.treatment, simulated.types.shape[-1]
    cells, index, which = simulated.profiles()
    types = np.stack([p.types[index[:, i]] for i, p in enumerate(t.positions)], axis=-1)
    messages = np.stack([p.messages[index[:, n + i]] for i, p in enumerate(t.positions)], axis=-1)
    play = t.play(types, messages)
    texts = np.empty((len(cells), n), dtype=object)
    for c in range(len(cells)):
        outcome = t.outcome_label(play.outcome[c])
        for i in range(n):
            quantity = "" if play.quantities is None else repr(float(play.quantities[c, i]))
            amounts = [repr(float(x[c, i])) for x in (play.values, play.cost_shares, play.transfers)]
            paid = "" if play.payments is None else ";".join(repr(float(x)) for x in play.payments[c, i])
            units = int(play.points[c, i])
            texts[c, i] = _quoted(outcome, quantity, *amounts, paid, units, t.format_points(units))
    return np.asarray(texts[which])


class _Sheet:
    """What rows of a simulated treatment are put together from."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.results, self.places = _results(simulated), _places(simulated.treatment)

    def money(self, s: int, paid: int | None) -> list[Decimal]:
        """Unrounded, of the paid rounds of session s, by place."""
        return [self.simulated.treatment.money(units) for units in units_earned(self.simulated, s, paid).tolist()]

    def session(
        self, s: int, code: str, seats: Seats, paid: int | None, counts: bool, earned: Sequence[str]
    ) -> Iterator[str]:
        """The rows of session s; counts : its part is paid; earned : by place."""
        simulated, t = self.simulated, self.simulated.treatment
        groups, people = simulated.groups[s].tolist(), seats.people[s].tolist()
        types, messages = simulated.types[s].tolist(), simulated.messages[s].tolist()
        sequences = None if simulated.sequences is None else simulated.sequences[s]
        begin = _quoted(
            code, seats.app, seats.parts, seats.order, seats.part, 0, t.name, t.identity, t.mechanism, t.environment
        )
        persons = [_quoted(_code(f"{code}/{p}"), p + 1, "", 1) for p in people]
        studies = [_quoted(*seats.of_place(at)) for at in range(len(people))]
        day = simulated.seeds[s] - simulated.seeds[0]
        template = _with_constants(t, simulated.seeds[s], seats.pay_parts)
        for r, of_round in enumerate(groups):
            in_paid = int(counts and (paid is None or paid == r + 1))
            now = seats.before + r
            at = (START + timedelta(days=day, seconds=90 * now)).isoformat(timespec="milliseconds")
            for g, members in enumerate(of_round):
                where = f"{now + 1},{r + 1},{seats.groups[r] + g + 1}"
                asked = None
                if t.stages is not None:
                    wanted = [float(place.messages[m]) for place, m in zip(t.positions, messages[r][g], strict=True)]
                    asked = steady(wanted, t.stages)[1]
                for i, person in enumerate(members):
                    place, said = self.places[i][types[r][g][i], messages[r][g][i]]
                    turn = _turn(
                        None if sequences is None else sequences[r, g], i, None if asked is None else asked[i], at
                    )
                    partners = ";".join([str(people[other] + 1) for other in members if other != person])
                    yield template.format(
                        begin=begin, person=persons[person], where=where, place=place, partners=partners,
                        study=studies[person], turn=turn,
                        said=said, at=at, result=self.results[s][r][g][i], counts=in_paid, earned=earned[person],
                    )  # fmt: skip


def _turn(sequence: np.ndarray | None, position: int, asked: list[float] | None, at: str) -> str:
    """sequence and move: the order of the group, and the place of a position (from 0) in it; then, in stages, in which
    one the position was served, and its requests."""
    order = [] if sequence is None else sequence.tolist()
    turn = f"{';'.join(str(i + 1) for i in order)},{order.index(position) + 1}" if order else ","
    if asked is None:
        return f"{turn},,,,,"
    lists = [map(repr, asked), ["participant"] * len(asked), [at] * len(asked), [""] * len(asked)]
    return ",".join([turn, str(len(asked)), *(";".join(entries) for entries in lists)])


def _earned(own: Decimal, all_: Decimal, fee: Decimal) -> str:
    """part_earnings, total_payment and fee_paid of who earned so much in a part, and in all that count."""
    return f"{own},{half_up(max(Decimal(0), fee + all_), DECIMALS)},{fee}"


def units_earned(simulated: Simulated, s: int, paid: int | None) -> np.ndarray:
    """Points of the paid rounds of each participant of a session, smallest units: (participants,)."""
    rounds = slice(None) if paid is None else slice(paid - 1, paid)
    who, points = simulated.groups[s][rounds].reshape(-1), simulated.points[s][rounds].reshape(-1)
    return np.bincount(who, weights=points, minlength=simulated.groups[s, 0].size).astype(np.int64)


def _with_constants(t: Treatment, seed: int, pay_parts: str) -> str:
    """The template with what is the same in all rows of a session."""
    p = t.protocol
    definition = t.definition | {"session": t.definition["session"] | {"seed": seed}}
    protocol = [seed if entry.name == "seed" else getattr(p, entry.name) for entry in PROTOCOL]
    constant = {
        "timed_out": "0",
        "end": _quoted(CURRENCY, DECIMALS, t.group_size, t.information),
        "protocol": _quoted(*(int(entry) if isinstance(entry, bool) else entry for entry in protocol)),
        "versions": _quoted(pay_parts, t.rounding, VERSION, "", json.dumps(definition, separators=(",", ":"))),
    }
    template = _TEMPLATE
    for name, text in constant.items():
        template = template.replace("{" + name + "}", text.replace("{", "{{").replace("}", "}}"))
    return template


_TEMPLATE = _template()
