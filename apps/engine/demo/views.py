"""The address of "Play alone now"; who may not see oTree's demo page may not play either."""

from otree.common import CSRF_TOKEN_NAME
from otree.database import db, session_scope
from otree.models import Session as Sessions
from otree.session import SESSION_CONFIGS_DICT
from otree.templating import filters
from otree.views import cbv
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from engine.demo import alone
from engine.demo.catalogue import demo_page
from engine.otree_repairs import aside, creation
from engine.otree_repairs.requests import front
from engine.otree_repairs.storage import one_lock

ADDRESS = "/demo/{name}/alone"


class PlayAlone(cbv.AdminView):
    """POST: make the session, and go to the first page of the one who plays."""

    async def dispatch(self) -> None:
        self.request = request = Request(self.scope, self.receive)
        answer = self.redirect("Login") if self._is_unauthorized() else await self.played(request)
        await answer(self.scope, self.receive, self.send)

    async def played(self, request: Request) -> Response:
        form, name = await request.form(), request.path_params["name"]
        token = form.get(CSRF_TOKEN_NAME)
        if not token or token != request.session.get(CSRF_TOKEN_NAME):  # a GET, or a page older than the server
            return RedirectResponse(request.url_for("DemoIndex"), 303)
        kind = form.get("kind", "short")
        if name not in SESSION_CONFIGS_DICT or kind not in alone.KINDS:
            return PlainTextResponse(f"{name}, kind = {kind}: no treatment, or none of {', '.join(alone.KINDS)}\n", 404)
        try:
            made = await creation.create(alone.order(SESSION_CONFIGS_DICT[name], kind))
        except (creation.SessionRefusedError, aside.JobFailedError) as error:
            return PlainTextResponse(f"{error}\n", 400)
        async with one_lock.lock:
            with session_scope():
                own = alone.begin(Sessions.objects_get(code=made["code"]))
                where = own._start_url()
                db.commit()
        return RedirectResponse(where, 303)


def is_play(scope: Scope) -> bool:
    return bool(aside.available() and scope["path"].startswith("/demo/") and scope["path"].endswith("/alone"))


def begin_serving() -> None:
    """oTree's list of addresses is made when all pages are known."""
    from otree.asgi import app
    from otree.views.demo import DemoIndex

    PlayAlone._requires_login = DemoIndex._requires_login
    app.router.routes.append(Route(ADDRESS, PlayAlone, name="PlayAlone"))


def install() -> None:
    """A second call changes nothing."""
    if begin_serving not in front.AT_START:
        filters.register("catalogue")(demo_page)
        front.AT_START.append(begin_serving)
        front.WITHOUT_LOCK.append(is_play)
