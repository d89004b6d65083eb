"""Repairs of oTree 6.0.15's websockets: a wrong one is closed, nothing half-done is kept, nobody goes without the lock.

oTree answers 500 to a handshake whose address lacks something, takes what a stranger sends before it has told him to
leave, looks up live methods beside the lock, and commits what a failing live method had done.
"""

import logging
from contextlib import suppress
from typing import Any

from otree.channels import consumers, utils
from otree.common import AUTH_COOKIE_NAME, AUTH_COOKIE_VALUE, make_hash
from otree.database import db, session_scope
from otree.live import live_payload_function
from otree.models import Participant
from otree.views.abstract import WaitPage
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_impl import WebSocketProtocol
from websockets.exceptions import ConnectionClosed

from engine.otree_repairs.requests import bodies, origins
from engine.otree_repairs.storage import one_lock

logger = logging.getLogger(__name__)
Consumer = consumers._OTreeAsyncJsonWebsocketConsumer
POLICY_VIOLATION = 1008


class NotAllowedError(Exception):
    """A websocket of an experimenter's page, without the experimenter's cookie; or of somebody else's page."""


async def guarded(app: Any, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        origins.check(scope)
        bodies.check_query(scope)
        await app(scope, receive, send)
    except WebSocketDisconnect:
        pass
    except Exception as error:
        # whoever sent something wrong gets a closed door; there is nothing to be repaired in the server
        logger.warning("closed websocket %s: %s", ascii(scope["path"][:80]), ascii(f"{type(error).__name__}: {error}"))
        with suppress(Exception):  # it may be closed already
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})


async def on_connect(self: Any, websocket: WebSocket) -> None:
    """As oTree's, but a stranger is turned away before anything is accepted, and nothing is left if it fails."""
    websocket.send = utils.wrap_websocket_send(websocket.send)  # type: ignore[method-assign]
    if self._requires_login and websocket.session.get(AUTH_COOKIE_NAME) != AUTH_COOKIE_VALUE:
        raise NotAllowedError("not logged in")
    await websocket.accept()
    self.websocket = websocket
    for group in self.groups:
        utils.channel_layer.add(group, websocket)
    try:
        async with one_lock.lock:
            with session_scope():
                if isinstance(self, consumers.BaseWaitPage):
                    check_own(websocket.query_params.get("participant_code", ""), **self.cleaned_kwargs)
                await self.post_connect(**self.cleaned_kwargs)
    except BaseException:
        for group in self.groups:
            utils.channel_layer.discard(group, websocket)
        raise


def own_address(page: Any) -> str:
    """Of a wait page's websocket: with the participant's code, as all her or his addresses; numbers can be guessed."""
    return f"{plain_socket_url(page)}&participant_code={page.participant.code}"


def check_own(code: str, participant_id: int, session_pk: int, **others: Any) -> None:
    if not code or not Participant.objects_exists(id=participant_id, code=code, session_id=session_pk):
        raise NotAllowedError("not the participant's own wait page")


def room_address(room_name: str, participant_label: str, **others: Any) -> str:
    """Of the websocket of a room's first page: who is there is shown to the experimenter, by labels."""
    mark = make_hash(f"{room_name} {participant_label}")
    return f"{plain_room_path(room_name=room_name, participant_label=participant_label, **others)}&mark={mark}"


def room_parameters(self: Any) -> Any:
    found = plain_room_parameters(self)
    if found.pop("mark", "") != make_hash(f"{found.get('room_name')} {found['participant_label']}"):
        raise NotAllowedError("not the page of this label")
    return found


async def live_receive(self: Any, websocket: WebSocket, data: Any) -> None:
    async with one_lock.lock:
        with session_scope():
            await self.post_receive_json(data, **self.clean_kwargs())


async def live_answer(self: Any, content: Any, participant_code: str, page_name: str, **others: Any) -> None:
    participant = Participant.objects_filter(code=participant_code).first()
    if participant is None or participant.is_browser_bot:
        return
    try:
        await live_payload_function(participant_code=participant_code, page_name=page_name, payload=content)
    except Exception as error:
        db.rollback()
        logger.exception("the live method of %s failed: %r", page_name[:80], error)
        [group] = self.groups
        await utils.group_send(group=group, data={"otree_success": False, "live_method_payload": None})


async def process_request(self: Any, path: str, headers: Any) -> Any:
    """uvicorn cannot read headers beyond ASCII, and the library answers 500 to that."""
    try:
        return await plain_process_request(self, path, headers)
    except UnicodeEncodeError:
        return 400, [], b"The headers are not readable.\n"


async def handshake(self: Any, **options: Any) -> str:
    """Who hangs up before the server has answered is gone, and no error; the library takes a ConnectionError so."""
    try:
        return str(await plain_handshake(self, **options))
    except ConnectionClosed as error:
        logger.warning("a websocket hung up before it was open: %s", ascii(self.path[:80]))
        raise ConnectionResetError from error


async def close_connection(self: Any) -> None:
    """A browser that closes its page may be gone before the server has closed its own half: then all is closed."""
    with suppress(OSError):
        await plain_close_connection(self)


plain_socket_url, plain_room_path = WaitPage.socket_url, utils.room_participant_path
plain_room_parameters = consumers.WSRoomParticipant.clean_kwargs
plain_process_request = WebSocketProtocol.process_request
plain_handshake = WebSocketProtocol.handshake
plain_close_connection = WebSocketProtocol.close_connection


def install() -> None:
    consumers.lock2 = Consumer.lock = one_lock.lock
    Consumer.on_connect = on_connect
    WaitPage.socket_url, utils.room_participant_path = own_address, room_address
    consumers.WSRoomParticipant.clean_kwargs = room_parameters
    consumers.LiveConsumer.on_receive = live_receive
    consumers.LiveConsumer.post_receive_json = live_answer
    WebSocketProtocol.process_request = process_request
    WebSocketProtocol.handshake = handshake
    WebSocketProtocol.close_connection = close_connection
