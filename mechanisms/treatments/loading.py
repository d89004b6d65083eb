"""Reading treatment files."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mechanisms.arrays import Location, as_a
from mechanisms.shown import Shown
from mechanisms.treatments.earlier import with_earlier
from mechanisms.treatments.errors import parse
from mechanisms.treatments.names import check_names
from mechanisms.treatments.schema import SessionSpec, TreatmentError, TreatmentSpec
from mechanisms.treatments.suggestions import of_toml
from mechanisms.treatments.texts import UnreadableTextError, odd_sign, read_text
from mechanisms.treatments.treatment import Treatment
from mechanisms.writing import did_you_mean, multiples_around


@dataclass(frozen=True)
class SessionDesign(Shown):
    """What one session plays: one treatment, or several as parts.

    Attributes
    ----------
    name, title, description : str
    participants : int, on the demo page
    show_up_fee : Decimal, money
    language : of the participants' pages
    questionnaires : their names, in the order in which they are asked
    treatments : tuple of Treatment, one a part; their protocol.participants are those who play them together
    orders : in which orders the parts are played, tuples of part numbers from 1; equally many people play each
    pay : "all" parts are paid, or "one" that is drawn
    currency : three letters, or None for the laboratory's
    """

    name: str
    title: str
    description: str
    participants: int
    show_up_fee: Decimal
    language: str
    questionnaires: tuple[str, ...]
    treatments: tuple[Treatment, ...]
    orders: tuple[tuple[int, ...], ...] = ((1,),)
    pay: str = "all"
    currency: str | None = None


def load_treatment(path: str | os.PathLike[str]) -> Treatment:
    """The treatment of one file.

    Raises
    ------
    TreatmentError
        If the file cannot be read or is not a correct treatment: one line that names file, key, value and what is
        right.

    Examples
    --------
    >>> load_treatment("treatments/park_vcg.toml").mechanism
    'vcg'
    """
    path = Path(as_a("path", path, Location))
    return _treatment(path, _read(path))


def load_session_designs(folder: str | os.PathLike[str]) -> list[SessionDesign]:
    """One SessionDesign for each .toml file of a folder, sorted by name: single treatments, then sessions of several
    parts.

    Raises
    ------
    TreatmentError
        For the first file that is not correct, or a folder without files.

    Examples
    --------
    >>> [design.name for design in load_session_designs("treatments") if len(design.treatments) > 1]
    ['production_counterbalanced', 'production_serial_then_vcg']
    """
    as_a("folder", folder, Location)
    # Names that begin with a dot are what operating systems leave beside files (._park_vcg.toml of macOS).
    paths = sorted(path for path in Path(folder).glob("*.toml") if not path.name.startswith("."))
    if not paths:
        raise TreatmentError(f"{folder}: no treatment files (*.toml) here")
    files = {path: _read(path) for path in paths}
    treatments = {path.stem: _treatment(path, data) for path, data in files.items() if "parts" not in data}
    singles = [_one_part(treatment) for treatment in treatments.values()]
    return singles + [_several_parts(path, data, treatments) for path, data in files.items() if "parts" in data]


def load_session_design(path: str | os.PathLike[str]) -> SessionDesign:
    """The session of one file: of one treatment, or of several parts, whose files are in the same folder.

    Raises
    ------
    TreatmentError
        If a file cannot be read or is not correct.

    Examples
    --------
    >>> load_session_design("treatments/production_counterbalanced.toml").orders
    ((1, 2), (2, 1))
    """
    path = Path(as_a("path", path, Location))
    data = _read(path)
    if "parts" not in data:
        return _one_part(_treatment(path, data))
    named = data["parts"] if isinstance(data["parts"], list) else []
    files = {name: path.with_name(f"{name}.toml") for name in named if isinstance(name, str)}
    return _several_parts(path, data, {name: load_treatment(file) for name, file in files.items() if file.exists()})


def _read(path: Path) -> dict[str, Any]:
    if path.name.startswith("._"):
        raise TreatmentError(f"{path}: this is what macOS leaves beside {path.name[2:]}: name that file")
    try:
        text = read_text(path)
    except OSError as error:
        raise TreatmentError(f"{path}: cannot be read ({error.strerror})") from None
    except UnreadableTextError as error:
        raise TreatmentError(f"{path}: {error}") from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise TreatmentError(f"{path}: not correct TOML: {told(text, error)}") from None


def told(text: str, error: tomllib.TOMLDecodeError) -> str:
    """The parser's message; where it stumbles over a sign that only looks right, that sign."""
    if text.lstrip().startswith(("{", "[{")):
        return "this is JSON: write it as TOML, [table] above its lines key = value, as the shipped treatments are"
    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    odd = odd_sign(text, int(place[1]), int(place[2])) if place else ""
    if not odd and "overwrite" in str(error) and re.search(r"^\s*\[description\]", text, re.MULTILINE):
        return f'{error}; in [description] the description is a key, text = "…", and does not stand above it'
    right = odd or (of_toml(text, str(error), int(place[1])) if place else "")
    return f"line {place[1]}, column {place[2]}: {right}" if place and right else str(error)


OF_PARTS = SimpleNamespace(SessionSpec=SessionSpec)
"""Where the keys of a session of several parts are looked for: those of its treatments are in their own files."""
STUDY_KEYS = ("arms", "hypotheses")
"""What only files of studies have."""


def _treatment(path: Path, data: dict[str, Any]) -> Treatment:
    if any(key in data for key in STUDY_KEYS):
        arms = data["arms"] if isinstance(data.get("arms"), list) else []
        played = sorted({str(arm["treatment"]) for arm in arms if isinstance(arm, dict) and "treatment" in arm})
        right = f"what its arms play, {', '.join(played)}" if played else "a treatment"
        raise TreatmentError(f"{path}: this is a study, no treatment: name {right}")
    if "name" in data:
        raise TreatmentError(
            f"{path}: name = {data['name']!r}: unknown key; the name is that of the file, {path.stem!r}"
        )
    if "parts" in data:
        what = (
            "this is a session of several parts, which load_session_designs reads; or name the treatments of its parts"
        )
        raise TreatmentError(f"{path}: parts: {what}")
    spec = parse(TreatmentSpec, {"name": path.stem, **with_earlier(data, path)}, str(path))
    check_names(spec, str(path))
    return Treatment.from_spec(spec, str(path))


def _one_part(treatment: Treatment) -> SessionDesign:
    protocol = treatment.protocol
    return SessionDesign(
        treatment.name,
        treatment.title,
        treatment.description,
        protocol.participants,
        protocol.show_up_fee,
        protocol.language,
        treatment.questionnaires,
        (treatment,),
        currency=protocol.currency,
    )


def _several_parts(path: Path, data: dict[str, Any], treatments: dict[str, Treatment]) -> SessionDesign:
    spec: SessionSpec = parse(SessionSpec, {"name": path.stem, **data}, str(path), OF_PARTS)
    for name in spec.parts:
        if name not in treatments:
            here = sorted(file.stem for file in path.parent.glob("*.toml") if file != path)
            right = did_you_mean(name, here, f"use one of {here}")
            raise TreatmentError(f"{path}: parts names {name!r}, which is no treatment here: {right}")
    orders = _orders(spec, path)
    together = of_each_order(spec.participants, len(orders), f"{path}: ")
    parts = []
    for name in spec.parts:
        try:
            own = {"language": spec.language, "currency": spec.currency}
            parts.append(treatments[name].with_protocol(participants=together, **own))
        except TreatmentError as error:
            raise TreatmentError(
                f"{path}: participants = {spec.participants}, of whom {together} play a part together, does not suit "
                f"part {name!r}: {error}"
            ) from None
    return SessionDesign(
        spec.name,
        spec.title,
        spec.description,
        spec.participants,
        spec.show_up_fee,
        spec.language,
        spec.questionnaires,
        tuple(parts),
        orders,
        spec.pay,
        spec.currency,
    )


def of_each_order(participants: int, orders: int, start: str = "") -> int:
    """How many play the parts in each order.

    >>> of_each_order(12, 2)
    6
    """
    if participants % orders or not participants:
        raise TreatmentError(
            f"{start}participants = {participants} cannot be divided evenly among the {orders} orders: use "
            f"{multiples_around(participants, orders)}"
        )
    return participants // orders


def _orders(spec: SessionSpec, path: Path) -> tuple[tuple[int, ...], ...]:
    listed = tuple(range(1, len(spec.parts) + 1))
    if spec.orders == "listed":
        return (listed,)
    if spec.orders == "counterbalanced":
        return balanced_orders(len(spec.parts))
    for order in spec.orders:
        if tuple(sorted(order)) != listed:
            raise TreatmentError(
                f"{path}: orders has {list(order)}: each order must have the parts {list(listed)} once"
            )
    return spec.orders


def balanced_orders(n_parts: int) -> tuple[tuple[int, ...], ...]:
    """Orders in which every part is equally often in each place and directly after each other part (Williams 1949).

    Examples
    --------
    >>> balanced_orders(2), balanced_orders(3)
    (((1, 2), (2, 1)), ((1, 2, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1), (1, 3, 2), (2, 1, 3)))
    """
    first = [0]
    for step in range(1, n_parts):  # 0, 1, n-1, 2, n-2, …: neighbours differ by every step once
        first.append((step + 1) // 2 if step % 2 else n_parts - step // 2)
    rows = [tuple((part + shift) % n_parts + 1 for part in first) for shift in range(n_parts)]
    if n_parts % 2 and n_parts > 1:
        rows += [row[::-1] for row in rows]
    return tuple(rows)
