"""Questions on dominant messages and pure Nash equilibria of demand games of many players."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from mechanisms.arrays import largest
from mechanisms.certificate.certificate import BEFORE, BOTH, Finding, not_applicable
from mechanisms.certificate.crowd_theory import CrowdTheory
from mechanisms.certificate.crowd_words import at, equilibrium, undecided, whose
from mechanisms.certificate.nash_rows import NO_EQUILIBRIUM, NOTHING_LOST, SHOWN, TOLERANCE, share_lost
from mechanisms.certificate.theory import Types
from mechanisms.crowds.facing import Facing
from mechanisms.crowds.replies import reached_by_replies
from mechanisms.verdicts import Verdict
from mechanisms.writing import apart, how_many, listed, percent


def dominant(theory: CrowdTheory, kind: str) -> Finding:
    """Whether every type has a dominant message, and which; players who are alike are asked once."""
    found, without, what, asked = [], [], set(), 0
    for seats in theory.alike:
        for t in range(len(theory.treatment.positions[seats[0]].types)):
            faced, asked = theory.facing(seats[0], t), asked + 1
            what.add(faced.what)
            who = whose(theory, seats, t)
            messages = theory.dominant(seats[0], t, kind)
            if len(messages):
                found.append(f"{who}: {listed([theory.message(seats[0], m) for m in messages])}")
            else:
                without.append(who)
    method = f"every message against every column of own points by the {listed(sorted(what))}"
    verdict = Verdict("fails" if without else "holds", method, f"{theory.n} players, {asked} kinds")
    witness = f"none for {'any type' if len(without) == asked else listed(without)}" if without else ""
    return Finding(verdict, "; ".join(found), witness)


def unique_dominant(theory: CrowdTheory) -> Finding:
    """Whether every type has exactly one weakly dominant message."""
    found = dominant(theory, "weak")
    if not found.verdict.holds:
        return found
    several = []
    for seats in theory.alike:
        for t in range(len(theory.treatment.positions[seats[0]].types)):
            if (number := len(theory.dominant(seats[0], t))) > 1:
                several.append(f"{whose(theory, seats, t)} {'has' if len(seats) == 1 else 'have'} {number}")
    return replace(
        found, verdict=replace(found.verdict, status="fails" if several else "holds"), witness="; ".join(several)
    )


def no_losses(theory: CrowdTheory) -> Finding:
    """Whether nothing that is played gives anybody points below zero."""
    lowest, witness, what, asked = np.inf, "", set(), 0
    for seats in theory.alike:
        for t in range(len(theory.treatment.positions[seats[0]].types)):
            faced, asked = theory.facing(seats[0], t), asked + 1
            what.add(faced.what)
            own, column = np.unravel_index(int(faced.points.argmin()), faced.points.shape)
            if faced.points[own, column] < lowest:
                lowest = int(faced.points[own, column])
                when = _when(theory, faced, int(column))
                witness = f"{whose(theory, seats, t)}, by demanding {theory.message(seats[0], int(own))}{when}"
    method = f"every message against every column of own points by the {listed(sorted(what))}"
    verdict = Verdict("fails" if lowest < 0 else "holds", method, f"{theory.n} players, {asked} kinds")
    answer = f"the lowest payoff is {theory.points(lowest).replace('-', '−')}"
    return Finding(verdict, answer, witness if lowest < 0 else "")


def _when(theory: CrowdTheory, faced: Facing, column: int) -> str:
    """What the others demand in a column, if the table says so: tables of totals know a profile at their ends only."""
    last = faced.points.shape[1] - 1
    known = {0: 0, last: -1} if len(faced.others) <= last else {column: column}
    if column not in known:
        return ""
    others = Counter(theory.crowd.quantities[faced.others[known[column]]].tolist())
    said = [
        f"{count} {'other demands' if count == 1 else 'others demand'} {q:g}" for q, count in sorted(others.items())
    ]
    return f" when {listed(said)}"


def unique_nash(theory: CrowdTheory) -> Finding:
    """Whether there is exactly one pure Nash equilibrium whatever the types are."""
    if theory.crowd.others is None:
        return _one_at_least(theory)
    nash = theory.nash
    totals = {types: found.total for types, found in nash.items()}
    fewest, most = min(totals.values()), max(totals.values())
    few, many = how_many(fewest), how_many(most)
    of = f"{how_many(theory.profiles)} message profiles"
    if len(totals) == 1 or fewest < most:
        answer = f"{many if len(totals) == 1 else f'{few} to {many}'} of {of}"
    else:
        answer = f"{many} at all type profiles"
    method = next(iter(nash.values())).method
    types = next((types for types, total in totals.items() if total != 1), None)
    if types is None:
        [case, found] = next(iter(nash.items()))
        answer += f": {equilibrium(theory, case, found, 0)}" if len(totals) == 1 else ""
        return Finding(Verdict("holds", method, theory.size), answer)
    found = nash[types]
    some = [equilibrium(theory, types, found, k) for k in range(min(SHOWN, len(found.counts)))]
    witness = f"{at(theory, types)}there are {how_many(totals[types])}" + (
        f", among them: {'; '.join(some)}" if some else ""
    )
    return Finding(Verdict("fails", method, theory.size), answer, witness)


def _one_at_least(theory: CrowdTheory) -> Finding:
    """Without structure: an equilibrium that best replies reach; whether there are others is open."""
    types = next(theory._cases())
    found = reached_by_replies(theory.crowd, theory.values(types))
    reason = "what somebody pays depends on who of the others demands what, and all profiles of them are too many"
    if found is not None:
        said = theory.group(theory.as_messages(found).tolist(), types)
        reason += f"; {at(theory, types)}one equilibrium, reached by best replies from the least demands: {said}"
    return undecided(reason)


def efficient_nash(theory: CrowdTheory) -> Finding:
    """Whether every pure Nash equilibrium has the efficient surplus, and what the worst one loses."""
    if not any(found.total for found in theory.nash.values()):
        return not_applicable("there is no pure Nash equilibrium")
    return _efficient(theory, "worst")


def best_nash_is_efficient(theory: CrowdTheory) -> Finding:
    """Whether some pure Nash equilibrium has the efficient surplus, and the prices of the best and the worst one."""
    if not all(found.total for found in theory.nash.values()):
        return not_applicable(NO_EQUILIBRIUM)
    surpluses = [_surplus(theory, types)[:2] for types in theory.nash]
    ratios = [(best / own.max(), best / own.min()) for own, best in surpluses if best > 0 and own.min() > 0]
    finding = _efficient(theory, "best")
    if len(ratios) < len(surpluses):
        return finding
    best, worst = apart(max(low for low, _ in ratios), max(high for _, high in ratios))
    prices = f"efficient surplus / surplus: {best} in the best equilibrium, {worst} in the worst one"
    prices += ", at the type profile where it is largest" if len(surpluses) > 1 else ""
    return Finding(finding.verdict, prices, finding.witness, finding.numbers)


def _surplus(theory: CrowdTheory, types: Types) -> tuple[np.ndarray, float, float]:
    """The surplus of each equilibrium, players of one kind exchanged or not, the efficient one, and the largest amount
    that they were worked out of: they may cancel to 0."""
    found = theory.nash[types]
    values = np.array(theory.values(types))
    played = np.array([theory.crowd.quantities[found.example(k)] for k in range(len(found.counts))])
    play = theory.treatment.play(values, played.reshape(-1, theory.n))
    surplus, best = theory.treatment.surplus(play), float(theory.treatment.efficient_surplus(values))
    return surplus, best, float(largest(play.values, play.cost_shares, surplus))


def _efficient(theory: CrowdTheory, name: str) -> Finding:
    lost, words, size, most, method = 0.0, "", 0.0, NOTHING_LOST, ""
    for types, found in theory.nash.items():
        method = found.method
        if not len(found.counts):
            continue
        surplus, best, scale = _surplus(theory, types)
        size = max(size, scale, abs(best))
        k = int(surplus.argmin() if name == "worst" else surplus.argmax())
        lost = max(lost, float(best - surplus[k]))
        if (loss := share_lost(float(surplus[k]), best)) > most:
            most = loss
            share = f" ({percent(surplus[k] / best)})" if best > 0 else ""
            got, instead = apart(float(surplus[k]), best)
            words = (
                f"{at(theory, types)}{equilibrium(theory, types, found, k)}: surplus {got} instead of {instead}{share}"
            )
    fails = lost > TOLERANCE * size
    verdict = Verdict(
        "fails" if fails else "holds", f"{method}; the best values for every total", theory.size, TOLERANCE
    )
    return Finding(verdict, witness=f"the {name} one, {words}" if fails else "", numbers=BOTH)


def payoff_dominant_exists(theory: CrowdTheory) -> Finding:
    """Whether at every type profile all players like one equilibrium at least as much as every other.

    Players of a kind can be exchanged, so that each of them can have what any of them has in some equilibrium.
    """
    if not all(found.total for found in theory.nash.values()):
        return not_applicable(NO_EQUILIBRIUM)
    answer, method = "", ""
    for types, found in theory.nash.items():
        values, method = np.array(theory.values(types)), f"{found.method}; points of each kind"
        played = np.array([theory.crowd.quantities[found.example(k)] for k in range(len(found.counts))])
        points = theory.treatment.play(values, played).points
        most = np.empty(theory.n, dtype=np.int64)
        for seats in found.seats:
            most[list(seats)] = points[:, list(seats)].max()
        best = np.flatnonzero((points == most).all(axis=1))
        if not len(best):
            who = theory.name(found.seats[0])
            witness = f"{at(theory, types)}none of {len(found.counts)} gives all players, as {who}, their most points"
            return Finding(Verdict("fails", method, theory.size), witness=witness)
        if len(theory.nash) == 1:
            only = ", the only equilibrium" if found.total == 1 else f": {len(best)} of {len(found.counts)} equilibria"
            answer = equilibrium(theory, types, found, int(best[0])) + only
    return Finding(Verdict("holds", method, theory.size), answer)


def balanced_budget(theory: CrowdTheory) -> Finding:
    return Finding(Verdict("holds", "there are no transfers: shares add up to the cost", "", 1e-9), numbers=BEFORE)
