"""Who took part: age, gender, field of study, experience with experiments."""

from engine.questionnaires.scales import Item, Scale, no_score
from engine.words.language import _


def items() -> tuple[Item, ...]:
    genders = (
        ("female", _("Female")), ("male", _("Male")), ("other", _("Another")), ("not_said", _("I prefer not to say")),
    )  # fmt: skip
    experience = (("none", _("None")), ("few", _("1 to 5")), ("many", _("More than 5")))
    return (
        Item("age", _("Your age in years"), "number", lowest=10, highest=120, whole=True),
        Item("gender", _("Your gender"), "choice", genders),
        Item("field_of_study", _("Your field of study or occupation"), "text"),
        Item("experience", _("In how many experiments of this kind have you taken part before?"), "choice", experience),
    )


SCALE = Scale(
    name="demographics",
    item_names=("age", "gender", "field_of_study", "experience"),
    title=lambda: _("About you"),
    introduction=lambda: _("You can leave out whatever you do not want to answer."),
    items=items,
    score=no_score,
    example={"age": "31", "gender": "not_said", "field_of_study": "Ökonomie <b>", "experience": ""},
    refused=(("age", "7"), ("age", "old"), ("age", "30.5"), ("gender", "abc")),
)
