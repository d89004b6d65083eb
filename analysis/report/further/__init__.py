"""What referees ask next: further sections of the report, a module each, that appear where they apply.

A section is a function of (sources, numbers) that returns one `section.Section`, or None; SECTIONS is the one list that
page, tables, figures and estimates.csv read. A new section is a module here, a line in SECTIONS, and a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analysis.report.further import (
    attrition,
    bayesian,
    detectable,
    heterogeneity,
    learning,
    order,
    registered,
    specification,
    stages,
    understanding,
)
from analysis.report.further.section import Section
from analysis.report.methods import Sources
from analysis.report.tables import Numbers

SECTIONS: tuple[Callable[[Sources, Numbers], Section | None], ...] = (
    registered.registered,
    stages.stages,
    learning.learning,
    order.order_effects,
    understanding.understanding,
    specification.specification_curve,
    attrition.attrition,
    detectable.minimum_detectable,
    heterogeneity.heterogeneity,
    bayesian.bayesian,
)


def further(sources: Sources, numbers: Numbers, progress: Callable[[str], None]) -> list[Section]:
    """The sections that apply, in their order."""
    found = []
    for make in SECTIONS:
        progress(f"further: {make.__name__.replace('_', ' ')}")
        if (section := make(sources, numbers)) is not None:
            found.append(_of_finer_units(section) if sources.units.finer_than_sessions else section)
    return found


FINER = (
    "The units of this section are finer than sessions: if sessions differ, its p-values are too small and its "
    "intervals too narrow. The table of differences between treatments has the tests with whole sessions as "
    "units beside it."
)


def _of_finer_units(section: Section) -> Section:
    """With a warning, where something was estimated."""
    return replace(section, sentences=(*section.sentences, FINER)) if len(section.estimates) else section
