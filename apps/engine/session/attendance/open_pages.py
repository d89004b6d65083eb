"""Which people have a page open: known by the websocket that each page of a browser holds.

Of somebody without websockets nothing is known here, and only the clocks say that nobody is there.
"""

import time
from collections import Counter
from typing import Any

from otree.channels import consumers
from otree.channels.consumers import parse_querystring

open_pages: Counter[str] = Counter()
"""By the participant's code, in this server process."""
closed_at: dict[str, float] = {}
"""When the last open page of a participant was closed."""


def opened(code: str) -> None:
    open_pages[code] += 1
    closed_at.pop(code, None)


def closed(code: str) -> None:
    open_pages[code] = max(0, open_pages[code] - 1)
    if not open_pages[code]:
        del open_pages[code]
        closed_at[code] = time.time()


def code_of(consumer: Any) -> str:
    return str(parse_querystring(consumer.scope["query_string"]).get("participant_code", ""))


def watched(consumer: Any) -> None:
    """Notice when a websocket of this class begins and ends."""
    begins, ends = consumer.post_connect, consumer.pre_disconnect

    async def post_connect(self: Any, **arguments: Any) -> None:
        opened(code_of(self))
        await begins(self, **arguments)

    async def pre_disconnect(self: Any, **arguments: Any) -> None:
        closed(code_of(self))
        await ends(self, **arguments)

    consumer.post_connect, consumer.pre_disconnect = post_connect, pre_disconnect


def install() -> None:
    for consumer in (consumers.DetectAutoAdvance, consumers.WSSubsessionWaitPage, consumers.WSGroupWaitPage):
        watched(consumer)
