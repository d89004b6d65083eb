"""The table of participants: where each one is, who waits for whom, and what is unusual; who needs help comes first."""

from collections import Counter, defaultdict
from statistics import median
from typing import Any

from engine.admin.consequences import computer_words, question
from engine.admin.page_times import Visit
from engine.admin.situation import Person, Situation, players
from engine.admin.words import clock, page_words, part_words, round_words
from engine.people import Session
from engine.session.attendance.presence import AWAY
from engine.session.participation.arrival import group_size
from engine.session.rounds import silo_size
from engine.stored_study import study_of
from mechanisms.session.record import NOT_OWN

SLOW_SECONDS, SLOW_FACTOR, SLOW_OTHERS = 30, 2, 3
"""Slow: so many seconds at least, so many times the median of the others, so many of whom have left the page."""
IDLE_SECONDS = 300
"""Idle: so long on one page, whatever the others do."""
LATE_SECONDS = 20
"""So long a wait page may be without its browser, or stay when nobody is awaited any more."""

ORDER = ("needs help", "slow", "awaited", "not arrived", "active", "waiting", "absent", "computer", "finished", "left")
"""The states, in the order of the table."""


def monitor(situation: Situation, visits: list[Visit]) -> dict[str, Any]:
    """The variables of monitor.html; its `people` are used by the seating plan, too."""
    awaits = {person.number: situation.awaited_by(person) for person in situation.people}
    held_up = holding_up({number: [other.number for other in others] for number, others in awaits.items()})
    quiz, late = quizzes(situation), timeouts(situation)
    taken: dict[int, dict[int, int]] = defaultdict(dict)  # page index: number: seconds
    for visit in visits:
        taken[visit.index][visit.number] = visit.seconds
    at_home = study_of(situation.session).online
    people: list[dict[str, Any]] = []
    for person in situation.people:
        others = [seconds for number, seconds in taken[person.index].items() if number != person.number]
        alarms = problems(person, awaits[person.number], others, quiz[person.number], at_home)
        people.append({
            "number": person.number,
            "label": person.label,
            "name": person.name,
            "code": person.code,
            "page": page_words(person.page if person.visited else ""),
            "place": ", ".join(filter(None, (
                formed(situation.session, person),
                where(situation.session, person),
            ))),
            "since": clock(person.since) if person.visited and not is_finished(person) else "",
            "awaits": [other.name for other in awaits[person.number]],
            "holds_up": held_up[person.number],
            "can_be_moved": not person.waits and not is_finished(person) and person.seat != "computer",
            "question": question(situation, person),
            "seat": person.seat,
            "finished": is_finished(person),
            "state": state(person, alarms, held_up[person.number]),
            "alarms": [words for words, _ in alarms],
            "notes": notes(person, quiz[person.number], late[person.number]),
            "group": person.group,
        })  # fmt: skip
    people.sort(key=lambda row: (ORDER.index(row["state"]), -row["holds_up"], row["number"]))
    return {
        "people": people,
        "summary": summary(situation, people),
        "slow_seconds": SLOW_SECONDS,
        "slow_factor": SLOW_FACTOR,
        "computer": computer_words(situation.session),
    }


def holding_up(awaits: dict[int, list[int]]) -> dict[int, int]:
    """How many wait because of each one who does not wait: for her or him, or for somebody who does so in turn.

    >>> holding_up({1: [2], 2: [3], 3: [], 4: [3], 5: []})
    {1: 0, 2: 0, 3: 3, 4: 0, 5: 0}
    """
    behind: dict[int, set[int]] = defaultdict(set)  # everybody who directly waits for the key
    for number, others in awaits.items():
        for other in others:
            behind[other].add(number)
    found = dict.fromkeys(awaits, 0)
    for number in (number for number, others in awaits.items() if not others):
        reached, to_look_at = set[int](), [number]
        while to_look_at:
            new = behind[to_look_at.pop()] - reached
            reached |= new
            to_look_at += new
        found[number] = len(reached)
    return found


def problems(
    person: Person, awaits: list[Person], others: list[int], quiz: dict[str, Any], at_home: bool = False
) -> list[tuple[str, str]]:
    """(what is wrong, state) of somebody who may need the experimenter. At home one leaves, and waits, by oneself."""
    if not person.visited or is_finished(person) or person.seat in AWAY:
        return []
    if at_home and person.page in ("Declined", "QuizLeft", "Arrival"):
        return []
    found = []
    if person.page == "Declined":
        found.append(("declined to take part: go there", "needs help"))
    if person.page == "QuizLeft":
        found.append(("failed the quiz and must leave: go there", "needs help"))
    if person.waits and not awaits and person.since >= LATE_SECONDS:
        found.append(("nobody is awaited, but the page has not moved on: reload it there", "needs help"))
    if person.waits and awaits and not person.connected and person.since >= LATE_SECONDS:
        found.append(("no connection from this wait page", "needs help"))
    if person.page == "Quiz" and quiz["attempts"] >= 2:
        found.append((f"{quiz['attempts']} attempts at the quiz and still there", "needs help"))
    if not person.waits and is_slow(person.since, others):
        found.append((f"slow: {clock(person.since)}, the others needed {median(others):g} s", "slow"))
    elif not person.waits and person.since >= IDLE_SECONDS:
        found.append((f"on this page for {clock(person.since)}", "slow"))
    return found


def is_slow(seconds: int, others: list[int]) -> bool:
    """Much longer on a page than the others, by their median.

    >>> is_slow(40, [10, 15, 20]), is_slow(40, [10, 15]), is_slow(25, [10, 11, 12]), is_slow(40, [19, 21, 30])
    (True, False, False, False)
    """
    return len(others) >= SLOW_OTHERS and seconds >= SLOW_SECONDS and seconds >= SLOW_FACTOR * median(others)


def state(person: Person, alarms: list[tuple[str, str]], awaited: int) -> str:
    if is_finished(person):
        return "left" if person.declined else "finished"
    if person.seat in AWAY:
        return "computer" if person.seat == "computer" else "absent"
    if alarms:
        return min((kind for _, kind in alarms), key=ORDER.index)
    if not person.visited:
        return "not arrived"
    if person.waits or person.page == "Arrival":
        return "waiting"
    return "awaited" if awaited else "active"


def is_finished(person: Person) -> bool:
    return person.page == "Receipt" or (person.last_index > 0 and person.index > person.last_index)


def notes(person: Person, quiz: dict[str, Any], late: int) -> list[str]:
    """What is worth knowing, but calls nobody."""
    found = []
    if person.seat == "idle":
        found.append("the browser is open, but nobody acts there: passed over")
    if person.seat == "absent":
        found.append("gone: passed over")
    if person.seat == "computer":
        found.append("the computer has this seat")
    if quiz["failed"]:
        found.append("failed the quiz")
    if quiz["attempts"] > 1:
        found.append(f"{quiz['attempts']} quiz attempts")
    if late:
        found.append(f"{late} × not decided by the person")
    if person.returned and person.seat not in AWAY:
        found.append("was away, and came back")
    if person.taken_out:
        found.append("taken out by the experimenter")
    elif person.ended:
        found.append(f"ended: {person.ended}")
    elif person.declined:
        found.append("does not take part")
    if person.note:
        found.append(told(person.note))
    return found


def told(note: dict[str, Any]) -> str:
    """The latest message to a seat, and what came of it.

    >>> told({"text": "Is all well?", "state": "answered", "reply": "yes"})
    'message “Is all well?”, answered: “yes”'
    """
    came = {"open": "not read yet", "read": "read", "answered": f"answered: “{note['reply']}”"}
    return f"message “{note['text']}”, {came[note['state']]}"


def quizzes(situation: Situation) -> dict[int, dict[str, Any]]:
    """Attempts (the most of all parts) and failure by number."""
    found: dict[int, dict[str, Any]] = {p.number: {"attempts": 0, "failed": False} for p in situation.people}
    for row in players(situation.session, situation.app, starts_part=True):
        quiz = found[situation.numbers[row.participant_id]]
        quiz["attempts"] = max(quiz["attempts"], row.quiz_attempts or 0)
        quiz["failed"] |= bool(row.quiz_failed)
    return found


def timeouts(situation: Situation) -> Counter[int]:
    """Decisions that are not the person's own, by number; practice counts."""
    late = players(situation.session, situation.app, decided_by=NOT_OWN)
    return Counter(situation.numbers[row.participant_id] for row in late)


def formed(session: Session, person: Person) -> str:
    """The silo, or the group if it is one, that was formed when the person came."""
    if person.silo is None:
        return ""
    block = session.blocks[person.number - 1]
    return f"{'group' if silo_size(session, block) == group_size(session, block) else 'silo'} {person.silo}"


def where(session: Session, person: Person) -> str:
    """Part, or arm, and round; "" before and after the rounds."""
    part = "" if person.part is None else part_words(session, person.part)
    return round_words(part, person.part_round, person.practice)


def summary(situation: Situation, people: list[dict[str, Any]]) -> dict[str, object]:
    """How many are in each state, and how far the slowest and the fastest have come."""
    counts = Counter(row["state"] for row in people)
    playing = [person for person in situation.people if person.visited and not person.declined]

    def place(person: Person) -> str:
        return ", ".join(filter(None, [where(situation.session, person), page_words(person.page)]))

    return {
        "count": len(people),
        "states": [(name, counts[name]) for name in ORDER if counts[name]],
        "slowest": place(min(playing, key=lambda person: person.index)) if playing else "",
        "fastest": place(max(playing, key=lambda person: person.index)) if playing else "",
    }
