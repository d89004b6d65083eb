"""A power analysis as files: table, curve, and a paragraph to paste into a pre-registration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from analysis.figures.saved import save_figure
from analysis.planning.power import WANTED, BehaviouralPower
from analysis.simulation.rows import CURRENCY
from mechanisms.terminal import table

WORDS = {
    "permutation": "permutation test of unit means",
    "ranks": "Mann–Whitney test of unit means",
    "t": "Welch t test of unit means",
    "equivalence": "test of equivalence of unit means",
    "noninferiority": "test that the second is not worse by the margin",
    "superiority": "test that the second is better by more than the margin",
    "linear": "linear regression of decisions, errors clustered by unit (CR2)",
    "logit": "logit regression of decisions, errors clustered by unit (CR2)",
    "probit": "probit regression of decisions, errors clustered by unit (CR2)",
    "wild": "wild cluster bootstrap of a linear regression",
    "mixed": "mixed logit regression",
}


def lines(result: BehaviouralPower) -> list[list[str]]:
    """The table in words, one row a number of sessions."""
    return [
        [f"{row.sessions}", f"{row.units}", f"{row.participants}", f"{row.effect:.3g}", f"{100 * row.power:.1f}",
         f"{100 * row.power_low:.1f} – {100 * row.power_high:.1f}", f"{100 * row.false_positives:.1f}",
         "" if np.isnan(row.detectable) else f"{row.detectable:.3g}", f"{row.cost:,.0f}"]
        for row in result.table.itertuples()
    ]  # fmt: skip


HEAD = [
    "sessions an arm", "units an arm", "participants", "effect", "power %", "95 % limits", "false positives %",
    f"detectable at {100 * WANTED:.0f} %", f"cost ({CURRENCY})",
]  # fmt: skip


def paragraph(result: BehaviouralPower) -> str:
    """What to paste: the least number of sessions with 80 % power, or the largest that was tried."""
    enough = result.table[result.table["power"] >= WANTED]
    row = (enough if len(enough) else result.table.tail(1)).iloc[0]
    first, second = result.names
    who = [arm.population.text or arm.population.components[0].name for arm in result.arms]
    if first == second:  # one treatment, with different people
        first, second = "a first arm", "a second arm"
    people = who[0] if who[0] == who[1] else f"{who[0]} in {first} and {who[1]} in {second}"
    test = f"{WORDS[result.test]} ({result.alternative}, {100 * result.level:g} %)"
    if result.margin:
        test += f" with a margin of {result.margin:g}"
    detect = ""
    if not np.isnan(row["detectable"]):
        detect = f" The smallest difference of means found with {100 * WANTED:.0f} % power is {row['detectable']:.3g}."
    short = "" if len(enough) else f" No number of sessions that was tried reaches {100 * WANTED:.0f} %."
    paired = " The same people play both, and tests are of differences within units." if result.orders else ""
    return (
        f"We simulated {result.experiments:,} experiments that compare {result.outcome} in {second} and {first}, with "
        f"the participants described by {people} (λ in 1/points).{paired} With {row['sessions']:.0f} sessions in each "
        f"arm ({row['participants']:.0f} participants, {row['units']:.0f} independent units an arm) the mean "
        f"difference is {row['effect']:.3g}, and the {test} finds it in {100 * row['power']:.1f} % of the experiments "
        f"(95 % limits for the error of the simulation {100 * row['power_low']:.1f} to {100 * row['power_high']:.1f} "
        f"%). Without a difference (both arms {first}) it rejects in {100 * row['false_positives']:.1f} % "
        f"({100 * row['false_positives_low']:.1f} to {100 * row['false_positives_high']:.1f} %).{detect}{short} "
        f"Payments come to {row['cost']:,.0f} {CURRENCY} on average (standard deviation {row['cost_sd']:,.0f}), "
        f"show-up fees included. Seed {result.seed}."
    )


def text(result: BehaviouralPower) -> str:
    return table(HEAD, lines(result), numbers=True) + "\n" + paragraph(result) + "\n"


def figure(result: BehaviouralPower) -> Figure:
    """Power, with the error of the simulation, and false positives, by sessions an arm."""
    rows, drawn = result.table, Figure(figsize=(5.2, 3.4), layout="constrained")
    axes = drawn.subplots()
    error = np.stack([rows["power"] - rows["power_low"], rows["power_high"] - rows["power"]])
    axes.errorbar(
        rows["sessions"], rows["power"], yerr=np.maximum(error, 0), marker="o", color="#0072b2", label="power"
    )
    axes.plot(rows["sessions"], rows["false_positives"], marker="s", color="#d55e00", label="without a difference")
    axes.axhline(WANTED, color="0.6", linewidth=0.8, linestyle="--")
    axes.axhline(result.level, color="0.6", linewidth=0.8, linestyle=":")
    axes.set(xlabel="Sessions in each arm", ylabel="Share of experiments that reject", ylim=(0, 1.02))
    axes.set_xticks(rows["sessions"])
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
