"""Verdicts on crowds: how the questions say who, when and what."""

from __future__ import annotations

from mechanisms.certificate.certificate import Finding
from mechanisms.certificate.crowd_theory import CrowdTheory
from mechanisms.certificate.theory import Types
from mechanisms.crowds.equilibria import CrowdEquilibria
from mechanisms.verdicts import Verdict


def undecided(reason: str) -> Finding:
    """What the structure does not decide."""
    return Finding(Verdict("too large", "", "", reason=f"not decided: {reason}"))


def whose(theory: CrowdTheory, seats: tuple[int, ...], t: int) -> str:
    """Players who are alike, of a type."""
    several = len(theory.treatment.positions[seats[0]].types) > 1
    return theory.name(seats) + (f" of type {theory.type(seats[0], t)}" if several else "")


def at(theory: CrowdTheory, types: Types) -> str:
    """ "at types 13 (2 players) and 16 (28 players) ", or nothing where everybody has one type."""
    said = theory.types(types)
    return f"at {said} " if said else ""


def equilibrium(theory: CrowdTheory, types: Types, found: CrowdEquilibria, k: int) -> str:
    """The k-th equilibrium in words."""
    return theory.group(theory.as_messages(found.example(k)).tolist(), types)
