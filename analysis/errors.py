"""What goes wrong with input."""

from __future__ import annotations


class ExportError(ValueError):
    """An export that cannot be read completely; the message says where, what stands there, what is expected."""
