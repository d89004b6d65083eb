"""Figures, for the page as self-contained SVG: same data, same bytes.

Colours (`colours.py`) are never the only mark: shape and line differ too.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.figures.colours import BLACK, CHANCE, DOMINANT, EFFICIENCY, GREY, NASH

STYLE: Any = {
    "svg.hashsalt": "analysis",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "font.family": "DejaVu Serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "lines.markersize": 4.5,
    "lines.linewidth": 1.4,
}
DISTANCE_MARKS: Any = {  # the Nash marks are larger and hollow: both stay visible where they coincide
    "dominant": {"color": DOMINANT, "marker": "o", "label": "to the nearest dominant message"},
    "Nash": {
        "color": NASH,
        "marker": "s",
        "linestyle": "--",
        "markersize": 8,
        "markerfacecolor": "none",
        "label": "to the nearest Nash equilibrium",
    },
}
WIDTH, HEIGHT = 7.2, 2.8
BAND = "95 % band"
NO_METADATA: Any = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
"""What would differ between computers or days is left out of files."""
LABEL_WIDTH = 26
"""Characters of a row label in a line."""


@dataclass(frozen=True)
class Picture:
    """uri: data URI of an SVG file; alt: what it shows, in words; width in CSS pixels."""

    uri: str
    alt: str
    width: int


@dataclass(frozen=True, eq=False)
class Drawing:
    """figure; alt: what it shows, in words. `analysis.figures.saved` writes it into files."""

    figure: Figure
    alt: str

    def _repr_html_(self) -> str:
        """For notebooks."""
        picture = self.picture
        return f'<img src="{picture.uri}" alt="{escape(picture.alt)}" width="{picture.width}">'

    @property
    def picture(self) -> Picture:
        """For the page: SVG without date and program name, as data URI."""
        stream = io.BytesIO()
        with mpl.rc_context(STYLE):
            self.figure.savefig(stream, format="svg", metadata=NO_METADATA["svg"])
            self.figure.set_layout_engine(None)  # it stays as it is now; with any other, each file is drawn twice
        uri = "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
        return Picture(uri, self.alt, round(self.figure.get_size_inches()[0] * 96))


@dataclass(frozen=True)
class Panel:
    """Hit rate and chance of one prediction: title, what is counted (axis), table of `measures.success`."""

    title: str
    unit: str
    table: pd.DataFrame
    colour: str
    marker: str


def by_round(panels: list[Panel]) -> Drawing:
    """Rates over rounds with the levels of chance; tables have a column round, and may have shuffled, low and high."""
    with mpl.rc_context(STYLE):
        figure, axes = panel_row(len(panels), HEIGHT)
        handles: dict[str, Artist] = {"observed": Line2D([], [], color="#444444", label="observed")}
        handles["chance"] = Line2D([], [], color=CHANCE, linestyle="--", marker="x", label="chance alone")
        for axis, panel in zip(axes, panels, strict=True):
            rounds, rate, area = (panel.table[column] for column in ("round", "rate", "area"))
            if "low" in panel.table and panel.table["low"].notna().any():
                low, high = 100 * panel.table["low"], 100 * panel.table["high"]
                axis.fill_between(rounds, low, high, color=panel.colour, alpha=0.2, linewidth=0)
                handles["band"] = Patch(color="#444444", alpha=0.2, linewidth=0, label=BAND)
            axis.plot(rounds, 100 * rate, color=panel.colour, marker=panel.marker, clip_on=False, zorder=3)
            axis.plot(rounds, 100 * area, color=CHANCE, linestyle="--", marker="x")
            if "shuffled" in panel.table:
                axis.plot(rounds, 100 * panel.table["shuffled"], color=BLACK, linestyle=":")
                handles["shuffled"] = Line2D([], [], color=BLACK, linestyle=":", label="re-matched")
            axis.set(title=panel.title, xlabel="Round", ylabel=f"{panel.unit} (%)", ylim=(-2, 102))
            axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(
            handles=list(handles.values()), loc="outside lower right", ncols=2 * min(2, len(panels)), fontsize=8
        )
        return Drawing(figure, "; ".join(f"{panel.title} by round, observed and by chance" for panel in panels))


def by_row(panels: list[Panel], labels: str, order: list[str]) -> Drawing:
    """Rates and chance, one line a row; tables have the column named `labels` with its text, rows stand in `order`."""
    there = {name for panel in panels for name in panel.table[labels]}
    names = [name for name in order if name in there]
    with mpl.rc_context(STYLE):
        figure, axes = panel_row(
            len(panels), 1.0 + 0.28 * len(names) + 0.12 * sum(len(name) // LABEL_WIDTH for name in names), share=True
        )
        for axis, panel in zip(axes, panels, strict=True):
            at = [names.index(name) for name in panel.table[labels]]
            rate, area = 100 * panel.table["rate"], 100 * panel.table["area"]
            axis.hlines(at, area, rate, color=GREY, linewidth=1)
            if "low" in panel.table:
                ends = 100 * panel.table["low"], 100 * panel.table["high"]
                axis.hlines(at, *ends, color=panel.colour, linewidth=5, alpha=0.3)
            axis.plot(rate, at, linestyle="none", marker="o", color=panel.colour, clip_on=False, markersize=6)
            axis.plot(area, at, linestyle="none", marker="|", color=BLACK, clip_on=False, markersize=10)
            axis.set(title=panel.title, xlabel=f"{panel.unit} (%)", xlim=(-2, 102))
            axis.set(yticks=range(len(names)), ylim=(len(names) - 0.5, -0.5))
            axis.grid(axis="y", color="#dddddd", linewidth=0.6)
            axis.set_axisbelow(True)
        axes[0].set_yticklabels([fill(name, LABEL_WIDTH) for name in names])
        observed = Line2D([], [], linestyle="none", marker="o", color="#444444", label="observed")
        chance = Line2D([], [], linestyle="none", marker="|", color=BLACK, markersize=10, label="chance alone")
        figure.legend(handles=[observed, chance], loc="outside lower right", ncols=2, fontsize=8)
        return Drawing(figure, "; ".join(f"{panel.title}, observed and by chance, by {labels}" for panel in panels))


def distance_and_efficiency(distances: list[tuple[str, pd.DataFrame]], unit: str, surplus: pd.DataFrame) -> Drawing:
    """Mean distance to each prediction, and mean surplus lost, over rounds."""
    with mpl.rc_context(STYLE):
        figure, axes = panel_row(2 if distances else 1, HEIGHT)
        if distances:
            for name, table in distances:
                _band(axes[0], table, DISTANCE_MARKS[name]["color"])
                axes[0].plot(table["round"], table["distance"], clip_on=False, **DISTANCE_MARKS[name])
            ylabel = f"Mean |message − prediction|\n({unit})"
            axes[0].set(title="Distance to the prediction", xlabel="Round", ylabel=ylabel)
            _from_zero(axes[0])
            figure.legend(loc="outside lower left", ncols=2, fontsize=8)
        lost = axes[-1]
        _band(lost, surplus, EFFICIENCY)
        lost.plot(surplus["round"], surplus["surplus_lost"], color=EFFICIENCY, marker="D", clip_on=False)
        lost.set(title="Efficiency", xlabel="Round", ylabel="Mean surplus lost by a group\n(units of utility)")
        _from_zero(lost)
        return Drawing(figure, "Mean distance to the prediction and mean surplus lost, by round")


def _band(axis: Axes, table: pd.DataFrame, colour: str) -> None:
    """By round, where the table has one; distances and losses are not negative."""
    if "low" in table and table["low"].notna().any():
        low = table["low"].clip(lower=0)
        axis.fill_between(table["round"], low, table["high"], color=colour, alpha=0.2, linewidth=0)


def _from_zero(axis: Axes) -> None:
    """Distances and losses start at zero; a line that is zero throughout is still seen."""
    top = axis.get_ylim()[1]
    axis.set_ylim(0, top if top > 0.06 else 1)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))


def panel_row(count: int, height: float, share: bool = False) -> tuple[Figure, list[Axes]]:
    """A figure with `count` axes in a row, without pyplot: nothing is global."""
    figure = Figure(figsize=(WIDTH if count > 1 else WIDTH * 0.62, height), layout="constrained")
    axes = figure.subplots(1, count, squeeze=False, sharey=share)
    return figure, list(np.asarray(axes).ravel())


def panel_grid(count: int, height: float, share: bool = False) -> tuple[Figure, list[Axes]]:
    """A figure with `count` axes, three in a row at most, `height` inches each."""
    columns = min(count, 3)
    rows = -(-count // columns)
    figure = Figure(figsize=(WIDTH if count > 1 else WIDTH * 0.75, height * rows + 0.7), layout="constrained")
    axes = list(np.asarray(figure.subplots(rows, columns, squeeze=False, sharex=share, sharey=share)).ravel())
    for axis in axes[count:]:
        axis.remove()
    return figure, axes[:count]
