"""Fields for abstract models, and yes or no answers that are one of the two."""

from typing import Any

from otree.forms import forms
from sqlalchemy.ext.declarative import declared_attr


def shared(field: Any, **settings: Any) -> Any:
    """A field for an abstract base: a plain one loses its form settings when oTree copies it to the subclass."""
    return declared_attr(lambda cls: field(**settings))


def truth(value: Any) -> bool:
    """A repair of oTree 6.0.15, which takes every text as yes and an empty one as no; for wtforms a ValueError is none.
    Only what a page sends is an answer.

    >>> truth("True"), truth("False")
    (True, False)
    """
    for answer, writings in ((True, (True, "True")), (False, (False, "False"))):
        if value in writings:
            return answer
    raise ValueError(f"{value!r} is neither True nor False")


def install() -> None:
    forms.coerce_functions[forms.FormDataTypes.bool] = truth
