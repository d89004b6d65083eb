"""Reports on simulated sessions, read back."""

import re
from contextlib import contextmanager, nullcontext
from html.parser import HTMLParser
from unittest.mock import MagicMock

import numpy as np
import pytest

from analysis import read_exports
from analysis.audit import audit
from analysis.figures import plots, specification
from analysis.figures import saved as saved_figures
from analysis.figures.plots import Picture
from analysis.report.page import write_report
from tests.analysis import simulate


class Page(HTMLParser):
    """Tables of a page by caption, as lists of rows; its text; the addresses that it names."""

    def __init__(self, html):
        super().__init__()
        self.tables, self.text, self.addresses, self.captions = {}, "", [], []
        self._caption, self._row, self._inside = "", [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href", "xlink:href")]
        if tag == "tr":
            self._row = []
        if tag in ("figcaption", "th", "td"):
            self._inside, self._cell = tag, ""

    def handle_endtag(self, tag):
        if tag == self._inside:
            if tag == "figcaption":
                self.captions.append(self._cell)
                self._caption = re.sub(r"^Table \d+\. |: \w+ − \w+$| \(\w+\)$", "", self._cell)
            else:
                self._row.append(self._cell)
            self._inside = None
        if tag == "tr":
            self.tables.setdefault(self._caption, []).append(self._row)

    def handle_data(self, data):
        self.text += data
        if self._inside:
            self._cell += data


class Sheet:
    """A figure on which nothing is drawn: matplotlib takes a tenth of a second for each panel."""

    def __init__(self, **options):
        pass

    def __getattr__(self, name):
        return lambda *given, **options: None

    def subplots(self, rows=1, columns=1, **options):
        panels = np.empty((rows, columns), dtype=object)
        for place in np.ndindex(panels.shape):
            panels[place] = MagicMock(**{"get_ylim.return_value": (0, 1)})
            panels[place].get_legend_handles_labels.return_value = ([], [])
        return panels if options.get("squeeze") is False else panels.ravel()


@contextmanager
def without_pictures(on_the_page=False):
    """Reports without the files of their figures and, unless `on_the_page`, with empty pictures: drawing takes half of
    the time of a report, and most tests look at the rest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.report.page.write_figures", lambda page, folder: None)
        if not on_the_page:
            empty = property(lambda drawing: Picture("data:image/svg+xml;base64,", drawing.alt, 480))
            patch.setattr(plots.Drawing, "picture", empty)
            for module in (plots, specification):
                patch.setattr(module, "Figure", Sheet)
        yield


def report(folder, *sessions, pictures="none", further=False, **options):
    """The path of a report and its page; pictures: "none", "page", or "files"; with the further sections or without,
    which have their own tests and take a quarter of the time."""
    folder.mkdir(exist_ok=True)
    simulate.write(folder / "demand_custom.csv", [row for rows in sessions for row in rows])
    exports = read_exports(folder)
    out = folder.with_name(f"{folder.name} report")
    drawn = nullcontext() if pictures == "files" else without_pictures(on_the_page=pictures == "page")
    with pytest.MonkeyPatch.context() as patch, drawn:
        if not further:
            patch.setattr("analysis.report.page.further", lambda *given: [])
        patch.setattr(saved_figures, "DOTS_PER_INCH", 20)
        page = write_report(exports, audit(exports.decisions), out, **{"behaviour": False, **options})
    return page, Page(page.read_text(encoding="utf-8"))
