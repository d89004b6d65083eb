"""The file of sessions: what the experimenter knows of each session, and no export says (wave, laboratory, pair).

A table with the column session_code and further ones, one row a session, read as forgivingly as other files that people
write. Its columns stand in each decision of the session.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import ExportError, Problem, raise_if_any, shown
from analysis.loading.encoded import Encoded
from analysis.loading.schema import Column, convert
from analysis.loading.sources import Source, sources_in
from analysis.loading.texts import Texts
from analysis.variables import registry
from analysis.words import counted, listed

CODE = "session_code"
OF_THE_REPORT = frozenset(("met", "session", "unit", "half", "treatment_name", "treatment_key"))
"""Names that mean something else to what reads the decisions."""
EXPECTED = "expected the column session_code and further ones, such as wave or laboratory"


@dataclass(frozen=True)
class SessionData:
    """table : the further columns, index session_code; lines : of the sessions in the file; name, sha256 : of the file;
    notes : on how it was read"""

    table: pd.DataFrame
    lines: dict[str, int]
    name: str
    sha256: str
    notes: tuple[str, ...]

    def joined(self, decisions: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        """The decisions with these columns, and what was noticed, one sentence each.

        Raises ExportError for sessions in the analysis that have no row.
        """
        there = set(decisions[CODE])
        lost = sorted(set(decisions.loc[decisions["in_analysis"].astype(bool), CODE]) - set(self.lines))
        unknown = [(code, line) for code, line in self.lines.items() if code not in there]
        others = [Problem(self.name, f"session {shown(code)} is in no export", line) for code, line in unknown]
        missing = [Problem(self.name, f"session {shown(code)} is in the analysis and has no row") for code in lost]
        raise_if_any([*missing, *others] if missing else [])
        found = self.table.reindex(decisions[CODE])
        columns = {name: found[name].array for name in found}
        say = f"{self.name}: {listed(columns)} of {counted(len(there & set(self.lines)), 'session')}"
        return decisions.assign(**columns), [*self.notes, say, *map(str, others)]


def read_session_data(path: Path) -> SessionData:
    """The file (CSV, or a workbook of one sheet); ExportError for one of another form."""
    if not path.is_file():
        raise ExportError(f"{path}: no such file; {EXPECTED}")
    sources, _ = sources_in(path)
    if len(sources) != 1:
        found = f"{len(sources)} tables with entries in it ({', '.join(source.name for source in sources)})"
        raise ExportError(f"{path.name}: {found if sources else 'no entry in it'}; expected one table, of sessions")
    return _read(sources[0])


def _read(source: Source) -> SessionData:
    texts = Texts(source, by_machine=False)
    raise_if_any(texts.problems or _header_problems(texts))
    lines, found = texts.whole()
    entries = {name.strip(): column for name, column in found.items()}
    codes = [str(code).strip() for code in entries.pop(CODE).decoded()]
    problems = list(texts.problems)
    seen: dict[str, int] = {}
    for code, line in zip(codes, lines.tolist(), strict=True):
        if not code or code in seen:
            what = f"session {shown(code)} stands in line {seen[code]} too" if code else "no code of a session"
            problems.append(Problem(source.name, what, line, CODE))
        seen.setdefault(code, line)
    raise_if_any(problems)
    columns = {name: _typed(name, column, texts.separator != ",") for name, column in entries.items()}
    table = pd.DataFrame(columns, index=pd.Index(codes, name=CODE))
    return SessionData(table, seen, source.name, source.sha256(), tuple(texts.notes))


def _header_problems(texts: Texts) -> list[Problem]:
    names, taken = [name.strip() for name in texts.header], {variable.name for variable in registry()} | OF_THE_REPORT
    wrong = [f"column {name} twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    if CODE not in names or len(names) < 2:
        wrong.append(f"the columns are {listed(names) if names else 'none'}; {EXPECTED}")
    for name in names:
        if name != CODE and name in taken:
            wrong.append(f"column {name}: the data have or compute one of that name; expected another name")
        elif not name.isidentifier():
            wrong.append(f"column {shown(name)}: expected a name of letters, digits and _")
    return [Problem(texts.source.name, what, texts.source.first_line) for what in wrong]


def _typed(name: str, texts: Encoded, decimal_comma: bool) -> np.ndarray:
    """Whole numbers, numbers, or text, whatever all entries are; a blank is missing."""
    texts = Encoded.of([str(text).strip() for text in texts.decoded()])
    for kind in ("whole", "number"):
        values, wrong = convert(Column(name, kind, blank=True), texts, decimal_comma)
        if not wrong.any():
            return values.array
    return pd.array([text or None for text in texts.decoded()], dtype="str")
