"""Money of a participant: points and guesses of the paid rounds, times the rate; together with the fee rounded once.

Whole sessions, whose receipts are computed a second time from the export, are in tests/apps/test_sessions.py.
"""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from engine.session import earnings
from engine.session.earnings import drawn_part, draws_alone, part_earnings, part_rounds, settle_participant

from mechanisms.session.draws import paid_part, paid_round
from mechanisms.session.own_draws import own_paid_round
from mechanisms.treatments import load_treatment

SERIAL = load_treatment("treatments/production_serial.toml")


class Row(SimpleNamespace):
    """A player as far as money asks for it."""

    def field_maybe_none(self, name):
        return getattr(self, name, None)


class Query(list):
    """Whatever is asked for, these rows."""

    def order_by(self, _by):
        return self

    def all(self):
        return self


@pytest.fixture
def earned(monkeypatch):
    """Of rows of players under a protocol: what one part brings."""

    def of(rows, alone=False, **protocol):
        treatment = SERIAL.with_protocol(rounds=len(rows), **protocol)
        model = SimpleNamespace(objects_filter=lambda **_criteria: Query(Row(**row) for row in rows))
        monkeypatch.setattr(earnings, "get_models_module", lambda _app: SimpleNamespace(Player=model))
        monkeypatch.setattr(earnings, "treatment_of", lambda _session, _part: treatment)
        monkeypatch.setattr(earnings, "compensate", lambda _participant, _part: None)
        monkeypatch.setattr(earnings, "belief_units_of", lambda player: player.field_maybe_none("guess"))
        session = SimpleNamespace(code="abcd1234", config={"app_sequence": ["welcome", "demand"]})
        person = SimpleNamespace(session=session, id_in_session=4)
        return part_earnings(person, part_rounds(person, 1), alone), treatment

    return of


ROWS = [
    {"points_units": 100, "guess": 10, "decided_by": "participant"},
    {"points_units": -30, "guess": None, "decided_by": "participant"},
    {"points_units": 250, "guess": 7, "decided_by": "clock"},
]


def test_all_rounds_pay_their_points_and_guesses(earned):
    part, treatment = earned(ROWS, pay="all")
    assert (part["points_units"], part["paid_round"]) == (100 + 10 - 30 + 250 + 7, None)
    assert Decimal(part["money"]) == 337 * treatment.protocol.exchange_rate
    assert (part["round_points"], part["belief_points"]) == ([100, -30, 250], [10, 0, 7])


def test_one_round_pays_its_points_and_its_guess(earned):
    part, treatment = earned(ROWS, pay="one")
    drawn = paid_round(treatment, "abcd1234")
    assert part["paid_round"] == drawn
    assert part["points_units"] == {1: 110, 2: -30, 3: 257}[drawn]


def test_who_ends_early_is_paid_one_of_the_own_rounds_that_were_played(earned):
    later = [{"points_units": 500, "decided_by": "computer"}, *[{}] * 20]
    part, treatment = earned([*ROWS, *later], alone=True, pay="one")
    assert (part["counted"], part["paid_round"]) == ([1, 2, 3], own_paid_round(treatment, "abcd1234", 4, [1, 2, 3]))
    assert part["points_units"] == {1: 110, 2: -30, 3: 257}[part["paid_round"]]
    part, _treatment = earned(later, alone=True, pay="one")
    assert (part["paid_round"], part["points_units"]) == (0, 0)
    part, _treatment = earned([*ROWS, *later], alone=True, pay="all")
    assert (part["paid_round"], part["points_units"]) == (None, 337)


PLAYED, NOT_PLAYED, BY_COMPUTER = ({"empty": empty, "gone": gone} for empty, gone in (([], []), ([3], []), ([], [2])))


@pytest.mark.parametrize(
    ("declined", "outcome", "parts", "alone"),
    [
        ([4], "", [PLAYED], True),
        ([], "partner_left", [PLAYED], True),
        ([], "complete", [PLAYED, PLAYED], False),
        ([], "", [PLAYED], False),
        ([5], "complete", [PLAYED, NOT_PLAYED], True),  # the partner of somebody who has left
        ([], "", [BY_COMPUTER], True),  # walked off in a laboratory, and came back
    ],
)
def test_who_ends_early_or_has_rounds_that_were_not_played_draws_alone(declined, outcome, parts, alone):
    person = SimpleNamespace(id_in_session=4, session=SimpleNamespace(declined=declined), _vars={"outcome": outcome})
    assert draws_alone(person, parts) is alone


def test_a_compensation_takes_part_in_a_draw_of_ones_own(earned):
    part, _treatment = earned(
        [{"points_units": 5, "decided_by": "absent"}, {"compensation_units": 80}], True, pay="one"
    )
    assert (part["counted"], part["paid_round"], part["points_units"]) == ([2], 2, 80)


def test_the_part_of_who_ends_early_is_one_in_which_a_round_has_counted():
    session = SimpleNamespace(pay_parts="one", code="abcd1234", parts=[{}, {}])
    parts = [{"part": 1, "counted": []}, {"part": 2, "counted": [1]}]
    assert (drawn_part(session, 4, parts), drawn_part(session, 4, parts[:1])) == (2, 0)
    assert drawn_part(session, 4) == paid_part(2, "abcd1234")


@pytest.mark.parametrize("who", ["absent", "computer"])
def test_what_the_computer_earned_while_somebody_was_gone_is_nobodys(earned, who):
    part, _treatment = earned([*ROWS, {"points_units": 500, "decided_by": who}], pay="all")
    assert (part["points_units"], part["gone"], part["empty"]) == (337, [4], [])


def test_compensation_stands_in_for_a_round_that_was_not_played_and_nothing_for_an_empty_one(earned):
    part, _treatment = earned([*ROWS, {"compensation_units": 80}, {}], pay="all")
    assert (part["points_units"], part["compensated"], part["empty"]) == (417, [4], [5])


@pytest.mark.parametrize(
    ("fee", "money", "drawn", "total"),
    [
        ("5", ["1.004", "0.0009"], None, "6.00"),
        ("5", ["1.004", "0.0011"], None, "6.01"),  # rounded once: the parts alone would be 1.00 and 0.00
        ("5", ["1.005", "2"], 1, "6.01"),
        ("5", ["1.005", "2"], 2, "7.00"),
        ("1", ["-3", "0.5"], None, "0.00"),
    ],
)
def test_the_total_is_rounded_once_halves_up_and_never_below_nothing(monkeypatch, fee, money, drawn, total):
    parts = [{"part": k, "money": text} for k, text in enumerate(money, 1)]
    session = SimpleNamespace(config={"participation_fee": fee, "real_world_currency_code": "EUR"}, code="abcd1234")
    for name, made in {
        "outcome_of": lambda _participant: "", "draws_alone": lambda *_: False, "order_of": lambda _participant: [1, 2],
        "part_rounds": lambda _participant, part: part,
        "part_earnings": lambda _participant, part, alone: parts[part - 1], "drawn_part": lambda *_: drawn,
        "fee_for": lambda _session, _outcome, promised: promised, "came": lambda _session, _id: True,
        "currency_in": lambda _config: "EUR", "cu": Decimal,
    }.items():  # fmt: skip
        monkeypatch.setattr(earnings, name, made)
    participant = SimpleNamespace(id=1, id_in_session=1, session=session, vars={})
    settle_participant(participant)
    assert participant.earnings["total"] == total
    assert participant.payoff == Decimal(total) - Decimal(fee)
