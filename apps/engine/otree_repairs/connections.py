"""A repair of oTree 6.0.15: a browser's connection outlives the time that a decision takes.

oTree's server closes a connection over which nothing came for 5 seconds, so that everybody who thinks for longer
connects anew with each page; and who sends a decision at the moment when it is closed has sent it to nobody: of 300
people who decided together every round, 4 in 100 had to send again.
"""

from typing import Any

from uvicorn.config import Config

SECONDS_IDLE = 120
plain_init = Config.__init__


def init(config: Any, *arguments: Any, **options: Any) -> None:
    plain_init(config, *arguments, **{"timeout_keep_alive": SECONDS_IDLE, **options})


def install() -> None:
    Config.__init__ = init
