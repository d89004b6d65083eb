"""Addresses of the data of sessions, and of audits and reports over them: to start, to stop, to read, to download."""

import io
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from otree.database import db
from otree.models import Session as Sessions
from otree.views import cbv
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from engine.admin import addresses, runs
from engine.admin.chosen import chosen_page
from engine.admin.data import archive, sessions_of, write
from engine.otree_repairs import aside
from engine.otree_repairs.requests import front
from engine.otree_repairs.storage.exports import Streamed
from engine.payouts import files_of

PIECE = 65536


class SessionFiles(cbv.AdminView):
    """Everything about one or several sessions in one archive."""

    url_pattern = "/SessionFiles/{codes}"

    def get(self, request: Request, codes: str) -> Response:
        sessions = known(addresses.codes_in(codes))
        name = f"session-{codes}" if len(sessions) == 1 else f"{len(sessions)}-sessions"
        pieces = zipped(sessions, name)
        first = next(pieces)  # what fails, fails before anything is sent
        return Streamed(chain([first], pieces), f"{name}.zip", "application/zip")


class PaymentFiles(cbv.AdminView):
    """What `run.py payments` writes, of one session in one archive; the key to the identifiers is in no other data."""

    url_pattern = "/PaymentFiles/{code}"

    def get(self, request: Request, code: str) -> Response:
        [session] = known(addresses.codes_in(code)[:1])
        files, said = files_of(session)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archived:
            for name, text in {**files, "README.txt": "\n".join([*said, ""])}.items():
                archived.writestr(f"payments-{session.code}/{name}", text)
        kept = {
            "Content-Disposition": f'attachment; filename="payments-{session.code}.zip"',
            "Cache-Control": "no-store",
        }
        return Response(made.getvalue(), media_type="application/zip", headers=kept)


def known(codes: list[str]) -> list[Any]:
    try:
        sessions = sessions_of(codes)
    except LookupError as error:
        raise HTTPException(404, f"there is no session {error}") from None
    if not sessions:
        raise HTTPException(404, "no session is named")
    return sessions


def zipped(sessions: list[Any], name: str) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "data")
        write(sessions, folder)
        with archive(folder, Path(scratch, "data.zip"), name).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


class SessionRun(cbv.AdminView):
    """Start an audit or a report, or stop it; it goes on when this is answered."""

    url_pattern = "/SessionRun/{codes}"

    async def post(self, request: Request, codes: str) -> Response:
        sent = self.get_post_data()
        kind, act, named = sent.get("kind"), sent.get("act"), addresses.codes_in(codes)
        if kind not in runs.KINDS or act not in ("start", "stop"):
            raise HTTPException(400, f"kind must be one of {', '.join(runs.KINDS)}, act start or stop")
        if db.query(Sessions).filter(Sessions.code.in_(named)).count() != len(named) or not named:
            raise HTTPException(404)
        if not aside.available():
            raise HTTPException(503, "this server has its database in memory: use python -m analysis")
        (runs.desk.start if act == "start" else runs.desk.cancel)(named, kind)
        return Response("ok")


class SessionRunFile(cbv.AdminView):
    """A file of the last report: the page, its tables and figures, or all of it in one archive."""

    url_pattern = "/SessionRunFile/{codes}/{kind}/{path:path}"

    def get(self, request: Request, codes: str, kind: str, path: str) -> Response:
        if kind not in runs.KINDS:
            raise HTTPException(404)
        folder = runs.folder_of(runs.key_of(addresses.codes_in(codes)), kind).resolve()
        file = (folder / path).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            raise HTTPException(404)
        if file.name == "report.zip":
            return FileResponse(str(file), filename=f"report-{codes}.zip")
        return FileResponse(str(file))


class ChosenSessions(cbv.AdminView):
    """Data, audit and report over several sessions: those that are named in the address (`?CODE=on&…`)."""

    url_pattern = "/ChosenSessions"
    template_name = "engine/admin_chosen.html"

    def get(self, request: Request) -> Response:
        named = list(request.query_params)
        if len(named) == 1:
            return RedirectResponse(request.url_for("AdminReport", code=known(named)[0].code), 302)
        self.sessions = known(named)
        return super().get(request)

    def get_template_name(self) -> str:
        return self.template_name

    def vars_for_template(self) -> dict[str, Any]:
        return {"report": chosen_page(self.sessions)}


def is_run_file(scope: Any) -> bool:
    return bool(scope["method"] in ("GET", "HEAD") and scope["path"].startswith("/SessionRunFile/"))


def install() -> None:
    addresses.add(SessionFiles, reads=True)
    addresses.add(PaymentFiles, reads=True)
    addresses.add(ChosenSessions, reads=True)
    addresses.add(SessionRun)
    addresses.add(SessionRunFile)
    runs.install()
    if is_run_file not in front.WITHOUT_LOCK:
        front.WITHOUT_LOCK.append(is_run_file)
