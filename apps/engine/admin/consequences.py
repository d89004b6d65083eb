"""What "Move on" will do to a seat, said before it is done: one sentence for the page on which the seat is."""

from decimal import Decimal

from engine.admin.situation import Person, Situation
from engine.people import Session
from engine.session.earnings import came, fee_of
from engine.session.in_force import treatment_of
from engine.session.left import failed_parts
from engine.words.money import currency_in, rounded_money

COMPUTER = {
    "random": "drawn at random from the allowed messages",
    "last": "the person's last own decision (or drawn, if there is none)",
    "truthful": "the true type",
    "model": "what the model of behaviour of the treatment decides",
}


def question(situation: Situation, person: Person) -> str:
    """For example: Move lab07 on? There is no guess in this round, and no points for one."""
    return f"Move {person.name} on? {consequence(situation, person)}"


def consequence(situation: Situation, person: Person) -> str:
    session = situation.session
    if not person.index:
        return "The seat is opened; nothing is answered there yet."
    if person.page == "Consent":
        return "The page counts as not answered: the seat has not agreed to take part. One more Move on excludes it."
    if person.page == "Declined":
        fee = fee_as_paid(session, "no_consent", came(session, person.key))
        return f"The seat will be excluded with {fee}, and the others start without it. {others(session)}"
    if person.page == "Arrival":
        return f"No group is formed for this seat: it leaves with {fee_as_paid(session, 'waited_too_long')}."
    if person.page == "QuizLeft":
        return f"The seat leaves with {fee_as_paid(session, 'quiz_failed')} and what was earned in earlier parts."
    if person.part is None:
        return "The page is passed over; what was not answered stays empty."
    protocol = treatment_of(session, person.part).protocol
    if person.page == "Quiz":
        if protocol.quiz_failure == "leave" and person.part in failed_parts(session, person.key):
            return f"The quiz was failed before: the seat leaves with {fee_as_paid(session, 'quiz_failed')}."
        return "The quiz is passed over: it counts neither as passed nor as failed, and the seat goes on."
    if person.page == "Belief":
        return "There is no guess in this round, and no points for one."
    if person.page.startswith("StageDecide"):
        return f"The request of this stage is {COMPUTER[protocol.computer]}, and flagged in the data (moved_on)."
    if person.page == "Decide":
        return f"The decision of this round is {COMPUTER[protocol.computer]}, and flagged in the data (moved_on)."
    return "The page is passed over; nothing is decided there."


LEFT = {
    "compensate": "Rounds with this seat are not played; the others of the group get the mean points of who plays "
    "in their places, or, if nobody does, of their own rounds.",
    "computer": "In rounds with this seat the computer decides there.",
    "void": "Rounds with this seat are not played and earn nothing.",
}


def others(session: Session) -> str:
    """What it means for the others."""
    return LEFT[treatment_of(session, 1).protocol.partner_left]


def computer_words(session: Session) -> str:
    return COMPUTER[treatment_of(session, 1).protocol.computer]


def fee_as_paid(session: Session, outcome: str, owed: bool = True) -> str:
    """The show-up fee, or what the study states in its place."""
    currency = currency_in(session.config)
    return f"{fee_of(session, outcome) if owed else rounded_money(Decimal(0), currency)} {currency}"
