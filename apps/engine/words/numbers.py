"""How numbers are written on the pages. Only the writing is rounded: points and money are computed elsewhere.

The decimal sign is that of the page's language; thousands are not grouped, because a comma or a point between them
would be read as a decimal sign by somebody from elsewhere.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from engine.words.entries import Allowed, anything, decimal_sign, entered, readings, written
from engine.words.language import _, current, named, ngettext
from engine.words.money import coins
from mechanisms.environments import Allocation
from mechanisms.treatments import Treatment
from mechanisms.writing import FEW_DECIMALS, MINUS, digits, fixed, step_of
from mechanisms.writing import amount_decimals as decimals_of_amounts

LONG = 8
"""Characters of a quantity that is the result of a division."""
EXACT = 1e-9
"""What sums of floating-point numbers may differ by."""
NOTHING = "\u2013"
"""In a cell: there was nothing."""


def localized(number: str) -> str:
    """A number in Python's writing as the page's language writes it, with a true minus sign.

    >>> from engine.words.language import use
    >>> with use("de"):
    ...     localized("-1234.50")
    '−1234,50'
    """
    return number.replace("-", MINUS).replace(".", decimal_sign(current()))


def plain(value: float) -> str:
    """A grid value or quantity with as many digits as it needs: 2, 0.5, −6."""
    return localized(digits(value))


def units_text(quantity: float) -> str:
    """A quantity that was chosen: all digits of a grid's, three decimals of one that is no short number.

    >>> units_text(2.5), units_text(8 / 3), units_text(0.0625)
    ('2.5', '2.667', '0.0625')
    """
    return plain(quantity if len(digits(quantity)) <= LONG else round(quantity, 3))


def one_or_several(quantity: float) -> int:
    """For `ngettext`: 1 unit is one; 0, 0.5 and 1.5 units are several.

    >>> one_or_several(1.0), one_or_several(0.5)
    (1, 2)
    """
    return 1 if quantity == 1 else 2


def amount(value: float, decimals: int) -> str:
    """A value, cost share or transfer with fixed decimals, halves away from zero; no minus before a zero."""
    return localized(fixed(value, decimals))


def enough_decimals(numbers: ArrayLike, otherwise: int, least: int = 0) -> int:
    """The decimals of amounts that stand together, so that they add up: as few as show them exactly.

    Amounts that FEW_DECIMALS do not show exactly are rounded, to `otherwise` decimals at least; see `rounded_to`.

    >>> enough_decimals([1.5, 2.0], 3), enough_decimals([1 / 3], 3), enough_decimals([1.5, 0.0625, 1 / 3], 3)
    (1, 3, 4)
    """
    array = np.asarray(numbers, dtype=np.float64)
    needed = [next((d for d in range(FEW_DECIMALS + 1) if _shows(x, d)), None) for x in np.unique(array)]
    return max([least, *(otherwise if decimals is None else decimals for decimals in needed)])


def _shows(number: float, decimals: int) -> bool:
    return abs(number - round(number, decimals)) < EXACT


def rounded_to(numbers: ArrayLike, decimals: int) -> Markup:
    """Said once below amounts of which one has more decimals than are shown; else empty.

    >>> rounded_to([0.5, 1 / 3], 2), rounded_to([0.5], 2)
    (Markup('Rounded to 2 decimals.'), Markup(''))
    """
    if all(_shows(x, decimals) for x in np.asarray(numbers, dtype=np.float64).ravel()):
        return Markup("")
    return _("Rounded to {n} decimals.", n=decimals)


def amount_decimals(treatment: Treatment, position: int) -> int:
    """Enough decimals that rounded amounts lead to the points shown, and never fewer than two."""
    return decimals_of_amounts(float(treatment.positions[position].scale), rounding(treatment))


def rounding(treatment: Treatment) -> int:
    """Decimals of the points."""
    return int(treatment.definition["points"].get("rounding", 0))


def points_text(treatment: Treatment, units: int) -> str:
    return localized(treatment.format_points(units))


def points_of(treatment: Treatment, units: int, shown: object = "") -> Markup:
    """Points with their noun: 1 point, 0.5 points; `shown`: the number as it stands on the page, e.g. `tagged`."""
    number = one_or_several(units / 10 ** rounding(treatment))
    return ngettext("{points} point", "{points} points", number, points=shown or points_text(treatment, units))


def money_text(value: Decimal | str, currency: str) -> Markup:
    """An amount with its currency."""
    return _("{amount} {currency}", amount=money_number(value, currency), currency=currency)


def money_number(value: Decimal | str, currency: str) -> str:
    """An amount with as many decimals as the currency has coins, and more only where it needs them.

    >>> money_number("2.5", "EUR"), money_number("0.025", "EUR")
    ('2.50', '0.025')
    """
    exact, coin = Decimal(value), Decimal(1).scaleb(-coins(currency))
    shown = exact.normalize() if exact % coin else exact.quantize(coin)
    return localized(f"{shown:f}")


PLAYER = re.compile(r"Player (\d+|[A-Z])")


def position_name(treatment: Treatment, i: int) -> str:
    """The role of the treatment file; Player 1 or Player A, which every language says in its own way."""
    role = treatment.positions[i].role
    said, player = named(treatment, role), PLAYER.fullmatch(role)
    return _("Player {number}", number=player[1]) if player and said == role else said


def outcome_text(treatment: Treatment, outcome: str) -> str:
    """The stored outcome of a group as a subject reads it: a level is a number, an outcome of a list has its name."""
    if treatment.environment == "single_peaked":
        return level_text(treatment, float(outcome))
    environment = treatment.played.environment
    if isinstance(environment, Allocation):
        winners = environment.winners[environment.outcomes.index(outcome)]
        return str(Markup(_(", ")).join(position_name(treatment, i) for i in winners))
    if treatment.environment == "production":
        return str(listed(units_text(float(quantity)) for quantity in outcome.split("; ")))
    return named(treatment, outcome)


def level_text(treatment: Treatment, level: float) -> str:
    """A level that was chosen: all its decimals if they are few, else as many as amounts have that are rounded."""
    most = max(amount_decimals(treatment, i) for i in range(treatment.group_size))
    return amount(level, enough_decimals([level], most))


def listed(texts: Iterable[str]) -> Markup:
    """What has commas inside, one after another.

    >>> listed(["1.5", "2"])
    Markup('1.5; 2')
    """
    return _("; ").join(texts)


def chance(probability: float) -> str:
    """A probability as a subject reads it: 1/3, or 12.5 % where no small fraction is exact."""
    fraction = Fraction(probability).limit_denominator(100)
    if abs(float(fraction) - probability) < 1e-9:
        return str(fraction)
    return _("{number} %", number=localized(f"{100 * probability:.4g}"))


def tagged(name: str, value: object, text: str) -> Markup:
    """A number on the page that a test or a bot can find by its name and compare exactly."""
    return Markup('<span class="number" data-name="{}" data-value="{}">{}</span>').format(name, value, text)


def bold(name: str, text: str) -> Markup:
    """A text that a test can find by its name."""
    return Markup('<b data-name="{}">{}</b>').format(name, text)


def allowed_messages(grid: Iterable[float]) -> Markup:
    """What may be entered, in words: a whole number from 0 to 8."""
    values = [float(value) for value in grid]
    step = step_of(values)
    lowest, highest = plain(values[0]), plain(values[-1])
    if len(values) > 3 and step is not None:
        if step == 1 and values[0].is_integer():
            return _("a whole number from {lowest} to {highest}", lowest=lowest, highest=highest)
        step_text = plain(step)
        return _(
            "a number from {lowest} to {highest} in steps of {step}", lowest=lowest, highest=highest, step=step_text
        )
    if len(values) == 1:
        return _("the number {number}", number=lowest)
    # a comma between numbers that have one inside would be hard to read
    return _("one of the numbers {list}", list=listed(plain(value) for value in values))


def parse_message(raw: object, grid: Iterable[float]) -> float | None:
    """The grid value that somebody entered, or None; see `engine.words.entries.entered`.

    >>> parse_message("\uff12\uff0e\uff15", [2.0, 2.5]), parse_message("1,000", [1.0, 1000.0])
    (2.5, None)
    """
    values = [float(value) for value in grid]
    number = entered(raw, on_grid(values))
    return None if number is None else next(value for value in values if number in _writings(value))


def on_grid(grid: Iterable[float]) -> Allowed:
    """Which numbers are values of the grid: as they are shown, or with all their digits; 8.0000000001 is not 8."""
    possible = {number for value in grid for number in _writings(float(value))}
    return possible.__contains__


def possible_numbers(grid: Iterable[float]) -> list[str]:
    """What `on_grid` allows, as scripts read it.

    >>> possible_numbers([0.5, 2 / 3])
    ['0.5', '0.6666666666666666', '0.6666666667']
    """
    return [f"{number:f}" for number in sorted({number for value in grid for number in _writings(float(value))})]


def _writings(value: float) -> tuple[Decimal, ...]:
    return Decimal(digits(value)), Decimal(f"{value:.10g}"), Decimal(repr(value))


def unclear(raw: object, allowed: Allowed = anything) -> Markup | None:
    """Why a possible entry was refused: the sign between its digits can mean two things, or is another language's.

    >>> unclear("1,000"), unclear("1.5")
    (Markup('“1,000” can mean 1 or 1000. Please write what you mean: 1 or 1000.'), None)
    >>> unclear("1,5"), unclear("1,000", [0, 1, 2].__contains__)  # the latter is a thousand, too many
    (Markup('“1,5” cannot be read here. Please write 1.5: the decimal sign is a point.'), None)
    """
    read = {reading.number for reading in readings(raw)}
    numbers = sorted(filter(allowed, read), key=abs)
    if not numbers or entered(raw, allowed) is not None or len(numbers) < min(len(read), 2):
        return None
    first, second = (localized(written(number.normalize())) for number in (numbers[0], numbers[-1]))
    if len(numbers) == 1:
        return _(
            "“{entry}” cannot be read here. Please write {number}: the decimal sign is a point.",
            entry=str(raw).strip(), number=first,
        )  # fmt: skip
    return _(
        "“{entry}” can mean {first} or {second}. Please write what you mean: {first} or {second}.",
        entry=str(raw).strip(), first=first, second=second,
    )  # fmt: skip
