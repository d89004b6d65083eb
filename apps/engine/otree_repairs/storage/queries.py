"""A repair of oTree 6.0.15: what every page asks the database is asked once, and its SQL is written once.

For each page that it shows or passes over, oTree asks for the same player again, with a new statement that SQLAlchemy
compiles anew, after writing down the participant as it is at that moment: half of the processor time of a page. Here a
statement is compiled once in the life of the server (SQLAlchemy's baked queries), a participant keeps its players for
the request, and looking for a player writes nothing.
"""

from typing import Any

from otree.database import AnyModel, DBWrapper, NoResultFound, db
from otree.models import BaseGroup, BasePlayer, Participant
from otree.views.abstract import WaitPage
from sqlalchemy import bindparam
from sqlalchemy.ext.baked import bakery
from sqlalchemy.orm import joinedload
from starlette.exceptions import HTTPException

statements = bakery()
plain_get, plain_first = AnyModel.objects_get.__func__, AnyModel.objects_first.__func__


def columns_of(criteria: dict[str, Any]) -> dict[str, Any]:
    """An object stands for its key: session=… is session_id=…."""
    return {f"{k}_id" if isinstance(v, AnyModel) else k: v.id if isinstance(v, AnyModel) else v
            for k, v in criteria.items()}  # fmt: skip


def found(model: Any, order: str | None = None, autoflush: bool = True, **criteria: Any) -> Any:
    """The rows whose columns have these values, as a result with one(), first() and all(). No value may be None."""
    names = tuple(criteria)

    def begin(session: Any) -> Any:
        query = session.query(model).filter(*(getattr(model, name) == bindparam(name) for name in names))
        if model is Participant:
            query = query.options(joinedload(Participant.session))
        elif issubclass(model, BasePlayer) and "participant_id" in names:
            # one's own: to ask for the group later would write the participant down before
            query = query.options(joinedload(model.group))
        query = query.autoflush(autoflush)
        return query.order_by(getattr(model, order)) if order else query

    # the values after `begin` tell statements apart, because the code of `begin` is always the same
    return statements(begin, model, names, order, autoflush)(db._db).params(**criteria)


def simple(conditions: tuple[Any, ...], criteria: dict[str, Any]) -> bool:
    return bool(criteria) and not conditions and None not in criteria.values()


def objects_get(cls: Any, *conditions: Any, **criteria: Any) -> Any:
    if not simple(conditions, criteria):
        return plain_get(cls, *conditions, **criteria)
    if tuple(criteria) == ("id",):  # no query if it is known already
        row = db.query(cls).get(criteria["id"])
        if row is None:
            raise NoResultFound("No row was found for one()")
        return row
    if issubclass(cls, BasePlayer) and set(criteria) == {"participant", "round_number"}:
        return player_of(cls, **criteria)
    return found(cls, **columns_of(criteria)).one()


def player_of(model: Any, participant: Any, round_number: int) -> Any:
    """Nothing that waits to be written can change who plays whom in which round."""
    known = vars(participant).setdefault("_players", {})
    player = known.get((model, round_number))
    if player is None or player not in db._db:
        player = found(model, autoflush=False, participant_id=participant.id, round_number=round_number).one()
        known[model, round_number] = player
    return player


def objects_first(cls: Any, *conditions: Any, **criteria: Any) -> Any:
    if not simple(conditions, criteria):
        return plain_first(cls, *conditions, **criteria)
    return found(cls, **columns_of(criteria)).first()


def objects_exists(cls: Any, *conditions: Any, **criteria: Any) -> bool:
    return objects_first(cls, *conditions, **criteria) is not None


def get_or_404(wrapper: Any, model: Any, msg: str = "not found", **criteria: Any) -> Any:
    try:
        return found(model, **columns_of(criteria)).one()
    except NoResultFound:
        raise HTTPException(404, f"{model.__name__} {criteria}: {msg}") from None


def group_players(group: Any) -> list[Any]:
    if group.field_maybe_none("id") is None:  # not written yet
        return list(group.player_set.order_by("id_in_group"))
    return list(found(type(group).player_set.property.mapper.class_, order="id_in_group", group_id=group.id).all())


def waiting_together(page: Any, group_or_subsession: Any) -> list[Any]:
    """The participants for whom a wait page waits; oTree's query was asked anew at each use, up to five times."""
    model, column = page.PlayerClass, "subsession_id" if page.wait_for_all_groups else "group_id"

    def begin(session: Any) -> Any:
        query = session.query(Participant).select_from(model).join(Participant, Participant.id == model.participant_id)
        return query.filter(getattr(model, column) == bindparam("key"))

    return list(statements(begin, model, column)(db._db).params(key=group_or_subsession.id).all())


def install() -> None:
    AnyModel.objects_get = classmethod(objects_get)
    AnyModel.objects_first = classmethod(objects_first)
    AnyModel.objects_exists = classmethod(objects_exists)
    DBWrapper.get_or_404 = get_or_404
    BaseGroup.get_players = group_players
    WaitPage._get_participants_for_this_waitpage = waiting_together
