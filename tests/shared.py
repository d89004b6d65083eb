"""What is costly to make is made once for all processes of a run; what repeats on more cases waits for --thorough."""

import fcntl
import os

import pytest
from hypothesis import settings

thorough = pytest.mark.thorough


def mostly_thorough(cases, *kept):
    """The cases of a parametrisation, of which a plain run tries `kept` alone."""
    cases = list(cases)
    assert set(kept) <= set(cases), sorted(set(kept) - set(cases))
    values = {case: case if isinstance(case, tuple) else (case,) for case in cases}
    return [pytest.param(*values[case], marks=() if case in kept else thorough) for case in cases]


def some_of(cases, count):
    """The cases of a parametrisation, of which a plain run tries `count`, spread over them."""
    cases = list(cases)
    kept = {round(k * (len(cases) - 1) / max(count - 1, 1)) for k in range(count)}
    return [pytest.param(*(c if isinstance(c, tuple) else (c,)), marks=() if k in kept else thorough)
            for k, c in enumerate(cases)]  # fmt: skip


def first_of_each(cases, kind):
    """The first case of each kind: what is added later, and is of no kind that there was, is tried in a plain run."""
    found = {}
    for case in cases:
        found.setdefault(kind(case), case)
    return list(found.values())


def kind_of_play(design):
    """How a session design is played: first_of_each of these are the designs of a plain run."""
    treatment = design.treatments[0]
    return len(design.treatments) > 1, treatment.form, treatment.stages is None, treatment.sequence is None


def kind_of_game(treatment):
    """What a game is about and how it is played: what is the same for all rules is tried on one of each."""
    return treatment.environment, treatment.form, treatment.information


def in_turn(cases, ways, *kept):
    """(case, way) for a parametrisation: a plain run tries `kept` in all ways (languages, say), and each of the others
    in one of them."""
    pairs = [(case, way) for case in cases for way in ways]
    turns = {(case, ways[k % len(ways)]) for k, case in enumerate(cases)}
    return mostly_thorough(pairs, *(pair for pair in pairs if pair in turns or pair[0] in kept))


def one_place_each(cases):
    """The cases (treatment, position), of which a plain run tries one position of each treatment: the first of the
    first, the second of the second, and so on."""
    of_each = {}
    for case in cases:
        of_each.setdefault(case[0], []).append(case)
    return mostly_thorough(cases, *(places[k % len(places)] for k, places in enumerate(of_each.values())))


def examples(most):
    """Settings of Hypothesis for a costly test: `most` examples with --thorough, fewer in a plain run."""
    share = settings.default.max_examples / settings.get_profile("thorough").max_examples
    return settings(max_examples=max(5, round(most * share)))


def made_once(tmp_path_factory, name, make):
    """A folder that `make(folder)` has filled; the first process that asks makes it, and others wait for it."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = base / name, base / f"{name}.done"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
