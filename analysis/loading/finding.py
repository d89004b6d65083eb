"""Which tables the given paths hold, of which kind; what else is there, with the reason why it is not read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analysis.errors import ExportError, Problem, raise_if_any
from analysis.loading.formats import incomplete, is_web_page, recognise, why_foreign
from analysis.loading.sources import READ, Source, sources_in, why_not_read
from analysis.loading.texts import header_of

Skipped = tuple[tuple[str, str], ...]


def found_in(given: Iterable[Path], *beside: str | Path | None) -> tuple[list[tuple[Source, str]], Skipped]:
    """The tables to read, each once, with their kinds (keys of `formats.FORMATS`), and what is not read, with reasons.

    beside : files of exclusions and sessions, which are no exports

    Raises
    ------
    ExportError
        A path is not there or holds no export; a file was named that is none; a file is one in part.
    """
    left_out = {Path(file).resolve() for file in beside if file is not None}
    found = _Found()
    for path in given:
        if not path.exists():
            raise ExportError(f"{path}: no such file or folder")
        if path.is_file():
            found.add_file(path)
        else:
            found.add_folder(path, left_out)
    raise_if_any(found.problems)
    return list(found.tables.values()), tuple(found.skipped)


MOST_NAMED = 12
"""Files that a reason names."""


def _reasons(skipped: Iterable[tuple[str, str]]) -> str:
    """Each reason with its files.

    >>> _reasons([("a.ods", "no table"), ("b.csv", "a web page"), ("c", "no table")])
    'a.ods, c: no table; b.csv: a web page'
    """
    names: dict[str, list[str]] = {}
    for name, why in skipped:
        names.setdefault(why, []).append(name)
    return "; ".join(
        f"{', '.join(of[:MOST_NAMED])}{f' and {len(of) - MOST_NAMED} more' if len(of) > MOST_NAMED else ''}: {why}"
        for why, of in names.items()
    )


class _Found:
    """What was found so far."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], tuple[Source, str]] = {}
        self.skipped: list[tuple[str, str]] = []
        self.problems: list[Problem] = []

    def add_file(self, path: Path) -> None:
        """A file that was named: it must hold an export."""
        why = why_not_read(path.name)
        if why and not path.name.lower().endswith(READ):
            raise ExportError(f"{path.name}: {why}; expected CSV files, .xlsx or .zip as they were downloaded")
        if why:  # a pattern such as *.csv names these files too
            self.skipped.append((path.name, why))
            return
        sources, skipped = sources_in(path)
        before = len(self.skipped)
        self.skipped += skipped
        alone = len(sources) == 1 and not skipped
        if not sources and not skipped:
            self.problems.append(Problem(path.name, "no table in it; expected exports as they were downloaded"))
        taken = 0
        for source in sources:
            taken += self._add(source, source.name, named=alone)
        if not taken and not self.problems:
            raise ExportError(f"{path.name}: no export in it ({_reasons(self.skipped[before:])})")

    def add_folder(self, folder: Path, left_out: set[Path]) -> None:
        before, taken = len(self.skipped), 0
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            name = file.relative_to(folder).as_posix()
            if file.resolve() in left_out:
                continue
            if why := why_not_read(name):
                self.skipped.append((name, why))
                continue
            sources, skipped = sources_in(file)
            self.skipped += skipped
            for source in sources:
                taken += self._add(source, name if source.name == file.name else source.name)
        if not taken and not self.problems:
            listed = f" (skipped: {_reasons(self.skipped[before:])})" if self.skipped[before:] else ""
            raise ExportError(
                f"{folder}: no decision export in this folder{listed}; expected files such as demand_custom.csv"
            )

    def _add(self, source: Source, name: str, named: bool = False) -> bool:
        """Whether the table is taken (perhaps again)."""
        header = header_of(source)
        # a custom export whose header cannot be read is taken, to fail later
        unread = not header and (named or "_custom" in Path(source.name).stem)
        kind = recognise(header) or ("decisions" if unread else "")
        if kind:
            self.tables[source.key] = source, kind
        elif named or incomplete(header) or is_web_page(header):
            self.problems.append(Problem(source.name, why_foreign(header), source.first_line))
        else:
            self.skipped.append((name, why_foreign(header, brief=True)))
        return bool(kind)
