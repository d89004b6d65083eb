"""docs/first-experiment.md, followed word by word: its files are written and its commands run, in their order."""

import re
import shlex
from importlib import import_module

import pytest

from analysis.registration.document import read_registration
from analysis.report.further.registered import registered
from mechanisms import certify, load_treatment
from tests.analysis.report.reports import Page, without_pictures
from tests.house import ROOT

PAGE = (ROOT / "docs" / "first-experiment.md").read_text("utf-8")
PYTHON = ".venv/bin/python -m "


def blocks():
    """(the paragraph before, the text of the block), in their order."""
    for found in re.finditer(r"(?P<before>[^\n]+)\n\n(?P<block>(?:    [^\n]*\n|\n(?=    ))+)", PAGE):
        yield found["before"], re.sub(r"^    ", "", found["block"], flags=re.MULTILINE)


def commands(block):
    for line in block.replace("\\\n", " ").splitlines():
        assert line.startswith(PYTHON), line
        module, *arguments = shlex.split(line.removeprefix(PYTHON))
        yield module, arguments


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder after everything was done, and what the commands said, by their first words."""
    folder = tmp_path_factory.mktemp("hour")
    (folder / "mine").mkdir()
    said, last = {}, ""
    with pytest.MonkeyPatch.context() as patch, without_pictures():
        patch.chdir(folder)
        patch.setattr("analysis.report.further.SECTIONS", (registered,))
        for place in ("saying", "search.writing"):
            patch.setattr(f"analysis.planning.{place}.save_figure", lambda *figure: ())
        for before, block in blocks():
            file = re.search(r"`(mine/\w+\.toml)`", before)
            if block.startswith(PYTHON):
                for module, arguments in commands(block):
                    with pytest.MonkeyPatch.context() as out:
                        lines = []
                        out.setattr(
                            "builtins.print", lambda *texts, lines=lines, **_: lines.append(" ".join(map(str, texts)))
                        )
                        assert import_module(f"{module}.__main__").main(arguments) == 0, (arguments, lines)
                    said.setdefault(arguments[0], []).append("\n".join(lines))
            elif "a copy with" in before:
                text = last
                for line in block.splitlines():
                    text, count = re.subn(f"^{line.split(' = ')[0]} = .*$", line, text, flags=re.MULTILINE)
                    assert count == 1, line
                (folder / file[1]).write_text(text, encoding="utf-8")
            else:
                (folder / file[1]).write_text(last := block, encoding="utf-8")
    return folder / "mine", said


def test_every_block_of_the_page_is_a_file_or_commands():
    kinds = [
        "command" if block.startswith(PYTHON) else re.search(r"`mine/(\w+)", before)[1] for before, block in blocks()
    ]
    assert [kind for kind in kinds if kind != "command"] == ["well_average", "well_serial", "well"]
    assert kinds.count("command") == 8
    assert PAGE.count(PYTHON) == sum(len(list(commands(block))) for _, block in blocks() if block.startswith(PYTHON))


def test_what_the_page_says_of_the_two_games(followed):
    mine, _ = followed
    unique, worst = "unique pure Nash equilibrium", "every Nash equilibrium is efficient"
    average, serial = (certify(load_treatment(mine / f"well_{name}.toml")) for name in ("average", "serial"))
    assert (serial.row(unique).verdict.status, serial.row(worst).verdict.status) == ("holds", "holds")
    assert average.row(unique).answer.startswith("3 of")
    assert average.row("some Nash equilibrium is efficient").verdict.status == "fails"
    assert all(found.row("payoffs are never negative").verdict.holds for found in (average, serial))


def test_the_design_that_the_page_names_is_the_one_that_is_found(followed):
    mine, said = followed
    assert sorted(path.name for path in (mine / "design" / "proposals").glob("*.toml")) == [
        "well_average_4.toml",
        "well_serial_4.toml",
    ]
    assert load_treatment(mine / "design" / "proposals" / "well_serial_4.toml").definition["points"]["scale"] == "2"
    assert "Design 4" in said["design"][0]
    assert (mine / "power" / "power.txt").read_text("utf-8").startswith("We simulated 60 experiments")


def test_the_registered_hypothesis_is_tested_and_nothing_deviates(followed):
    mine, said = followed
    registration = read_registration(mine / "registrations" / "well_2026-01-15.json")
    assert [arm.treatment for arm in registration.arms] == ["well_average_4", "well_serial_4"]
    assert all(arm.certificate for arm in registration.arms)
    assert all(lines.startswith("0 mismatches, 0 impossible entries") for lines in said["audit"])
    page = Page((mine / "report" / "report.html").read_text("utf-8"))
    assert "1 hypothesis was registered" in page.text
    assert "no deviation was found" in page.text
    [_, row] = page.tables["Registered hypotheses and their results"][:2]
    assert row[-1] == "supported"  # in the first part of the table: it is not too wide
