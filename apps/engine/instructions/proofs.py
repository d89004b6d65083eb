"""Why advice is true, in plain words and with cases of the game.

Cases are own types, and messages that others can send; nothing of the others' types where these are not told.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np
from markupsafe import Markup

from engine.instructions.described import (
    Case,
    menu_is_given,
    menu_varies,
    own_report_decides,
    places_in,
    player_with_type,
    sent,
    truth_text,
    truths_of_reader,
    what_decides,
)
from engine.words.language import _, ngettext
from engine.words.names import alternatives, message_text, player_names, type_name
from engine.words.numbers import amount, points_of, rounding
from engine.words.sentences import notion
from mechanisms.descriptions import (
    Comparison,
    best_whatever,
    counterexample,
    expected_points,
    most_telling,
    truths,
)
from mechanisms.treatments import Treatment


def proof(treatment: Treatment, cases: list[Case]) -> Iterator[Markup]:
    """Why it is true, in plain words and with cases of this game."""
    if treatment.messages_are == "demands":
        yield from proof_of_requests(treatment, cases)
        return
    truth = truth_text(treatment)
    if truths_of_reader(treatment, cases) != {"always"}:
        yield from proof_by_cases(treatment, cases)
        return
    if all(menu_is_given(treatment, i) for i in places_in(cases)):
        yield from why(treatment, cases)
    if (count := profiles(treatment) * len(cases)) > 1:
        yield _(
            "The computer has gone through all {cases} cases that there are in this game for you. In none of them does "
            "a report bring you more points than to report {truth}.",
            cases=count, truth=truth,
        )  # fmt: skip
    yield from first_example(treatment, cases, cases, lambda i, t: example(treatment, i, t, most_telling))
    if truths(treatment).secure:
        yield _(
            "The computer has also gone through all combinations of reports. In each in which nobody could earn more "
            "points by changing the own report alone, the outcome and everybody's points are those of true reports."
        )


def why(treatment: Treatment, cases: list[Case]) -> Iterator[Markup]:
    """That the own report picks from a menu, unless that never has a second result; and that what the others report
    decides which menu it is, unless it never does."""
    others, truth = treatment.group_size - 1, truth_text(treatment)
    varies = any(menu_varies(treatment, i) for i in places_in(cases))
    if not any(own_report_decides(treatment, i) for i in places_in(cases)):
        yield only_one_result(others, varies)
        return
    if varies:
        yield ngettext(
            "Why is this so? What the other player reports decides which results you can get, and what each of them "
            "costs you. Your own report does not change this: it only decides which of the results you get. If you "
            "report {truth}, you get one that brings you most points. With another report you get the same one, "
            "or one that does not bring more.",
            "Why is this so? What the others report decides which results you can get, and what each of them costs "
            "you. Your own report does not change this: it only decides which of the results you get. If you report "
            "{truth}, you get one that brings you most points. With another report you get the same one, or one "
            "that does not bring more.",
            others, truth=truth,
        )  # fmt: skip
        return
    yield ngettext(
        "Think of the rule in this way. Some results are open to you, each with its price. They are the same whatever "
        "the other player reports, and your own report changes neither these results nor their prices.",
        "Think of the rule in this way. Some results are open to you, each with its price. They are the same whatever "
        "the others report, and your own report changes neither these results nor their prices.",
        others,
    )
    yield _("Your report only decides which of them you get.")
    if notion(treatment) == 1:
        yield _(
            "If you report your ideal level, the computer gives you one of them that, with its price, brings you most "
            "points."
        )
    else:
        yield _(
            "If you report your type, the computer gives you one of them that, with its price, brings you most points."
        )


def only_one_result(others: int, varies: bool) -> Markup:
    """Why the truth costs nothing where the own report never changes anything; *The rule* says that this is so."""
    if varies:
        return ngettext(
            "Why is this so? Only the report of the other player decides which result you get, and what it costs you. "
            "Therefore all your reports bring you equally many points.",
            "Why is this so? Only the reports of the others decide which result you get, and what it costs you. "
            "Therefore all your reports bring you equally many points.",
            others,
        )
    return _(
        "Why is this so? You always get the same result at the same price, whatever is reported. Therefore all your "
        "reports bring you equally many points."
    )


def profiles(treatment: Treatment) -> int:
    """Own message and messages of the others: how many cases there are of one own type."""
    return math.prod(len(place.messages) for place in treatment.positions)


def supposing(treatment: Treatment, cases: list[Case], i: int, own_type: float) -> Markup:
    """That the reader has a type; and a position, where it can be one of several."""
    name = type_name(treatment, i, own_type)
    if len(places_in(cases)) > 1:
        who = player_with_type(treatment, player_names(treatment)[i], name)
        return _("For example, suppose that you are {who}.", who=who)
    return [
        _("For example, suppose that your type is {type}.", type=name),
        _("For example, suppose that your ideal level is {type}.", type=name),
        _("For example, suppose that your value level is {type}.", type=name),
    ][notion(treatment)]


def first_example(
    treatment: Treatment,
    cases: list[Case],
    some: list[Case],
    say: Callable[[int, float], Markup | None],
    known: Case | None = None,
) -> Iterator[Markup]:
    """Of the first of `some` of the reader's cases of which there is something to `say`; `known`: supposed before."""
    for i, own_type in some:
        if (text := say(i, own_type)) is not None:
            yield text if (i, own_type) == known else in_case(treatment, cases, i, own_type, text)
            return


def in_case(treatment: Treatment, cases: list[Case], i: int, own_type: float, text: Markup) -> Markup:
    return Markup(" ").join([supposing(treatment, cases, i, own_type), text])


def example(
    treatment: Treatment, i: int, own_type: float, find: Callable[[Treatment, int, float], Comparison | None]
) -> Markup | None:
    """The truth and another report against the same messages of the others."""
    found = find(treatment, i, own_type)
    if found is None:
        return None
    return ngettext(
        "Now suppose that this is the report of the other player: {others}. The report {type} then brings you {own}, "
        "and the report {other} brings you {then}.",
        "Now suppose that these are the reports of the others: {others}. The report {type} then brings you {own}, and "
        "the report {other} brings you {then}.",
        treatment.group_size - 1,
        others=sent(treatment, i, found.others),
        type=type_name(treatment, i, own_type),
        own=points_of(treatment, found.points[0]),
        other=message_text(treatment, i, found.messages[1]),
        then=points_of(treatment, found.points[1]),
    )


def proof_by_cases(treatment: Treatment, cases: list[Case]) -> Iterator[Markup]:
    """Averages of the truth and of the best other report, and a case in which another report brings more."""
    shown = average_example(treatment, cases)
    if shown is not None:
        yield in_case(treatment, cases, *shown)
    known = None if shown is None else shown[:2]
    first = sorted(cases, key=lambda case: case != known)
    yield from first_example(treatment, cases, first, lambda i, t: example(treatment, i, t, counterexample), known)


def average_example(treatment: Treatment, cases: list[Case]) -> tuple[int, float, Markup] | None:
    """The case in which another report gains most on average; None where the others' chances are not told."""
    if treatment.information == "own":
        return None
    shown = [(*average(treatment, i, t), i, t) for i, t in cases]
    gains = [found for found in shown if found[1]]
    if not gains:
        return None
    _gain, text, i, own_type = max(gains, key=lambda found: found[0])
    return i, own_type, text


def average(treatment: Treatment, i: int, own_type: float) -> tuple[float, Markup]:
    """(by how much the best other report is better, the sentence)."""
    means, grid = expected_points(treatment, i, own_type), treatment.positions[i].messages
    truth = int(np.searchsorted(grid, own_type))
    others = [k for k in range(len(grid)) if k != truth]
    if not others:
        return 0.0, Markup("")
    best = max(others, key=lambda k: means[k])
    decimals = rounding(treatment) + 2
    own, then = (amount(means[k] / 10 ** rounding(treatment), decimals) for k in (truth, best))
    if own == then and abs(means[truth] - means[best]) > 0:
        own, then = (amount(means[k] / 10 ** rounding(treatment), decimals + 4) for k in (truth, best))
    said = ngettext(
        "If the report of the other player is true, the report {type} brings you {own} points on average. Of the other "
        "reports none brings you more than {other}: {then} points on average.",
        "If the reports of all others are true, the report {type} brings you {own} points on average. Of the other "
        "reports none brings you more than {other}: {then} points on average.",
        treatment.group_size - 1, type=type_name(treatment, i, own_type), own=own, then=then,
        other=message_text(treatment, i, float(grid[best])),
    )  # fmt: skip
    if own == then:
        said = Markup(" ").join([said, _("Both bring you the same.")])
    return float(means[best] - means[truth]), said


def proof_of_requests(treatment: Treatment, cases: list[Case]) -> Iterator[Markup]:
    """For requests: two cases in which different requests are best, or that all cases were gone through."""
    without = [(i, t) for i, t in cases if not len(best_whatever(treatment, i, t))]
    if without:
        yield from first_example(treatment, cases, without, lambda i, t: two_best_requests(treatment, i, t))
        return
    count = profiles(treatment)
    if count == 1:
        return  # nobody has a choice
    if what_decides(treatment, cases) == "nothing":
        yield _(
            "The computer has gone through all {cases} cases that there are in this game for you, and found this "
            "request in each of them to bring at least as many points as any other.",
            cases=count * len(cases),
        )
    elif len(places_in(cases)) == 1:
        yield _(
            "For each value level that you can have, the computer has gone through all {cases} cases that there are in "
            "this game for you, and found one request that brings in each of them at least as many points as any "
            "other.",
            cases=count,
        )
    else:
        yield _(
            "For everybody that you can be, with each value level, the computer has gone through all {cases} cases "
            "that there are in this game, and found one request that brings in each of them at least as many points "
            "as any other.",
            cases=count,
        )


def two_apart(best: np.ndarray) -> tuple[int, int] | None:
    """Two columns of a table (messages, profiles of the others) in which no message is best in both."""
    of_each_kind = np.unique(best, axis=1, return_index=True)[1]
    for first in sorted(of_each_kind.tolist()):
        apart = np.flatnonzero(~best[best[:, first]].any(axis=0))
        if len(apart):
            return first, int(apart[-1])
    return None


def two_best_requests(treatment: Treatment, i: int, own_type: float) -> Markup | None:
    """Two profiles of the others to which different requests are best; None if there are no two such."""
    own = np.moveaxis(treatment.own_points(i, own_type), i, 0)
    own, grids = own.reshape(len(own), -1), [p.messages for k, p in enumerate(treatment.positions) if k != i]
    best, requests = own == own.max(axis=0), treatment.positions[i].messages
    apart = two_apart(best)
    if apart is None:
        return None

    def said(where: int) -> dict[str, object]:
        at = np.unravel_index(where, tuple(map(len, grids)))
        others = tuple(float(grid[k]) for grid, k in zip(grids, at, strict=True))
        all_best = [message_text(treatment, i, m) for m in requests[best[:, where]].tolist()]
        return {"others": sent(treatment, i, others), "points": points_of(treatment, int(own[:, where].max())),
                "best": alternatives(all_best)}  # fmt: skip

    first, second = (said(where) for where in apart)
    return ngettext(
        "If this is the request of the other player, {others}, the request {best} is best for you and brings you "
        "{points}. If it is {others2}, the request {best2} is best for you and brings you {points2}.",
        "If these are the requests of the others, {others}, the request {best} is best for you and brings you "
        "{points}. If they are {others2}, the request {best2} is best for you and brings you {points2}.",
        treatment.group_size - 1, **first, **{f"{key}2": value for key, value in second.items()},
    )  # fmt: skip
