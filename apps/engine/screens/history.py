"""The table of one's own past rounds on the decision page, as far as the feedback setting tells their results."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased, object_session

from engine.otree_repairs.storage.queries import statements
from engine.people import PastRound, Player
from engine.words.crowds import is_crowd
from engine.words.language import _
from engine.words.names import message_text, player_names
from engine.words.numbers import NOTHING, amount, outcome_text, plain, points_text, tagged
from mechanisms.treatments import Treatment

Column = tuple[str, Callable[[PastRound], object]]
"""Head, and the cell of an own past round."""


def history(player: Player) -> dict[str, object] | None:
    """Heads and rows of the table, the last round first; None before there is anything to show.

    Practice rounds are shown during practice only, and every part starts anew.
    """
    if player.part_round == 1:
        return None
    past = past_rounds(player)
    columns = [(_("Round"), lambda row: row.part_round), *_columns(player, past)]
    return {
        "heads": [head for head, _cell in columns],
        "rows": [[cell(row) for _head, cell in columns] for row in past],
    }


def past_rounds(player: Player) -> list[PastRound]:
    """The player's earlier rounds of the same part, practice apart, the last first; columns, not whole players.

    `outcome` is that of the group or, in practice against the computer, the player's own.
    """
    model: Any = type(player)

    def begin(session: Any) -> Any:
        group = model.group.property.mapper.class_
        outcome = func.coalesce(model.own_outcome, group.outcome).label("outcome")
        columns = (model.id, model.subsession_id, model.part_round, model.id_in_group, model.message,
                   model.computer_messages, model.points_units)  # fmt: skip
        query = session.query(*columns, outcome).outerjoin(group, group.id == model.group_id)
        return query.filter(*_past(model)).order_by(model.part_round.desc())

    return statements(begin, model)(object_session(player)).params(**_of(player)).all()


def _past(model: Any) -> list[Any]:
    """Which rows of a model are earlier rounds of the same part; `_of` gives the values."""
    same = [getattr(model, name) == bindparam(name) for name in ("participant_id", "part", "practice")]
    return [*same, model.part_round < bindparam("part_round")]


def _of(player: Player) -> dict[str, object]:
    return {name: getattr(player, name) for name in ("participant_id", "part", "practice", "part_round")}


def _columns(player: Player, past: list[PastRound]) -> list[Column]:
    treatment = player.treatment
    feedback, demands = treatment.protocol.feedback, treatment.messages_are == "demands"
    columns: list[Column] = []
    if not treatment.protocol.fixed_roles and treatment.group_size > 1:
        columns.append((_("You were"), lambda row: player_names(treatment)[row.id_in_group - 1]))
    columns.append((_("Your request") if demands else _("Your report"), lambda row: _own(treatment, row)))
    if feedback == "none":
        return columns
    if feedback == "all":
        columns += _others(player, past)
    if feedback == "average" and not player.alone():
        averages = _averages(player, past)
        head = _("Average request of all") if demands else _("Average report of all")
        columns.append((head, lambda row: averages.get(row.subsession_id, NOTHING)))
    if treatment.environment != "production":
        head = _("Chosen level") if treatment.environment == "single_peaked" else _("Chosen outcome")
        columns.append((head, lambda row: outcome_text(treatment, row.outcome) if row.outcome else NOTHING))
    columns.append((_("Your points"), lambda row: _points(treatment, row)))
    return columns


def _own(treatment: Treatment, row: PastRound) -> str:
    if row.message is None:
        return NOTHING
    text = message_text(treatment, row.id_in_group - 1, row.message)
    return tagged(f"history-message-{row.part_round}", repr(row.message), text)


def _points(treatment: Treatment, row: PastRound) -> str:
    if row.points_units is None:  # a round that could not be played gives none
        return tagged(f"history-points-{row.part_round}", 0, NOTHING)
    return tagged(f"history-points-{row.part_round}", row.points_units, points_text(treatment, row.points_units))


def _others(player: Player, past: list[PastRound]) -> list[Column]:
    """A column for each position but one's own: whoever held it in the round or, in practice alone, the computer.

    Where roles change there is one for every position, blank where it was one's own.
    """
    treatment = player.treatment
    said = _computer_messages(past) if player.alone() else _group_messages(player)
    if is_crowd(treatment):
        return _of_a_crowd(said)

    def column(name: str, position: int) -> Column:
        def cell(row: PastRound) -> str:
            message = said.get((row.part_round, position))
            if message is None or position == row.id_in_group - 1:
                return NOTHING
            tag = f"history-message-{row.part_round}-{position + 1}"
            return tagged(tag, repr(message), message_text(treatment, position, message))

        return name, cell

    own = player.position if treatment.protocol.fixed_roles else None
    return [column(name, i) for i, name in enumerate(player_names(treatment)) if i != own]


def _of_a_crowd(said: dict[tuple[int, int], float]) -> list[Column]:
    """The average of the others, and the range of what they sent, in place of a column for each."""
    by_round: dict[int, dict[int, float]] = {}
    for (k, i), message in said.items():
        by_round.setdefault(k, {})[i] = message

    def of_the_others(row: PastRound) -> list[float]:
        """Whoever held the own position of today may be one of the others of that round."""
        return [message for i, message in by_round.get(row.part_round, {}).items() if i != row.id_in_group - 1]

    def average(row: PastRound) -> str:
        sent = of_the_others(row)
        if not sent:
            return NOTHING
        mean = sum(sent) / len(sent)
        return tagged(f"history-average-{row.part_round}", repr(mean), amount(mean, 2))

    def ends(row: PastRound) -> str:
        sent = of_the_others(row)
        if not sent:
            return NOTHING
        low, high = plain(min(sent)), plain(max(sent))
        return low if low == high else _("{first} to {last}", first=low, last=high)

    return [(_("Average request of the others"), average), (_("Lowest to highest of the others"), ends)]


def _computer_messages(past: list[PastRound]) -> dict[tuple[int, int], float]:
    """By round and position."""
    texts = {row.part_round: (row.computer_messages or "").split(";") for row in past}
    return {(k, i): float(text) for k, row in texts.items() for i, text in enumerate(row) if text}


def _group_messages(player: Player) -> dict[tuple[int, int], float]:
    """By round and position, in one query."""
    model: Any = type(player)

    def begin(session: Any) -> Any:
        own = aliased(model)
        query = session.query(model.part_round, model.id_in_group, model.message)
        return query.join(own, own.group_id == model.group_id).filter(*_past(own), model.message.isnot(None))

    found = statements(begin, model)(object_session(player)).params(**_of(player)).all()
    return {(k, number - 1): message for k, number, message in found}


def _averages(player: Player, past: list[PastRound]) -> dict[int, str]:
    """The mean message of all who played each round together, by subsession, in one query; see population_average."""
    model: Any = type(player)
    own = aliased(model)
    together = (
        model.objects_filter()
        .join(own, (own.subsession_id == model.subsession_id) & (own.part == model.part)
              & (own.part_round == model.part_round) & (own.practice == model.practice))
        .filter(own.id.in_([row.id for row in past]))
        .group_by(model.subsession_id)
    )  # fmt: skip
    found = together.with_entities(model.subsession_id, func.avg(model.message))
    return {key: amount(float(mean), 2) for key, mean in found if mean is not None}
