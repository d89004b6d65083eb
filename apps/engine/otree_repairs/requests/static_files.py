"""A repair of oTree 6.0.15: a browser asks for a style sheet or a script once, and their addresses are found once.

oTree looks for the address of each static file among all routes of the server each time it is written on a page, and
sends the file without saying how long it holds. Here the address carries a hash of the file's content, and what is
asked for by it may be kept for ever: a changed file has another address. A name that no file can have is not found,
which was an error 500.
"""

import errno
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from otree import common2
from otree.templating import nodes
from starlette.types import Scope

KEPT, ASKED_AGAIN = "public,max-age=31536000,immutable", "no-cache"
plain_url, plain_response = common2.url_of_static_file, common2.OTreeStaticFiles.file_response
plain_lookup = common2.OTreeStaticFiles.lookup_path
NO_NAME = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.ELOOP)


def url_of_static_file(path: str) -> str:
    """/static/platform.css?v=1f8a0c93d2; a file that does not exist is an error, as in oTree."""
    return f"{address(path)}?v={version(file_of(path))}"


@lru_cache
def address(path: str) -> str:
    return str(plain_url(path))


@lru_cache
def file_of(path: str) -> Path:
    common2.static_files_app.assert_file_exists(path)
    return next(file for folder in common2.static_files_app.all_directories if (file := Path(folder, path)).is_file())


def version(file: Path) -> str:
    """Of its content now: somebody may edit it while the server runs."""
    stat = file.stat()
    return hash_of(file, stat.st_mtime_ns, stat.st_size)


@lru_cache
def hash_of(file: Path, changed: int, size: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10]


def file_response(app: Any, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Any:
    response = plain_response(app, full_path, stat_result, scope, status_code)
    [asked] = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])[:1]
    kept = asked == version(Path(full_path))
    response.headers["cache-control"] = KEPT if kept else ASKED_AGAIN
    return response


async def lookup_path(app: Any, path: str) -> Any:
    try:
        return await plain_lookup(app, path)
    except OSError as error:
        if error.errno not in NO_NAME:
            raise
        return "", None


def install() -> None:
    common2.url_of_static_file = nodes.url_of_static_file = url_of_static_file
    common2.OTreeStaticFiles.file_response = file_response
    common2.OTreeStaticFiles.lookup_path = lookup_path
