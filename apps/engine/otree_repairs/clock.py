"""A repair of oTree 6.0.15: pages of people who are gone must be submitted when their time is over, on SQLite too.

oTree's timeout process deletes a finished task without committing and goes on to the next one, so that it holds the
database's write lock while it asks the server to submit a page. The server cannot write and answers "database is
locked", and the group of the absent person waits for ever, as soon as two tasks fall due together. Committing first
frees the lock.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from otree.database import db
from otree.tasks import Worker


def committed(task: Callable[..., None]) -> Callable[..., None]:
    @wraps(task)
    def after_commit(worker: Any, **arguments: Any) -> None:
        db.commit()
        task(worker, **arguments)

    return after_commit


def repair_timeouts() -> None:
    """Called when the models are loaded, which happens in the server and in its timeout process."""
    for name in ("submit_expired_url", "ensure_pages_visited"):
        task = getattr(Worker, name)
        if not hasattr(task, "__wrapped__"):
            setattr(Worker, name, committed(task))
