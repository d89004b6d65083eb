from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, models


class C(BaseConstants):
    NAME_IN_URL = "closing"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1


class Subsession(BaseSubsession):
    pass


class Group(BaseGroup):
    pass


class Player(BasePlayer):
    age = models.IntegerField(label="Your age (optional)", min=10, max=120, blank=True)
    gender = models.StringField(
        label="Your gender (optional)", choices=["female", "male", "other", "I prefer not to say"], blank=True
    )
    field_of_study = models.StringField(
        label="Your field of study or occupation (optional)", max_length=200, blank=True
    )
    how_decided = models.LongStringField(label="How did you decide? (optional)", max_length=5000, blank=True)
