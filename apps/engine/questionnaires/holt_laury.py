"""Attitude to risk: ten choices between a safer and a riskier lottery.

Holt and Laury (2002), Risk Aversion and Incentive Effects, American Economic Review 92(5), 1644-1655, table 1: with
chances k/10 and 1 − k/10, k = 1…10, A pays 2.00 or 1.60 and B 3.85 or 0.10. The score is the number of safe choices;
somebody who is neutral to risk makes four. Amounts are those of the paper (scale factor 1; 100 in a currency without
coins), in the money of the session, and hypothetical. The list is consistent if nobody goes back from B to A and the
last choice, 3.85 for sure, is B.
"""

from collections.abc import Mapping

from markupsafe import Markup

from engine.questionnaires.scales import Item, Scale, in_money
from engine.words.language import _

SAFE, RISKY = (200, 160), (385, 10)  # hundredths: with chance k/10, else
ROWS = tuple(f"row_{k}" for k in range(1, 11))


def lottery(amounts: tuple[int, int], k: int) -> Markup:
    high, low = (in_money(amount) for amount in amounts)
    if k == 10:
        return _("{amount} for sure", amount=high)
    return _(
        "{high} with a chance of {k} in 10, {low} with a chance of {rest} in 10",
        high=high,
        k=k,
        low=low,
        rest=10 - k,
    )


def items() -> tuple[Item, ...]:
    return tuple(
        Item(name, _("Choice {k}", k=k), "choice", (("A", lottery(SAFE, k)), ("B", lottery(RISKY, k))))
        for k, name in enumerate(ROWS, 1)
    )


def score(answers: Mapping[str, str]) -> dict[str, float]:
    """Number of safe choices and whether the list is consistent, for a complete list."""
    chosen = "".join(answers[name] for name in ROWS)
    if len(chosen) < len(ROWS):
        return {}
    safe = chosen.count("A")
    consistent = safe < len(ROWS) and chosen == "A" * safe + "B" * (len(ROWS) - safe)
    return {"safe_choices": float(safe), "consistent": float(consistent)}


SCALE = Scale(
    name="holt_laury",
    item_names=ROWS,
    title=lambda: _("Ten choices"),
    introduction=lambda: _(
        "Please choose in each row which of the two lotteries you would rather have. These choices are hypothetical: "
        "they are not paid. Please choose as if they were."
    ),
    items=items,
    score=score,
    asks_again=True,
    totals={"safe_choices": "holt_laury_score", "consistent": "holt_laury_consistent"},
    example={f"row_{k}": "A" if k <= 6 else "B" for k in range(1, 11)},
    example_scores={"safe_choices": 6.0, "consistent": 1.0},
    refused=(("row_3", "C"),),
)
