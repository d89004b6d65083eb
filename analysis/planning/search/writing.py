"""A search of designs as files: tables, figure, sentences, and each proposal as a treatment with its certificate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.figures.saved import save_figure
from analysis.folder import whole_or_nothing
from analysis.planning.power import WANTED
from analysis.planning.search.result import DesignSearch
from analysis.simulation.rows import CURRENCY
from analysis.words import counted
from mechanisms.certificate import certify
from mechanisms.certificate.rendering import as_json, as_markdown
from mechanisms.studies import TESTS
from mechanisms.terminal import table
from mechanisms.treatments import Treatment, load_treatment
from mechanisms.treatments.files import as_toml

SHOWN = 12
"""Designs of the printed table."""


def lines(found: DesignSearch, most: int | None = None) -> list[list[str]]:
    """The designs that meet all requirements, in words, the best first."""
    columns = ["design", *found.search.space.keys]
    return [
        [*(str(row[name]) for name in columns), _number(row["equilibria"]), f"{row['separation']:.3g}",
         f"{row['cost']:,.0f}", f"{row['sessions']}" if row["enough"] else f"> {row['sessions']}",
         f"{100 * row['power']:.0f}", f"{100 * row['power_low']:.0f} – {100 * row['power_high']:.0f}",
         f"{row['money']:,.0f}", f"{row['score']:.3g}", "yes" if row["frontier"] else ""]
        for _, row in found.judged.head(most or len(found.judged)).iterrows()
    ]  # fmt: skip


def head(found: DesignSearch) -> list[str]:
    what = "evidence a session" if found.search.theories else "effect"
    per = "power" if found.by == "power" else "evidence"
    return ["design", *found.search.space.keys, "equilibria", what, f"a session ({CURRENCY})",
            f"sessions for {100 * WANTED:.0f} %", "power %", "95 % limits", f"they cost ({CURRENCY})",
            f"{per} per {CURRENCY}", "frontier"]  # fmt: skip


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.4g}" if value < 1000 else f"{value:,.0f}"


def _counted(equilibria: float) -> str:
    number = f"{_number(equilibria)} pure Nash equilibri{'um' if equilibria == 1 else 'a'}"
    return number if float(equilibria).is_integer() else f"{number} (mean of all type profiles)"


def sentences(found: DesignSearch) -> list[str]:
    """What was done, a sentence each proposal, and what was left out."""
    search, judged = found.search, found.judged.set_index("design")
    first, *more = search.space.designs(0)
    theories = [population.text for population in search.populations]
    if search.theories:
        where = f" and {more[0].name} together" if more else ""
        what = (
            f"which of {theories[0]} and {theories[1]} is true, by the likelihood ratio of play in {first.name}{where}"
        )
    else:
        who = theories[0] if theories[0] == theories[1] else f"{theories[0]} and {theories[1]}"
        test = f"{TESTS[search.test].name} ({search.alternative})"
        what = f"a difference of {search.outcome} between {first.name} and {more[0].name}, played by {who}, by a {test}"
    designs = counted(len(found.table), "design was", "designs were", ",")
    tried = (
        f"{designs} tried, {search.experiments:,} simulated experiments each, to show {what}, "
        f"at a level of {100 * search.level:g} %. Seed {search.seed}."
    )
    left = [f"Left out: {count} of them: {why}." for why, count in sorted(found.left_out.items())]
    return [tried, *(_proposal(found, number, judged.loc[number]) for number in found.proposals), *left]


def _proposal(found: DesignSearch, number: int, row: pd.Series) -> str:
    get = row.__getitem__
    changes = (
        ", ".join(f"{key} = {get(key)}" for key in found.search.space.keys) if number else "the treatment as it is"
    )
    equilibria = "" if np.isnan(get("equilibria")) else f" has {_counted(get('equilibria'))}"
    if equilibria and not np.isnan(get("against_equilibria")):
        equilibria += f", the other treatment {_number(get('against_equilibria'))}"
    one, of_each = get("sessions") == 1, " of each treatment" if found.search.space.second else ""
    arms = f"{counted(get('sessions'), 'session')}{of_each} show{'s' if one else ''} it"
    shown = arms if get("enough") else f"even {arms} only"
    return (
        f"Design {number} ({changes}){equilibria}{':' if equilibria else ''} {shown} in {100 * get('power'):.0f} % of "
        f"the experiments (95 % limits {100 * get('power_low'):.0f} to {100 * get('power_high'):.0f} %) and cost "
        f"{get('money'):,.0f} {CURRENCY}."
    )


def text(found: DesignSearch) -> str:
    more = len(found.judged) - SHOWN
    note = f"… and {more} more in designs.csv\n" if more > 0 else ""
    return table(head(found), lines(found, SHOWN), numbers=True) + note + "\n" + "\n".join(sentences(found)) + "\n"


def figure(found: DesignSearch) -> Figure:
    """Power by what the sessions cost: all designs as lines, the frontier, the proposals."""
    drawn = Figure(figsize=(5.6, 3.8), layout="constrained")
    axes, frontier = drawn.subplots(), found.frontier
    judged = found.judged
    axes.scatter(judged["money"], judged["power"], s=14, color="0.7", label="design, with the sessions that it needs")
    axes.step(frontier["money"], frontier["power"], where="post", color="#0072b2", label="frontier")
    label: str | None = "proposal"
    for number in found.proposals:
        row = judged[judged["design"] == number].iloc[0]
        axes.plot(row["money"], row["power"], marker="D", color="#d55e00", linestyle="", label=label)
        label = None
        axes.annotate(str(number), (row["money"], row["power"]), xytext=(4, -10), textcoords="offset points")
    axes.axhline(WANTED, color="0.6", linewidth=0.8, linestyle="--")
    axes.set(xlabel=f"Payments of all sessions ({CURRENCY})", ylabel="Power", ylim=(0, 1.03))
    axes.set_xlim(left=0)
    axes.legend(frameon=False, loc="lower right")
    return drawn


def write(found: DesignSearch, out: Path) -> list[Path]:
    """designs.csv, frontier.csv, design.md, the figure frontier.*, and proposals/ with treatments and certificates.

    All of it or nothing: files of an earlier search stay until the new ones are whole.
    """
    with whole_or_nothing(out) as folder:
        found.table.to_csv(folder / "designs.csv", index=False, lineterminator="\n")
        found.frontier.to_csv(folder / "frontier.csv", index=False, lineterminator="\n")
        markdown = [f"| {' | '.join(head(found))} |", "|" + "---|" * len(head(found))]
        markdown += [f"| {' | '.join(row)} |" for row in lines(found)]
        content = "\n".join([*markdown, "", *(f"{sentence}\n" for sentence in sentences(found))])
        (folder / "design.md").write_text(content, encoding="utf-8", newline="\n")
        save_figure(figure(found), folder, "frontier")
        (folder / "proposals").mkdir()
        for number in found.proposals:
            _write_proposal(found, number, folder / "proposals")
    return [out / name for name in ("designs.csv", "frontier.csv", "design.md", "frontier.pdf", "proposals")]


def _write_proposal(found: DesignSearch, number: int, folder: Path) -> None:
    """NAME_NUMBER.toml of each treatment of a design, its certificate as .md and .json."""
    remarks = _proposal(found, number, found.judged.set_index("design").loc[number])
    for treatment in found.search.space.designs(number):
        path = folder / f"{treatment.name}_{number}.toml"
        path.write_text(as_toml(treatment, f"After {treatment.name}.\n{remarks}"), encoding="utf-8", newline="\n")
        certified = certify(_read_again(path, treatment))
        path.with_suffix(".md").write_text(as_markdown(certified), encoding="utf-8", newline="\n")
        path.with_suffix(".json").write_text(as_json([certified]), encoding="utf-8", newline="\n")


def _read_again(path: Path, treatment: Treatment) -> Treatment:
    """The treatment of the file, which must be the one that was judged."""
    again = load_treatment(path)
    if again.definition != treatment.definition | {"name": again.name}:
        raise AssertionError(f"{path.name} is read as another treatment")
    return again
