"""The form "Create session": of each treatment the values that can be changed, those that matter most first.

Names and kinds of the fields are those that oTree's form reads (`SessionConfig.html_field_name`); a drop-down offers
what the schema of treatment files allows. Only the fields of the treatment that is chosen are sent.
"""

from functools import lru_cache
from typing import Any, get_args

from markupsafe import Markup
from otree.session import SESSION_CONFIGS_DICT, SessionConfig
from otree.templating import filters

from engine.demo.catalogue import entry, family_of
from engine.session.designs import config_key, designs, people_of
from engine.session.study import are_arms, studies
from engine.words.currencies import FIRST as FIRST_CURRENCIES
from engine.words.currencies import currencies
from engine.words.language import languages
from engine.words.money import laboratory, problem
from engine.words.rendering import render
from mechanisms.treatments import SessionDesign, Treatment
from mechanisms.treatments.schema import ProtocolSpec

FIRST = ("rounds", "matching", "pay", "exchange_rate", "seed")
TITLES = {
    "play": "Course of the session",
    "clocks": "Time limits, and who leaves",
}
BEFORE_PLAY = "-1: 900 if decisions have a limit, else none; 0: no limit"
GROUPS = {
    "play": ("feedback", "fixed_roles", "practice_rounds", "practice_against", "quiz", "quiz_attempts", "quiz_failure"),
    "clocks": (
        "seconds", "seconds_consent", "seconds_instructions", "seconds_quiz", "seconds_guess", "seconds_result",
        "computer", "computer_model", "partner_left",
    ),
}  # fmt: skip
"""What is folded away; each OVERRIDABLE is in FIRST or in one of these (a test holds it)."""
WORDS = {
    "rounds": ("Rounds", "that count"),
    "matching": ("Matching", ""),
    "pay": ("Paid", ""),
    "exchange_rate": ("Money for one point", ""),
    "seed": ("Seed", "another number for each session: groups, types and the paid round follow from it"),
    "currency": ("Currency", ""),
    "language": ("Language", "of the participants' pages"),
    "participation_fee": ("Show-up fee", ""),
    "pay_parts": ("Parts that are paid", ""),
    "arm_seed": ("Seed of the arms", "draws who is in which arm"),
    "feedback": ("After a round one sees", ""),
    "fixed_roles": ("Everybody keeps the position", ""),
    "practice_rounds": ("Practice rounds", "never paid"),
    "practice_against": ("Practice against", ""),
    "quiz": ("Quiz about the rules", ""),
    "quiz_attempts": ("Attempts at the quiz", "0: until all is right"),
    "quiz_failure": ("Who fails the quiz", ""),
    "seconds": ("Seconds for a decision", "0: no limit"),
    "seconds_consent": ("… for the consent", BEFORE_PLAY),
    "seconds_instructions": ("… for the instructions", BEFORE_PLAY),
    "seconds_quiz": ("… for the quiz", BEFORE_PLAY),
    "seconds_guess": ("… for a guess", "-1: as for a decision; 0: no limit"),
    "seconds_result": ("… for a result", "-1: twice as for a decision, 60 or more, or none as there; 0: no limit"),
    "computer": ("For somebody who is gone the computer decides", ""),
    "computer_model": ("Model of behaviour", "for a model only, like qre(lambda=0.1)"),
    "partner_left": ("If somebody of a group does not take part", ""),
    "bot_strategy": ("Robots choose", ""),
    "bot_messages": ("Messages of robots", "for fixed: one for each position, like 3 5 7"),
}
"""Label and hint of each field."""
VALUES = {
    "partner": "partner: always the same group", "stranger": "stranger: new groups each round",
    "perfect_stranger": "perfect stranger: never twice",
    "all": "all", "one": "one, drawn at the end", "own": "the own result", "average": "the own result and the average",
    "none": "nothing", "computer": "the computer", "others": "the others", "continue": "goes on, marked in the data",
    "leave": "leaves with the show-up fee", "random": "at random", "last": "as in the last own decision",
    "truthful": "the own type", "model": "as the model below", "compensate": "others get the average points",
    "void": "the round earns nothing", "equilibrium": "an equilibrium", "fixed": "what is written below",
    "en": "English", "de": "Deutsch", "ja": "日本語",
}  # fmt: skip
STRATEGIES = ("equilibrium", "truthful", "random", "fixed")


def form(view_form: Any) -> Markup:
    """`view_form` : oTree's form of the page, which knows the room."""
    families: dict[str, list[dict[str, Any]]] = {}
    for design in designs():
        families.setdefault(family_of(design).title, []).append(described(design))
    return render(
        "engine/admin/create.html", families=families, room=view_form.room_name.data or "",
        first=next(iter(families.values()))[0]["name"],
    )  # fmt: skip


def described(design: SessionDesign) -> dict[str, Any]:
    config = SESSION_CONFIGS_DICT[design.name]
    names = part_names(design)
    parts = [part(config, number, one, names[number - 1]) for number, one in enumerate(design.treatments, 1)]
    general = [field(config, key, options(key)) for key in ("participation_fee", "currency", "language")]
    if "arm_seed" in config:  # a study: everybody plays one of its arms
        general.append(field(config, "arm_seed", ()))
    elif len(parts) > 1:
        general.append(field(config, "pay_parts", options("pay")))
    least, step = people_of(design)
    return {
        **entry(design),
        "participants": design.participants,
        "least": least,
        "step": step,
        "general": general,
        "parts": parts,
        "robots": [field(config, "bot_strategy", STRATEGIES), field(config, "bot_messages", ())],
    }


def part_names(design: SessionDesign) -> list[str]:
    """How the parts are told apart; [""] where there is but one."""
    if are_arms(design.orders):
        return [f"Arm {name}" for name in studies()[design.name].arms]
    return [f"Part {k}" if len(design.treatments) > 1 else "" for k in range(1, len(design.treatments) + 1)]


def part(config: SessionConfig, number: int, treatment: Treatment, name: str) -> dict[str, Any]:
    """The fields of one part, as lists: those that are shown, and groups of those that are folded away."""

    def fields(keys: tuple[str, ...]) -> list[dict[str, Any]]:
        return [field(config, config_key(number, key, config), options(key, treatment), key) for key in keys]

    return {
        "title": f"{name}: {treatment.title}",
        "first": fields(FIRST),
        "groups": [(TITLES[name], fields(keys)) for name, keys in GROUPS.items()],
    }


def field(config: SessionConfig, name: str, choices: tuple[str, ...], key: str = "") -> dict[str, Any]:
    """One field; `key` : of the schema, where the name says the part, too."""
    label, hint = WORDS[key or name]
    value = config[name]
    if choices and value not in choices:
        choices = (value, *choices)  # as the file says; creating the session tells what is wrong
    least, most = limits(key or name)
    return {
        "name": config.html_field_name(name),
        "label": label,
        "hint": hint,
        "kind": kind(value, choices),
        "step": "1" if type(value) is int else "any",
        "value": value if isinstance(value, bool | int | str) else f"{float(value):.10g}",
        "choices": [(choice, words_of(key or name, choice)) for choice in choices],
        "least": least,
        "most": most,
    }  # fmt: skip


def kind(value: object, choices: tuple[str, ...]) -> str:
    if choices:
        return "choice"
    return "truth" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def words_of(key: str, choice: str) -> str:
    """
    >>> words_of("currency", "CHF"), words_of("partner_left", "computer"), words_of("feedback", "all")
    ('CHF, Swiss Franc', 'the computer sits there', "everybody's messages")
    """
    if key == "currency":
        return f"{choice}, {currencies().get(choice, choice)}"
    special = {
        ("partner_left", "computer"): "the computer sits there",
        ("feedback", "all"): "everybody's messages",
        ("pay", "all"): "all rounds", ("pay", "one"): "one round, drawn at the end",
        ("pay_parts", "all"): "all parts", ("pay_parts", "one"): "one part, drawn at the end",
    }  # fmt: skip
    return special.get((key, choice)) or VALUES.get(choice, choice)


@lru_cache
def payable() -> tuple[str, ...]:
    """The laboratory's and those that are asked for most; a treatment's file can name any other."""
    return tuple(code for code in dict.fromkeys([laboratory(), *FIRST_CURRENCIES]) if not problem(code))


def options(key: str, treatment: Treatment | None = None) -> tuple[str, ...]:
    """What can be chosen for a key; nothing where a number or a text is written."""
    if key == "currency":
        return payable()
    if key == "language":
        return tuple(languages())
    if key not in ProtocolSpec.model_fields:
        return ()
    values = tuple(v for v in get_args(ProtocolSpec.model_fields[key].annotation) if isinstance(v, str))
    if key == "computer" and treatment is not None and treatment.messages_are != "reports":
        values = tuple(value for value in values if value != "truthful")
    return values


def limits(key: str) -> tuple[Any, Any]:
    """The least and the largest number that the schema allows; None without one.

    >>> limits("rounds"), limits("participation_fee")
    ((1, 500), (0, None))
    """
    entry_of = ProtocolSpec.model_fields.get({"participation_fee": "show_up_fee"}.get(key, key))
    found = [] if entry_of is None else entry_of.metadata
    least = next((rule.ge for rule in found if hasattr(rule, "ge")), None)
    return least, next((rule.le for rule in found if hasattr(rule, "le")), None)


def install() -> None:
    filters.register("creation_form")(form)
