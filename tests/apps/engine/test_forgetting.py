"""People are deleted from a real database, some of them in the middle of a session: nothing of them is left in any
session, the others keep everything and play on, and whatever the experimenter looks at goes on working."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from html import unescape
from types import SimpleNamespace

import pytest
from engine import forgetting, models

from analysis.audit import audit
from analysis.loading.exports import read_exports
from analysis.report.page import write_report
from tests.analysis.report.reports import without_pictures
from tests.apps.engine.admin.seats import fraction, shown_round
from tests.apps.guests import Person, at_their_first_decision, link_of, to_the_end
from tests.lab import Lab, create_session, visit

STUDY = """
setting = "online"
[consent]
contact = "lab@example.org"
withdrawn_data = "{promise}"
[platform]
name = "prolific"
[platform.codes]
complete = "CDONE"
other = "COTHER"
[arrival]
silo = 2
spare = 0
[dropouts]
policy = "computer"
computer = "model"
model = "reply(lambda=1000)"
[payments]
show_up_fee = 2
[[arms]]
treatment = "chen_serial"
participants = {seats}
"""
PLAIN = {"quiz": False, "practice_rounds": 0, "rounds": 2, "seconds": 600}
MESSAGE = 11.0  # of those who are deleted; all others say 4
GONE = ("withdrawn-1", "by-code-1", "late-1")
COMMANDS = """
import json, sys
from engine import forgetting, payouts
run = {"forget": forgetting.main, "payments": payouts.main}
print(json.dumps([run[name](rest) for name, *rest in json.loads(sys.argv[1])]))
"""


def come(address, code, *identifiers):
    return at_their_first_decision(address, code, len(identifiers), identifiers)


def messages_on(html):
    """Everybody's messages, as a result tells them."""
    return [float(value) for value in re.findall(r'data-name="message-[12]" data-value="([0-9.]+)"', html)]


def leave_in_the_second_round(person, partner):
    """The person plays one round and withdraws; the partner is still at the result of the first."""
    for one, message in ((person, f"{MESSAGE:g}"), (partner, "4")):
        one.go(one.at, message=message)
    for one in (person, partner):
        one.go(one.at)
        assert one.page == "Feedback"
    assert MESSAGE in messages_on(partner.html)
    person.go(person.at, go="on")
    assert person.page == "Decide"
    person.go(person.at, withdraw="1")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("forgetting"))
    for promise, seats in (("deleted", 6), ("kept", 2)):
        text = STUDY.format(promise=promise, seats=seats)
        (lab.folder / "studies" / f"{promise}_study.toml").write_text(text, "utf-8")
    return lab


@pytest.fixture(scope="module")
def played(lab):
    """One who has withdrawn from a running session, one who has finished and has come again to another session, one for
    whom there was no seat; and in a study that promises nothing one who has withdrawn."""
    with lab.server() as address:
        code, _ = create_session(address, "deleted_study", 6, **PLAIN)
        again, _ = create_session(address, "deleted_study", 6, **PLAIN)
        kept, _ = create_session(address, "kept_study", 2, **PLAIN)
        leaver, stays = come(address, code, GONE[0], "partner-1")
        leave_in_the_second_round(leaver, stays)
        finished, partner = come(address, code, GONE[1], "partner-2")
        finished.go(finished.at, message=f"{MESSAGE:g}")
        others = come(address, code, "other-1", "other-2")
        to_the_end([finished, partner, *others])
        for session, identifier in ((code, GONE[2]), (again, GONE[1])):
            Person(identifier).go(f"{link_of(address, session)}?PROLIFIC_PID={identifier}")
        [leaver_of_kept, _] = come(address, kept, "kept-1", "kept-2")
        leaver_of_kept.go(leaver_of_kept.at, withdraw="1")
    gone, there = [leaver.code(), finished.code()], [p.code() for p in (stays, partner, *others, leaver_of_kept)]
    return SimpleNamespace(code=code, again=again, kept=kept, gone=gone, there=there, stays=stays)


def rows_of(lab, query, *values):
    base = sqlite3.connect(lab.folder / "db.sqlite3")
    base.row_factory = sqlite3.Row
    with base:
        return [dict(row) for row in base.execute(query, values)]


def stored(lab):
    return b"".join(path.read_bytes() for path in lab.folder.glob("db.sqlite3*"))


@pytest.fixture(scope="module")
def done(lab, played):
    """What the commands said, one process for all of them; what was known of people before."""
    identities = rows_of(lab, "select * from engine_identity")
    before = stored(lab)
    commands = [
        ["forget", "--withdrawn", played.kept], ["forget", "--withdrawn", "nosuchone"], ["forget", "nosuchone"],
        ["forget", "--identifier", "nosuchone"], ["forget", ""], ["forget", "--identifier", ""],
        ["payments", played.code, "--out", "/proc/no/x"],
        ["forget", "--withdrawn", played.code], ["forget", played.gone[1]], ["forget", "--identifier", GONE[2]],
        ["forget", "--withdrawn", played.code],
        ["payments", played.code, "--out", "paid"],
    ]  # fmt: skip
    run = lab.python("-c", f"import sys; sys.path.insert(0, 'apps')\n{COMMANDS}", json.dumps(commands))
    assert run.returncode == 0, run.stderr
    *said, codes = run.stdout.splitlines()
    return SimpleNamespace(
        codes=json.loads(codes), said=said, errors=run.stderr, identities=identities, before=before, after=stored(lab)
    )


def test_who_cannot_be_meant_is_said_and_deletes_nobody(done):
    assert done.codes == [1] * 7 + [0] * 5
    for text in (
        "is no session of a study that deletes the data of who withdraws",
        "'nosuchone' is no participant of this database",
        "nobody has come by 'nosuchone'",
        "/proc/no/x cannot be written",
    ):
        assert text in done.errors
    assert done.errors.count("what stands there is empty") == 2
    assert [line.split(".")[0] for line in done.said[:4]] == ["1 deleted", "1 deleted", "1 deleted", "0 deleted"]


def test_nothing_that_knows_them_is_left_in_any_session(done, played):
    keys = ("identifier", "address", "device")
    own = [row for row in done.identities if row["identifier"] in GONE]
    assert [row["outcome"] for row in own] == [None, None, "overbooked", "second_time"]
    of_others = {row[key] for row in done.identities if row not in own for key in keys}
    secrets = {*played.gone, *(row[key] for row in own for key in keys)} - of_others
    assert len(secrets) == 2 + 2 * 3  # codes, identifiers, devices: all have the same address
    for secret in secrets:
        assert secret.encode() in done.before
        assert secret.encode() not in done.after, secret
    for code in played.there:
        assert code.encode() in done.after


@pytest.mark.parametrize(
    ("points", "declined", "void"),
    [(None, 1, True), (7, 1, False), (None, 2, False)],
    ids=["to be decided by who has left", "played before", "decided by who has left"],
)
def test_what_was_played_or_decided_before_does_not_become_void(monkeypatch, points, declined, void):
    monkeypatch.setattr(models, "rule", lambda session, part: "void")
    monkeypatch.setattr(models, "note", lambda *event, **place: None)
    filled = [{"message": None, "points_units": None}, {"message": 4.0, "points_units": points}]
    session = SimpleNamespace(id=1, declined=[declined])
    players = [
        SimpleNamespace(
            participant=SimpleNamespace(id_in_session=k), session=session, part=1, field_maybe_none=columns.get
        )
        for k, columns in enumerate(filled, 1)
    ]
    told = {"get_folder_name": lambda: "demand", "round_number": 1, "field_maybe_none": lambda name: None}
    assert models.EngineGroup.is_void(SimpleNamespace(session=session, get_players=lambda: players, **told)) is void


def test_a_round_in_stages_is_broken_off_if_others_were_served():
    def player(alone, *messages):
        members = [SimpleNamespace(field_maybe_none={"message": message}.get) for message in messages]
        group = SimpleNamespace(get_players=lambda: members, void=False)
        return SimpleNamespace(alone=lambda: alone, group=group)

    cases = [player(False, None, 4.0), player(False, None, None), player(True, None, 4.0)]
    forgetting.break_off(cases)
    assert [case.group.void for case in cases] == [True, False, False]
    stopped = SimpleNamespace(field_maybe_none={"void": True}.get)  # nobody is asked for the players
    assert models.EngineGroup.compute_points(stopped) is None


def test_without_the_outcome_of_a_group_there_are_no_words_for_it():
    nothing = {"field_maybe_none": lambda name: None}
    player = SimpleNamespace(group=SimpleNamespace(**nothing), **nothing)
    assert models.EnginePlayer.outcome.fget(player) == ""


SEAT = {
    "id", "session_id", "subsession_id", "group_id", "participant_id", "round_number", "id_in_group", "part",
    "part_round", "practice", "starts_part", "ends_part", "silo", "place", "_payoff", "_role", "code", "number",
}  # fmt: skip


def test_their_rows_tell_neither_message_nor_type_and_those_of_others_stay(done, lab, played):
    rows = rows_of(
        lab, "select d.*, g.outcome, p.code, p.id_in_session number from demand_player d "
        "join otree_participant p on p.id = d.participant_id join demand_group g on g.id = d.group_id "
        "join otree_session s on s.id = p.session_id where s.code = ? and d.part is not null", played.code,
    )  # fmt: skip
    gone, others = [r for r in rows if r["number"] in (1, 3)], [r for r in rows if r["code"] in played.there]
    assert (len(gone), len(others)) == (4, 8)
    for row in gone:
        not_played = {"type_value"} if (row["number"], row["round_number"]) == (1, 2) else set()
        assert {name for name, value in row.items() if value is not None} == SEAT | not_played
        assert row["code"] not in played.gone
    for row in others:
        was_played = (row["number"], row["round_number"]) != (2, 2)
        assert [row[name] is not None for name in ("message", "points_units")] == [was_played] * 2
        assert row["type_value"] is not None
        assert (row["outcome"] is not None) == (row["number"] > 4)


def test_nobody_who_was_deleted_is_in_the_files_of_payments(done, lab):
    key = list(csv.DictReader((lab.folder / "paid/key.csv").read_text("utf-8").splitlines()))
    assert {row["identifier"] for row in key} == {"partner-1", "partner-2", "other-1", "other-2"}
    assert not any(name in (lab.folder / "paid/bonuses_prolific.csv").read_text() for name in GONE)


@pytest.fixture(scope="module")
def later(done, lab, played, tmp_path_factory):
    """The laboratory runs again: the pages of the experimenter, and the partner of who has withdrawn goes on."""
    code, found = played.code, SimpleNamespace(folder=tmp_path_factory.mktemp("data"))
    port = int(played.stays.at.split(":")[2].split("/")[0])
    with lab.server(port=port) as address:
        names = ("AdminReport", "SessionPayments", "SessionMonitor", "SessionData")
        found.pages = {name: visit(f"{address}/{name}/{code}")[1] for name in names}
        found.result = played.stays.go(played.stays.at)
        to_the_end([played.stays])
        found.after = visit(f"{address}/AdminReport/{code}")[1]
        archive = Person().browser.open(f"{address}/SessionFiles/{code}").read()
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(found.folder)
    return found


def test_the_partner_plays_on_and_is_not_told_what_was_deleted(later):
    assert 'data-name="points"' in later.result
    assert messages_on(later.result) == [4]


def test_the_experimenters_pages_say_that_somebody_was_deleted(later):
    assert set(later.pages) == {"AdminReport", "SessionPayments", "SessionMonitor", "SessionData"}
    for page in (later.pages["AdminReport"], later.after):
        assert page.count("ended: deleted at request") == 2
        assert page.count("data-payment=") == 4
    shown = shown_round(later.after, "part-1-round-1")
    assert (fraction(shown["decided"]), shown["timed_out"]) == ((4, 4), "0")


@pytest.fixture(scope="module")
def audited(later):
    exports = read_exports(later.folder)
    return exports, audit(exports.decisions, exports.companions["record"], exports.companions.get("quiz"))


def test_the_audit_says_it_once_and_accuses_nobody(audited, played):
    _, result = audited
    assert result.ok, result.findings.to_string()
    [note] = [note for note in result.notes if "deleted" in note]
    assert note.startswith(f"session {played.code}: 2 participants deleted at request (1, 3); ")
    assert sum("started again" in note for note in result.notes) == 1  # the command is no server
    assert (result.groups, result.incomplete, result.unpaid) == (2 + 1, 0, 0)  # the computer sat in one seat later


def test_so_it_does_with_the_tables_of_otree_alone(later):
    [wide] = later.folder.rglob("all_apps_wide_*.csv")
    result = audit(read_exports(wide).decisions)
    assert result.ok, result.findings.to_string()
    assert sum("deleted at request" in note for note in result.notes) == 1


def test_the_report_leaves_them_out_and_says_why(audited, tmp_path):
    exports, result = audited
    assert not exports.decisions["dropout"].any()
    with without_pictures():
        page = write_report(exports, result, tmp_path / "report", behaviour=False)
    assert "excluded: deleted at request (2 participants, 4 decisions)" in unescape(page.read_text("utf-8"))
