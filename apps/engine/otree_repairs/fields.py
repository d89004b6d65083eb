"""Fields for abstract models."""

from typing import Any

from sqlalchemy.ext.declarative import declared_attr


def shared(field: Any, **settings: Any) -> Any:
    """A field for an abstract base: a plain one loses its form settings when oTree copies it to the subclass."""
    return declared_attr(lambda cls: field(**settings))
