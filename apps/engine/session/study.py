"""Studies of today's files as sessions that can be created: one part for each arm.

Imported by designs.py, so this file must not import oTree.
"""

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from engine.people import Session
from engine.stored_study import has_study, study_of
from engine.words.language import languages
from mechanisms.studies import Study, StudyError, load_studies
from mechanisms.studies.lines import place
from mechanisms.studies.protocols import (
    DECISION_SECONDS,
    can_meet,
    changes_in,
    fitting,
    in_arm,
    in_words_of_study,
    silo_size,
)
from mechanisms.treatments import SessionDesign, Treatment, TreatmentError
from mechanisms.writing import multiples_around

FOLDER = Path(os.path.relpath(Path(__file__).parents[3] / "studies"))  # short in error messages


class ArmsApartError(TreatmentError):
    """Arms that are no parts of one session. Each can be played in sessions of its treatment alone."""


@lru_cache
def studies() -> dict[str, Study]:
    """The studies of today's files that have arms, by name."""
    try:
        return {study.name: study for study in load_studies(FOLDER) if study.arms}
    except StudyError as error:
        raise TreatmentError(str(error)) from None


def study_design(study: Study, known: Sequence[SessionDesign]) -> SessionDesign:
    """What a session of the study plays: one part for each arm; everybody plays the one of the own arm."""
    single = {design.name: design for design in known if len(design.treatments) == 1}
    if study.name in {design.name for design in known}:
        raise TreatmentError(f"{FOLDER / study.name}.toml: a treatment has this name, too: rename the file")
    for number, arm in enumerate(study.spec.arms, 1):
        if arm.treatment not in single:
            raise TreatmentError(
                f"{at(study, f'arms[{number}].treatment')}: arms[{number}].treatment = {arm.treatment!r} is no "
                f"treatment in treatments/: use one of {', '.join(sorted(single))}"
            )
    arms, spec = [single[arm.treatment] for arm in study.spec.arms], study.spec
    check_texts(study)
    check_money(study, arms)
    counts = [arm.participants or design.participants for arm, design in zip(spec.arms, arms, strict=True)]
    if study.online:
        check_arrival(study, arms, counts)
        counts = [count + (spec.arrival.spare if spec.arrival else 0) for count in counts]
    if len(set(counts)) > 1:
        raise ArmsApartError(
            f"{at(study, 'arms[1].participants')}: arms have {' and '.join(map(str, counts))} participants: give them "
            f"the same number, as in participants = {counts[0]}, because people are assigned in balanced blocks"
        )
    fee = arms[0].show_up_fee if spec.payments.show_up_fee is None else spec.payments.show_up_fee
    asked = arms[0].questionnaires if spec.questionnaires is None else spec.questionnaires
    treatments = []
    for number, design in enumerate(arms, 1):
        with naming_the_key(study, number):
            played = in_arm(design.treatments[0], spec.arms[number - 1], design.name)
            treatments.append(played.with_protocol(participants=counts[0], **changes_in(study, played)))
        if study.online:
            check_clocks(treatments[-1], TreatmentError, f"{at(study, f'arms[{number}].treatment')}: ")
    check_lengths(treatments, f"{at(study, 'arms[1].treatment')}: ")
    return SessionDesign(
        study.name, study.title, spec.description, counts[0] * len(arms), fee, spec.language, asked, tuple(treatments),
        tuple((number,) for number in range(1, len(arms) + 1)), currency=arms[0].currency,
    )  # fmt: skip


def at(study: Study, key: str) -> str:
    """File and line, for the beginning of a sentence."""
    return place(FOLDER / f"{study.name}.toml", key)


@contextmanager
def naming_the_key(study: Study, arm: int) -> Iterator[None]:
    """What a treatment refuses is said of the key of the study that asks for it; arms count from 1."""
    try:
        yield
    except TreatmentError as error:
        key, problem = in_words_of_study(error, arm)
        raise TreatmentError(f"{at(study, key)}: {problem}") from None


def people_as_they_come(design: SessionDesign) -> tuple[int, int] | None:
    """The fewest people of a session whose groups are formed as people come, and in which steps there can be more;
    None of other sessions."""
    study = studies().get(design.name)
    if study is None or not study.online:
        return None
    arms, silo = len(design.orders), math.lcm(*(silo_size(study, treatment) for treatment in design.treatments))
    spare = study.spec.arrival.spare if study.spec.arrival else 0
    return arms * (silo + spare), arms * silo


def check_texts(study: Study, chosen: str | None = None) -> None:
    """TreatmentError for words that nobody would read; `chosen` : the language of a session, if not the study's."""
    spec, read = study.spec, chosen or study.spec.language
    whose = "study" if read == study.spec.language else "session"
    names = ("text", "withdrawal", "institution", "retention")
    said = {f"consent.{name}": getattr(spec.consent, name) for name in names}
    for key, texts in {**said, "dropouts.told": spec.dropouts.told if spec.dropouts else {}}.items():
        if isinstance(texts, str):
            continue
        for language in texts:
            if language not in languages():
                own = f"{key}.{language}"
                raise TreatmentError(
                    f"{at(study, own)}: {own}: no such catalog in _locale: use {' or '.join(languages())}"
                )
        if texts and not {read, "en"} & texts.keys():
            raise TreatmentError(
                f"{at(study, key)}: {key} has {' and '.join(sorted(texts))}, and the {whose} is in {read}: add "
                f"{key}.{read}, or en"
            )


def check_money(study: Study, arms: Sequence[SessionDesign]) -> None:
    """ArmsApartError where arms promise what a session has but one of."""
    fees, currencies = ({getattr(arm, name) for arm in arms} for name in ("show_up_fee", "currency"))
    if len(fees) > 1 and study.spec.payments.show_up_fee is None:
        raise ArmsApartError(
            f"{at(study, 'payments')}: the arms have show_up_fee = {' and '.join(map(str, sorted(fees)))}: say which "
            "one everybody gets, as payments.show_up_fee"
        )
    if len(currencies) > 1:
        raise ArmsApartError(
            f"{at(study, 'arms')}: the arms are paid in "
            f"{' and '.join(one or 'that of the laboratory' for one in sorted(c or '' for c in currencies))}: "
            "give their treatments the same currency"
        )


def check_playable(
    study: Study, treatment: Treatment, error: type[ValueError], start: str = "", beside: Sequence[Treatment] = ()
) -> None:
    """The error, its message behind `start`, if groups cannot be formed as people come; `beside` : of the other arms,
    which the silo is to fit, too."""
    size, protocol = silo_size(study, treatment), treatment.protocol
    if protocol.feedback == "average":
        raise error(
            f"{start}{treatment.name} shows the average of all participants (feedback): online nobody waits for all; "
            'use feedback = "all", "own" or "none"'
        )
    if size % treatment.group_size or not can_meet(treatment, size):
        raise error(
            f"{start}arrival.silo = {size} cannot be played by groups of {treatment.group_size} in {treatment.name} "
            f"(rounds = {protocol.rounds}, matching = {protocol.matching!r}): {fitting([treatment, *beside], size)}"
        )


CLOCKS = ("instructions", "quiz", "guess", "result")
"""Pages beside the decision on which somebody of a group can be; the groups are formed behind the consent."""


def check_clocks(treatment: Treatment, error: type[ValueError], start: str = "") -> None:
    """The error if a page of a group has no time limit: somebody who has left would stop the others there."""
    protocol = treatment.protocol
    if not protocol.seconds:
        raise error(
            f"{start}seconds = 0 of {treatment.name}: online a decision has a time limit, or who leaves would stop the "
            f"group: use {DECISION_SECONDS}, or another number of seconds"
        )
    for page in CLOCKS:
        if not protocol.time_limit(page):
            raise error(
                f"{start}seconds_{page} = 0 of {treatment.name}: online every page of a group has a time limit, or who "
                "leaves would stop the others: use -1 (a limit that follows from seconds), or a number of seconds"
            )


def check_arrival(study: Study, arms: Sequence[SessionDesign], counts: Sequence[int]) -> None:
    """TreatmentError where groups cannot be formed as people come."""
    played = [design.treatments[0] for design in arms]
    for number, (treatment, count) in enumerate(zip(played, counts, strict=True), 1):
        size, spare = silo_size(study, treatment), study.spec.arrival.spare if study.spec.arrival else 0
        check_playable(study, treatment, TreatmentError, f"{at(study, 'arrival.silo')}: ", played)
        for name, value in ((f"arms[{number}].participants", count), ("arrival.spare", spare)):
            if value % size:
                right = multiples_around(value, size, zero=name == "arrival.spare")
                raise TreatmentError(
                    f"{at(study, name)}: {name} = {value} of {treatment.name} must be a multiple of the silo, {size}: "
                    f"use {right}"
                )


def are_arms(orders: Sequence[Sequence[int]]) -> bool:
    """Whether the parts of a session are arms: everybody plays one of several.

    >>> are_arms(((1,), (2,))), are_arms(((1, 2), (2, 1))), are_arms(((1,),))
    (True, False, False)
    """
    return len(orders) > 1 and all(len(order) == 1 for order in orders)


def check_lengths(arms: Sequence[Treatment], where: str = "") -> None:
    """TreatmentError unless all arms have as many rounds: oTree asks whoever passes over a round for a seat in it."""
    lengths = [arm.protocol.rounds + arm.protocol.practice_rounds for arm in arms]
    if len(set(lengths)) > 1:
        raise ArmsApartError(
            f"{where}arms have {' and '.join(map(str, lengths))} rounds, practice included: give their treatments the "
            "same number, as one session has one number of rounds"
        )


def study_name(session: Session) -> str:
    return study_of(session).name if has_study(session) else ""


def arm_of(session: Session, part: int) -> str:
    """The name of the arm that plays a part; "" for a treatment alone."""
    return study_of(session).arms[part - 1] if has_study(session) else ""
