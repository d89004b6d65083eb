"""Study files: read, kept as plain values, and refused with the line in which something is wrong."""

import json

import pytest

from mechanisms.studies import Study, StudyError, load_studies, load_study
from mechanisms.studies.study import stored_study
from tests.lab import ROOT

ONLINE = 'setting = "online"\n[consent]\ncontact = "lab@example.org"\n'


def saved(tmp_path, text, name="pilot"):
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_and_what_a_session_keeps_of_it_say_the_same():
    study = load_study(ROOT / "examples" / "studies" / "park_online.toml")
    again = stored_study(json.dumps(study.definition))
    assert again.spec == study.spec
    assert again.identity == study.identity
    assert (study.name, study.online, study.arms) == ("park_online", True, ("vcg", "pairwise"))
    assert set(study.spec.consent.text) == {"en", "de", "ja"}


def test_what_is_not_said_has_defaults():
    study = Study.from_definition({"name": "pilot", "arms": [{"treatment": "park_vcg"}]})
    assert (study.title, study.spec.setting, study.spec.consent.contact) == ("pilot", "laboratory", "")
    assert study.spec.platform is study.spec.arrival is None
    assert study.definition == {"name": "pilot", "arms": [{"treatment": "park_vcg"}]}


def test_another_word_is_another_study():
    one, other = (Study.from_definition({"name": "pilot", "title": title}) for title in ("a", "b"))
    assert one.identity != other.identity


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('title = "x"\nsetting = "home"', "line 2: setting = \"home\": must be 'laboratory' or 'online'"),
        ('tittle = "x"', "line 1: tittle = \"x\": unknown key; did you mean 'title'?"),
        ('name = "x"', "line 1: name = 'x': unknown key; the name is that of the file, 'pilot'"),
        ('[[arms]]\ntreatment = "a"\n[[arms]]\n', "line 3: arms[2].treatment is missing"),
        ('[[arms]]\ntreatment = "a"\n[[arms]]\ntreatment = "a"', "line 1: arms = "),
        ("[arrival]\nonce = false", 'arrival = {once = false}: belongs to setting = "online"'),
        ('setting = "online"\n[[arms]]\ntreatment = "a"', "has no contact"),
        (ONLINE + '[platform]\nname = "prolifics"', "line 5: platform.name"),
        (ONLINE + '[platform]\nname = "prolific"\n[platform.codes]\nother = "A"', "line 6: platform.codes"),
        (ONLINE + '[platform]\nname = "mturk"\ncodes = { failed = "B" }', "line 6: platform.codes.failed"),
        (ONLINE + '[platform]\nname = "sona"\ncodes = { complete = "A" }', "platform.url is missing"),
        (
            '[[arms]]\ntreatment = "a"\nsessions = 3\nparticipants = 4\n[stopping]\nparticipants = 13',
            "has participants = 13, but the arms plan 3 × 4: use 12",
        ),
        (
            '[[arms]]\ntreatment = "a"\nparticipants = 4\n[stopping]\nparticipants = 3',
            "has participants = 3, but the arms plan 1 × 4: use 4 or more",
        ),
        (
            ONLINE + '[[arms]]\ntreatment = "a"\nsessions = 1\nparticipants = 4\n[stopping]\nparticipants = 5',
            "has participants = 5, but the arms plan 1 × 4: use 4 or less",
        ),
        (ONLINE + "[payments.fixed]\ncomplete = 3", "has complete: who finishes is paid what the receipt says"),
        (
            ONLINE + "[arrival]\nonce = 3",
            "line 5: arrival.once = 3: must be true or false",
        ),
        (
            ONLINE.replace("lab@example.org", "room 5"),
            'line 3: consent.contact = "room 5": must have an e-mail address',
        ),
        (ONLINE + '[consent.text]\nen = " "', 'line 5: consent.text.en = " ": must have words'),
        (
            '[[arms]]\ntreatment = "a"\n[[hypotheses]]\noutcome = "truthful"\narms = ["a", "b"]',
            "names 'b' in number 1: use two of a",
        ),
        (
            ONLINE + '[dropouts]\npolicy = "void"\n[dropouts.told]\nen = "x"',
            'line 6: dropouts.told has no effect with policy = "void": leave it out, or use policy = "end"',
        ),
        (ONLINE + "[dropouts]\ngrace_seconds = 4", "line 5: dropouts.grace_seconds = 4 must be at least 5"),
        (ONLINE + "[dropouts]\nmay_return = false", "line 5: dropouts.may_return = false has no effect with policy ="),
        (
            ONLINE + "[checks]\nattention_wrong = 2",
            "line 5: checks.attention_wrong = 2 has no effect without questions",
        ),
        (
            '[stopping]\ndate = "end of June"',
            "line 2: stopping.date = 'end of June': must be a day, such as 2027-06-30",
        ),
        ("[stopping]\ndate = 2027-06-30T12:00:00", "must be a day, such as 2027-06-30"),
        ("[[", "not correct TOML"),
        ("title = “x”", 'write " in its place'),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, text, complaint):
    path = saved(tmp_path, text)
    with pytest.raises(StudyError) as caught:
        load_study(path)
    assert complaint in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_day_is_written_as_toml_writes_it_or_as_text(tmp_path):
    for written in ("2027-06-30", '"2027-06-30"'):
        study = load_study(saved(tmp_path, f"[stopping]\ndate = {written}"))
        assert study.spec.stopping.date == "2027-06-30"
        assert Study.from_definition(study.definition).identity == study.identity
    registered = Study.from_definition({"name": "old", "stopping": {"date": "end of June"}})
    assert registered.spec.stopping.date == "end of June"  # what was registered is still read


def test_a_treatment_is_called_one():
    with pytest.raises(StudyError, match=r"park_vcg.toml: this is a treatment, no study: load_treatment reads it"):
        load_study(ROOT / "treatments" / "park_vcg.toml")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(StudyError, match=r"nothing\.toml: cannot be read"):
        load_study(tmp_path / "nothing.toml")


def test_all_of_a_folder(tmp_path):
    saved(tmp_path, 'title = "b"', "b")
    saved(tmp_path, 'title = "a"', "a")
    saved(tmp_path, "[[", "._a")
    assert [study.title for study in load_studies(tmp_path)] == ["a", "b"]
