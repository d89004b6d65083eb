"""Games that are not shipped: other group sizes, grids, priors, roundings, costs and roles, played by bots."""

import pytest

from tests.apps.other_games import GAMES, PROTOCOL
from tests.apps.played_rows import check_rows
from tests.lab import decisions


@pytest.mark.parametrize("strategy", ["fixed", "equilibrium"])
@pytest.mark.parametrize("name", GAMES)
def test_other_games(own_lab, name, strategy):
    text, protocol = GAMES[name]
    toml = "\n".join(line.strip() for line in text.splitlines()) + PROTOCOL.format(**protocol)
    for path in (own_lab.folder / "treatments").iterdir():
        path.unlink()
    (own_lab.folder / "treatments" / f"{name}.toml").write_text(toml, encoding="utf-8")
    done, tables = own_lab.play(name, bot_strategy=strategy)
    assert done.returncode == 0, done.stderr[-2000:]
    check_rows(decisions(tables))
