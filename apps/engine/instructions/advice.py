"""What participants are advised, as the table [advice] of their treatment wants it: only what is true of the game.

The sentence follows from the verdicts of the certificate (mechanisms.descriptions.truths). Its proof names cases of
this game: own types, and messages that others can send; nothing of the others' types where these are not told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from markupsafe import Markup

from engine.instructions.described import own_share_is_safe
from engine.instructions.worth import own_positions, possible_types
from engine.words.language import _, in_its_words, ngettext
from engine.words.names import message_text, player_names, type_name
from engine.words.numbers import amount, localized, points_text, rounding
from engine.words.rendering import render
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
from mechanisms.treatments.schema_described import EarlierSpec


@lru_cache(maxsize=256)
@in_its_words
def advice(treatment: Treatment, position: int) -> Markup:
    """The advice for a position, as HTML under no heading; empty without one."""
    if treatment.advice is None:
        return Markup("")
    kind = treatment.advice.kind
    paragraphs = [] if kind == "experience" else list(statement(treatment, position))
    if kind == "proof":
        paragraphs += proof(treatment, position)
    tables = list(experience(treatment, position)) if kind == "experience" else []
    return render("engine/described/advice.html", kind=kind, paragraphs=paragraphs, tables=tables,
                  demands=treatment.messages_are == "demands")  # fmt: skip


def own_cases(treatment: Treatment, position: int) -> list[tuple[int, float]]:
    """(position, type) of all that the reader can be."""
    return [(i, t) for i in own_positions(treatment, position) for t in possible_types(treatment, i)]


def truth_text(treatment: Treatment) -> Markup:
    """What the truth is called, as the object of "to report"."""
    return _("your ideal level") if notion(treatment) == 1 else _("your true type")


# --- the sentence ---


def statement(treatment: Treatment, position: int) -> Iterator[Markup]:
    """What is true of the own messages, in a sentence or two."""
    if treatment.messages_are == "demands":
        yield from about_requests(treatment, position)
        return
    found, others, truth = truths(treatment), treatment.group_size - 1, truth_text(treatment)
    if found.strategy_proof:
        yield ngettext(
            "You can never earn more points than by reporting {truth}, whatever the other player reports.",
            "You can never earn more points than by reporting {truth}, whatever the others report.",
            others, truth=truth,
        )  # fmt: skip
        if found.secure:
            yield _(
                "And whenever nobody could earn more points by changing the own report alone, the outcome and "
                "everybody's points are the same as with true reports of all."
            )
    elif found.bayesian:
        yield ngettext(
            "If the other player reports the truth, no report brings you more points on average than to report "
            "{truth}. The average is over everything that the other player can be. But in single cases, or if somebody "
            "does not report the truth, it can happen that one earns more points with another report.",
            "If all others report the truth, no report brings you more points on average than to report {truth}. The "
            "average is over everything that the others can be. But in single cases, or if somebody does not report "
            "the truth, it can happen that one earns more points with another report.",
            others, truth=truth,
        )  # fmt: skip
    else:
        yield ngettext(
            "It is not always best to report {truth}. It can happen that somebody earns more points with another "
            "report, even on average and if the other player reports the truth.",
            "It is not always best to report {truth}. It can happen that somebody earns more points with another "
            "report, even on average and if all others report the truth.",
            others, truth=truth,
        )  # fmt: skip


def about_requests(treatment: Treatment, position: int) -> Iterator[Markup]:
    others = treatment.group_size - 1
    best = [len(best_whatever(treatment, i, t)) > 0 for i, t in own_cases(treatment, position)]
    if all(best):
        yield ngettext(
            "One of your requests is always best for you, whatever the other player requests.",
            "One of your requests is always best for you, whatever the others request.",
            others,
        )
    elif any(best):
        yield ngettext(
            "With some value levels one of your requests is always best for you, whatever the other player requests; "
            "with others it depends on that request.",
            "With some value levels one of your requests is always best for you, whatever the others request; with "
            "other value levels it depends on their requests.",
            others,
        )
    else:
        yield ngettext(
            "No request is always best for you: which one is best depends on what the other player requests.",
            "No request is always best for you: which one is best depends on what the others request.",
            others,
        )
    if own_share_is_safe(treatment, position):
        yield ngettext(
            "If the other player requests more than you, it makes no difference to what you pay how much more it is.",
            "If others request more than you, it makes no difference to what you pay how much more it is: nobody who "
            "requests more than you can change it.",
            others,
        )


# --- its proof ---


def proof(treatment: Treatment, position: int) -> Iterator[Markup]:
    """Why it is true, in plain words and with cases of this game."""
    if treatment.messages_are == "demands":
        yield from proof_of_requests(treatment, position)
        return
    found, n, truth = truths(treatment), treatment.group_size, truth_text(treatment)
    if not found.strategy_proof:
        yield from proof_by_average(treatment, position)
        yield from proof_by_lie(treatment, position)
        return
    yield ngettext(
        "Why is this so? What the other player reports decides which results you can get, and what each of them costs "
        "you. Your own report does not change this: it only decides which of the results you get. If you report "
        "{truth}, you get the one that brings you most points. With another report you get the same one, or one that "
        "does not bring more.",
        "Why is this so? What the others report decides which results you can get, and what each of them costs you. "
        "Your own report does not change this: it only decides which of the results you get. If you report {truth}, "
        "you get the one that brings you most points. With another report you get the same one, or one that does not "
        "bring more.",
        n - 1, truth=truth,
    )  # fmt: skip
    yield _(
        "The computer has gone through all {cases} cases that there are in this game for you. In none of them does a "
        "report bring you more points than to report {truth}.",
        cases=cases(treatment, position), truth=truth,
    )  # fmt: skip
    shown = next(
        filter(None, (example(treatment, i, t, most_telling) for i, t in own_cases(treatment, position))), None
    )
    if shown is not None:
        yield shown
    if found.secure:
        yield _(
            "The computer has also gone through all combinations of reports. In each in which nobody could earn more "
            "points by changing the own report alone, the outcome and everybody's points are those of true reports."
        )


def cases(treatment: Treatment, position: int) -> int:
    """Own type, own message and messages of the others: how many there are."""
    profiles = int(np.prod([len(place.messages) for place in treatment.positions]))
    return profiles * len(own_cases(treatment, position))


def example(treatment: Treatment, i: int, own_type: float, find: object) -> Markup | None:
    """The truth and another report against the same messages of the others."""
    assert callable(find)
    found: Comparison | None = find(treatment, i, own_type)
    if found is None:
        return None
    given = {
        "others": sent(treatment, i, found.others),
        "type": type_name(treatment, i, own_type),
        "own": points_text(treatment, found.points[0]),
        "other": message_text(treatment, i, found.messages[1]),
        "then": points_text(treatment, found.points[1]),
    }
    if notion(treatment) == 1:
        return _(
            "For example, if your ideal level is {type} and these are the reports of others: {others}. The report "
            "{type} then brings you {own} points, and the report {other} brings you {then} points.", **given
        )  # fmt: skip
    return _(
        "For example, if your type is {type} and these are the reports of others: {others}. The report {type} then "
        "brings you {own} points, and the report {other} brings you {then} points.", **given
    )  # fmt: skip


def sent(treatment: Treatment, position: int, others: tuple[float, ...]) -> Markup:
    names = player_names(treatment)
    places = [i for i in range(treatment.group_size) if i != position]
    said = [
        Markup("{}: {}").format(names[i], message_text(treatment, i, m)) for i, m in zip(places, others, strict=True)
    ]
    return Markup("; ").join(said)


def proof_by_average(treatment: Treatment, position: int) -> Iterator[Markup]:
    """Averages of the truth and of the best other report; not where the others' chances are not told."""
    if treatment.information == "own":
        return
    shown = [average(treatment, i, t) for i, t in own_cases(treatment, position)]
    gains = [(gain, text) for gain, text in shown if text]
    if gains:
        yield max(gains, key=lambda pair: pair[0])[1]


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
    given = {"type": type_name(treatment, i, own_type), "own": own, "then": then,
             "other": message_text(treatment, i, float(grid[best]))}  # fmt: skip
    if notion(treatment) == 1:
        text = _(
            "If your ideal level is {type} and all others report the truth, the report {type} brings you {own} points "
            "on average. Of the other reports {other} brings you most: {then} points on average.", **given
        )  # fmt: skip
    else:
        text = _(
            "If your type is {type} and all others report the truth, the report {type} brings you {own} points on "
            "average. Of the other reports {other} brings you most: {then} points on average.", **given
        )  # fmt: skip
    return float(means[best] - means[truth]), text


def proof_by_lie(treatment: Treatment, position: int) -> Iterator[Markup]:
    shown = [example(treatment, i, t, counterexample) for i, t in own_cases(treatment, position)]
    found = next(filter(None, shown), None)
    if found is not None:
        yield found


def proof_of_requests(treatment: Treatment, position: int) -> Iterator[Markup]:
    """For requests: two cases in which different requests are best, or that all cases were gone through."""
    for i, own_type in own_cases(treatment, position):
        if not len(best_whatever(treatment, i, own_type)):
            if (shown := two_best_requests(treatment, i, own_type)) is not None:
                yield shown
            return
    yield _(
        "The computer has gone through all {cases} cases that there are in this game for you, and found this request "
        "in each of them to bring at least as many points as any other.",
        cases=cases(treatment, position),
    )


def two_best_requests(treatment: Treatment, i: int, own_type: float) -> Markup | None:
    """Two profiles of the others to which different requests are best; None if there are no two such."""
    own = np.moveaxis(treatment.own_points(i, own_type), i, 0)
    own, grids = own.reshape(len(own), -1), [p.messages for k, p in enumerate(treatment.positions) if k != i]
    best = own == own.max(axis=0)
    apart = [(0, k) for k in range(own.shape[1] - 1, 0, -1) if not (best[:, 0] & best[:, k]).any()]
    if not apart:
        return None

    def said(where: int) -> dict[str, object]:
        at = np.unravel_index(where, tuple(map(len, grids)))
        others = tuple(float(grid[k]) for grid, k in zip(grids, at, strict=True))
        m = int(best[:, where].argmax())
        return {"others": sent(treatment, i, others), "points": points_text(treatment, int(own[m, where])),
                "best": message_text(treatment, i, float(treatment.positions[i].messages[m]))}  # fmt: skip

    first, second = (said(where) for where in apart[0])
    return _(
        "For example, with value level {type}: if these are the requests of others, {others}, the request {best} "
        "brings you most, {points} points. If they are {others2}, the request {best2} brings you most, {points2} "
        "points.",
        type=type_name(treatment, i, own_type), **first, **{f"{key}2": value for key, value in second.items()},
    )  # fmt: skip


# --- earlier sessions ---


@dataclass(frozen=True)
class Earlier:
    """What one role with one type did: a title, and (what, how often, share, mean points) of each."""

    title: Markup
    rows: list[tuple[str, int, str, str]]


def experience(treatment: Treatment, position: int) -> Iterator[Earlier]:
    """Shares and mean points of earlier sessions, for all that the reader can be."""
    assert treatment.advice is not None
    assert treatment.advice.earlier is not None
    names = player_names(treatment)
    for i, own_type in own_cases(treatment, position):
        role = treatment.positions[i].role
        found = [row for row in treatment.advice.earlier if row.role == role and float(row.type) == own_type]
        if found:
            given = {"name": names[i], "type": type_name(treatment, i, own_type)}
            title = [
                _("{name} with type {type}", **given),
                _("{name} with ideal level {type}", **given),
                _("{name} with value level {type}", **given),
            ][notion(treatment)]
            yield Earlier(title, earlier_rows(treatment, i, own_type, found))


def earlier_rows(
    treatment: Treatment, i: int, own_type: float, found: list[EarlierSpec]
) -> list[tuple[str, int, str, str]]:
    total = sum(row.times for row in found)
    if treatment.messages_are == "demands":
        by = sorted(((message_text(treatment, i, float(row.message)), [row]) for row in found),
                    key=lambda pair: float(pair[1][0].message))  # fmt: skip
    else:
        true = [row for row in found if float(row.message) == own_type]
        other = [row for row in found if float(row.message) != own_type]
        by = [(str(_("the truth")), true), (str(_("another report")), other)]
    rows: list[tuple[str, int, str, str]] = []
    for what, some in by:
        times = sum(row.times for row in some)
        if times:
            mean = float(sum(row.times * row.points for row in some) / times)
            rows.append((what, times, _("{number} %", number=localized(f"{100 * times / total:.3g}")),
                         amount(mean, rounding(treatment) + 1)))  # fmt: skip
    return rows
