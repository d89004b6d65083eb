"""What somebody is told at the end, by how it has come; nothing for those who have played to the end."""

from markupsafe import Markup

from engine.words.language import _


def ending_sentence(outcome: str, silo: int = 0) -> Markup:
    """`silo` : among how many people the groups were drawn, where these are more than the group.

    >>> ending_sentence("complete"), ending_sentence("withdrew")
    (Markup(''), Markup('You have left the study.'))
    """
    sentences = {
        "waited_too_long": _("No group could be formed in time. Thank you for waiting."),
        "overbooked": _("All groups were complete. Thank you for coming."),
        "screened_out": _("You could not take part in this study. Thank you for coming."),
        "partner_left": _(
            "One of the {silo} people among whom your groups are drawn has left. Therefore the study ends for all of "
            "them.",
            silo=silo,
        )
        if silo
        else _("Somebody of your group has left. Therefore the study ends for your group."),
        "dropped_out": _("You were away for too long. Therefore the study has ended for you."),
        "withdrew": _("You have left the study."),
    }
    return sentences.get(outcome, Markup(""))


def taken_out_sentence() -> Markup:
    return _("The experimenter has ended your part in this session. You are paid what you have earned until then.")
