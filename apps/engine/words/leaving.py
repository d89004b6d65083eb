"""What an online study says about people who leave, for the sentences of the pages; elsewhere the treatment says it.

Beside it, of any study: whether it has several arms.
"""

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import NamedTuple

from markupsafe import Markup

from engine.words.context import holding
from engine.words.language import _, ngettext
from mechanisms.treatments import Treatment


class Leaving(NamedTuple):
    """policy : of the study's dropouts; seconds : of grace; returns : whether one may come back; fee, quiz_failed :
    money texts, what is paid when a partner has left, and to who fails the quiz; silos : by name of the treatment, how
    many people are matched among each other; arms : whether people of the session play different treatments"""

    policy: str = ""
    seconds: int = 0
    returns: bool = True
    fee: str = ""
    quiz_failed: str = ""
    silos: tuple[tuple[str, int], ...] = ()
    arms: bool = False


NOTHING = Leaving()
_leaving: ContextVar[Leaving | None] = ContextVar("leaving", default=None)


def leaving() -> Leaving:
    return _leaving.get() or NOTHING


def when_leaving(rule: Leaving) -> AbstractContextManager[None]:
    """Everything inside is said to people of a study with this rule."""
    return holding(_leaving, rule)


def is_out_when_gone() -> bool:
    """Whoever is away for longer than the seconds of grace does not come back into the study."""
    rule = leaving()
    return rule.policy == "end" or (rule.policy == "void" and not rule.returns)


def in_silo(treatment: Treatment) -> int:
    """Among how many people one's groups are drawn, where these are more than the group, and known; else 0."""
    size = dict(leaving().silos).get(treatment.name, 0)
    return size if size > treatment.group_size else 0


def leaver_sentence(n: int, silo: int = 0) -> Markup:
    """What happens to a group of n when somebody is gone; "" where the treatment says it. `silo` : see in_silo.

    >>> with when_leaving(Leaving("void", 30)):
    ...     leaver_sentence(2)[:62]
    Markup('If the other player is gone for more than 30 seconds, rounds a')
    """
    if leaving().policy not in ("void", "end"):
        return Markup("")
    kept = _("A round for which whoever is missing has already decided is still played.")
    return Markup(" ").join([_rule_sentence(n, silo), kept])


def _rule_sentence(n: int, silo: int) -> Markup:
    rule = leaving()
    if rule.policy == "end" and silo:
        return _(
            "If one of the {silo} people among whom your groups are drawn leaves, or is gone and does not come back "
            "within {seconds} seconds, the study ends for all of them, also for you. You then get what you have earned "
            "so far, and {fee}.",
            silo=silo, seconds=rule.seconds, fee=rule.fee,
        )  # fmt: skip
    if rule.policy == "end":
        return ngettext(
            "If the other player leaves, or is gone and does not come back within {seconds} seconds, the study ends "
            "for you. You then get what you have earned so far, and {fee}.",
            "If somebody of your group leaves, or is gone and does not come back within {seconds} seconds, the study "
            "ends for all of you. You then get what you have earned so far, and {fee}.",
            n - 1, seconds=rule.seconds, fee=rule.fee,
        )  # fmt: skip
    if rule.policy == "void" and rule.returns:
        return ngettext(
            "If the other player is gone for more than {seconds} seconds, rounds are not played and bring no points, "
            "until the person is back.",
            "If somebody of your group is gone for more than {seconds} seconds, rounds are not played and bring no "
            "points, until the person is back.",
            n - 1, seconds=rule.seconds,
        )  # fmt: skip
    return ngettext(
        "If the other player leaves, or is gone for more than {seconds} seconds, the rounds that are left are not "
        "played and bring no points. Whoever is gone for so long takes no further part, and cannot come back.",
        "If somebody of your group leaves, or is gone for more than {seconds} seconds, the rounds that are left "
        "are not played and bring no points. Whoever is gone for so long takes no further part, and cannot come "
        "back.",
        n - 1, seconds=rule.seconds,
    )  # fmt: skip
