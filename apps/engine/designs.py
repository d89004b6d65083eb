"""From the treatment files to oTree's session configs, and from a session's config back to treatments in force.

Imported by settings.py, so this file must not import oTree.
"""

import os
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from mechanisms.treatments import SessionDesign, Treatment, TreatmentError, load_session_designs

FOLDER = Path(os.path.relpath(Path(__file__).parents[2] / "treatments"))  # short in error messages
MINIMUM_ROUNDS = 20  # rounds that every app is prepared for, so that "Configure session" leaves room
OVERRIDABLE = ("rounds", "matching", "fixed_roles", "feedback", "seconds", "pay", "exchange_rate", "seed")
NOT_MECHANISMS = ("welcome", "closing")


@lru_cache
def designs() -> tuple[SessionDesign, ...]:
    return tuple(load_session_designs(FOLDER))


def session_configs() -> list[dict[str, Any]]:
    return [session_config(design) for design in designs()]


def session_config(design: SessionDesign) -> dict[str, Any]:
    """One line of the demo page. Plain numbers, texts and truth values can be changed in "Configure session"."""
    apps = [treatment.mechanism for treatment in design.treatments]
    config: dict[str, Any] = {
        "name": design.name,
        "display_name": design.title,
        "doc": design.description,
        "app_sequence": ["welcome", *apps, "closing"],
        "num_demo_participants": design.participants,
        "participation_fee": float(design.show_up_fee),
        "treatments": {treatment.mechanism: treatment.name for treatment in design.treatments},
    }
    for treatment in design.treatments:
        for key in OVERRIDABLE:
            config[config_key(treatment.mechanism, key, apps)] = _editable(getattr(treatment.protocol, key))
    return config


def config_key(app: str, key: str, apps: list[str]) -> str:
    """A session of several parts has every protocol value once a part, under the app's name."""
    return key if len(apps) == 1 else f"{app}_{key}"


def mechanism_apps(config: dict[str, Any]) -> list[str]:
    return [app for app in config["app_sequence"] if app not in NOT_MECHANISMS]


def rounds_prepared(app: str) -> int:
    """oTree fixes the number of rounds of an app at its start: the longest treatment of that app, at least 20."""
    rounds = [t.protocol.rounds for design in designs() for t in design.treatments if t.mechanism == app]
    return max([MINIMUM_ROUNDS, *rounds])


def treatment_in_force(app: str, config: dict[str, Any], participants: int) -> Treatment:
    """The treatment of `app` with the values of this session's config and its number of participants."""
    name = config["treatments"][app]
    treatment = next(t for design in designs() for t in design.treatments if t.name == name)
    check_participants(treatment, participants)
    changes: dict[str, Any] = {}
    for key in OVERRIDABLE:
        value = config.get(config_key(app, key, mechanism_apps(config)))
        if value is not None and value != _editable(getattr(treatment.protocol, key)):
            changes[key] = _exact(value)
    fee = _exact(config["participation_fee"])
    if fee != treatment.protocol.show_up_fee:
        changes["show_up_fee"] = fee
    if participants != treatment.protocol.participants:
        changes["participants"] = participants
    treatment = treatment.with_protocol(**changes) if changes else treatment
    check_rounds(app, treatment)
    return treatment


def check_participants(treatment: Treatment, participants: int) -> None:
    size = treatment.group_size
    if participants % size or not participants:
        fewer, more = participants - participants % size, participants - participants % size + size
        right = f"use {fewer} or {more}" if fewer else f"use {more}"
        raise TreatmentError(f"{participants} participants cannot be divided into groups of {size}: {right}")


def check_rounds(app: str, treatment: Treatment) -> None:
    rounds, prepared = treatment.protocol.rounds, rounds_prepared(app)
    if rounds > prepared:
        raise TreatmentError(
            f"rounds = {rounds} is more than the {prepared} rounds that app {app} was started with: "
            f"write rounds = {rounds} into treatments/{treatment.name}.toml and start the server again"
        )


def _editable(value: Any) -> Any:
    """oTree's form edits bool, int, float and str only."""
    return float(value) if isinstance(value, Decimal) else value


def _exact(value: Any) -> Any:
    """Back from the form's float to the decimal that was typed: 0.05, not 0.05000000000000000277."""
    if isinstance(value, Decimal):  # oTree's own money class is a Decimal with other arithmetic
        return Decimal(value)
    return Decimal(str(value)) if isinstance(value, float) else value
