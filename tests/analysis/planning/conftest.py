"""Figures of power and of searches are drawn where a test says so: in three formats each takes most of a second."""

from contextlib import contextmanager

import pytest

from analysis.figures.saved import save_figure

PLACES = ("analysis.planning.saying.save_figure", "analysis.planning.search.writing.save_figure")


@pytest.fixture(scope="package", autouse=True)
def without_figures():
    with pytest.MonkeyPatch.context() as patch:
        for place in PLACES:
            patch.setattr(place, lambda figure, folder, name: ())
        yield


@pytest.fixture(scope="package")
def drawn(without_figures):
    """`with drawn():` they are."""

    @contextmanager
    def real():
        with pytest.MonkeyPatch.context() as patch:
            for place in PLACES:
                patch.setattr(place, save_figure)
            yield

    return real
