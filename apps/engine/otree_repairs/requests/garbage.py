"""A repair of oTree's server: what it has loaded when it starts stays to the end and is not searched for garbage.

Modules, treatments and SQLAlchemy's mappers are a million objects; each full search goes over all of them, which takes
about a tenth of the processor time of a session.
"""

import gc

from engine.otree_repairs.requests import front


def install() -> None:
    front.AT_START.append(keep_what_is_loaded)


def keep_what_is_loaded() -> None:
    gc.collect()
    gc.freeze()
