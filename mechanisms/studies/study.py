"""Reading study files."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mechanisms.arrays import Location, as_a, brief
from mechanisms.shown import Shown
from mechanisms.studies import schema, schema_people
from mechanisms.studies.lines import line_of
from mechanisms.studies.schema import StudyError, StudySpec
from mechanisms.studies.schema_people import without_effect
from mechanisms.treatments.errors import parse
from mechanisms.treatments.loading import STUDY_KEYS, told
from mechanisms.treatments.schema import TreatmentError
from mechanisms.treatments.texts import UnreadableTextError, read_text

SECTIONS = SimpleNamespace(**{**vars(schema), **vars(schema_people)})
"""Where the keys of a study file are looked for, to suggest the one that was meant."""


class Study(Shown):
    """A checked study file. Made by load_study or Study.from_definition.

    Attributes
    ----------
    name : that of the file
    definition : dict of plain JSON values, what the file says; Study.from_definition(definition) gives it back
    spec : StudySpec, with all tables and their defaults

    Examples
    --------
    >>> Study.from_definition({"name": "pilot", "arms": [{"treatment": "park_vcg"}]}).arms
    ('park_vcg',)
    """

    def __init__(self, spec: StudySpec) -> None:
        self.spec = as_a("spec", spec, StudySpec)
        self.definition: dict[str, Any] = spec.plain()

    def _facts(self) -> dict[str, object]:
        return {"name": self.name, "setting": self.spec.setting, "arms": self.arms,
                "hypotheses": len(self.spec.hypotheses)}  # fmt: skip

    @classmethod
    def from_definition(cls, definition: Mapping[str, Any], where: str = "definition") -> Study:
        """The study of a definition; StudyError (one line, starting with `where`) if it is not a correct one."""
        if not isinstance(definition, Mapping):
            raise TypeError(f"definition is {brief(definition)}; it must be a table of keys, as of a study file")
        return cls(_parsed(definition, where, ""))

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def title(self) -> str:
        return self.spec.title or self.spec.name

    @property
    def arms(self) -> tuple[str, ...]:
        """The names of the arms: those of their treatments, if they have no own."""
        return tuple(arm.name or arm.treatment for arm in self.spec.arms)

    @property
    def online(self) -> bool:
        return self.spec.setting == "online"

    @property
    def identity(self) -> str:
        """12 hexadecimal digits, equal for two studies exactly if they say the same."""
        return hashlib.sha256(json.dumps(self.definition, sort_keys=True).encode()).hexdigest()[:12]


DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TREATMENT_KEYS = {"environment", "mechanism"}


def load_study(path: str | os.PathLike[str]) -> Study:
    """The study of one file.

    Raises
    ------
    StudyError
        If the file cannot be read or is not a correct study: one line that names file, line, key, value and what is
        right.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "pilot.toml")
    ...     _ = file.write_text('[[hypotheses]]\\noutcome = "nash_played"\\narms = ["park_agv", "park_vcg"]')
    ...     load_study(file).spec.hypotheses[0].arms
    ('park_agv', 'park_vcg')
    """
    path = Path(as_a("path", path, Location))
    try:
        text = read_text(path)
        data = tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        raise StudyError(f"{path}: cannot be read ({error.strerror}); expected a TOML file") from None
    except UnreadableTextError as error:
        raise StudyError(f"{path}: {error}; expected a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not correct TOML: {told(text, error)}; expected a TOML file") from None
    if "name" in data:
        raise StudyError(
            f"{path}, line {line_of(text, 'name')}: name = {data['name']!r}: unknown key; the name is that of the "
            f"file, {path.stem!r}"
        )
    if data.keys() >= TREATMENT_KEYS and data.keys().isdisjoint(STUDY_KEYS):
        raise StudyError(
            f"{path}: this is a treatment, no study: load_treatment reads it, and the arms of a study name it"
        )
    study = Study(_parsed({"name": path.stem, **data}, str(path), text))
    for key, problem in without_effect(study.spec.checks, study.spec.dropouts):
        raise StudyError(f"{path}, line {line_of(text, key)}: {key}{shown(study.definition, key)} {problem}")
    if (day := study.spec.stopping.date) is not None and not re.fullmatch(DAY, day):
        line = line_of(text, "stopping.date")
        raise StudyError(f"{path}, line {line}: stopping.date = {day!r}: must be a day, such as 2027-06-30")
    return study


def shown(definition: Mapping[str, Any], key: str) -> str:
    """The value of a dotted key, as in " = 5"; "" for a table and for a key that is not given.

    >>> shown({"arms": [{"participants": 7}]}, "arms[1].participants"), shown({}, "arrival.silo")
    (' = 7', '')
    """
    value: Any = definition
    for name in re.findall(r"[^.\[\]]+", key):
        at = int(name) - 1 if name.isdigit() else name
        inside = at in value if isinstance(value, Mapping) else isinstance(value, list) and at in range(len(value))
        value = value[at] if inside else None
    return "" if value is None or isinstance(value, Mapping | list) else f" = {json.dumps(value, ensure_ascii=False)}"


def is_study(path: str | os.PathLike[str]) -> bool:
    """Whether a file, which can be read, has what only study files have: arms or hypotheses.

    >>> is_study("treatments/park_vcg.toml"), is_study("examples/studies/park_online.toml")
    (False, True)
    """
    try:
        return not tomllib.loads(read_text(Path(path))).keys().isdisjoint(STUDY_KEYS)
    except (OSError, UnreadableTextError, tomllib.TOMLDecodeError):
        return False


def load_studies(folder: str | os.PathLike[str]) -> list[Study]:
    """The studies of a folder, sorted by name; none if there is no such folder.

    Raises
    ------
    StudyError
        For the first file that is not correct.

    Examples
    --------
    >>> load_studies("no such folder")
    []
    """
    folder = as_a("folder", folder, Location)
    paths = sorted(path for path in Path(folder).glob("*.toml") if not path.name.startswith("."))
    return [load_study(path) for path in paths]


def _parsed(definition: Mapping[str, Any], where: str, text: str) -> StudySpec:
    def place(key: str) -> str:
        return f"{where}, line {line_of(text, key)}" if text else where

    try:
        spec: StudySpec = parse(StudySpec, definition, place, SECTIONS, "docs/online.md")
    except TreatmentError as error:
        raise StudyError(str(error)) from None
    return spec


@lru_cache(maxsize=64)
def stored_study(definition: str) -> Study:
    """The study of a definition as a session keeps it, in JSON; read once for equal texts."""
    return Study.from_definition(json.loads(definition))
