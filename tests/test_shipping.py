"""What is taken to other machines: the zip, the image, the services."""

import re
import shutil
import tarfile
from urllib.parse import urlsplit

import pytest
import yaml

from commands import opening
from tests.lab import CODE, ROOT

PASSWORD_OF_DATABASE = "${DATABASE_PASSWORD:?letters and digits}"


def test_the_zip_has_the_laboratory_and_no_secret(own_lab):
    for part in CODE:
        own_lab.own(part)
    shutil.copy(ROOT / "requirements.txt", own_lab.folder)
    shutil.copy(ROOT / "Procfile", own_lab.folder)
    (own_lab.folder / "lab.env").write_text("OTREE_SECRET_KEY=secret\n")
    (own_lab.folder / "db.sqlite3").write_text("data of people\n")
    done = own_lab.otree("zip")
    assert done.returncode == 0, done.stderr
    [made] = own_lab.folder.glob("*.otreezip")
    with tarfile.open(made) as archive:
        names = set(archive.getnames())
    assert {"settings.py", "requirements.txt", "Procfile", "apps/engine/models.py", "_rooms/lab.txt"} <= names
    assert not {name for name in names if name.endswith((".env", ".sqlite3"))}


def test_the_image_takes_what_is_there():
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), re.M)
    names = [name for line in copied for name in line.split()]
    assert len(names) > 8
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_services_do_not_start_without_secrets():
    text = (ROOT / "compose.yml").read_text()
    for name in ("OTREE_ADMIN_PASSWORD", "OTREE_SECRET_KEY", "DATABASE_PASSWORD", "SITE"):
        assert re.search(r"\$\{" + name + r":\?[^}]+\}", text), name
    assert "$" not in re.sub(r"\$\{\w+:\?[^}]+\}", "", text.split("services:")[1])  # none with a default


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))


def test_the_services_fit_together(services):
    laboratory, database, https = (services["services"][name] for name in ("laboratory", "database", "https"))
    assert set(services["services"]) == {"laboratory", "database", "https"}
    url = urlsplit(laboratory["environment"]["DATABASE_URL"].replace(PASSWORD_OF_DATABASE, "x"))
    own = database["environment"]
    assert (url.scheme, url.hostname, url.username, url.path) == (
        "postgresql", "database", own["POSTGRES_USER"], f"/{own['POSTGRES_DB']}",
    )  # fmt: skip
    assert own["POSTGRES_PASSWORD"] == PASSWORD_OF_DATABASE
    assert laboratory["depends_on"]["database"]["condition"] == "service_healthy"
    assert own["POSTGRES_USER"] in database["healthcheck"]["test"][1]
    assert https["depends_on"] == ["laboratory"]


def test_only_https_is_seen_from_outside_and_what_must_last_is_kept(services):
    """The laboratory and the database are reached within; data and certificates outlive the containers."""
    assert {name: service.get("ports") for name, service in services["services"].items()} == {
        "laboratory": None, "database": None, "https": ["80:80", "443:443"],
    }  # fmt: skip
    kept = {v.partition(":") for service in services["services"].values() for v in service.get("volumes", [])}
    assert {(name, where) for name, _, where in kept} == {
        ("data", "/var/lib/postgresql/data"), ("certificates", "/data"),
    }  # fmt: skip
    assert set(services["volumes"]) == {"data", "certificates"}
    assert all(service["restart"] == "unless-stopped" for service in services["services"].values())


def test_https_stands_before_the_port_on_which_the_laboratory_listens(services):
    [port] = re.findall(r'CMD \["otree", "prodserver", "0.0.0.0:(\d+)"\]', (ROOT / "Dockerfile").read_text())
    command = services["services"]["https"]["command"].split()
    assert command[:3] == ["caddy", "reverse-proxy", "--from"]
    assert command[-2:] == ["--to", f"laboratory:{port}"]


def test_the_laboratory_has_what_it_wants_before_it_opens(services):
    """Password, key and STUDY are among its variables; with good values it would start."""
    given = services["services"]["laboratory"]["environment"]
    values = {name: "plum-and-kiwi-1234" if "${" in str(value) else value for name, value in given.items()}
    opening.check_given(values)
    for name in (opening.PASSWORD, opening.KEY, opening.LEVEL):
        with pytest.raises(opening.RefusedError):
            opening.check_given({**values, name: ""})
