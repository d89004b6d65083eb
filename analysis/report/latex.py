r"""Tables as LaTeX, as Markdown and as CSV. Every cell is text; nothing in it is taken for a command.

The LaTeX is set by longtable, booktabs and ragged2e, which break pages and lines and hyphenate words; its columns are
shares of \linewidth. Signs that pdfLaTeX does not know are written as commands.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable

from analysis.report.fitting import Fit, Page, bound, fit, is_name
from analysis.report.tables import Table
from analysis.words import MINUS, NOTHING

PREAMBLE = r"""\usepackage[T1]{fontenc}
\usepackage{textcomp}
\usepackage{array,booktabs,calc,longtable,pdflscape,ragged2e,url}
\DeclareUrlCommand\dataname{\urlstyle{same}}
\makeatletter % names may be broken after digits too, as checksums have no other signs
\g@addto@macro\UrlBreaks{\do\0\do\1\do\2\do\3\do\4\do\5\do\6\do\7\do\8\do\9}
\makeatother
% words are hyphenated (the first one too, hence \hspace) where they do not fit otherwise
\newcommand{\ragged}[1]{#1\hyphenpenalty=5000\hspace{0pt}}
\newcolumntype{L}[1]{>{\ragged{\RaggedRight}}p{#1}}
\newcolumntype{R}[1]{>{\ragged{\RaggedLeft}}p{#1}}
\newcommand{\headL}[1]{\begin{minipage}[b]{\linewidth}\ragged{\RaggedRight}#1\end{minipage}}
\newcommand{\headR}[1]{\begin{minipage}[b]{\linewidth}\ragged{\RaggedLeft}#1\end{minipage}}
\setlength{\LTcapwidth}{\linewidth}"""
GAP = 8.0
r"""Between two columns, in points: 2 \tabcolsep, set in the table."""
DIGIT = {"small": 4.63, "footnotesize": 4.25, "scriptsize": 3.99}
"""Width of a digit of Computer Modern in points, in the sizes of a 10 point article."""
LINES = {False: 345.0, True: 548.0}
r"""\linewidth of \documentclass{article} on the narrowest usual paper, upright and turned."""
PAGES = [
    Page(size, line / digit, GAP / digit, turned) for turned, line in LINES.items() for size, digit in DIGIT.items()
]
SHORT, LONG = 16, 40
"""A table of at most so many rows stands on one page, if no cell is longer."""
JOINT = "%\n"
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
        "[": "{[}",  # at the start of a row it would be taken for an option of the row before
        "*": "{*}",
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
    return "".join(COMMANDS.get(sign, sign if ord(sign) < 0x250 else f"{{[}}U+{ord(sign):04X}]") for sign in text)


def as_latex(table: Table, label: str) -> str:
    """A longtable with caption (without its number: LaTeX counts), label and note; needs PREAMBLE.

    Columns for which one table has no room come in a further table of the same number.
    """
    fitted = fit(table, PAGES)
    size, turned = fitted.page.name, fitted.page.turned
    title = escaped(re.sub(r"^Table [\w.]+?\. ", "", table.caption))
    tables = []
    for k, part in enumerate(fitted.parts):
        caption = rf"\caption{{{title}}}\label{{tab:{label}}}"
        if k:
            caption = rf"\caption[]{{{title} (further columns)}}"
        note = table.note if k + 1 == len(fitted.parts) else ""
        again = [r"\addtocounter{table}{-1}"] if k else []
        tables += [*again, *_longtable(table, part, fitted, caption, note)]
    lines = [rf"\begingroup\{size}\setlength{{\tabcolsep}}{{{GAP / 2:g}pt}}", *tables, r"\endgroup", ""]
    return "\n".join([r"\begin{landscape}", *lines[:-1], r"\end{landscape}", ""] if turned else lines)


def _longtable(table: Table, part: tuple[int, ...], fitted: Fit, caption: str, note: str) -> list[str]:
    line = f"(\\linewidth-{GAP * (len(part) - 1):g}pt)"
    whole = sum(fitted.widths[k] for k in part)
    sides = ["L" if k < table.texts else "R" for k in part]
    shares = [math.floor(10_000 * fitted.widths[k] / whole) / 10_000 for k in part]
    kinds = [rf"{side}{{{line}*\real{{{share:.4f}}}}}" for side, share in zip(sides, shares, strict=True)]
    heads = [rf"\head{side}{{{_cell(table.head[k])}}}" for side, k in zip(sides, part, strict=True)]
    together = len(table.rows) <= SHORT and all(len(cell) <= LONG for row in table.rows for cell in row)
    head = [r"\toprule", _row(heads), r"\midrule"]
    several = rf"\multicolumn{{{len(part)}}}{{@{{}}p{{\linewidth}}@{{}}}}"
    below = [r"\addlinespace", rf"{several}{{\footnotesize {_cell(note)}}}\tabularnewline"] if note else []
    return [
        rf"\begin{{longtable}}{{@{{}}{JOINT.join(kinds)}@{{}}}}",
        caption + r"\tabularnewline",
        *head,
        r"\endfirsthead",
        rf"{several}{{\tablename~\thetable{{}} (continued)}}\tabularnewline",
        *head,
        r"\endhead",
        r"\bottomrule",
        r"\endfoot",
        r"\bottomrule",
        *below,
        r"\endlastfoot",
        *(_row([_cell(row[k] if k < table.texts else bound(row[k])) for k in part], together) for row in table.rows),
        r"\end{longtable}",
    ]  # fmt: skip


def as_document(names: Iterable[str]) -> str:
    """All tables (files of these names beside it) as a document that LaTeX can compile, as it is."""
    inputs = [rf"\input{{{name}}}" for name in names]
    return "\n".join([r"\documentclass{article}", PREAMBLE, r"\begin{document}", *inputs, r"\end{document}", ""])


def _row(cells: list[str], together: bool = False) -> str:
    """together: the page does not end after it."""
    end = r" \tabularnewline" + "*" * together  # \\ would end a line of a ragged paragraph only
    return " & ".join(cells) + end


def _cell(text: str) -> str:
    """Text in which names may be broken in lines as addresses are, without a hyphen."""
    return " ".join(rf"\dataname{{{word}}}" if is_name(word) else escaped(word) for word in text.split(" "))


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
