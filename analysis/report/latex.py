r"""Tables as LaTeX (booktabs), as Markdown and as CSV. Every cell is text; nothing in it is taken for a command.

The LaTeX needs \usepackage{booktabs} and nothing else: signs that pdfLaTeX does not know are written as commands.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from analysis.report.latex_layout import GAP, Layout, Part, broken, lay_out, pieces
from analysis.report.tables import Table
from analysis.words import MINUS, NOTHING

COMMANDS = (
    {
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
        "ⁿ": r"$^n$",
        "₋": r"$_{-}$",
        "’": "'",
        "‘": "`",
        "“": "``",
        "”": "''",
        "\u00a0": "~",
        "\n": " ",
    }
    | {sign: f"$^{digit}$" for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
    | {
        letter: rf"$\{name}$"
        for letter, name in zip(
            "αβγδεθκλμνπρστφχψω",
            "alpha beta gamma delta varepsilon theta kappa lambda mu nu pi rho sigma tau varphi chi psi omega".split(),
            strict=True,
        )
    }
)


def escaped(text: str) -> str:
    r"""Text for LaTeX; a sign beyond Latin that has no command is written as its number, so that LaTeX still runs.

    >>> print(escaped("50 % of p_1 & −2"))
    50 \% of p\_1 \& $-$2
    """
    return "".join(COMMANDS.get(sign, sign if ord(sign) < 0x250 else f"[U+{ord(sign):04X}]") for sign in text)


def as_latex(table: Table, label: str) -> str:
    """Floating tables with caption (without its number: LaTeX counts), label and note; as many as it needs pages."""
    layout, title = lay_out(table), escaped(re.sub(r"^Table [\w.]+?\. ", "", table.caption))
    note = [rf"\smallskip\parbox{{\linewidth}}{{\footnotesize {escaped(table.note)}}}"] if table.note else []
    floats = []
    for k, page in enumerate(layout.pages):
        named = [rf"\caption{{{title}}}", rf"\label{{tab:{label}}}"]
        again = [r"\addtocounter{table}{-1}", rf"\caption{{{title} (continued)}}"]
        floats += [
            r"\begin{table}[htbp]",
            rf"\centering\{layout.size}\setlength{{\tabcolsep}}{{{GAP / 2:g}pt}}",
            *(again if k else named),
            "\n\\par\\medskip\n".join(_tabular(table, part, layout) for part in page),
            *(["", *note] if page is layout.pages[-1] and note else []),
            r"\end{table}",
            "",
        ]
    return "\n".join(floats)


def _tabular(table: Table, part: Part, layout: Layout) -> str:
    kinds = [
        f"p{{{room:.1f}pt}}" if room is not None else ("l" if k < table.texts else "r")
        for k, room in zip(part.columns, part.widths, strict=True)
    ]
    head = [_stacked(layout.heads[k], "b") for k in part.columns]
    rows = [[_cell(table.rows[r][k], k in layout.broken, room is not None)
             for k, room in zip(part.columns, part.widths, strict=True)] for r in part.rows]  # fmt: skip
    return "\n".join([
        rf"\begin{{tabular}}{{@{{}}{''.join(kinds)}@{{}}}}",
        r"\toprule",
        _row(head),
        r"\midrule",
        *map(_row, rows),
        r"\bottomrule",
        r"\end{tabular}",
    ])  # fmt: skip


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \tabularnewline"  # \\ would end a line of a ragged paragraph only


def _cell(text: str, is_broken: bool, is_paragraph: bool) -> str:
    if is_paragraph:
        words = (r"\allowbreak{}".join(map(escaped, pieces(word))) for word in text.split(" "))
        return rf"\raggedright {' '.join(words)}"
    return _stacked(broken(text) if is_broken else [text], "t")


def _stacked(lines: list[str], side: str) -> str:
    if len(lines) == 1:
        return escaped(lines[0])
    stack = r" \\ ".join(map(escaped, lines))
    return rf"\begin{{tabular}}[{side}]{{@{{}}r@{{}}}}{stack}\end{{tabular}}"


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
