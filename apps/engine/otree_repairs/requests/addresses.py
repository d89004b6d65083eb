"""Repairs of oTree 6.0.15: addresses that are asked as they are not meant get an answer, and no error 500.

A page without a form is sent one, a page that only takes a form is looked at, a room does not exist, somebody logs out
who was not logged in, a page of Mechanical Turk is asked of a session without it, a button to go back is sent by a page
that has none.
"""

import sys
from collections.abc import Callable
from typing import Any

from otree import constants
from otree.room import ROOM_DICT
from otree.session import SESSION_CONFIGS_DICT
from otree.templating import get_template_name_if_exists
from otree.templating.errors import TemplateLoadError
from otree.views import abstract, admin, cbv, mturk, participant
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

Dispatch = Callable[[Any], Any]
OF_MECHANICAL_TURK = (participant.MTurkStart, mturk.MTurkCreateHIT, mturk.MTurkSessionPayments, mturk.PayMTurk,
                      mturk.RejectMTurk, mturk.MTurkExpireHIT)  # fmt: skip


def as_meant(dispatch: Dispatch) -> Dispatch:
    """Of an experimenter's page: only what it can do, and only rooms that exist."""

    async def checked(view: Any) -> None:
        if not takes(view, view.scope["method"]):
            raise HTTPException(405)
        room = view.scope["path_params"].get("room_name")
        if room is not None and room not in ROOM_DICT:
            raise HTTPException(404)
        await dispatch(view)

    return checked


def takes(view: Any, method: str) -> bool:
    kind = type(view)
    if method == "POST":
        return kind.post is not cbv.AdminView.post or view.form_class is not None
    if kind.get is not cbv.AdminView.get:
        return True
    try:
        get_template_name_if_exists([getattr(kind, "template_name", None) or view.get_template_name()])
    except TemplateLoadError:
        return False
    return True


def log_out(self: Any, request: Request) -> RedirectResponse:
    request.session.clear()
    return RedirectResponse(request.url_for("Login"), status_code=302)


async def not_used(view: Any) -> None:
    raise HTTPException(404)


def post(self: Any) -> Any:
    """Of a participant's page: the button back, where there is none, changes nothing."""
    if self._form_data.get(constants.back_button) and not self.allow_back_button:
        raise HTTPException(400)
    return plain_post(self)


plain_post = abstract.Page.post


def save(self: Any, request: Request) -> Any:
    """For `otree devserver` on the same computer, which asks without a login; nobody else is told of the process."""
    if "devserver_inner" not in sys.argv or request.client is None or request.client.host != "127.0.0.1":
        raise HTTPException(404)
    return plain_save(self, request)


plain_save = admin.SaveDB.post


def edit(self: Any, request: Request, *arguments: Any, **options: Any) -> Any:
    """Of the session's properties: oTree fails where money is missing or not finite."""
    form = self.form_class(formdata=self.get_post_data())
    rate, fee = form.real_world_currency_per_point.data, form.participation_fee.data
    if form.validate() and (rate is None or not rate.is_finite() or not (fee is None or fee.is_finite())):
        raise HTTPException(400, "participation_fee and real_world_currency_per_point must be numbers")
    return cbv.AdminView.post(self, request, *arguments, **options)


def install() -> None:
    cbv.AdminView.dispatch = as_meant(cbv.AdminView.dispatch)  # readers asks for the login before
    admin.Logout.get = log_out
    admin.SaveDB.post = save
    admin.SessionEditProperties.post = edit
    participant.GBATInactive.dispatch = not_used  # nobody is matched by the time of arrival
    if not any("mturk_hit_settings" in config for config in SESSION_CONFIGS_DICT.values()):
        for view in OF_MECHANICAL_TURK:
            view.dispatch = not_used
    abstract.Page.post = post
