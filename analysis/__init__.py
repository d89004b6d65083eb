"""From exports to tables, predictions and a report. Reads export files only, never the live database.

    >>> from analysis import audit, compare, load_decisions, predict
    >>> decisions = load_decisions("examples/data/production/s01produ_custom.csv.gz")
    >>> audit(decisions).ok
    True

On the command line: ``python -m analysis audit EXPORT…`` and ``python -m analysis report EXPORT… --out DIR``.
The tidy table has one row a decision; docs/codebook.md explains every column.

What the package offers (``__init__.pyi`` is the list; each is loaded when it is first used):

"""

from mechanisms.lazy import face

__getattr__, __dir__, __all__, _lines = face(__name__, checked_by="analysis.arguments")
__doc__ += _lines
