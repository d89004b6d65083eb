"""Starting oTree: session configs from the files, and one line for a wrong file."""

import json

import pytest

from mechanisms.studies import load_studies
from mechanisms.treatments import load_session_designs
from tests.lab import ROOT
from tests.shared import thorough

SHOW = """
from otree.session import SESSION_CONFIGS_DICT as configs
import json
keys = ("name", "display_name", "app_sequence", "num_demo_participants")
print(json.dumps([[*(c[key] for key in keys), c.custom_editable_fields()] for c in configs.values()]))
"""


def test_every_file_is_a_session_config(lab):
    designs = load_session_designs(lab.folder / "treatments")
    assert {path.stem for path in (ROOT / "treatments").glob("*.toml")} < {design.name for design in designs}
    done = lab.python("-c", SHOW)
    configs = {row[0]: row[1:] for row in json.loads(done.stdout)}
    studies = [study.name for study in load_studies(lab.folder / "studies") if study.arms]
    assert list(configs) == [*(design.name for design in designs), *studies]
    for design in designs:
        title, apps, participants, editable = configs[design.name]
        several = len(design.treatments) > 1
        alike = [other.name for other in designs if other.title == design.title]
        assert title == (design.title if len(alike) == 1 else f"{design.title} ({design.name})")
        assert participants == design.participants
        assert apps == ["welcome", "parts" if several else design.treatments[0].form, "closing"]
        prefixes = [f"part{k}_" for k, _ in enumerate(design.treatments, 1)] if several else [""]
        keys = (
            "rounds", "matching", "fixed_roles", "feedback", "seconds", "pay", "exchange_rate", "seed",
            "practice_rounds", "practice_against", "quiz", "quiz_attempts", "quiz_failure",
            "seconds_consent", "seconds_instructions", "seconds_quiz", "seconds_guess", "seconds_result",
            "computer", "computer_model", "partner_left",
        )  # fmt: skip
        expected = {prefix + key for prefix in prefixes for key in keys}
        expected |= {"bot_strategy", "bot_messages", "language", "currency"}
        expected |= {"pay_parts"} if several else set()
        assert set(editable) == expected


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("size = 3", "size = 3\ncolour = 1", ["colour"]),
        pytest.param('["1/3", "1/3", "1/3"]', '["1/3", "1/3", "1/4"]', ["probabilities", "1"], marks=thorough),
        ("[group]", "[group", ["production_serial.toml"]),
        pytest.param("rounds = 10", "rounds = 0", ["rounds", "0"], marks=thorough),
    ],
)
def test_a_wrong_file_stops_the_start_with_one_line(own_lab, old, new, words):
    path = own_lab.folder / "treatments" / "production_serial.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = own_lab.otree("test", "production_serial")
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert "treatments/production_serial.toml" in line
    assert all(word in line for word in words)
