from engine.session.setup import fix_session
from otree.api import BaseConstants, BaseGroup, BasePlayer, BaseSubsession, models, widgets


class C(BaseConstants):
    NAME_IN_URL = "welcome"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1


class Subsession(BaseSubsession):
    def creating_session(self) -> None:
        # The first app: a session with impossible values must stop before anything is drawn.
        fix_session(self.session)


class Group(BaseGroup):
    pass


class Player(BasePlayer):
    absent = models.BooleanField()  # nobody answered: the experimenter moved the page on
    # A checkbox could not be left unanswered. What the page says is in welcome/consent.html.
    consent = models.BooleanField(choices=[[True, "yes"], [False, "no"]], widget=widgets.RadioSelect)
    attention_1 = models.StringField(blank=True)  # answers to engine.session.participation.screening.items
    attention_2 = models.StringField(blank=True)
    attention_3 = models.StringField(blank=True)
