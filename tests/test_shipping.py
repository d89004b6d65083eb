"""What is taken to other machines: the zip, the image, the services."""

import re
import shutil
import tarfile

from tests.lab import ROOT


def test_the_zip_has_the_laboratory_and_no_secret(own_lab):
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
