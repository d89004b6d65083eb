"""A registration: one definition of who plays what and why, dated, with the games, their theory and the code's hashes.

It holds everything that it is about, so that it can be compared with data years later, without the files of its day.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from analysis.errors import ExportError
from analysis.measures.chance import HAVE_CHANCE
from analysis.measures.outcomes import OUTCOMES, Outcome, same_economy
from analysis.measures.possible import why_not
from analysis.registration.people import check_people
from mechanisms.certificate import certify
from mechanisms.shown import Shown, Words
from mechanisms.studies import TESTS, HypothesisSpec, Study, StudyError, is_study, load_study
from mechanisms.studies.hypotheses import CHANCE
from mechanisms.studies.lines import place
from mechanisms.studies.protocols import as_played, in_words_of_study
from mechanisms.treatments import Treatment, TreatmentError, load_treatment
from mechanisms.version import VERSION, sources
from mechanisms.version import commit as commit_now

TREATMENTS = Path("treatments")
FORM = 1
"""Of the document; another one is read by the version that wrote it."""


@dataclass(frozen=True)
class Arm:
    """Who plays what.

    treatment : its name in the data; definition : as the study plays it; identity : of its game; sha256 : of its file
    sessions, participants : planned, None: not stated; certificate : rows in JSON values
    """

    name: str
    treatment: str
    title: str
    definition: dict[str, Any]
    identity: str
    sha256: str
    sessions: int | None
    participants: int | None
    certificate: tuple[dict[str, Any], ...] = ()

    @property
    def people(self) -> int | None:
        """Participants in all sessions of the arm."""
        return None if self.participants is None else self.participants * (self.sessions or 1)


@dataclass(frozen=True)
class Registration(Shown):
    """date : ISO 8601, "" of a study file that was not registered; sha256 : of the study file; version, commit,
    sources : of the code that made it, the last the SHA-256 of each package, empty in old documents"""

    study: Study
    arms: tuple[Arm, ...]
    date: str
    version: str
    commit: str
    sha256: str
    sources: dict[str, str] = field(default_factory=dict)

    def _facts(self) -> dict[str, object]:
        return {"study": self.study.name, "date": self.date, "arms": Words(", ".join(arm.name for arm in self.arms))}

    def plain(self) -> dict[str, Any]:
        """JSON values; `document_sha256` is of all the others."""
        content = {
            "form": FORM,
            "date": self.date,
            "study": self.study.definition,
            "study_identity": self.study.identity,
            "study_sha256": self.sha256,
            "version": self.version,
            "commit": self.commit,
            "arms": [asdict(arm) for arm in self.arms],
        }
        if self.sources:
            content["sources"] = self.sources
        plain: dict[str, Any] = json.loads(json.dumps(content))
        return plain | {"document_sha256": digest(plain)}

    def treatment_of(self, name: str) -> str:
        """The treatment of an arm; a treatment's own name stands for itself."""
        return next((arm.treatment for arm in self.arms if arm.name == name), name)


def digest(plain: dict[str, Any]) -> str:
    """The SHA-256 of JSON values, without white space, keys in order."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def register(
    path: Path,
    treatments: Path = TREATMENTS,
    date: datetime.date | None = None,
    tell: Callable[[str], None] | None = None,
) -> Registration:
    """The registration of a study file, with today's treatments.

    Parameters
    ----------
    path : of the study file
    treatments : folder of its arms' treatments
    date : of the document; None: today
    tell : is told which certificate is made; None: without certificates

    Raises
    ------
    ExportError
        One line: the study or a treatment cannot be used, a hypothesis is about what cannot be tested, or an arm cannot
        be played by those who are expected to.
    """
    try:
        study = load_study(path)
    except StudyError as error:
        raise ExportError(str(error)) from None
    arms = tuple(_arm(study, k, treatments, path, tell) for k in range(len(study.spec.arms)))
    day = (date or datetime.date.today()).isoformat()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    found = Registration(study, arms, day, VERSION, commit_now(), sha256, sources())
    check_hypotheses(found, str(path))
    check_people(found, path)
    return found


def _arm(study: Study, k: int, folder: Path, path: Path, tell: Callable[[str], None] | None) -> Arm:
    spec, name = study.spec.arms[k], study.arms[k]
    file = folder / f"{spec.treatment}.toml"
    try:
        loaded = load_treatment(file)
    except TreatmentError as error:
        key = f"arms[{k + 1}].treatment"
        raise ExportError(f"{place(path, key)}: {key} = {spec.treatment!r}: {error}") from None
    try:
        treatment = as_played(study, k, loaded, f"{path}: arms[{k + 1}]")
    except TreatmentError as error:
        key, problem = in_words_of_study(error, k + 1)
        raise ExportError(f"{place(path, key)}: {problem}") from None
    if spec.participants is not None and not study.online:  # at home people come one by one, and some leave
        try:
            treatment.with_protocol(participants=spec.participants)
        except TreatmentError as error:
            key = f"arms[{k + 1}].participants"
            raise ExportError(f"{place(path, key)}: {key} = {spec.participants}: {error}") from None
    rows: tuple[dict[str, Any], ...] = ()
    if tell is not None:
        rows = tuple(row.plain() for row in certify(treatment, lambda what: tell(f"{name}: {what}")).rows)
    digest_of_file = hashlib.sha256(file.read_bytes()).hexdigest()
    return Arm(
        name, treatment.name, treatment.title, treatment.definition, treatment.identity, digest_of_file, spec.sessions,
        spec.participants, rows,
    )  # fmt: skip


def check_hypotheses(found: Registration, where: str) -> None:
    """Each is about an outcome that exists, arms of the study, and a test that can be of them."""
    outcomes = {outcome.column: outcome for outcome in OUTCOMES if outcome.tested}
    treatments = {arm.name: Treatment.from_definition(arm.definition) for arm in found.arms}
    for k, spec in enumerate(found.study.spec.hypotheses, 1):
        key = f"{where}: hypotheses[{k}]"
        if spec.outcome not in outcomes:
            raise ExportError(f"{key}: outcome is {spec.outcome!r}; expected one of {', '.join(outcomes)}")
        for arm in spec.arms:
            if found.arms and arm not in (*found.study.arms, *(one.treatment for one in found.arms)):
                known = ", ".join(found.study.arms)
                raise ExportError(f"{key}.arms names {arm!r}; expected arms of the study: {known}")
        played = [found.treatment_of(arm) for arm in spec.arms]
        if twice := next((name for name in played if played.count(name) > 1), None):
            alike = " and ".join(repr(arm) for arm, name in zip(spec.arms, played, strict=True) if name == twice)
            raise ExportError(
                f"{key}.arms names {alike}, which the data know as one treatment, {twice!r}; expected arms of "
                "different treatments"
            )
        own = [arm for arm in found.arms if arm.treatment in played]
        asked = own if spec.arms else found.arms
        _check_possible(key, spec.outcome, {arm.name: treatments[arm.name] for arm in asked})
        _check_fit(key, spec, outcomes[spec.outcome], own)


def _check_possible(key: str, outcome: str, treatments: dict[str, Treatment]) -> None:
    """ExportError if an arm cannot have the outcome."""
    for name, treatment in treatments.items():
        if why := why_not(treatment, outcome):
            others = (other.column for other in OUTCOMES if other.tested)
            fit = [other for other in others if not any(why_not(one, other) for one in treatments.values())]
            raise ExportError(f"{key}.outcome = {outcome!r}: {name} has none: {why}; expected one of {', '.join(fit)}")


def _check_fit(key: str, spec: HypothesisSpec, outcome: Outcome, arms: list[Arm]) -> None:
    """ExportError if the test cannot be of the outcome in the arms."""
    test, named = TESTS[spec.test_in_force], f"{key}.test = {spec.test_in_force!r}"
    if test.rates and not outcome.share:
        rates = ", ".join(other.column for other in OUTCOMES if other.tested and other.share)
        raise ExportError(f"{named}: {spec.outcome} is no hit or miss; expected one of {rates}, or another test")
    if spec.value == CHANCE and spec.outcome not in HAVE_CHANCE:
        raise ExportError(f"{key}.value = {CHANCE!r}: {spec.outcome} has none; expected a number, or another outcome")
    games = {arm.identity for arm in arms}
    if test.rates and len(games) > 1 and spec.outcome in HAVE_CHANCE:
        raise ExportError(
            f"{named}: between different games {spec.outcome} is compared above chance, and is then no hit or miss; "
            "expected another test"
        )
    if outcome.of_economy and not same_economy([arm.definition for arm in arms]):
        raise ExportError(
            f"{key}: {spec.outcome} is in units of utility, not the same in these arms; expected another outcome"
        )


def registered_by(path: Path, treatments: Path | None = None) -> Registration:
    """What was registered (a document of `analysis preregister`), or what a study file says today, without
    certificates and a date; ExportError (one line) if it cannot be used.

    treatments : folder of the arms of a study file, None: TREATMENTS; a document holds its own
    """
    if path.suffix != ".json":
        return replace(register(path, treatments or TREATMENTS), date="")
    if treatments is not None:
        raise ExportError(
            f"--treatments {treatments}: {path} holds the treatments as they were registered: leave it out"
        )
    return read_registration(path)


def study_of(path: Path, treatments: Path | None = None) -> Registration | None:
    """The study that a file is, with treatments as for `registered_by`; None if it is none, but a treatment, say."""
    if path.suffix != ".json" and not is_study(path):
        return None
    found = registered_by(path, treatments)
    need_arms(found, path)
    return found


def need_arms(found: Registration, path: Path) -> None:
    """ExportError if nobody plays anything."""
    if not found.arms:
        raise ExportError(f"{path}: no [[arms]]; expected who plays what")


def read_registration(path: Path) -> Registration:
    """A document that `register` wrote.

    Raises
    ------
    ExportError
        One line: no such document, or one that was changed after it had been written.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        content = {key: value for key, value in plain.items() if key != "document_sha256"}
        if plain["form"] != FORM:
            raise ExportError(f"{path}: form {plain['form']!r} of another version; expected {FORM}")
        if digest(content) != plain["document_sha256"]:
            raise ExportError(f"{path}: was changed after it had been written: its content has another SHA-256")
        study = Study.from_definition(plain["study"], str(path))
        arms = tuple(Arm(**{**arm, "certificate": tuple(arm["certificate"])}) for arm in plain["arms"])
        date, version, commit, sha256 = (plain[key] for key in ("date", "version", "commit", "study_sha256"))
        return Registration(study, arms, date, version, commit, sha256, plain.get("sources", {}))
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror}); expected a registration (.json)") from None
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, StudyError):
        raise ExportError(f"{path}: no registration; expected the .json that `analysis preregister` writes") from None
