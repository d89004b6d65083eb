r"""Tables as LaTeX (booktabs), as Markdown and as CSV. Every cell is text; nothing in it is taken for a command.

The LaTeX needs \usepackage{booktabs} and nothing else: signs that pdfLaTeX does not know are written as commands.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from analysis.tables import Table
from analysis.words import MINUS, NOTHING

COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    MINUS: "$-$",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "∞": r"$\infty$",
    "±": r"$\pm$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≠": r"$\neq$",
    "≈": r"$\approx$",
    "√": r"$\surd$",
    "Σ": r"$\Sigma$",
    "∈": r"$\in$",
    "→": r"$\rightarrow$",
    "²": r"$^2$",
    "ⁿ": r"$^n$",
    "₋": r"$_{-}$",
    "’": "'",
    "‘": "`",
    "“": "``",
    "”": "''",
    "\u00a0": "~",
    "\n": " ",
} | {
    letter: rf"$\{name}$"
    for letter, name in zip(
        "αβγδεθκλμνπρστφχψω",
        "alpha beta gamma delta varepsilon theta kappa lambda mu nu pi rho sigma tau varphi chi psi omega".split(),
        strict=True,
    )
}
LONG = 34
"""Characters of a cell beyond which its column is set as a paragraph."""


def escaped(text: str) -> str:
    r"""Text for LaTeX; a sign beyond Latin that has no command is written as its number, so that LaTeX still runs.

    >>> print(escaped("50 % of p_1 & −2"))
    50 \% of p\_1 \& $-$2
    """
    return "".join(COMMANDS.get(sign, sign if ord(sign) < 0x250 else f"[U+{ord(sign):04X}]") for sign in text)


def as_latex(table: Table, label: str) -> str:
    """A floating table with caption (without its number: LaTeX counts), label and note."""
    head = [_head(cell, k < table.texts) for k, cell in enumerate(table.head)]
    rows = [r" & ".join(map(escaped, row)) + r" \\" for row in table.rows]
    title = re.sub(r"^Table [\w.]+?\. ", "", table.caption)
    lines = [
        r"\begin{table}[htbp]",
        r"\centering\small",
        rf"\caption{{{escaped(title)}}}",
        rf"\label{{tab:{label}}}",
        rf"\begin{{tabular}}{{{''.join(_column(table, k) for k in range(len(table.head)))}}}",
        r"\toprule",
        " & ".join(head) + r" \\",
        r"\midrule",
        *rows,
        r"\bottomrule",
        r"\end{tabular}",
    ]
    if table.note:
        lines += ["", rf"\smallskip\parbox{{\linewidth}}{{\footnotesize {escaped(table.note)}}}"]
    return "\n".join([*lines, r"\end{table}", ""])


def _head(text: str, is_words: bool) -> str:
    """A long head of a column of numbers is broken over lines."""
    words = escaped(text).split(" ")
    if is_words or len(text) <= 12 or len(words) == 1:
        return " ".join(words)
    lines, line = [], ""
    for word in words:
        if line and len(line) + len(word) > 14:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    stacked = r" \\ ".join([*lines, line])
    return rf"\begin{{tabular}}[b]{{@{{}}r@{{}}}}{stacked}\end{{tabular}}"


def _column(table: Table, k: int) -> str:
    longest = max((len(row[k]) for row in table.rows if k < len(row)), default=0)
    if k < table.texts and longest > LONG:
        return r"p{0.35\linewidth}"
    return "l" if k < table.texts else "r"


def as_markdown(table: Table) -> str:
    """A pipe table with caption above and note below."""
    rules = [":--" if k < table.texts else "--:" for k in range(len(table.head))]
    lines = [f"**{_markdown(table.caption)}**", ""]
    lines += [_pipes(map(_markdown, table.head)), _pipes(rules)]
    lines += [_pipes(map(_markdown, row)) for row in table.rows]
    return "\n".join([*lines, *(["", _markdown(table.note)] if table.note else []), ""])


def _pipes(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _markdown(text: str) -> str:
    return re.sub(r"([\\|*_`<>\[\]#])", r"\\\1", text).replace("\n", " ")


def as_csv(table: Table) -> str:
    """The cells as programs read them: a hyphen for the minus sign, nothing for a dash."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.head)
    writer.writerows([["" if cell == NOTHING else cell.replace(MINUS, "-") for cell in row] for row in table.rows])
    return stream.getvalue()
