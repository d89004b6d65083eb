"""The models again, participant by participant and message by message, from the table of decisions and Treatment.play.

Nothing of analysis.behaviour is used. Each function gives {(session, participant, round): log probability}.
"""

from collections import defaultdict
from functools import cache
from itertools import product

import numpy as np


class Oracle:
    def __init__(self, table, treatment):
        self.t, self.n = treatment, treatment.group_size
        self.grids = [place.messages for place in treatment.positions]
        self.people = defaultdict(list)
        for _, group in table.groupby(["session_code", "round", "group"]):
            group = group.sort_values("position")
            messages = group["message"].tolist()
            for i, row in enumerate(group.itertuples()):
                others = None if any(m != m for m in messages) else tuple(m for j, m in enumerate(messages) if j != i)
                own = None if row.message != row.message else self.grids[i].tolist().index(row.message)
                entry = (row.round, i, row.type, own, others, bool(row.timed_out), row.feedback)
                self.people[row.session_code, row.participant_id].append(entry)
        for entries in self.people.values():
            entries.sort()

    @cache  # noqa: B019
    def row(self, i, type_value, others):
        """Points of all own messages."""
        types = [float(place.types[0]) for place in self.t.positions]
        types[i] = type_value
        profiles = [[*others[:i], m, *others[i:]] for m in self.grids[i]]
        return self.t.play(types, np.array(profiles)).points[:, i] / 10.0**self.t.rounding

    @cache  # noqa: B019
    def against_uniform(self, i, type_value):
        rest = [self.grids[j] for j in range(self.n) if j != i]
        return np.mean([self.row(i, type_value, others) for others in product(*rest)], axis=0)

    def types(self, i):
        return self.t.positions[i].types.tolist()

    def ewa(self, rate, phi, delta, kappa):
        found = {}
        for who, entries in self.people.items():
            attractions = {(i, v): self.against_uniform(i, v) for i in range(self.n) for v in self.types(i)}
            weight = dict.fromkeys(range(self.n), 1.0)
            for r, i, v, own, others, out, feedback in entries:
                if own is not None and not out:
                    found[(*who, r)] = choice(rate * attractions[i, v])[own]
                if others is None or feedback != "all":
                    continue
                new = (1 - kappa) * phi * weight[i] + 1
                for u in self.types(i):
                    gained = delta * self.row(i, u, others)
                    if u == v:
                        gained[own] = self.row(i, u, others)[own]
                    attractions[i, u] = (phi * weight[i] * attractions[i, u] + gained) / new
                weight[i] = new
        return found

    def reinforcement(self, strength, phi, epsilon):
        found = {}
        for who, entries in self.people.items():
            least, propensity = {}, {}
            for i in range(self.n):
                rest = [self.grids[j] for j in range(self.n) if j != i]
                for v in self.types(i):
                    every = np.array([self.row(i, v, others) for others in product(*rest)])
                    least[i, v] = every.min()
                    start = strength * (every.mean() - every.min()) / len(self.grids[i])
                    propensity[i, v] = np.full(len(self.grids[i]), start)
            for r, i, v, own, others, out, feedback in entries:
                q = propensity[i, v]
                if own is not None and not out:
                    found[(*who, r)] = np.log(q[own] / q.sum())
                if others is None or feedback == "none":
                    continue
                reward = self.row(i, v, others)[own] - least[i, v]
                spread = np.full(len(q), epsilon * reward / (len(q) - 1))
                spread[own] = (1 - epsilon) * reward
                propensity[i, v] = (1 - phi) * q + spread
        return found

    def replies(self, rule):
        """rule(payoffs against what was seen last in the position) -> log probabilities."""
        found = {}
        for who, entries in self.people.items():
            seen = {}
            for r, i, v, own, others, out, feedback in entries:
                payoffs = self.row(i, v, seen[i]) if i in seen else self.against_uniform(i, v)
                if own is not None and not out:
                    found[(*who, r)] = rule(payoffs)[own]
                if others is not None and feedback == "all":
                    seen[i] = others
        return found

    def by_type(self, logs):
        """logs[i, type] -> log probabilities: a model without memory."""
        return {
            (*who, r): logs[i, v][own]
            for who, entries in self.people.items()
            for r, i, v, own, _, out, _ in entries
            if own is not None and not out
        }

    def expected(self, strategies):
        """Points of every message of every type against strategies[j, type], types by the prior."""
        found = {}
        for i in range(self.n):
            rest = [j for j in range(self.n) if j != i]
            average = [
                sum(p * strategies[j, v] for v, p in zip(self.types(j), self.t.positions[j].probabilities, strict=True))
                for j in rest
            ]
            for v in self.types(i):
                total = np.zeros(len(self.grids[i]))
                for indices in product(*(range(len(self.grids[j])) for j in rest)):
                    weight = np.prod([a[k] for a, k in zip(average, indices, strict=True)])
                    others = tuple(float(self.grids[j][k]) for j, k in zip(rest, indices, strict=True))
                    total += weight * self.row(i, v, others)
                found[i, v] = total
        return found


def choice(logits):
    return logits - np.log(np.sum(np.exp(logits - logits.max()))) - logits.max()


def mixture(shares, classes):
    """Log likelihood of all participants together: classes are results of Oracle's methods."""
    people = defaultdict(lambda: np.zeros(len(classes)))
    for k, logs in enumerate(classes):
        for (session, person, _), value in logs.items():
            people[session, person][k] += value
    return sum(np.log(np.sum(np.array(shares) * np.exp(total))) for total in people.values())
