"""A repair of oTree 6.0.15: a message that nobody listens to is not made.

On every page oTree makes a row for the monitor and starts an event loop of its own to send it, even if no monitor is
open, and remembers every address that it ever sent to. With a listener, the message went out from a loop to which the
connection does not belong. Here it is made only for somebody, and sent by the loop of the connection.
"""

import asyncio
from typing import Any

import otree.channels.utils as channels
from otree.models import Participant

plain_add, plain_update = channels.ChannelLayer.add, Participant._update_monitor_table
loops: list[Any] = []
"""The event loop of the server, once somebody has connected."""


def add(layer: Any, group: str, websocket: Any) -> None:
    loops[:] = [asyncio.get_running_loop()]
    plain_add(layer, group, websocket)


def sync_send(layer: Any, group: str, data: Any) -> None:
    """From the event loop or from a thread of it; nobody waits until it has arrived."""
    if not layer._subs.get(group):
        return
    [loop] = loops
    asyncio.run_coroutine_threadsafe(layer.send(group, data), loop)


def update_monitor_table(participant: Any) -> None:
    if channels.channel_layer._subs.get(channels.session_monitor_group_name(participant._session_code)):
        plain_update(participant)


def install() -> None:
    channels.ChannelLayer.add = add
    channels.ChannelLayer.sync_send = sync_send
    Participant._update_monitor_table = update_monitor_table
