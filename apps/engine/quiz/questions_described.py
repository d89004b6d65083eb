"""The question of the quiz about the way in which the rule is described: none in the traditional style."""

from engine.instructions.described import style_facts
from engine.quiz.question import Question
from engine.quiz.questions_session import in_instructions
from engine.words.language import _, ngettext
from mechanisms.treatments import Treatment


def described(treatment: Treatment, position: int) -> list[Question]:
    if treatment.style == "menu":
        return [menu_question(treatment, position)]
    return [opportunity_question(treatment, position)] if treatment.style == "opportunity" else []


def menu_question(treatment: Treatment, position: int) -> Question:
    """What the own report still decides: nothing where only one result is open."""
    decides = bool(style_facts(treatment, position)["own_report_decides"])
    text = ngettext(
        "Suppose that the other player has reported already. What does your own report still decide?",
        "Suppose that all others have reported already. What does your own report still decide?",
        treatment.group_size - 1,
    )
    choices = (
        ("which", _("Which of the results that are open to me I get.")),
        ("open", _("Which results are open to me.")),
        ("price", _("What the price of each result is.")),
        ("nothing", _("Nothing of this.")),
    )
    explanation = (
        _(
            "The results that are open to you and their prices do not depend on your report. It only decides which of "
            "them you get."
        )
        if decides
        else _("Only one result is open to you. Your report changes neither this result nor its price.")
    )
    right, hint = "which" if decides else "nothing", in_instructions(_("The rule"))
    return Question("described", text, "choice", right, explanation, choices, hint=hint)


def opportunity_question(treatment: Treatment, position: int) -> Question:
    """Whether those who request more change what one pays."""
    never = bool(style_facts(treatment, position)["larger_do_not_matter"])
    text = ngettext(
        "Suppose that the other player requests more than you. Now that player requests even more, and you request "
        "the same as before. Can this change what you pay?",
        "Suppose that another player requests more than you. Now that player requests even more, and all others, you "
        "too, request the same as before. Can this change what you pay?",
        treatment.group_size - 1,
    )
    choices = (("never", _("No, never.")), ("can", _("Yes, it can.")))
    explanation = (
        _("It makes no difference to what you pay how much more than you somebody requests.")
        if never
        else _("What you pay can depend on how much more than you somebody requests.")
    )
    hint = in_instructions(_("The rule"))
    return Question("described", text, "choice", "never" if never else "can", explanation, choices, hint=hint)
