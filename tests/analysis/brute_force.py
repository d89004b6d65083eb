"""What theory says of one group, by trying everything in plain loops: a slow second way to the columns of `predict`."""

import itertools
from functools import cache

import numpy as np


@cache
def points_of(treatment, types):
    """Messages of all members -> their points in smallest units, for every profile."""
    grids = [position.messages.tolist() for position in treatment.positions]
    profiles = list(itertools.product(*grids))
    return dict(zip(profiles, treatment.play(np.array(types), np.array(profiles)).points.tolist(), strict=True))


@cache
def equilibria_of(treatment, types):
    """All pure Nash equilibria, lexicographic, and those that are payoff-dominant."""
    points, n = points_of(treatment, types), treatment.group_size

    def is_best(m, i):
        return all(points[m][i] >= points[with_message(m, i, own)][i] for own in grid(treatment, i))

    found = [m for m in points if all(is_best(m, i) for i in range(n))]
    best = [m for m in found if all(points[m][i] >= points[e][i] for e in found for i in range(n))]
    return found, best


@cache
def dominance_of(treatment, types, i):
    """Dominant messages of member i, and the losses of each message against one of them, at every profile of others."""
    points, own = points_of(treatment, types), grid(treatment, i)
    others = [m for m in points if m[i] == own[0]]
    most = [max(points[with_message(m, i, a)][i] for a in own) for m in others]
    dominant = [
        a for a in own if all(points[with_message(m, i, a)][i] == top for m, top in zip(others, most, strict=True))
    ]
    losses = {a: [top - points[with_message(m, i, a)][i] for m, top in zip(others, most, strict=True)] for a in own}
    return dominant, losses


def grid(treatment, i):
    return treatment.positions[i].messages.tolist()


def with_message(m, i, message):
    return (*m[:i], message, *m[i + 1 :])


def text(messages):
    return ";".join(f"{message:g}" for message in messages)


def coalition_gains(points, grids, m):
    """(with side payments, who, without, who), in smallest units; who: the first of the smallest, from 0, or None."""
    paid = agreed = 0
    paid_by = agreed_by = None
    for size in range(2, len(m) + 1):
        for members in itertools.combinations(range(len(m)), size):
            for change in itertools.product(*(grids[i] for i in members)):
                new = list(m)
                for i, message in zip(members, change, strict=True):
                    new[i] = message
                gains = [points[tuple(new)][i] - points[m][i] for i in members]
                if sum(gains) > paid:
                    paid, paid_by = sum(gains), members
                if min(gains) > 0 and sum(gains) > agreed:
                    agreed, agreed_by = sum(gains), members
    return paid, paid_by, agreed, agreed_by


def positions(members):
    return ";".join(str(i + 1) for i in members) if members else None


def columns(treatment, types, m, i):
    """The columns of member i (from 0) of a group with these types and messages; None: blank."""
    points, own, unit = points_of(treatment, types), grid(treatment, i), 10**treatment.rounding
    replies = {a: points[with_message(m, i, a)][i] for a in own}
    best = [a for a in own if replies[a] == max(replies.values())]
    foregone = max(replies.values()) - replies[m[i]]
    stake = max(replies.values()) - min(replies.values())
    dominant, losses = dominance_of(treatment, types, i)
    everybody = [dominance_of(treatment, types, j)[0] for j in range(len(m))]
    others = [sum(losses[a]) / len(losses[a]) / unit for a in own if a not in dominant]
    nash, payoff_dominant = equilibria_of(treatment, types)
    grids = [grid(treatment, j) for j in range(len(m))]
    paid, paid_by, agreed, agreed_by = coalition_gains(points, grids, m)
    played = m in nash
    return {
        "dominant_messages": text(dominant),
        "dominance_margin": min(others) if dominant and others else None,
        "dominant_loss_mean": sum(losses[m[i]]) / len(losses[m[i]]) / unit if dominant else None,
        "dominant_loss_max": max(losses[m[i]]) / unit if dominant else None,
        "best_replies": text(best),
        "best_reply_count": len(best),
        "best_reply_area": len(best) / len(own),
        "best_reply_played": m[i] in best,
        "best_reply_distance": min(abs(m[i] - a) for a in best),
        "best_reply_points": max(replies.values()) / unit,
        "foregone_points": foregone / unit,
        "foregone_share": foregone / stake if stake else None,
        "foregone_by_chance": sum(max(replies.values()) - points for points in replies.values()) / len(own) / unit,
        "group_dominant": all(m[j] in d for j, d in enumerate(everybody)) if all(everybody) else None,
        "group_dominant_area": float(np.prod([len(d) / len(grid(treatment, j)) for j, d in enumerate(everybody)])),
        "nash_count": len(nash),
        "nash_played": played if nash else None,
        "nash_index": 1 + nash.index(m) if played else None,
        "payoff_dominant_count": len(payoff_dominant),
        "payoff_dominant_played": m in payoff_dominant if played else None,
        "coalition_gain": paid / unit,
        "coalition": positions(paid_by),
        "coalition_gain_agreed": agreed / unit,
        "coalition_agreed": positions(agreed_by),
    }
