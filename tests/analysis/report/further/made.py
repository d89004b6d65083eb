"""Made-up sessions for the further sections, and what the sections read, without what they do not need."""

import sys
from functools import partial

import pytest

from analysis import read_exports
from analysis.report import comparisons
from analysis.report.page import analyse, quiet
from analysis.report.plan import Plan
from analysis.report.tables import Numbers
from tests.analysis import simulate

BASE = "cason_groves"


def arm(name, rounds=8, **protocol):
    """Treatment S under another name: people play the dominant report or the next lower one (`rising`)."""
    base = simulate.treatment(BASE, rounds=rounds, practice_rounds=0, **protocol)
    return type(base).from_definition({**base.definition, "name": name, "title": name})


def rising(first, step, people=20):
    """A rule: the dominant report with probability first + step × (round − 1), else the next lower one."""
    calls = iter(range(10**9))

    def rule(rng, kind, grid):
        return kind if rng.random() < first + step * (next(calls) // people) else kind - 1

    return rule


def sources_of(folder, *sessions, plan=None, behaviour=False, **options):
    """`Sources` of sessions (rows); regressions and sizes of effects, the longest part, are left out."""
    simulate.write(folder / "all_custom.csv", [row for rows in sessions for row in rows])  # one file is read sooner
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparisons, "prepared", partial(comparisons.prepared, regressions=False))
        patch.setattr(sys.modules["analysis.inference.compare"], "effect_sizes", lambda *_, **__: ())
        return analyse(read_exports(folder, **options), behaviour, quiet, plan or Plan())[0]


def section(make, sources):
    return make(sources, Numbers())


def by_row(table):
    """Rows of a table by outcome (without unit) and the second column."""
    return {(row[0].rpartition(" (")[0], row[1]): row for row in table.rows}
