"""What ours is compared with, in one project: the least app that oTree can have, and its sample public_goods_simple."""

from pathlib import Path

SETTINGS = """
NAMES = ("minimal", "public_goods")
SESSION_CONFIGS = [dict(name=name, app_sequence=[name], num_demo_participants=3) for name in NAMES]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1.0, participation_fee=0.0)
LANGUAGE_CODE, REAL_WORLD_CURRENCY_CODE, USE_POINTS, SECRET_KEY, DEBUG = "en", "EUR", True, "key of the bench", False
ADMIN_USERNAME = ADMIN_PASSWORD = "bench"
"""
APP = """
from otree.api import *


class C(BaseConstants):
    NAME_IN_URL, PLAYERS_PER_GROUP, NUM_ROUNDS = "{name}", 3, {rounds}
    ENDOWMENT, MULTIPLIER = cu(100), 1.8


class Subsession(BaseSubsession):
    pass


class Group(BaseGroup):
    total = models.{field}()
    individual_share = models.CurrencyField()


class Player(BasePlayer):
    contribution = models.{field}(min=0, max=100, label="How much will you contribute?")


def {name}(group):
    players = group.get_players()
    group.total = sum(player.contribution for player in players)
    if "{name}" == "public_goods":
        group.individual_share = group.total * C.MULTIPLIER / C.PLAYERS_PER_GROUP
        for player in players:
            player.payoff = C.ENDOWMENT - player.contribution + group.individual_share


class Decide(Page):
    form_model, form_fields = "player", ["contribution"]


class WaitForGroup(WaitPage):
    after_all_players_arrive = {name}


class Feedback(Page):
    pass


page_sequence = [Decide, WaitForGroup, Feedback]
"""
PAGE = (
    "{{{{ block title }}}}{title}{{{{ endblock }}}}{{{{ block content }}}}{text}{{{{ next_button }}}}{{{{ endblock }}}}"
)
RESULT = {
    "minimal": "<p>{{ group.total }}</p>",
    "public_goods": "<p>You started with {{ C.ENDOWMENT }}, contributed {{ player.contribution }}; the group "
    "{{ group.total }}, your share {{ group.individual_share }}, your earnings {{ player.payoff }}.</p>",
}
TEXT = {
    "minimal": "{{ formfields }}",
    "public_goods": "<p>This is a public goods game with {{ C.PLAYERS_PER_GROUP }} players per group, an endowment of "
    "{{ C.ENDOWMENT }}, and an efficiency factor of {{ C.MULTIPLIER }}.</p>{{ formfields }}",
}


def write(folder: Path, rounds: int) -> None:
    for name in ("_static", "_templates"):  # oTree wants them
        (folder / name).mkdir(parents=True)
    (folder / "settings.py").write_text(SETTINGS)
    for name, field in (("minimal", "IntegerField"), ("public_goods", "CurrencyField")):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(APP.format(name=name, field=field, rounds=rounds))
        (folder / name / "Decide.html").write_text(PAGE.format(title="Decide", text=TEXT[name]))
        (folder / name / "Feedback.html").write_text(PAGE.format(title="Result", text=RESULT[name]))
