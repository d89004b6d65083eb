"""What people are promised before they agree, as the session pays it and keeps it: fee, losses, other endings, data."""

from markupsafe import Markup

from engine.instructions.screen import can_lose
from engine.people import Participant, Session
from engine.session.earnings import draws, fee_of, fee_text
from engine.session.in_force import treatment_of
from engine.session.plan import order_of
from engine.stored_study import has_study, study_of
from engine.words.language import _
from engine.words.leaving import is_out_when_gone, leaving
from engine.words.money import currency_in
from engine.words.numbers import money_text
from engine.words.sentences import once, own_draw_sentence
from mechanisms.treatments import Treatment


def promises(participant: Participant) -> dict[str, object]:
    """The variables of consent.html that follow from treatments and study."""
    session = participant.session
    parts = [treatment_of(session, number) for number in order_of(participant)]
    exchanged = [part for part in parts if part.protocol.exchange_rate]
    return {
        "once": len(parts) == 1 and once(parts[0]),
        "together": any(part.group_size > 1 for part in parts),
        "fee": fee_text(session),
        "exchanged": bool(exchanged),
        "losses": any(can_lose(part, i) for part in exchanged for i in range(part.group_size)),
        "endings": endings(session, parts) if study_of(session).online else [],
        "own_draw": own_draw_sentence() if draws(participant) else "",
        "stopping": stopping(session),
    }


def endings(session: Session, parts: list[Treatment]) -> list[tuple[Markup, Markup]]:
    """Online, how taking part can end before its end, and what is paid then; a group that ends because of a partner is
    told where it is said what happens then."""
    gone = _("You are gone and do not come back")
    if is_out_when_gone():
        gone = _("You are gone for more than {seconds} seconds", seconds=leaving().seconds)
    cases = {"withdrew": _("You leave the study"), "dropped_out": gone}
    found = [(case, with_earnings(session, outcome)) for outcome, case in cases.items()]
    checks = study_of(session).spec.checks
    before = {
        "no_consent": _("You do not agree to take part"),
        "waited_too_long": _("No group can be formed in time"),
        "overbooked": _("All groups are complete already"),
    }
    if checks is not None and checks.attention and checks.attention_failure == "leave":
        before["screened_out"] = _("You answer questions of attention wrongly")
    if any(part.protocol.quiz and part.protocol.quiz_failure == "leave" for part in parts):
        before["quiz_failed"] = _("Answers about the rules are still wrong after the last attempt")
    return found + [(case, amount(session, outcome)) for outcome, case in before.items()]


def with_earnings(session: Session, outcome: str) -> Markup:
    if not fee_of(session, outcome):
        return _("what you have earned so far")
    return _("what you have earned so far, and {fee}", fee=amount(session, outcome))


def amount(session: Session, outcome: str) -> Markup:
    """What the study pays, or the platform itself, if that is more."""
    platform, fee = study_of(session).spec.platform, fee_of(session, outcome)
    paid = fee if platform is None else max(fee, platform.pays(outcome))
    return Markup(money_text(paid, currency_in(session.config)))


def stopping(session: Session) -> Markup:
    """What becomes of the data of somebody who stops; "" where nothing is stated."""
    if study_of(session).spec.consent.withdrawn_data == "deleted":
        return _("If you stop, your data are deleted as soon as you are paid.")
    if has_study(session):
        return _("If you stop, the data that you have given so far are kept.")
    return Markup("")
