"""The theory certificate of a treatment: which properties hold in the game as played, exactly, with a witness each.

``certify(treatment)`` answers a fixed list of questions; ``python -m mechanisms certify FILE`` prints the answers.
"""

from __future__ import annotations

from collections.abc import Callable

from mechanisms.arrays import answer as told
from mechanisms.arrays import as_a, takes
from mechanisms.certificate import (
    bayesian_rows,
    coalition_rows,
    dominance_rows,
    elimination_rows,
    in_turn_rows,
    learning_rows,
    nash_rows,
    secure_rows,
    stage_rows,
)
from mechanisms.certificate.certificate import Certificate, Finding, Row
from mechanisms.certificate.crowd_rows import answer
from mechanisms.certificate.crowd_theory import CrowdTheory, theory_of
from mechanisms.certificate.theory import Question, Theory
from mechanisms.treatments import Treatment
from mechanisms.verdicts import TooLargeError, Verdict

__all__ = [
    "QUESTIONS",
    "Certificate",
    "CrowdTheory",
    "Row",
    "Theory",
    "certificate_of",
    "certify",
    "finding_of",
    "theory_of",
]

QUESTIONS: dict[str, tuple[str, Question]] = {
    **dominance_rows.QUESTIONS,
    **nash_rows.QUESTIONS,
    **elimination_rows.QUESTIONS,
    **learning_rows.QUESTIONS,
    **coalition_rows.QUESTIONS,
    **secure_rows.QUESTIONS,
    **bayesian_rows.QUESTIONS,
}
"""Every concept with its source and the function that decides it, in the order of the certificate; where reports are
made one after another, in_turn_rows.QUESTIONS follow, where requests are served in stages, stage_rows.QUESTIONS."""
AT_ONCE = "all reports at once, treated in the order 1, …, n"
"""What the questions of QUESTIONS are about where the order is drawn in each round."""


@takes(treatment=Treatment, progress=Callable)
def certify(treatment: Treatment, progress: Callable[[str], None] = lambda concept: None) -> Certificate:
    """The certificate of a treatment.

    Parameters
    ----------
    treatment : Treatment
    progress : function, called with the name of each concept before it is decided

    Examples
    --------
    >>> from mechanisms.treatments import load_treatment
    >>> certify(load_treatment("treatments/chen_serial.toml")).row("unique pure Nash equilibrium").answer
    '1 of 144 message profiles: Player A demands 4 and Player B demands 6'
    """
    return certificate_of(theory_of(treatment), progress)


def certificate_of(theory: Theory | CrowdTheory, progress: Callable[[str], None] = lambda concept: None) -> Certificate:
    """The same for a treatment of which something is known already."""
    treatment, rows = theory.treatment, []
    asked = QUESTIONS
    if treatment.sequence is not None:
        asked = asked | in_turn_rows.QUESTIONS
    if treatment.stages is not None:
        asked = asked | stage_rows.QUESTIONS
    as_a("progress", progress, Callable)
    for concept, (source, _) in asked.items():
        told("progress", progress, "a function of the name of a concept", concept)
        found = finding_of(theory, concept)
        numbers = found.numbers
        if treatment.order_is_drawn and concept in QUESTIONS and numbers:
            numbers += f", {AT_ONCE}"
        rows.append(Row(found.verdict, found.answer, found.witness, numbers, concept, source))
    return Certificate(treatment.name, treatment.title, treatment.identity, tuple(rows))


def finding_of(theory: Theory | CrowdTheory, concept: str) -> Finding:
    """The answer to one question of the certificate; what is too large to decide says so."""
    if isinstance(theory, CrowdTheory):
        if concept not in stage_rows.QUESTIONS:
            return answer(theory, concept)
        theory = Theory(theory.treatment)  # stages are searched state by state, however large the direct game is
    _, question = (QUESTIONS | in_turn_rows.QUESTIONS | stage_rows.QUESTIONS)[concept]
    try:
        return question(theory)
    except TooLargeError as error:
        return Finding(Verdict("too large", "", "", reason=str(error)))
