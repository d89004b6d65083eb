"""Sessions of a study: arms in balanced blocks, data that the audit accepts, words that follow from the setting."""

import csv
import re
import urllib.request
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from html import unescape
from http.cookiejar import CookieJar
from types import SimpleNamespace

import pytest
from engine.admin import consequences
from engine.demo import catalogue as catalogue_module
from engine.quiz.questions_session import matching
from engine.session import designs as designs_module
from engine.session import study as study_module
from engine.session.designs import designs, session_config, treatments_in_force
from engine.session.setup import arrive, as_played
from engine.session.study import check_texts, study_design
from engine.stored_study import KEY, NONE
from engine.words.language import use
from engine.words.sentences import matching_sentence

from analysis.__main__ import main
from mechanisms.session.draws import draw_arms, draw_silos
from mechanisms.studies import Study, StudyError, load_study
from mechanisms.treatments import TreatmentError, load_session_designs
from tests.lab import ROOT, Lab, create_session, visit
from tests.shared import mostly_thorough, thorough

DESIGNS = load_session_designs(ROOT / "treatments")
STUDY = """
setting = "online"
language = "{language}"
[consent]
institution = "Example University <b>"
approval = "2026-017"
contact = "lab@example.org"
retention = "ten years"
[consent.text]
en = "**Welcome** to <our> study"
[[arms]]
treatment = "production_serial"
participants = 6
[[arms]]
treatment = "park_vcg"
participants = 6
"""


@pytest.fixture(scope="module")
def study_lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("study"))
    for name in ("production_serial", "park_vcg"):
        path = lab.folder / "treatments" / f"{name}.toml"
        path.write_text(re.sub(r"^rounds = 10", "rounds = 2", path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    for language in ("en", "de", "ja"):
        (lab.folder / "studies" / f"two_{language}.toml").write_text(STUDY.format(language=language), encoding="utf-8")
    return lab


@thorough
def test_bots_play_the_arms_and_the_audit_accepts_their_data(study_lab, tmp_path, capsys):
    done, tables = study_lab.play("two_en", 12)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = tables["parts"]
    arms = {row["participant_id"]: row["arm"] for row in rows}
    assert Counter(arms.values()) == {"production_serial": 6, "park_vcg": 6}
    assert [arms[str(k)] for k in range(1, 13)] == [
        ("production_serial", "park_vcg")[arm] for arm in draw_arms(1, 12, 2)
    ]
    assert {row["study"] for row in rows} == {"two_en"}
    assert all(row["treatment"] == row["arm"] for row in rows)
    assert all(row["total_payment"] for row in rows)
    path = tmp_path / "parts_custom.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    capsys.readouterr()
    assert main(["audit", str(path)]) == 0, capsys.readouterr().out


HANDS = {"en": "raise your hand", "de": "Hand", "ja": "手を"}


@pytest.mark.parametrize("language", mostly_thorough(HANDS, "de"))
def test_nobody_at_home_is_told_to_raise_a_hand(study_lab, language):
    with study_lab.server() as address:
        code, links = create_session(address, f"two_{language}", 12)
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        page = browser.open(links[0], timeout=300)
        url, consent = page.url, page.read().decode()
        assert "<strong>Welcome</strong> to &lt;our&gt; study" in consent
        assert "Example University &lt;b&gt;" in consent
        assert "2026-017" in consent
        assert "mailto:lab@example.org" in consent
        assert HANDS[language] not in consent
        _, refused = visit(url, consent="False")
        assert HANDS[language] not in refused
        report = visit(f"{address}/AdminReport/{code}")[1]
        assert "Arm production_serial: " in report
        assert "Part 1" not in report + visit(f"{address}/create_session")[1].partition('data-treatment="two_')[2]
        assert re.search(r'<th scope="col">Arm</th>\s*<th scope="col" class="lab-number">Show-up fee', report)


def test_a_treatment_alone_has_no_study_and_all_defaults(lab):
    done, tables = lab.play("park_vcg", 6, rounds=1)
    assert done.returncode == 0, done.stderr[-3000:]
    assert {(row["study"], row["arm"]) for row in tables["direct"]} == {("", "")}
    assert NONE.spec.setting == "laboratory"


@pytest.mark.parametrize(
    ("arms", "complaint"),
    [
        ([{"treatment": "parc_vcg"}], "arms[1].treatment = 'parc_vcg' is no treatment in treatments/"),
        ([{"treatment": "park_vcg", "participants": 7}], "7 participants"),
        (
            [{"treatment": "park_vcg", "participants": 6}, {"treatment": "park_agv", "participants": 8}],
            "arms have 6 and 8 participants",
        ),
        (
            [{"treatment": "park_vcg", "participants": 6}, {"treatment": "chen_serial", "participants": 6}],
            "rounds, practice included: give their treatments the same number",
        ),
        (
            [{"treatment": "production_serial_large", "understanding": True}],
            "arms[1].understanding = true: too large: 15 players",
        ),
    ],
)
def test_arms_that_cannot_be_played(arms, complaint):
    with pytest.raises(TreatmentError) as caught:
        study_design(Study.from_definition({"name": "pilot", "arms": arms}), DESIGNS)
    assert complaint in str(caught.value)
    assert "studies/pilot.toml" in str(caught.value)


def test_arms_of_sessions_of_their_own_keep_nobody_from_the_treatments(monkeypatch):
    """A study that is registered so is no mistake, and its file lies in studies/ beside the others."""
    arms = [{"treatment": "park_vcg", "participants": 6}, {"treatment": "chen_serial", "participants": 4}]
    kept = Study.from_definition({"name": "apart", "arms": arms})
    monkeypatch.setattr(designs_module, "studies", lambda: {"apart": kept, **study_module.studies()})
    found, [line] = designs_module._of_files.__wrapped__()
    assert [design.name for design in found] == [design.name for design in designs()]
    assert line.startswith("studies/apart.toml: arms have 6 and 4 participants: give them the same number")
    assert line.endswith("No session of the study can be created; sessions of its treatments can")
    monkeypatch.setattr(catalogue_module, "apart", lambda: (line,))
    assert f'<p role="note">{line}.</p>' in unescape(catalogue_module.demo_page(""))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            '[dropouts]\ncomputer = "truthful"',
            "line 5: dropouts.computer = 'truthful': serial asks for quantities, not",
        ),
        ('[dropouts]\ncomputer = "truthful"', "use 'random' or 'last'"),
        ("[arrival]\nsilo = 5", "line 5: arrival.silo = 5 cannot be played by groups of 3 in production_serial"),
        ("[arrival]\nsilo = 5", "matching = 'stranger'): use 3 or 6"),
        ("[arrival]\nspare = 4", "line 5: arrival.spare = 4 of production_serial must be a multiple of the silo, 6"),
        (
            '[[arms]]\ntreatment = "production_serial"\nname = "x"\nparticipants = 12\nstyle = "menu"',
            "line 8: arms[1].style = 'menu'",
        ),
    ],
)
def test_what_does_not_fit_is_said_of_the_file_its_line_and_its_own_key(tmp_path, monkeypatch, table, said):
    monkeypatch.setattr(study_module, "FOLDER", tmp_path)
    path = tmp_path / "pilot.toml"
    arm = '[[arms]]\ntreatment = "production_serial"\nparticipants = 12'
    path.write_text(f'setting = "online"\n[consent]\ncontact = "a@b"\n{table}\n{arm}', "utf-8")
    with pytest.raises((TreatmentError, StudyError)) as refused:
        study_design(load_study(path), DESIGNS)
    assert said in str(refused.value)
    assert str(refused.value).startswith(f"{path}, line ")
    assert str(refused.value).count(".toml") == 1


def with_fee(name, fee):
    [design] = [design for design in DESIGNS if design.name == name]
    return replace(design, show_up_fee=Decimal(fee))


@pytest.mark.parametrize(
    ("study", "complaint"),
    [
        ({"consent": {"text": {"jp": "x"}}}, "consent.text.jp: no such catalog in _locale: use de or en or ja"),
        ({"language": "ja", "consent": {"text": {"de": "x"}}}, "consent.text has de, and the study is in ja"),
        ({}, "the arms have show_up_fee = 3 and 5: say which one everybody gets, as payments.show_up_fee"),
    ],
)
def test_what_nobody_would_read_or_get_is_refused(study, complaint):
    arms = [{"treatment": "park_vcg"}, {"treatment": "park_agv"}]
    with pytest.raises(TreatmentError, match=re.escape(complaint)):
        study_design(
            Study.from_definition({"name": "pilot", "arms": arms, **study}),
            [with_fee("park_vcg", 5), with_fee("park_agv", 3)],
        )


def test_a_session_in_a_language_that_its_study_does_not_speak_is_refused():
    told = {"name": "pilot", "language": "de", "consent": {"withdrawal": {"de": "Schade."}}}
    check_texts(Study.from_definition(told))
    with pytest.raises(TreatmentError, match=r"the session is in ja: add consent\.withdrawal\.ja, or en"):
        check_texts(Study.from_definition(told), "ja")


@pytest.mark.parametrize("silo", [None, 3])
def test_strangers_of_one_group_are_told_that_they_are_partners(silo):
    [design] = [design for design in DESIGNS if design.name == "production_serial"]
    strangers = design.treatments[0].with_protocol(participants=3 if silo is None else 12)
    study = silo and Study.from_definition({"name": "pilot", "setting": "online", "arrival": {"silo": silo}})
    played = as_played(strangers, study)
    with use("en"):
        assert "the same people in all rounds" in matching_sentence(played)
        assert matching(played).right == "partner"
    assert as_played(strangers.with_protocol(participants=6)).protocol.matching == "stranger"


@pytest.mark.parametrize(
    ("places", "changes", "complaint"),
    [
        (8, {}, None),
        (4, {}, "4 participants of an arm, 4 of them spare (arrival.spare), leave no places to play: use 6 or more"),
        (7, {}, "7 participants of an arm cannot be divided into silos of 2: use 6 or 8"),
        (8, {"feedback": "average"}, "shows the average of all participants"),
        (8, {"seconds": 0}, "seconds = 0 of chen_serial: online a decision has a time limit"),
        (8, {"seconds_result": 0}, "seconds_result = 0 of chen_serial: online every page of a group has a time limit"),
        (8, {"seconds_consent": 0}, None),  # nobody waits for a consent
        (
            8,
            {"matching": "perfect_stranger", "rounds": 2},
            "arrival.silo = 2 cannot be played by groups of 2 in chen_serial",
        ),
    ],
)
def test_a_session_in_which_nobody_could_play_is_not_made(places, changes, complaint):
    arrival, arms = {"spare": 4, "silo": 2}, [{"treatment": "chen_serial"}]
    study = Study.from_definition(
        {"name": "pilot", "setting": "online", "arms": arms, "arrival": arrival, "consent": {"contact": "a@b"}}
    )
    [design] = [design for design in DESIGNS if design.name == "chen_serial"]
    played = design.treatments[0].with_protocol(**{"seconds": 60, **changes})
    session = SimpleNamespace(vars={}, blocks=[0] * places, config={})
    if complaint is None:
        arrive(session, study, [played])
        assert session.vars["places"] == list(range(places))
        assert session.vars["silos"] == [2]
    else:
        with pytest.raises(ValueError, match=re.escape(complaint)):
            arrive(session, study, [played])


def test_who_plays_alone_at_once_needs_one_group_and_no_silo():
    study = Study.from_definition({"name": "pilot", "setting": "online", "arrival": {"silo": 4}})
    [design] = [design for design in DESIGNS if design.name == "chen_serial"]
    played = design.treatments[0].with_protocol(matching="partner", participants=2)
    session = SimpleNamespace(vars={}, blocks=[0, 0], config={"alone": "short"})
    arrive(session, study, [played])
    [silo] = session.vars["silos"]
    assert draw_silos(played, 2, silo).groups.shape == (played.protocol.rounds, 1, 2)


def test_a_wrong_study_stops_the_start_with_one_line(own_lab):
    (own_lab.folder / "studies" / "wrong.toml").write_text('setting = "online"\n[[arms]]\ntreatment = "park_vcg"')
    done = own_lab.otree("test", "park_vcg")
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert "studies/wrong.toml, line 1" in line
    assert "contact" in line


@pytest.mark.parametrize(("page", "money"), [("Arrival", "1.50"), ("QuizLeft", "2.00"), ("Declined", "0.00")])
def test_before_somebody_is_moved_on_the_monitor_says_what_the_study_pays(monkeypatch, page, money):
    definition = {"name": "pilot", "setting": "online", "payments": {"fixed": {"waited_too_long": "1.5"}}}
    config = {"participation_fee": 2, "currency": "EUR"}
    situation = SimpleNamespace(session=SimpleNamespace(config=config, _vars={KEY: definition}))
    monkeypatch.setattr(consequences, "came", lambda session, participant_id: True)
    monkeypatch.setattr(consequences, "others", lambda session: "")
    person = SimpleNamespace(key=1, name="P1", visited=True, index=5, page=page, part=None)
    assert f"with {money} EUR" in consequences.question(situation, person)


@pytest.mark.parametrize("arms", [1, 2, 3])
def test_arms_are_balanced_after_every_block(arms):
    drawn = draw_arms(5, 6 * arms, arms).tolist()
    for k in range(0, len(drawn), 2 * arms):
        assert Counter(drawn[k : k + 2 * arms]) == dict.fromkeys(range(arms), 2)
    assert draw_arms(5, 3 * arms, arms).tolist().count(0) == 3
    assert drawn == draw_arms(5, 6 * arms, arms).tolist()
    assert arms == 1 or drawn != draw_arms(6, 6 * arms, arms).tolist()


def test_arms_have_as_many_rounds_when_a_session_is_created_too():
    design = next(design for design in designs() if design.name == "describe_groves")
    config = session_config(design)
    rounds = config["part1_rounds"] - 1  # and a round of practice
    with pytest.raises(TreatmentError, match=f"arms have {rounds + 1} and {rounds + 2} and"):
        treatments_in_force({**config, "part1_rounds": rounds}, design.participants)
    everywhere = {f"part{number}_rounds": rounds for number in range(1, len(design.treatments) + 1)}
    assert {t.protocol.rounds for t in treatments_in_force({**config, **everywhere}, design.participants)} == {rounds}
