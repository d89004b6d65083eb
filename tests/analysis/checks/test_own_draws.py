"""Who draws alone, and which of the rounds and parts is paid then."""

from decimal import Decimal

from analysis.audit import audit
from mechanisms.session.draws import paid_part, paid_round
from mechanisms.session.own_draws import own_paid_round
from tests.analysis import simulate
from tests.analysis.planted import UNDECIDED

TWO_PARTS = ["production_serial", "production_vcg"]
EARLY = {"pay": "one", "partner_left": "computer", "seconds": 60, "show_up_fee": "2"}


def ends_early(rows, last, drawn):
    """Participant 1 withdraws after so many rounds, and is paid for the round that is drawn for her or him."""
    t = simulate.treatment(rows[0]["treatment"], **EARLY)
    for row in rows:
        row |= {"ending": "complete", "own_draw": "0", "fee_paid": "2"}
    for row in (own := [row for row in rows if row["participant_id"] == "1" and row["treatment"] == t.name]):
        row |= {"ending": "withdrew", "own_draw": "1", "is_paid_round": str(int(int(row["round"]) == drawn))}
        if int(row["round"]) > last:
            row |= {"decided_by": "computer", "timed_out": "0"}
        money = sum(t.money(int(r["points_units"])) for r in own if int(r["round"]) == drawn)
        row |= {"part_earnings": str(money), "total_payment": f"{2 + money:.2f}"}


def test_who_ends_early_is_paid_one_of_the_own_rounds_and_not_that_of_the_session(load):
    t = simulate.treatment("production_vcg", **EARLY)
    other = paid_round(t, "abcd1234")
    last = next(k for k in range(2, 10) if own_paid_round(t, "abcd1234", 1, range(1, k + 1)) != other)
    drawn = own_paid_round(t, "abcd1234", 1, range(1, last + 1))
    ends_early(rows := simulate.session(t, timeouts=1.0), last, drawn)
    assert audit(load(rows)).ok
    ends_early(rows, last, other)
    assert {"is_paid_round", "part_earnings", "total_payment"} == set(audit(load(rows)).findings["column"])
    for row in rows:
        row["own_draw"] = ""  # as a version wrote it that had one draw for all
    assert "is_paid_round" not in set(audit(load(rows)).findings["column"])


def test_who_ends_early_without_a_round_is_paid_the_fee(load):
    ends_early(rows := simulate.session(simulate.treatment("production_vcg", **EARLY), timeouts=1.0), 0, 0)
    assert audit(load(rows)).ok
    for row in rows:
        row["own_draw"] = "0"
    assert "own_draw" in set(audit(load(rows)).findings["column"])


def test_of_parts_one_that_was_played_is_drawn_for_who_ends_early(load):
    treatments = [simulate.treatment(name, **EARLY) for name in TWO_PARTS]
    first, second = simulate.several_parts(treatments)
    of_session, code = paid_part(2, "abcd1234"), ["abcd1234", 1]
    for part, rows in enumerate((first, second), 1):
        for row in rows:
            row |= {"pay_parts": "one", "ending": "complete", "own_draw": "0", "fee_paid": "2"}
            row["is_paid_round"] = str(int(part == of_session and row["is_paid_round"] == "1"))
            money = Decimal(row["part_earnings"])
            row["total_payment"] = f"{2 + (money if part == of_session else 0):.2f}"
    for row in (*first, *second):
        money = {r["participant_id"]: r["total_payment"] for r in (first, second)[of_session - 1]}
        row["total_payment"] = money[row["participant_id"]]
    assert audit(load(first, second)).ok
    played = 3 - of_session  # the one that the session does not pay
    drawn = own_paid_round(treatments[played - 1], *code, range(1, 11), played)
    own = {part: [row for row in rows if row["participant_id"] == "1"] for part, rows in ((1, first), (2, second))}
    money = {row["round"]: treatments[played - 1].money(int(row["points_units"])) for row in own[played]}[str(drawn)]
    for row in (*own[1], *own[2]):
        paid = int(row["part"]) == played and int(row["round"]) == drawn
        row |= {"ending": "withdrew", "own_draw": "1", "is_paid_round": str(int(paid))}
        row |= {"part_earnings": str(money if int(row["part"]) == played else 0), "total_payment": f"{2 + money:.2f}"}
    for row in own[of_session]:
        row["points_units"] = row["message"] = ""  # not played
    checked = {"is_paid_round", "part_earnings", "total_payment", "own_draw"}
    assert not checked & set(audit(load(first, second)).findings["column"])
    assert not checked & set(audit(load((first, second)[played - 1])).findings["column"])  # the other part is not here


VOID = {"pay": "one", "partner_left": "void", "show_up_fee": "2"}


def void_round(drawn):
    """A session in which a group cannot play its round 10, and its members are paid for the rounds `drawn(person)`."""
    t = simulate.treatment("production_vcg", **VOID)
    rows = simulate.session(t)
    for row in rows:
        row |= {"ending": "complete", "own_draw": "0", "fee_paid": "2"}
    group = {row["participant_id"] for row in rows if (row["round"], row["group"]) == ("10", "1")}
    for row in (own := [row for row in rows if row["participant_id"] in group]):
        row |= {"own_draw": "1", "is_paid_round": str(int(int(row["round"]) == drawn(t, int(row["participant_id"]))))}
        if row["round"] == "10":
            row |= dict.fromkeys([n for n in UNDECIDED if n not in PAYMENT], "") | {"decided_by": ""}
    for person in group:
        paid = [r for r in own if r["participant_id"] == person and r["is_paid_round"] == "1"]
        money = sum(t.money(int(r["points_units"] or 0)) for r in paid)
        for row in own:
            if row["participant_id"] == person:
                row |= {"part_earnings": str(money), "total_payment": f"{2 + money:.2f}"}
    return rows


PAYMENT = ("is_paid_round", "own_draw", "part_earnings", "total_payment", "fee_paid", "ending")


def test_who_stays_and_has_a_round_that_was_not_played_draws_alone(load):
    rows = void_round(lambda t, person: own_paid_round(t, "abcd1234", person, range(1, 10)))
    assert audit(load(rows)).ok
    before = void_round(lambda t, _person: paid_round(t, "abcd1234"))
    for row in before:
        row["own_draw"] = "0"  # as a version wrote it that asked how somebody has ended
    assert audit(load(before)).ok
    for row in rows:
        row["own_draw"] = str(int(row["own_draw"] == "0"))
    wrong = audit(load(rows)).findings
    assert set(wrong["participant_id"][wrong["column"] == "own_draw"]) == {int(row["participant_id"]) for row in rows}
