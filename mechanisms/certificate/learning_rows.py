"""Questions on where boundedly rational play leads, at every type profile."""

from __future__ import annotations

from functools import partial

import numpy as np

from mechanisms.certificate.certificate import Finding, not_applicable
from mechanisms.certificate.nash_rows import NO_EQUILIBRIUM
from mechanisms.certificate.theory import Question, Theory
from mechanisms.quantal_response.continuation import BranchError
from mechanisms.quantal_response.side_by_side import logit_strategies
from mechanisms.solutions.adaptive_play import fictitious_play, followed
from mechanisms.verdicts import TooLargeError, Verdict
from mechanisms.writing import percent

RATES = (5.0, 50.0, 500.0)
"""lambda times the range of payoffs: how large an advantage of the whole range weighs in the logit response."""

METHOD = "principal branch by pseudo-arclength continuation"
MAX_BRANCHES = 64
MAX_MESSAGES = 120
EVALUATIONS = 100
"""Of the equations, to follow one branch: a usual number."""
MAX_READ = 1e9
"""Payoffs that logit equilibria read: each evaluation goes through those of each player once for every other one."""

FICTITIOUS_ROUNDS = 1000
MAX_SUMS = 1e10
"""Starts * rounds * messages of fictitious play at all type profiles, if no start settled earlier."""


def best_replies_converge(theory: Theory, order: str) -> Finding:
    """Whether best replies reach a Nash equilibrium from every message profile."""
    share, where, method = 1.0, "", ""
    for types in theory.different:
        play = followed(theory.game.n_messages, [theory.replies(i, t) for i, t in enumerate(types)], order)
        method = play.method.rpartition(",")[0]
        if play.equilibrium_share < share:
            cycle = next(limit for limit in play.limits if not limit.is_equilibrium)
            at = f"at {theory.types(types)} " if theory.types(types) else ""
            profile = theory.messages(cycle.profiles[0].tolist())
            share, where = (
                play.equilibrium_share,
                f"{at}{len(cycle.profiles)} profiles follow each other, one is: {profile}",
            )
    verdict = Verdict("holds" if share == 1 else "fails", f"{method}, from every message profile", theory.size)
    answer = "from every start" if share == 1 else f"from {percent(share)} of the starts at the worst type profile"
    return Finding(verdict, answer, where)


def fictitious_play_converges(theory: Theory) -> Finding:
    """Whether fictitious play comes to repeat a Nash equilibrium for ever, from every message profile."""
    starts = len(theory.type_profiles) * float(np.prod(theory.game.n_messages))
    if (sums := starts * FICTITIOUS_ROUNDS * sum(theory.game.n_messages)) > MAX_SUMS:
        raise TooLargeError(
            f"too large: {starts:.3g} starts at all type profiles, {FICTITIOUS_ROUNDS} rounds and "
            f"{sum(theory.game.n_messages)} messages make {sums:.3g} sums, more than {MAX_SUMS:.3g}; fewer types or a "
            "coarser grid of messages would fit"
        )
    method = f"fictitious play, {FICTITIOUS_ROUNDS} rounds, ties to the lowest message, from every message profile"
    for types, count in theory.nash_counts.items():
        if not count:
            at = f"at {theory.types(types)} " if theory.types(types) else ""
            witness = f"{at}there is no pure Nash equilibrium that could be repeated for ever"
            return Finding(Verdict("fails", method, theory.size), witness=witness)
    share = min(fictitious_play(game, FICTITIOUS_ROUNDS).equilibrium_share for _, game in theory.games())
    if share == 1:
        return Finding(Verdict("holds", method, theory.size), "from every start")
    reason = f"not decided: some starts have not settled within {FICTITIOUS_ROUNDS} rounds, and might later"
    answer = f"from {percent(share)} of the starts at the worst type profile"
    return Finding(Verdict("too large", method, theory.size, reason=reason), answer)


def logit_selects(theory: Theory) -> Finding:
    """Whether the most likely profile of the logit equilibrium is a Nash equilibrium when errors become rare."""
    if not all(theory.nash_counts.values()):
        return not_applicable(NO_EQUILIBRIUM)
    branches, messages = len(theory.type_profiles), sum(theory.game.n_messages)
    if branches > MAX_BRANCHES or messages > MAX_MESSAGES:
        raise TooLargeError(
            f"too large: {branches} branches, {messages} messages each, more than {MAX_BRANCHES} or {MAX_MESSAGES}; "
            "fewer types or a coarser grid of messages would fit"
        )
    read = len(theory.different) * EVALUATIONS * theory.n * max(1, theory.n - 1) * theory.profiles
    if read > MAX_READ:
        raise TooLargeError(
            f"too large: to follow {len(theory.different)} different branches about {read:.3g} payoffs are read, more "
            f"than {MAX_READ:.3g}; fewer types or a coarser grid of messages would fit"
        )
    likely, wrong = [], ""
    different, games = zip(*theory.games(), strict=True)
    try:
        for types, strategies in zip(different, logit_strategies(games, RATES), strict=True):
            equilibria = theory.nash_at(types)
            weights = np.prod([own[:, e] for own, e in zip(strategies, equilibria.T, strict=True)], axis=0)
            likely.append(weights.sum(axis=1).tolist())
            modal = [int(own[-1].argmax()) for own in strategies]
            if not wrong and not (equilibria == modal).all(axis=1).any():
                at = f"at {theory.types(types)} " if theory.types(types) else ""
                wrong = f"{at}the most likely profile is that {theory.messages(modal)}"
    except BranchError as error:
        reason = f"not decided: the branch could not be followed ({error})"
        return Finding(Verdict("too large", METHOD, theory.size, reason=reason))
    lowest = np.min(likely, axis=0)
    shown = ", ".join(f"{p:.3f} at {rate:g}" for p, rate in zip(lowest, RATES, strict=True))
    answer = f"least probability of Nash profiles, by lambda times the range of payoffs: {shown}"
    verdict = Verdict("fails" if wrong else "holds", METHOD, theory.size, 1e-9)
    return Finding(verdict, answer, wrong)


QUESTIONS: dict[str, tuple[str, Question]] = {
    "simultaneous best replies converge": ("best-reply dynamics", partial(best_replies_converge, order="simultaneous")),
    "sequential best replies converge": ("best-reply dynamics", partial(best_replies_converge, order="sequential")),
    "fictitious play converges": ("Brown 1951", fictitious_play_converges),
    "logit equilibrium approaches Nash": ("McKelvey and Palfrey 1995", logit_selects),
}
