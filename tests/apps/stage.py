"""Players of a session in a small database of their own: what the screens ask of oTree's models, and no more.

Whole sessions with the real models are played by oTree's bots and in the browser; here a page can be made under any
treatment in a moment.
"""

from types import SimpleNamespace

import numpy as np
from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, create_engine
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import relationship, sessionmaker

from mechanisms.session.in_stages import steady

Base = declarative_base()
database = sessionmaker()()


class Careful:
    """As oTree's models: an empty field is read by `field_maybe_none`, and by nothing else."""

    def __getattribute__(self, name):
        value = object.__getattribute__(self, name)
        if value is None and name in {*type(self).__table__.columns.keys(), "outcome"}:
            raise TypeError(f"{type(self).__name__.lower()}.{name} is None")
        return value

    def field_maybe_none(self, name):
        try:
            return getattr(self, name)
        except TypeError:
            return None


class Participant(Base):
    __tablename__ = "participant"
    id = Column(Integer, primary_key=True)
    session = None
    label, code = "", "abcd1234"

    @property
    def id_in_session(self):
        return self.id


class Subsession(Base):
    __tablename__ = "subsession"
    id = Column(Integer, primary_key=True)


class Group(Careful, Base):
    __tablename__ = "group"
    id = Column(Integer, primary_key=True)
    outcome = Column(String)

    def is_void(self):
        return False

    def get_players(self):
        return database.query(Player).filter_by(group_id=self.id).order_by(Player.id_in_group).all()


class Player(Careful, Base):
    __tablename__ = "player"
    id = Column(Integer, primary_key=True)
    participant_id = Column(Integer, ForeignKey("participant.id"))
    subsession_id = Column(Integer, ForeignKey("subsession.id"))
    group_id = Column(Integer, ForeignKey("group.id"))
    participant, subsession, group = relationship(Participant), relationship(Subsession), relationship(Group)
    id_in_group, round_number, part, part_round = (Column(Integer) for _ in range(4))
    practice, timed_out = Column(Boolean), Column(Boolean)
    type_value, message, quantity, value, cost_share, transfer = (Column(Float) for _ in range(6))
    points_units, belief, belief_units = Column(Integer), Column(Float), Column(Integer)
    payments_received, computer_messages, own_outcome = Column(String), Column(String), Column(String)
    decided_by, sequence, requests, requests_by = (Column(String) for _ in range(4))
    stage = Column(Integer)

    @classmethod
    def objects_filter(cls, **criteria):
        return database.query(cls).filter_by(**criteria)

    @property
    def session(self):
        return self.participant.session

    @property
    def position(self):
        return self.id_in_group - 1

    @property
    def treatment(self):
        return self.session.treatments[self.part - 1]

    @property
    def outcome(self):
        return self.field_maybe_none("own_outcome") or self.group.field_maybe_none("outcome") or ""

    def alone(self):
        return self.practice and self.treatment.protocol.practice_against == "computer"


def stage(treatment, groups=1, rounds=3, practice=False, order=(1,)):
    """Groups that have played all rounds but the last, in which they have seen the decision page: their players.

    Everybody's type and message moves on by one step of the grid from player to player and from round to round; where
    roles are not fixed, everybody takes the next position in each round.
    """
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    database.close()
    database.bind = engine
    n, turned = treatment.group_size, not treatment.protocol.fixed_roles
    session = SimpleNamespace(
        treatments=[treatment] * len(order),
        parts=[treatment.definition] * len(order),
        orders=[list(order)],
        blocks=[0] * (n * groups),
        pay_parts="all",
        declined=[],
        code="s1",
        config={"language": treatment.protocol.language},
    )
    Participant.session = session
    people = [Participant(id=k + 1) for k in range(n * groups)]
    database.add_all(people)
    for round_number in range(1, rounds + 1):
        subsession = Subsession(id=round_number)
        for g in range(groups):
            group = Group()
            members = [
                Player(participant=people[g * n + (i + turned * round_number) % n],
                       subsession=subsession, group=group, id_in_group=i + 1,
                       round_number=round_number, part=order[0], part_round=round_number, practice=practice,
                       timed_out=False, sequence=order_of(treatment),
                       type_value=pick(place.types, i + g + round_number))
                for i, place in enumerate(treatment.positions)
            ]  # fmt: skip
            database.add_all(members)
            database.flush()
            if round_number < rounds:
                decide(treatment, group, members, g + round_number)
    database.flush()
    return database.query(Player).filter_by(round_number=rounds).order_by(Player.id).all()


def order_of(treatment):
    return None if treatment.sequence is None else ";".join(str(i + 1) for i in treatment.sequence)


def pick(values, k):
    return float(values[k % len(values)])


def decide(treatment, group, members, shift):
    """Everybody sends a message, and the group is played as the platform plays it."""
    for i, member in enumerate(members):
        member.message = pick(treatment.positions[i].messages, 3 * i + shift)
    if treatment.stages is not None:  # everybody asks for the same in each stage
        stages, asked = steady([member.message for member in members], treatment.stages)
        for member, number, requests in zip(members, stages, asked, strict=True):
            member.stage, member.requests = number, ";".join(map(repr, requests))
    play = treatment.play(np.array([m.type_value for m in members]), np.array([m.message for m in members]))
    group.outcome = treatment.outcome_label(play.outcome)
    for i, member in enumerate(members):
        member.quantity = None if play.quantities is None else float(play.quantities[i])
        member.value, member.cost_share = float(play.values[i]), float(play.cost_shares[i])
        member.transfer, member.points_units = float(play.transfers[i]), int(play.points[i])
        if play.payments is not None:
            member.payments_received = ";".join(repr(float(x)) for x in play.payments[i])
        if member.alone():
            others = [repr(other.message) if other is not member else "" for other in members]
            member.computer_messages, member.own_outcome = ";".join(others), group.outcome
    database.flush()
