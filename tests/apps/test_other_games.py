"""Games that are not shipped: other group sizes, grids, priors, roundings, costs and roles, played by bots."""

import itertools

import pytest

from tests.apps.other_games import GAMES, PROTOCOL
from tests.apps.played_rows import check_rows
from tests.lab import Lab, decisions
from tests.shared import mostly_thorough

STRATEGIES = ("fixed", "equilibrium")


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """A laboratory that has these games and no shipped ones."""
    lab = Lab(tmp_path_factory.mktemp("others"), warm=True)
    lab.clear()
    for name, (text, protocol) in GAMES.items():
        toml = "\n".join(line.strip() for line in text.splitlines()) + PROTOCOL.format(**protocol)
        (lab.folder / "treatments" / f"{name}.toml").write_text(toml, encoding="utf-8")
    yield lab
    lab.close()


@pytest.mark.parametrize(
    ("name", "strategy"),
    mostly_thorough(itertools.product(GAMES, STRATEGIES), *zip(list(GAMES)[::6], itertools.cycle(STRATEGIES))),
)
def test_other_games(others, name, strategy):
    done, tables = others.play(name, bot_strategy=strategy)
    assert done.returncode == 0, done.stderr[-2000:]
    check_rows(decisions(tables))
