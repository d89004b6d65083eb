"""What earlier sessions of the same game tell: shares and mean points, from the lines that the treatment holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from engine.instructions.described import Case, player_with_type
from engine.words.language import _
from engine.words.names import message_text, player_names, type_name
from engine.words.numbers import amount, localized, rounding
from mechanisms.treatments import Treatment
from mechanisms.treatments.schema_described import EarlierSpec


@dataclass(frozen=True)
class Earlier:
    """What one role with one type did: a title, and (what, how often, share, mean points) of each."""

    title: Markup
    rows: list[tuple[str, int, str, str]]


def experience(treatment: Treatment, cases: list[Case]) -> Iterator[Earlier]:
    """Shares and mean points of earlier sessions, for all that the reader can be."""
    assert treatment.advice is not None
    assert treatment.advice.earlier is not None
    names = player_names(treatment)
    for i, own_type in cases:
        role = treatment.positions[i].role
        found = [row for row in treatment.advice.earlier if row.role == role and float(row.type) == own_type]
        if found:
            title = player_with_type(treatment, names[i], type_name(treatment, i, own_type))
            yield Earlier(title, earlier_rows(treatment, i, own_type, found))


def earlier_rows(
    treatment: Treatment, i: int, own_type: float, found: list[EarlierSpec]
) -> list[tuple[str, int, str, str]]:
    total = sum(row.times for row in found)
    if treatment.messages_are == "demands":
        by = sorted(((message_text(treatment, i, float(row.message)), [row]) for row in found),
                    key=lambda pair: float(pair[1][0].message))  # fmt: skip
    else:
        true = [row for row in found if float(row.message) == own_type]
        other = [row for row in found if float(row.message) != own_type]
        by = [(str(_("the truth")), true), (str(_("another report")), other)]
    rows: list[tuple[str, int, str, str]] = []
    for what, some in by:
        times = sum(row.times for row in some)
        if times:
            mean = float(sum(row.times * row.points for row in some) / times)
            rows.append((what, times, _("{number} %", number=localized(f"{100 * times / total:.3g}")),
                         amount(mean, rounding(treatment) + 1)))  # fmt: skip
    return rows
