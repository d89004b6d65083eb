"""The experimenter's pages that are ours: under addresses of their own, behind oTree's login.

A view is an `AdminView` of oTree's; what only reads is answered beside play, like oTree's exports.
"""

from otree.views import admin, cbv

from engine.otree_repairs.readers import READ_ONLY


def add(view: type[cbv.AdminView], reads: bool = False) -> None:
    """Before oTree makes its addresses: it looks for views in modules of its own, by the module of the class."""
    view.__module__ = admin.__name__
    setattr(admin, view.__name__, view)
    if reads and view not in READ_ONLY:
        READ_ONLY.append(view)


def codes_in(text: str) -> list[str]:
    """The codes of sessions in an address.

    >>> codes_in("a1b2c3d4-e5f6g7h8")
    ['a1b2c3d4', 'e5f6g7h8']
    """
    return [code for code in dict.fromkeys(text.split("-")) if code.isalnum()]
