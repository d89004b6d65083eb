"""From exports to tables, predictions and a report. Reads export files only, never the live database.

    >>> from analysis import load_decisions
    >>> from analysis.audit import audit
    >>> from analysis.predictions import predict

On the command line: ``python -m analysis audit EXPORT…`` and ``python -m analysis report EXPORT… --out DIR``.
The tidy table has one row a decision; docs/codebook.md explains every column.
"""

from analysis.errors import ExportError
from analysis.loading.exports import Exports, load_decisions, read_exports

__all__ = ["ExportError", "Exports", "load_decisions", "read_exports"]
