"""The list of payments is that of the receipts."""

import re
from decimal import Decimal

from tests.apps.engine.admin.seats import Seats
from tests.lab import create_session, visit


def test_the_list_of_payments_is_that_of_the_receipts(address):
    seats = Seats(address, "chen_serial", 4, rounds=1)
    seats.start()
    pair = [int(row["participant_id"]) for row in seats.export("demand") if row["group"] == "1"]
    for k in pair:
        seats.play(k, 3 + k)
    rows = {int(row["participant_id"]): row["total_payment"] for row in seats.export("demand")}
    listed = dict(re.findall(r'<tr data-payment="(\d+)" data-total="([^"]*)">', seats.report()))
    assert {int(k): total for k, total in listed.items()} == rows
    settled = [Decimal(total) for total in rows.values() if total]
    assert len(settled) == len(set(settled)) == 2
    report = seats.report()
    assert re.search(r'id="payment-sum">([^<]*)<', report).group(1) == str(sum(settled))
    assert "2 not finished" in report
    others = sorted(set(range(1, 5)) - set(pair))
    assert all(f'data-payment="{k}" data-total=""' in report for k in others)


def test_otrees_own_tab_is_in_the_currency_of_the_session(address):
    code, _ = create_session(address, "chen_serial", 2, currency="CHF")
    tab = visit(f"{address}/SessionPayments/{code}")[1]
    assert re.findall("<td>([0-9.]+ [A-Z]{3})</td>", tab) == [
        "5.00 CHF", *["0.00 CHF", "5.00 CHF"] * 2, "10.00 CHF", "5.00 CHF"
    ]  # fmt: skip
    assert "€" not in tab
