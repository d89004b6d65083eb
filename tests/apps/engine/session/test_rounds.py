"""A stored session is complete in itself: files of today do not change the sessions of yesterday."""

import csv
import io
import re
import shutil

import pytest

from tests.lab import Lab, create_session, visit
from tests.shared import mostly_thorough

ROUNDS = 3
APP = "demand"
PLAIN = {"quiz": False, "practice_rounds": 0, "rounds": ROUNDS}


def longer(folder):
    """The case that was found: a new file of the same mechanism with more rounds than any other."""
    text = (folder / "chen_serial.toml").read_text("utf-8")
    (folder / "tomorrow.toml").write_text(re.sub(r"(?m)^rounds = \d+", "rounds = 60", text), "utf-8")


def shorter(folder):
    """The same the other way round: every file of the mechanism is cut to one round."""
    for file in folder.glob("*.toml"):
        text = re.sub(r"(?m)^(rounds = |practice_rounds = )\d+", r"\g<1>1", file.read_text("utf-8"))
        file.write_text(re.sub(r'(?m)^matching = "perfect_stranger"', 'matching = "stranger"', text), "utf-8")


def removed(folder):
    """No file of the mechanism, or of any like it, is left."""
    for file in (*folder.glob("*.toml"), *(folder.parent / "studies").glob("*.toml")):
        if file.name != "park_vcg.toml":
            file.unlink()


def play(link, messages):
    """From where the participant is to the receipt; the pages that were seen."""
    url, page = visit(link)
    seen = [url.split("/")[-2]]
    while seen[-1] != "Receipt":
        fields = {"message": next(messages)} if seen[-1] == "Decide" else {"go": "on"}
        url, page = visit(url, **fields)
        seen.append(url.split("/")[-2])
        if seen[-1].startswith("Wait"):
            return seen, page
    return seen, page


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory):
    """A session in which one of two has decided: the folder with its database, its code and its links."""
    lab = Lab(tmp_path_factory.mktemp("yesterday"))
    with lab.server() as address:
        code, links = create_session(address, "chen_serial", 2, **PLAIN)
        for link in links:
            visit(visit(link)[0], consent="True")
        for link in links:
            visit(visit(link)[0], read="1")
        visit(visit(links[0])[0], message="4")
    return lab.folder, code, links


@pytest.mark.parametrize("change", mostly_thorough([longer, shorter, removed], shorter))
def test_a_running_session_does_not_care_about_the_files_of_today(yesterday, own_lab, change):
    folder, code, links = yesterday
    for file in folder.glob("db.sqlite3*"):
        shutil.copy(file, own_lab.folder)
    change(own_lab.folder / "treatments")
    with own_lab.server() as address:
        links = [re.sub(r"http://[^/]*", address, link) for link in links]
        assert code in visit(f"{address}/AdminReport/{code}")[1]
        streams = [iter(["5", "6"]), iter(["6", "7", "8"])]
        for _turn in range(2 * ROUNDS + 2):
            pages = [play(link, stream) for link, stream in zip(links, streams, strict=True)]
        assert all(seen[-1] == "Receipt" for seen, _page in pages)
        export = visit(f"{address}/api/export_app_custom?app={APP}&session_code={code}")[1]
    rows = list(csv.DictReader(io.StringIO(export.lstrip("\ufeff"))))
    messages = {(row["round"], row["participant_id"]): float(row["message"]) for row in rows}
    assert messages == {
        ("1", "1"): 4, ("2", "1"): 5, ("3", "1"): 6,
        ("1", "2"): 6, ("2", "2"): 7, ("3", "2"): 8,
    }  # fmt: skip
    assert all(row["total_payment"] for row in rows)
