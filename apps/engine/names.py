"""What players and types are called on the pages. Texts of a treatment file are escaped: templates print as is."""

from html import escape

from engine.numbers import chance, plain
from mechanisms.treatments import Treatment


def player_names(treatment: Treatment) -> list[str]:
    """The roles of the treatment file, or Player 1, Player 2, …"""
    return [escape(position.role) for position in treatment.positions]


def type_label(treatment: Treatment, position: int, value: float) -> str:
    """The name that the treatment file gives to this type; empty where it names none."""
    place = treatment.positions[position]
    label = dict(zip(map(float, place.types), place.type_labels, strict=True)).get(float(value), "")
    return "" if label == f"{value:g}" else label


def type_name(treatment: Treatment, position: int, value: float) -> str:
    """low (6), or just 6 when the treatment file gives no labels."""
    label = escape(type_label(treatment, position, value))
    return f"{label} ({plain(value)})" if label else plain(value)


def prior_sentence(treatment: Treatment, position: int) -> str:
    """What is known of a position's type before the draw: 6 with chance 1/3, 10 with chance 1/3, …"""
    place = treatment.positions[position]
    names = [type_name(treatment, position, float(value)) for value in place.types]
    if len(names) == 1:
        return f"always {names[0]}"
    parts = [
        f"{name} with chance {chance(float(p))}" for name, p in zip(names, place.probabilities, strict=True) if p > 0
    ]
    return f"{', '.join(parts[:-1])} or {parts[-1]}" if len(parts) > 1 else f"always {parts[0].split(' with')[0]}"
