"""Reading treatment files."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from mechanisms.treatments.errors import parse
from mechanisms.treatments.schema import SessionSpec, TreatmentError
from mechanisms.treatments.treatment import Treatment


@dataclass(frozen=True)
class SessionDesign:
    """What one session plays: one treatment, or several as parts.

    Attributes
    ----------
    name, title, description : str
    participants : int, on the demo page
    show_up_fee : Decimal, money
    treatments : tuple of Treatment, in the order in which they are played, each with another mechanism
    """

    name: str
    title: str
    description: str
    participants: int
    show_up_fee: Decimal
    treatments: tuple[Treatment, ...]


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
    path = Path(path)
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
    ['production_serial_then_vcg']
    """
    paths = sorted(Path(folder).glob("*.toml"))
    if not paths:
        raise TreatmentError(f"{folder}: no treatment files (*.toml) here")
    files = {path: _read(path) for path in paths}
    treatments = {path.stem: _treatment(path, data) for path, data in files.items() if "parts" not in data}
    singles = [
        SessionDesign(t.name, t.title, t.description, t.protocol.participants, t.protocol.show_up_fee, (t,))
        for t in treatments.values()
    ]
    return singles + [_several_parts(path, data, treatments) for path, data in files.items() if "parts" in data]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise TreatmentError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise TreatmentError(f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise TreatmentError(f"{path}: not correct TOML: {error}") from None


def _treatment(path: Path, data: dict[str, Any]) -> Treatment:
    if "name" in data:
        raise TreatmentError(
            f"{path}: name = {data['name']!r}: unknown key; the name is that of the file, {path.stem!r}"
        )
    if "parts" in data:
        raise TreatmentError(f"{path}: parts: this is a session of several parts, which load_session_designs reads")
    return Treatment.from_definition({"name": path.stem, **data}, str(path))


def _several_parts(path: Path, data: dict[str, Any], treatments: dict[str, Treatment]) -> SessionDesign:
    spec: SessionSpec = parse(SessionSpec, {"name": path.stem, **data}, str(path))
    for name in spec.parts:
        if name not in treatments:
            raise TreatmentError(
                f"{path}: parts names {name!r}, which is no treatment here: use one of {sorted(treatments)}"
            )
    parts = tuple(treatments[name] for name in spec.parts)
    mechanisms = [part.mechanism for part in parts]
    if len(set(mechanisms)) < len(mechanisms):
        raise TreatmentError(
            f"{path}: parts play {mechanisms}: each part needs another mechanism, because it is another app"
        )
    for part in parts:
        try:
            part.with_protocol(participants=spec.participants)
        except TreatmentError as error:
            raise TreatmentError(f"{path}: participants = {spec.participants} does not suit a part: {error}") from None
    return SessionDesign(spec.name, spec.title, spec.description, spec.participants, spec.show_up_fee, parts)
