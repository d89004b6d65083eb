"""Attitude to risk: one choice among six gambles with two equally likely outcomes.

After Eckel and Grossman (2002), Evolution and Human Behavior 23, 281-295, and (2008), Journal of Economic Behavior &
Organization 68, 1-17, with the six gambles of Dave, Eckel, Johnson and Rojas (2010), Journal of Risk and Uncertainty
41, 219-243, as recalled: from 28 for sure to 2 or 70. Expected amounts rise up to the fifth gamble, and the sixth only
has more spread. The amounts are a tenth of the papers' (2.80 in place of 28; 280 in a currency without coins), in the
money of the session, and hypothetical. The score is the number of the gamble, 1 (safe) to 6.
"""

from collections.abc import Mapping

from markupsafe import Markup

from engine.questionnaires.scales import Item, Scale, in_money
from engine.words.language import _

GAMBLES = ((280, 280), (240, 360), (200, 440), (160, 520), (120, 600), (20, 700))  # hundredths


def gamble(low: int, high: int) -> Markup:
    if low == high:
        return _("{amount} for sure", amount=in_money(low))
    return _("{low} or {high}, each with a chance of 1 in 2", low=in_money(low), high=in_money(high))


def items() -> tuple[Item, ...]:
    choices = tuple((str(k), gamble(*amounts)) for k, amounts in enumerate(GAMBLES, 1))
    return (Item("gamble", _("Which of these six gambles would you choose?"), "choice", choices),)


def score(answers: Mapping[str, str]) -> dict[str, float]:
    return {"gamble": float(answers["gamble"])} if answers["gamble"] else {}


SCALE = Scale(
    name="eckel_grossman",
    item_names=("gamble",),
    title=lambda: _("One choice"),
    introduction=lambda: _("This choice is hypothetical: it is not paid. Please choose as if it were."),
    items=items,
    score=score,
    totals={"gamble": "eckel_grossman_score"},
    example={"gamble": "4"},
    example_scores={"gamble": 4.0},
    refused=(("gamble", "7"),),
)
