"""What an audience may see of a session: how many have come, and the rounds that all have played, nobody named.

A round is drawn when everybody has its points: before, what others have chosen would be told to those who still decide.
"""

from collections import Counter
from typing import Any

import numpy as np
from markupsafe import Markup

from engine.admin.rounds import Place, tallies, who_play
from engine.admin.situation import Situation, players
from engine.aids.drawings import text
from engine.people import PlayerRow
from engine.session.in_force import treatment_of
from engine.words.language import _, in_its_words
from engine.words.names import player_names
from engine.words.numbers import plain
from mechanisms.treatments import Treatment

MOST_BARS = 24
COLOURS = ("#0f4c75", "#c46a00", "#3d7a4a", "#8a3b7d", "#6f7d89", "#a01c1c")
WIDTH, HEIGHT, LEFT, BELOW = 900, 330, 44, 44


def joined(situation: Situation) -> dict[str, int | bool]:
    """How many seats of people there are, were opened, and have agreed to take part; whether it has begun."""
    taking = [person for person in situation.people if not person.declined and person.seat != "computer"]
    here = [person for person in taking if person.visited]
    ready = [person for person in here if person.page not in ("", "Consent", "Declined")]
    begun = ready if taking else situation.people  # the computer can have all seats by now
    return {
        "seats": len(taking),
        "here": len(here),
        "ready": len(ready),
        "begun": bool(begun) and all(person.app not in ("", "welcome") for person in begun),
    }


def complete_rounds(situation: Situation) -> list[tuple[Place, list[PlayerRow]]]:
    """The rounds that count and that everybody has played, in the order in which they were played."""
    found: dict[Place, list[PlayerRow]] = {}
    for row in who_play(situation, players(situation.session, situation.app, practice=False)):
        found.setdefault((row.part, False, row.part_round), []).append(row)
    return [(place, rows) for place, rows in found.items() if all(row.points_units is not None for row in rows)]


def results(situation: Situation) -> dict[str, Any] | None:
    """The variables of the last complete round; None before there is one."""
    complete = complete_rounds(situation)
    if not complete:
        return None
    (part, practice, number), rows = complete[-1]
    treatment, found = treatment_of(situation.session, part), tallies(situation)
    own = [row for row in rows if row.decided_by == "participant"]
    shares = [(k, share(found[part, practice, k])) for (p, _practice, k), _rows in complete if p == part]
    return {
        "round": number,
        "rounds": treatment.protocol.rounds,
        "title": treatment.title if len(situation.session.parts) > 1 else "",
        "chosen": chosen(treatment, own) if own else "",
        "count": len(own),
        "mean": plain(round(float(np.mean([row.message for row in own])), 2)) if own else "",
        "efficiency": percent(shares[-1][1]),
        "course": course(shares) if len(shares) > 1 and all(value is not None for _k, value in shares) else "",
    }


def share(tally: Any) -> float | None:
    return tally.efficiency / tally.efficiency_of if tally.efficiency_of else None


def percent(value: float | None) -> str:
    return "" if value is None else _("{number} %", number=plain(round(100 * value, 1)))


def bins(treatment: Treatment) -> list[tuple[float, float]]:
    """Lowest and highest message of each bar: a value each, or as many values as make no more than MOST_BARS."""
    values = sorted({float(value) for place in treatment.positions for value in place.messages})
    size = -(-len(values) // MOST_BARS)
    return [(values[k], values[min(k + size, len(values)) - 1]) for k in range(0, len(values), size)]


@in_its_words
def chosen(treatment: Treatment, rows: list[PlayerRow]) -> Markup:
    """How often each message was chosen, the roles stacked in colours."""
    names = list(dict.fromkeys(player_names(treatment)))
    of_position = player_names(treatment) if any(place.role for place in treatment.positions) else names
    counts: Counter[tuple[int, str]] = Counter()
    edges = bins(treatment)
    for row in rows:
        assert row.message is not None
        bar = next(k for k, (_low, high) in enumerate(edges) if row.message <= high + 1e-9)
        counts[bar, of_position[row.id_in_group - 1]] += 1
    most = max(sum(counts[k, name] for name in names) for k in range(len(edges)))
    labels = [plain(low) if low == high else f"{plain(low)}…{plain(high)}" for low, high in edges]
    stacks = [[counts[k, name] for name in names] for k in range(len(edges))]
    return drawing(_("How often each was chosen"), labels, stacks, most, names if len(names) > 1 else [], str)


def course(shares: list[tuple[int, Any]]) -> Markup:
    """Efficiency of each round."""
    labels, stacks = [str(k) for k, _value in shares], [[max(0.0, value)] for _k, value in shares]
    return drawing(_("Efficiency, round by round"), labels, stacks, 1.0, [], lambda v: f"{100 * v:.0f}")


def drawing(title: str, labels: list[str], stacks: Any, most: float, names: list[str], write: Any) -> Markup:
    """Standing bars with their numbers, readable from the last row."""
    step = (WIDTH - LEFT) / len(labels)
    every = -(-len(labels) // 24)
    shapes, top = [], 34 if names else 10
    room = HEIGHT - BELOW - top - 22
    for k, (label, stack) in enumerate(zip(labels, stacks, strict=True)):
        x, y = LEFT + k * step, HEIGHT - BELOW
        for part, value in enumerate(stack):
            tall = room * value / most if most else 0
            y -= tall
            fill = COLOURS[part % len(COLOURS)]
            shapes.append(box(x + step * 0.12, y, step * 0.76, tall, fill) if tall else "")
        if sum(stack):
            shapes.append(text(x + step / 2, y - 6, write(sum(stack))))
        if k % every == 0:
            shapes.append(text(x + step / 2, HEIGHT - BELOW + 24, label))
    axis = f'<line x1="{LEFT}" y1="{HEIGHT - BELOW}" x2="{WIDTH}" y2="{HEIGHT - BELOW}" stroke="#14212e"/>'
    for k, name in enumerate(names):
        shapes.append(box(LEFT + 200 * k, 4, 18, 18, COLOURS[k % len(COLOURS)]))
        shapes.append(text(LEFT + 24 + 200 * k, 19, name, "start"))
    return Markup(
        f'<svg class="audience" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{Markup.escape(title)}" '
        f'font-size="18" xmlns="http://www.w3.org/2000/svg">{"".join(shapes)}{axis}</svg>'
    )


def box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'
