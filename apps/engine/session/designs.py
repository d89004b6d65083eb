"""From the treatment files to oTree's session configs, and from a session's config back to treatments in force.

Imported by settings.py, so this file must not import oTree.
"""

import math
import os
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.session.study import (
    ArmsApartError,
    are_arms,
    at,
    check_lengths,
    naming_the_key,
    people_as_they_come,
    studies,
    study_design,
)
from engine.words.currencies import laboratory, problem
from engine.words.language import languages
from mechanisms.treatments import SessionDesign, Treatment, TreatmentError, load_session_designs
from mechanisms.writing import counted, multiples_around

FOLDER = Path(os.path.relpath(Path(__file__).parents[3] / "treatments"))  # short in error messages
OVERRIDABLE = (
    "rounds", "matching", "fixed_roles", "feedback", "seconds", "pay", "exchange_rate", "seed",
    "practice_rounds", "practice_against", "quiz", "quiz_attempts", "quiz_failure", "seconds_consent",
    "seconds_instructions", "seconds_quiz", "seconds_guess", "seconds_result", "computer", "computer_model",
    "partner_left",
)  # fmt: skip


def designs() -> tuple[SessionDesign, ...]:
    """Of today's files: the treatments, and the studies whose arms are played in one session."""
    return _of_files()[0]


def apart() -> tuple[str, ...]:
    """The studies that open no session, each with its reason in one line; everything else can be played."""
    return _of_files()[1]


@lru_cache
def _of_files() -> tuple[tuple[SessionDesign, ...], tuple[str, ...]]:
    found = load_session_designs(FOLDER)
    made, lines = {}, []
    for study in studies().values():
        try:
            made[study.name] = study_design(study, found)
        except ArmsApartError as error:
            lines.append(f"{error}. No session of the study can be created; sessions of its treatments can")
    for design in found:
        file = f"{FOLDER / design.name}.toml"
        check_design(design, *[file] * 3)
        for treatment in design.treatments:
            check_computer(treatment, file)
    for name, design in made.items():
        study = studies()[name]
        check_design(design, *(at(study, key) for key in ("language", "currency", "questionnaires")))
        for number, treatment in enumerate(design.treatments, 1):
            with naming_the_key(study, number):
                check_computer(treatment)
    return (*found, *made.values()), tuple(lines)


def check_design(design: SessionDesign, language: str, currency: str, questionnaires: str) -> None:
    """The file, and the line, in which each of these stands."""
    check_language(design.language, f"{language}: language = {design.language!r}")
    check_currency(design.currency, f"{currency}: currency = {design.currency!r}")
    check_questionnaires(design.questionnaires, questionnaires)


def listed_title(design: SessionDesign) -> str:
    """The title as lists have it: with the name of the file where another file has the same title."""
    same = any(other.title == design.title and other.name != design.name for other in designs())
    return f"{design.title} ({design.name})" if same else design.title


def own_title(config: dict[str, Any]) -> str:
    """The title that everybody may read: the name of a file can tell what is tried."""
    return str(config["display_name"]).removesuffix(f" ({config['name']})")


def session_configs() -> list[dict[str, Any]]:
    return [session_config(design) for design in designs()]


def session_config(design: SessionDesign) -> dict[str, Any]:
    """One line of the demo page. Plain numbers, texts and truth values can be changed in "Configure session"."""
    config: dict[str, Any] = {
        "name": design.name,
        "display_name": listed_title(design),
        "doc": design.description,
        "app_sequence": ["welcome", app_of(design), "closing"],
        "num_demo_participants": design.participants,
        "participation_fee": float(design.show_up_fee),
        "language": design.language,
        "currency": design.currency or laboratory(),
        "parts": [treatment.name for treatment in design.treatments],
    }
    config["alone"] = None  # engine.demo.alone; no value that the form "Configure session" shows
    if design.name in studies():
        config["arm_seed"] = studies()[design.name].spec.seed
    elif len(design.treatments) > 1:
        config["pay_parts"] = design.pay
    for number, treatment in enumerate(design.treatments, 1):
        for key in OVERRIDABLE:
            config[config_key(number, key, config)] = _editable(getattr(treatment.protocol, key))
    return config


def app_of(design: SessionDesign) -> str:
    """The app in which a session is played: that of its form of play, or `parts` for several parts."""
    return design.treatments[0].form if len(design.treatments) == 1 else "parts"


def config_key(part: int, key: str, config: dict[str, Any]) -> str:
    """A session of several parts has every protocol value once a part."""
    return key if len(config["parts"]) == 1 else f"part{part}_{key}"


def design_of(config: dict[str, Any]) -> SessionDesign:
    return next(design for design in designs() if design.name == config["name"])


def treatments_in_force(config: dict[str, Any], participants: int) -> list[Treatment]:
    """The treatments of all parts with the values of this session's config and its number of participants."""
    check_language(config["language"], f"language = {config['language']!r}")
    design = design_of(config)
    check_participants(design, participants)
    found = [
        _in_force(treatment, number, config, participants // len(design.orders))
        for number, treatment in enumerate(design.treatments, 1)
    ]
    if are_arms(design.orders):
        check_lengths(found)
    return found


def _in_force(treatment: Treatment, number: int, config: dict[str, Any], participants: int) -> Treatment:
    """`participants` are those who play the part together: all, or those with the same order of parts."""
    changes: dict[str, Any] = {}
    for key in OVERRIDABLE:
        value = config.get(config_key(number, key, config))
        if value is not None and value != _editable(getattr(treatment.protocol, key)):
            changes[key] = _exact(value)
    if changes.get("computer", "model") != "model" or changes.get("computer_model") == "":
        changes["computer_model"] = None  # another rule was chosen than that of the file
    asked = {
        "show_up_fee": _exact(config["participation_fee"]),
        "participants": participants,
        "language": config["language"],
        "currency": config["currency"],
    }
    changes |= {key: value for key, value in asked.items() if value != getattr(treatment.protocol, key)}
    found = treatment.with_protocol(**changes) if changes else treatment
    check_computer(found)
    return found


def multiple_of(design: SessionDesign) -> int:
    """Everybody has a group in every part, and every order of the parts has as many people."""
    return math.lcm(*(treatment.group_size for treatment in design.treatments)) * len(design.orders)


def people_of(design: SessionDesign) -> tuple[int, int]:
    """The fewest people of a session with the values of the files, and in which steps there can be more."""
    return people_as_they_come(design) or (multiple_of(design), multiple_of(design))


def check_participants(design: SessionDesign, participants: int) -> None:
    sizes = sorted({treatment.group_size for treatment in design.treatments})
    multiple = multiple_of(design)
    if participants % multiple or not participants:
        groups = f"groups of {' and '.join(map(str, sizes))}"
        several = "arms" if are_arms(design.orders) else "orders of the parts"
        orders = f" in each of the {len(design.orders)} {several}" if len(design.orders) > 1 else ""
        least, step = people_of(design)
        right = multiples_around(participants, step, least=least)
        people = counted(participants, "participant")
        raise TreatmentError(f"{people} cannot be divided into {groups}{orders}: use {right}")


def check_questionnaires(names: tuple[str, ...], where: str) -> None:
    """Each has its file. Their records are not read here: they need oTree."""
    files = (Path(__file__).parents[1] / "questionnaires").glob("*.py")
    known = sorted({file.stem for file in files} - {"__init__", "scales"})
    for name in names:
        if name not in known:
            raise TreatmentError(f"{where}: questionnaires names {name!r}: use some of {', '.join(known)}")


def check_computer(treatment: Treatment, where: str = "") -> None:
    """Whoever takes a seat for the computer can play there; models are loaded only where one is asked for."""
    if treatment.protocol.computer != "model":
        return
    from mechanisms.subjects import absent

    try:
        absent.check_computer(treatment)
    except TreatmentError as error:
        raise TreatmentError(f"{where}: {error}" if where else str(error)) from None


def check_language(language: str, where: str) -> None:
    if language not in languages():
        raise TreatmentError(f"{where}: no such catalog in _locale: use {' or '.join(languages())}")


def check_currency(currency: str | None, where: str) -> None:
    if currency and (found := problem(currency)):
        raise TreatmentError(f"{where} {found}")


def _editable(value: Any) -> Any:
    """oTree's form edits bool, int, float and str only."""
    return "" if value is None else float(value) if isinstance(value, Decimal) else value


def _exact(value: Any) -> Any:
    """Back from the form's float to the decimal that was typed: 0.05, not 0.05000000000000000277."""
    if isinstance(value, Decimal):  # oTree's own money class is a Decimal with other arithmetic
        return Decimal(value)
    return Decimal(str(value)) if isinstance(value, float) else value
