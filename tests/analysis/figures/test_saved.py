"""Figures as files: the same bytes each time, nothing of the day or the computer in them."""

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from analysis.figures.plots import STYLE
from analysis.figures.saved import FORMATS, save_figure


def figure():
    with mpl.rc_context(STYLE):
        made = Figure(figsize=(3, 2))
        axis = made.subplots()
        axis.fill_between([0, 1], [1, 2], [2, 4], alpha=0.3)
        axis.plot([0, 1], [1, 3], marker="o")
        axis.set(title="Größe α − β", xlabel="x")
        return made


def test_same_figure_same_bytes(tmp_path):
    first = save_figure(figure(), tmp_path / "a" / "b", "plot")
    again = save_figure(figure(), tmp_path / "c", "plot")
    assert [path.name for path in first] == [f"plot.{ending}" for ending in FORMATS]
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert one.stat().st_size > 1000
    starts = {path.suffix: path.read_bytes()[:8] for path in first}
    assert starts[".pdf"].startswith(b"%PDF")
    assert starts[".png"] == b"\x89PNG\r\n\x1a\n"
    for path in first:
        content = path.read_bytes()
        assert not any(word in content for word in (b"CreationDate", b"<dc:date>", b"Software", str(tmp_path).encode()))


@pytest.mark.parametrize("name", ["", "a/b", "../a"])
def test_a_name_is_no_path(tmp_path, name):
    with pytest.raises(ValueError, match="name is"):
        save_figure(figure(), tmp_path, name)
