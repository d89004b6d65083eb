"""Questions on requests in stages: asked of treatments that are played so, beside all others.

The other rows are about the direct game, in which all would demand at the same time what they are served in the end.
"""

from __future__ import annotations

from itertools import product

from mechanisms.certificate.certificate import Finding
from mechanisms.certificate.theory import Question, Theory, Types
from mechanisms.stages import StagedGain, StagedGame, straightforward_in_stages
from mechanisms.stages.equilibria import StagedEquilibria, StagedSearch
from mechanisms.verdicts import TooLargeError, Verdict
from mechanisms.writing import listed

METHOD = "backward induction over all states of who was served what"
MAX_TYPE_PROFILES = 250


def straightforward(theory: Theory) -> Finding:
    """Whether asking for what would be best if all who are left asked for as much is always a best request."""
    game = theory.treatment.staged_game()
    verdict = straightforward_in_stages(game)
    if verdict.status == "fails":
        return Finding(verdict, witness=_gain(theory, game, verdict.witness))
    plain = Verdict(verdict.status, verdict.method, verdict.size, verdict.tolerance, reason=verdict.reason)
    return Finding(plain, answer="so it is sequentially rational under all beliefs about the others' types")


def _gain(theory: Theory, game: StagedGame, gain: StagedGain) -> str:
    served = [f"{theory.role(i)} was served {theory.message(i, q)}" for i, q in enumerate(gain.state) if q >= 0]
    others = [theory.who(i, gain.types[i]) for i in game.remaining(gain.state) if i != gain.player]
    after = f"after {listed(served)} " if served else ""
    beside = f" beside {listed(others)}" if others else ""
    better, plain = (theory.message(gain.player, q) for q in (gain.better, gain.request))
    return (
        f"{after}{theory.who(gain.player, gain.types[gain.player])}{beside} gains {theory.points(gain.gain)} by "
        f"requesting {better} instead of {plain}"
    )


def _solved(theory: Theory) -> dict[Types, StagedEquilibria]:
    """What is served in equilibria of each type profile of positive probability."""
    game, positions = theory.treatment.staged_game(), theory.treatment.positions
    profiles = list(product(*([t for t, p in enumerate(place.probabilities) if p > 0] for place in positions)))
    if len(profiles) > MAX_TYPE_PROFILES:
        raise TooLargeError(f"too large: {len(profiles)} type profiles, more than {MAX_TYPE_PROFILES}")
    search = StagedSearch(game)
    for types in profiles:
        if types not in theory.staged:
            theory.staged[types] = search.equilibria(types)
    return {types: theory.staged[types] for types in profiles}


def unique_outcome(theory: Theory) -> Finding:
    """Whether all pure equilibria with known types serve the same, at every type profile."""
    solved = _solved(theory)
    size = f"{len(solved)} type profiles" if len(solved) > 1 else "all requests at states"
    for types, found in solved.items():
        if len(found.outcomes) != 1:
            where = f"{theory.types(types)}: " if theory.types(types) else ""
            several = "; or ".join(_served(theory, outcome) for outcome in found.outcomes[:3].tolist())
            more = f"; and {len(found.outcomes) - 3} more" if len(found.outcomes) > 3 else ""
            none = "no pure equilibrium, in the whole game or after some requests"
            return Finding(Verdict("fails", METHOD, size), witness=where + (f"{several}{more}" if several else none))
    only = "" if len(solved) > 1 else _served(theory, next(iter(solved.values())).outcomes[0].tolist())
    return Finding(Verdict("holds", METHOD, size), answer=only)


def as_at_once(theory: Theory) -> Finding:
    """Whether stages serve exactly what pure Nash equilibria of the direct game give."""
    for types, found in _solved(theory).items():
        staged, direct = set(map(tuple, found.outcomes.tolist())), set(map(tuple, theory.nash_at(types).tolist()))
        for outcome in sorted(staged ^ direct):
            where = f"{theory.types(types)}: " if theory.types(types) else ""
            only = "in stages" if outcome in staged else "at the same time"
            witness = f"{where}only {only} there is an equilibrium in which {_served(theory, outcome)}"
            return Finding(Verdict("fails", METHOD, theory.size), witness=witness)
    return Finding(Verdict("holds", METHOD, theory.size))


def _served(theory: Theory, outcome: tuple[int, ...]) -> str:
    return listed([f"{theory.role(i)} gets {theory.message(i, q)}" for i, q in enumerate(outcome)])


QUESTIONS: dict[str, tuple[str, Question]] = {
    "straightforward requests in stages": (
        "after every history, whatever the types of those who are left; Kumar 2013, section 4",
        straightforward,
    ),
    "unique outcome in stages": (
        "all pure equilibria with known types, subgame perfect; Kumar 2013, section 4",
        unique_outcome,
    ),
    "stages serve what the direct game serves": ("Kumar 2013, section 4 and Lemma 1", as_at_once),
}
