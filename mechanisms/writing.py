"""How numbers and lists are written, in every language alike: digits, rounding of halves, steps of a grid.

Numbers come with a hyphen as minus sign and a point as decimal sign. Pages and reports put the signs of their language.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import ArrayLike

MINUS = "\u2212"
"""A true minus sign: the hyphen is hard to see."""
NOISE = 1e-13
"""Of the largest number that was computed with."""
FEWEST_DIGITS = 6
MOST_DECIMALS = 12
FEW_DECIMALS = 4
"""As many decimals of an amount can be read, in tables on a phone too."""
SHORTEST_WORD, MOST_MEANT = 3, 4
"""Letters of a word by which a name is looked for, and names that are offered."""
STEP_TOLERANCE = 1e-9
"""Of the largest number of a grid."""


def digits(value: float) -> str:
    """A number with all its digits, up to 15; ten where a result of computation has more, all but the first noise.

    >>> digits(6.0), digits(1000.000001), digits(0.1 + 0.2), digits(2 / 3)
    ('6', '1000.000001', '0.3', '0.6666666667')
    """
    written = f"{value:.15g}"
    return written if float(written) == value else f"{value:.10g}"


def exact(value: float) -> str:
    """A grid value as programs read it, with as many digits as a file can give it: 5, 0.5, -6."""
    return f"{value:.15g}"


def number(value: float) -> str:
    """All its digits, with a true minus sign."""
    return digits(value).replace("-", MINUS)


def apart(*values: float) -> list[str]:
    """Results of computation with six digits, or as many more as tell those apart that differ; true minus signs.

    What is so small beside the others that it is the noise of floating-point numbers is 0.

    >>> apart(1000, 1000.000001), apart(2 / 3), apart(-0.5, 4e-16)
    (['1000', '1000.000001'], ['0.666667'], ['−0.5', '0'])
    """
    noise = NOISE * max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    values = tuple(0.0 if abs(value) <= noise else value for value in values)
    for precision in range(FEWEST_DIGITS, 18):
        written = [f"{value:.{precision}g}" for value in values]
        if len(set(written)) == len(set(values)):
            break
    return [text.replace("-", MINUS) for text in written]


def how_many(number: float) -> str:
    """A whole number as it is, or a large one shortly.

    >>> how_many(5151), how_many(2**30)
    ('5151', '1.07e+09')
    """
    return f"{number:.0f}" if number < 10**6 else f"{float(number):.3g}"


def counted(number: int, one: str, many: str = "", form: str = "") -> str:
    """How many there are of what.

    >>> counted(1, "session"), counted(2, "equilibrium", "equilibria"), counted(5000, "row", form=",")
    ('1 session', '2 equilibria', '5,000 rows')
    """
    return f"{number:{form}} {one if number == 1 else many or one + 's'}"


def multiples_around(count: int, of: int, times: int = 1, zero: bool = False, least: int = 0) -> str:
    """The multiples of `of` next to a number that is none, each so many times; 0 only where it makes sense, and none
    below `least`, itself a multiple.

    >>> multiples_around(7, 2), multiples_around(7, 2, times=3)
    ('6 or 8', '18 or 24')
    >>> multiples_around(1, 3), multiples_around(1, 3, zero=True)
    ('3', '0 or 3')
    >>> multiples_around(7, 2, least=8), multiples_around(7, 2, least=12)
    ('8', '12')
    """
    below = count - count % of
    able = [value for value in (below, below + of) if (value or zero) and value >= least] or [least]
    return " or ".join(str(times * value) for value in able)


def percent(share: float) -> str:
    """A share in per cent, with one decimal or as many as tell it from 0 % and 100 %.

    >>> percent(0.5), percent(0.99999), percent(1.0), percent(0.00002)
    ('50.0%', '99.999%', '100.0%', '0.002%')
    """
    ends = {f"{end:.{k}%}" for k in range(1, MOST_DECIMALS) for end in (0.0, 1.0)}
    written = (f"{share:.{k}%}" for k in range(1, MOST_DECIMALS))
    return next((text for text in written if text not in ends or share in (0, 1)), f"{share:.1%}")


def half_up(value: Decimal | float, decimals: int) -> Decimal:
    """Rounded, halves away from zero as readers expect; floats first to ten decimals, which hides their noise.

    >>> half_up(0.1249999999999999, 2), half_up(Decimal("-2.5"), 0)
    (Decimal('0.13'), Decimal('-3'))
    """
    given = value if isinstance(value, Decimal) else Decimal(repr(round(float(value), max(10, decimals + 2))))
    return given.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def fixed(value: float, decimals: int) -> str:
    """With fixed decimals, halves away from zero, no minus before a zero.

    >>> fixed(-0.001, 2), fixed(2.675, 2)
    ('0.00', '2.68')
    """
    rounded = half_up(value, decimals)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def written_units(values: ArrayLike, decimals: int) -> np.ndarray:
    """Numbers in whole units of the last decimal of `fixed`: equal exactly where they are written alike.

    >>> written_units([2.675, 2.684, -0.001, -0.005], 2).tolist()
    [268, 268, 0, -1]
    """
    array = np.asarray(values, dtype=np.float64)
    noise = 10.0 ** (decimals - max(10, decimals + 2)) / 2  # as in `half_up`
    units = np.floor(np.abs(array) * 10.0**decimals + 0.5 + noise)
    return np.where(array < 0, -units, units).astype(np.int64)


def amount_decimals(scale: float, rounding: int) -> int:
    """Enough decimals of value, cost share and transfer that rounding all three moves the points at this scale by no
    more than half of their smallest unit; never fewer than two.

    >>> amount_decimals(1, 0), amount_decimals(14, 0), amount_decimals(12.5, 1)
    (2, 2, 3)
    """
    return max(2, math.ceil(math.log10(3 * abs(scale) or 1.0)) + rounding)


def listed(items: Iterable[str]) -> str:
    """Words in a row.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    words = list(items)
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def did_you_mean(unknown: str, known: Iterable[str], otherwise: str) -> str:
    """The name that was meant, if one is close, or those that contain what was said; else what is said `otherwise`.

    >>> did_you_mean("roundz", ["rounds", "seed"], "use one of them")
    "did you mean 'rounds'?"
    >>> did_you_mean("nash", ["one Nash equilibrium", "every Nash equilibrium", "surplus"], "use one of them")
    "did you mean 'every Nash equilibrium' or 'one Nash equilibrium'?"
    >>> did_you_mean("x", ["rounds", "seed"], "use one of them")
    'use one of them'
    """
    names = sorted(known)
    close = closest(unknown, names)
    meant = [close] if close else containing(unknown, names)
    return f"did you mean {' or '.join(map(repr, meant))}?" if meant else otherwise


def closest(unknown: str, known: Iterable[str]) -> str:
    """The known name that looks most alike; "" if none is close."""
    return next(iter(difflib.get_close_matches(unknown, sorted(known), n=1)), "")


def containing(unknown: str, known: Iterable[str]) -> list[str]:
    """The known names, a few at most, that have all the words of what was said in them, whatever the case.

    >>> containing("Pure nash", ["unique pure Nash equilibrium", "O-solvable"]), containing("o", ["O-solvable"])
    (['unique pure Nash equilibrium'], [])
    """
    words = [word for word in unknown.casefold().split() if len(word) >= SHORTEST_WORD]
    return [name for name in known if words and all(word in name.casefold() for word in words)][:MOST_MEANT]


def step_of(grid: ArrayLike) -> float | None:
    """The distance of neighbours, or None when they are not all equally far apart (or there is only one value).

    >>> step_of([0.0, 0.1, 0.2, 0.3]), step_of([0.0, 1.0, 3.0]), step_of([5.0])
    (0.1, None, None)
    """
    values = np.asarray(grid, dtype=np.float64)
    steps = np.diff(values)
    if not len(steps) or np.ptp(steps) > STEP_TOLERANCE * np.abs(values).max():
        return None
    return float(f"{(values[-1] - values[0]) / len(steps):.10g}")


def described(grid: Sequence[float] | np.ndarray) -> str:
    """A grid in a few words, for messages: all of a short one, else its beginning and end.

    >>> described([0.0, 1.0]), described(range(9)), described([0, 1, 2, 4, 5, 6, 7])
    ('0, 1', '0, 1, …, 8', '0, 1, 2, …, 7')
    """
    written = [digits(float(value)) for value in grid]
    if len(written) <= 6:
        return ", ".join(written)
    first = written[:2] if step_of(grid) is not None else written[:3]
    return ", ".join(first) + f", …, {written[-1]}"
