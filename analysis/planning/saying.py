"""A power analysis as files: table, curve, and a paragraph to paste into a pre-registration."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.saved import save_figure
from analysis.planning.decisions import TOLERANCE
from analysis.planning.power import UNNAMED, WANTED, BehaviouralPower, Question
from analysis.simulation.rows import CURRENCY
from mechanisms.studies import TESTS as NAMED
from mechanisms.terminal import table
from mechanisms.writing import counted, listed


def lines(result: BehaviouralPower) -> list[list[str]]:
    """The table in words, one row a number of sessions."""
    return [
        [f"{row.sessions}", f"{row.units}", f"{row.participants}", f"{row.effect:.3g}", f"{100 * row.power:.1f}",
         f"{100 * row.power_low:.1f} – {100 * row.power_high:.1f}", f"{100 * row.false_positives:.1f}",
         "" if np.isnan(row.detectable) else f"{row.detectable:.3g}", f"{row.least_p:.2g}" if row.least_p else "",
         f"{row.cost:,.0f}"]
        for row in result.table.itertuples()
    ]  # fmt: skip


HEAD = [
    "sessions an arm", "units an arm", "participants", "effect", "power %", "95 % limits", "false positives %",
    f"detectable at {100 * WANTED:.0f} %", "least p", f"cost ({CURRENCY})",
]  # fmt: skip


def paragraph(result: BehaviouralPower) -> str:
    """What to paste: the least number of sessions with 80 % power, or the largest that was tried."""
    asked = result.asked
    enough = result.table[result.table["power"] >= WANTED]
    row = (enough.head(1) if len(enough) else result.table.tail(1)).to_dict("records")[0]
    who = [arm.population.text or arm.population.components[0].name for arm in asked.arms]
    apart = [f"{subjects} in {name}" for subjects, name in zip(who, asked.names, strict=True)]
    people = who[0] if len(set(who)) == 1 else listed(apart)
    shared = f", {100 * asked.level:g} % for its family of {asked.of_family} tests" if asked.of_family > 1 else ""
    level = f"{100 * asked.level / asked.of_family:.3g} %{shared}"
    test = f"{NAMED[asked.test].called(asked.paired)} ({asked.alternative}, {level})"
    if asked.margin:
        test += f" with a margin of {asked.margin:g}"
    detect = ""
    if not np.isnan(row["detectable"]):
        detect = f" The smallest difference of means found with {100 * WANTED:.0f} % power is {row['detectable']:.3g}."
    short = "" if len(enough) else f" No number of sessions that was tried reaches {100 * WANTED:.0f} %."
    short += _impossible(asked, row)
    paired = " The same people play both, and tests are of differences within units." if asked.orders else ""
    if asked.together:
        units = "sessions are the units" if asked.whole else "people of different arms do not meet"
        paired = f" All arms are played in each session, and {units}."
    in_each = f"({listed(asked.names)})" if isinstance(row["sessions"], str) else "in each arm"
    sessions, units = _some(row["sessions"], "session"), _some(row["units"], "independent unit")
    return (
        f"We simulated {result.experiments:,} experiments that compare {asked.outcome} in {_compared(asked)}, with "
        f"the participants described by {people} (λ in 1/points).{paired} With {sessions} {in_each} "
        f"({row['participants']:.0f} participants, {units} an arm) the "
        f"{'mean' if len(asked.arms) < 3 else 'largest'} difference is {row['effect']:.3g}, and {_the(test)} "
        f"finds it in {100 * row['power']:.1f} % of the experiments (95 % limits for the error of the simulation "
        f"{100 * row['power_low']:.1f} to {100 * row['power_high']:.1f} %). {_null(asked)} it "
        f"rejects in {100 * row['false_positives']:.1f} % ({100 * row['false_positives_low']:.1f} to "
        f"{100 * row['false_positives_high']:.1f} %).{detect}{short} Payments come to {row['cost']:,.0f} {CURRENCY} on "
        f"average (standard deviation {row['cost_sd']:,.0f}), show-up fees included. Seed {result.seed}."
    )


def _impossible(asked: Question, row: dict[Hashable, Any]) -> str:
    """Why the power is 0 whatever people do, where it is."""
    if row["why_not"]:
        return f" {row['why_not']}"
    level = asked.level / asked.of_family
    if row["least_p"] <= level * (1 + TOLERANCE):
        return ""
    least = f"{row['least_p']:.2g}"
    return f" Whatever people do, so many units give no p-value below {least}, and so no result at {100 * level:.3g} %."


def _the(test: str) -> str:
    """
    >>> _the("t test"), _the("Welch's t test of unit means")
    ('the t test', "Welch's t test of unit means")
    """
    return test if test.split()[0].endswith("'s") else f"the {test}"


def _some(number: int | str, one: str) -> str:
    """How many, of one number for all arms or of several."""
    return f"{number} {one}s" if isinstance(number, str) else counted(number, one)


def _compared(asked: Question) -> str:
    """What is compared, the arm of which the other is taken off last."""
    if len(asked.arms) == 1:
        return f"{asked.names[0]} with {asked.value:g}"
    return listed(asked.names[::-1] if len(asked.arms) == 2 else asked.names)


def _null(asked: Question) -> str:
    """Where a test should not reject: without a difference, or where one is just the margin."""
    if asked.margin:
        return f"Where the true difference is just {asked.at_the_margin:+g} ({_alike(asked)}, one shifted)"
    if len(asked.arms) == 1:
        return f"Without a difference (a mean of {asked.value:g})"
    return f"Without a difference ({_alike(asked)})"


def _alike(asked: Question) -> str:
    """Of arms without a difference: what all of them are."""
    if asked.names == UNNAMED:
        return "both arms alike"
    return f"{'both' if len(asked.arms) == 2 else 'all'} arms {asked.names[0]}"


def text(result: BehaviouralPower) -> str:
    return table(HEAD, lines(result), numbers=True) + "\n" + paragraph(result) + "\n"


def figure(result: BehaviouralPower) -> Figure:
    """Power, with the error of the simulation, and false positives, by sessions an arm."""
    rows, drawn = result.table, Figure(figsize=(5.2, 3.4), layout="constrained")
    axes, sessions = drawn.subplots(), [str(entry) for entry in rows["sessions"]]
    at = [float(entry) if entry.isdigit() else k for k, entry in enumerate(sessions)]
    error = np.stack([rows["power"] - rows["power_low"], rows["power_high"] - rows["power"]])
    axes.errorbar(at, rows["power"], yerr=np.maximum(error, 0), marker="o", color="#0072b2", label="power")
    null = "where the margin is met" if result.asked.margin else "without a difference"
    axes.plot(at, rows["false_positives"], marker="s", color="#d55e00", label=null)
    axes.axhline(WANTED, color="0.6", linewidth=0.8, linestyle="--")
    axes.axhline(result.asked.level / result.asked.of_family, color="0.6", linewidth=0.8, linestyle=":")
    axes.set(xlabel="Sessions in each arm", ylabel="Share of experiments that reject", ylim=(0, 1.02))
    axes.set_xticks(at, sessions)
    axes.legend(frameon=False)
    return drawn


def write(result: BehaviouralPower, out: Path) -> list[Path]:
    """power.csv, power.md, power.txt (the paragraph), and the curve as power.pdf, .png and .svg."""
    out.mkdir(parents=True, exist_ok=True)
    result.table.to_csv(out / "power.csv", index=False, lineterminator="\n")
    markdown = [f"| {' | '.join(HEAD)} |", "|" + "---|" * len(HEAD)]
    markdown += [f"| {' | '.join(row)} |" for row in lines(result)]
    for name, content in (("power.md", "\n".join(markdown)), ("power.txt", paragraph(result))):
        (out / name).write_text(content + "\n", encoding="utf-8", newline="\n")
    return [out / "power.csv", out / "power.md", out / "power.txt", *save_figure(figure(result), out, "power")]
