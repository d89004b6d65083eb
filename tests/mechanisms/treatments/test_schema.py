"""docs/add-a-treatment.md names every key of a treatment file, and no key that a file cannot have."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from mechanisms.options import Options
from mechanisms.treatments import goods, schema
from mechanisms.treatments.rules import RULES
from mechanisms.treatments.schema import Section, SessionSpec, TreatmentSpec

GUIDE = Path("docs/add-a-treatment.md").read_text("utf-8")
KEYS, PARTS = GUIDE.partition("## What the keys mean")[2].split("## Several parts for the same people")
PARAGRAPHS = ["**`" + text for text in KEYS.split("\n**`")[1:]]
SECTIONS: dict[str, list[type[Section]]] = {
    "group": [schema.GroupSpec],
    "environment": [
        schema.ProductionSpec,
        schema.SinglePeakedSpec,
        schema.PublicProjectSpec,
        schema.AllocationSpec,
        schema.GridSpec,
        *get_args(schema.ValueSpec),
        *get_args(schema.CostSpec),
        goods.TermSpec,
    ],
    "mechanism": [schema.MechanismSpec],
    "types": [schema.TypesSpec],
    "messages": [schema.GridSpec],
    "points": [schema.PointsSpec],
    "roles": [schema.RoleSpec, schema.RolePointsSpec],
    "play": [schema.SequentialPlaySpec, schema.StagedPlaySpec],
    "session": [schema.ProtocolSpec],
    "screen": [schema.ScreenSpec],
    "beliefs": [schema.BeliefsSpec],
}
"""The tables of a file; [payoffs] has no keys of its own and is explained with the environment."""


def words(text: str) -> set[str]:
    """The names that stand in code, such as lowest and highest of `{ lowest, highest }`, without true and false."""
    found = {word for code in re.findall(r"`([^`]+)`", text) for word in re.findall(r"[a-z][a-z_]*", code)}
    return found - {"true", "false"}


def paragraph(name: str) -> str:
    found = [text for text in PARAGRAPHS if re.match(rf"\*\*`\[*{name}\b", text)]
    assert len(found) == 1, f"{len(found)} paragraphs begin with {name}"
    return found[0]


def values(annotation: Any) -> set[str]:
    """The texts that a key can have, from the literals of its type."""
    if get_origin(annotation) is Literal:
        return {value for value in get_args(annotation) if isinstance(value, str)}
    return {value for part in get_args(annotation) for value in values(part)}


def fields(models: list[type[Section]]) -> set[str]:
    return {key for model in models for key in model.model_fields}


def test_no_table_is_forgotten():
    tables = {model for models in SECTIONS.values() for model in models} - {schema.MechanismSpec}
    tables |= set(schema.MechanismSpec.__bases__)  # it has the options of the rules, too
    modules = {schema.__name__, goods.__name__}  # studies have theirs
    here = {table for table in Section.__subclasses__() if table.__module__ in modules}
    assert tables == here - {TreatmentSpec, SessionSpec}


@pytest.mark.parametrize("name", SECTIONS)
def test_the_keys_and_values_of_a_table(name):
    said, known = words(paragraph(name)), fields(SECTIONS[name])
    kinds = [field.annotation for model in SECTIONS[name] for field in model.model_fields.values()]
    possible = {value for annotation in kinds for value in values(annotation)} - set(RULES)  # in docs/rules.md
    assert sorted((known | possible) - said - {"type"}) == []  # the value "type" is explained with the environment
    assert sorted(said - known - possible - MENTIONED[name] - {name}) == []


MENTIONED: dict[str, set[str]] = {
    **{name: set() for name in SECTIONS},
    "environment": {"payoffs", "type"},
    "mechanism": {"production"},
    "play": {"allocation", "park_vcg_sequential", "park_agv_sequential", "toml"},
    "session": {"en", "de", "ja", "equilibrium", "reply", "qre", "lambda"},
    "screen": {"feedback"},
}
"""What a paragraph says of other tables, of treatments and of languages, which are folders, no values of the schema."""


def test_the_keys_of_a_whole_file():
    said = set().union(*(words(text.partition("**:")[0].partition("**,")[0].splitlines()[0]) for text in PARAGRAPHS))
    whole = set(TreatmentSpec.model_fields) - {"name"}  # the name is that of the file
    assert sorted(whole - said - {"payoffs"}) == []
    assert "`[payoffs]`" in paragraph("environment")
    named = [re.match(r"\*\*`\[*(\w+)", text)[1] for text in PARAGRAPHS]
    assert set(named) <= whole
    offered = {file.stem for file in Path("apps/engine/questionnaires").glob("*.py")}
    assert words(paragraph("questionnaires")) - {"questionnaires"} <= offered


def test_the_keys_of_a_session_of_several_parts():
    example = re.findall(r"^    (\w+) = ", PARTS, flags=re.MULTILINE)
    keys = set(SessionSpec.model_fields) - {"name"}
    assert set(example) <= keys
    assert sorted(keys - set(example) - words(PARTS)) == []
    possible = {value for key in ("orders", "pay") for value in values(SessionSpec.model_fields[key].annotation)}
    assert words(PARTS) <= keys | possible


@pytest.mark.parametrize("key", schema.ScreenSpec.model_fields)
def test_the_first_value_of_what_pages_show_is_the_one_unless_said(key):
    row = re.search(rf"^\| `{key}` \| `?(\w+)", paragraph("screen"), flags=re.MULTILINE)
    default = schema.ScreenSpec.model_fields[key].default
    assert row[1] == {True: "true", False: "false"}.get(default, default)


class Weighted(Options):
    weight: Annotated[float, Field(ge=0, le=1)] = 0.5


def test_an_option_keeps_its_limits():
    """Else a file that is wrong would be refused where the rule is called, not where the file is read."""
    rule = replace(RULES["serial"], options=Weighted)
    of_a_file = TypeAdapter(schema.options_of([rule])["weight"] | None)
    assert of_a_file.validate_python(1) == 1.0
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        of_a_file.validate_python(2)
