"""Figures as files for a paper: PDF, PNG and SVG; same figure, same bytes."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.figures.plots import NO_METADATA, STYLE

FORMATS = ("pdf", "png", "svg")
DOTS_PER_INCH = 300


def save_figure(figure: Figure, folder: str | Path, name: str) -> tuple[Path, ...]:
    """Write NAME.pdf, NAME.png and NAME.svg into the folder (made if missing); returns their paths.

    Raises
    ------
    ValueError
        If the name is empty or has a path in it.
    """
    if not name or Path(name).name != name:
        raise ValueError(f"name is {name!r}; it must be the name of a file, without a folder and an ending")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    paths = tuple(target / f"{name}.{ending}" for ending in FORMATS)
    FigureCanvasAgg(figure)
    with mpl.rc_context(STYLE):
        for path, ending in zip(paths, FORMATS, strict=True):
            figure.savefig(path, format=ending, dpi=DOTS_PER_INCH, metadata=NO_METADATA[ending])
    return paths
