from engine.setup import fix_treatments
from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, models, widgets


class C(BaseConstants):
    NAME_IN_URL = "welcome"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1


class Subsession(BaseSubsession):
    def creating_session(self):
        # The first app: a session with impossible values must stop before anything is drawn.
        fix_treatments(self.session)


class Group(BaseGroup):
    pass


class Player(BasePlayer):
    consent = models.BooleanField(
        label="Do you want to take part?",
        choices=[[True, "Yes, I have read the information and take part"], [False, "No, I do not take part"]],
        widget=widgets.RadioSelect,
    )
