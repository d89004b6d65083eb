"""A Content-Security-Policy on every page: a script runs only if it is a file of this server, or oTree's own.

Our pages have no script and no handler in their HTML. oTree's pages have: their scripts get a number that is drawn anew
for each answer (nonce), where the templates are loaded, before anything that came from people is put into them; the
few handlers in them are known by their hashes. A script in a label has neither and does not run.
"""

import base64
import hashlib
import re
import secrets
from pathlib import Path
from typing import Any

import otree
from otree.templating import loader
from starlette.datastructures import MutableHeaders

from engine.otree_repairs.pages.readable import readable
from engine.otree_repairs.requests.origins import HOST

HERE = secrets.token_hex(16)
"""Stands for the nonce in the templates; it never leaves this process."""
SCRIPT = re.compile(r"<script(?=[\s>])")
HANDLER = re.compile(r"""\son[a-z]+=(?:"([^"]*)"|'([^']*)')""")


def policy(host: str, nonce: str = "", more: str = "") -> str:
    """The header's value; with a nonce: of a page of oTree's.

    >>> policy("lab:8000").split("; ")[:2]
    ["default-src 'self'", "script-src 'self'"]
    """
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    scripts = f" 'nonce-{nonce}' 'unsafe-hashes' {' '.join(handlers)} {more}" if nonce else ""
    styles = " 'unsafe-inline'" if nonce else ""
    return "; ".join([
        "default-src 'self'", f"script-src 'self'{scripts}", f"style-src 'self'{styles}",
        "style-src-attr 'unsafe-inline'",  # sizes that are computed: --cell, --type-size
        "img-src 'self' data:", f"connect-src 'self'{sockets}",
        "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'",
    ])  # fmt: skip


def known_handlers() -> list[str]:
    """The hashes of the handlers in oTree's own templates, and of the one that its tab Data writes for each person."""
    folder = Path(otree.__file__).parent / "templates"
    files = [file.read_text("utf-8") for file in folder.rglob("*.html")]
    texts = {found[1] or found[2] for text in files for found in HANDLER.finditer(text)}
    return [hash_of(text) for text in sorted(texts)]


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


MOST_IN_DATA = 100
"""People whose groups can be filtered in oTree's tab Data; each is 53 bytes of its header."""
in_data = " ".join(hash_of(f"filterGroup({k})") for k in range(MOST_IN_DATA))
handlers = known_handlers()


def load(self: Any, template_id: str, template_type: Any) -> Any:
    """As oTree's, with a mark at each script of its templates, and what readers of the screen need."""
    from otree.templating.template import Template

    path = self.search_template(template_id)
    text = SCRIPT.sub(f'<script nonce="{HERE}"', readable(path.read_text("utf-8")))
    return Template(text, template_id, template_type=template_type), path


OURS = ("/p/", "/room/", "/join/", "/InitializeParticipant/", "/OutOfRangeNotification/")


def sender(scope: Any, send: Any) -> Any:
    """Puts the header on each answer that is a page, and a number, as long, in the place of the marks."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    nonce, ours = secrets.token_hex(16), scope["path"].startswith(OURS)
    page = False

    async def passed(message: Any) -> None:
        nonlocal page
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers["x-content-type-options"] = "nosniff"
            page = headers.get("content-type", "").startswith("text/html")
            if page:
                more = in_data if scope["path"].startswith("/SessionData/") else ""
                headers["content-security-policy"] = policy(host, "" if ours else nonce, more)
                headers["referrer-policy"] = "same-origin"  # addresses have the codes of seats in them
            message = {**message, "headers": headers.raw}
        elif page:
            message = {**message, "body": message.get("body", b"").replace(HERE.encode(), nonce.encode())}
        await send(message)

    return passed


def install() -> None:
    loader.FileLoader.load_from_disk = load
