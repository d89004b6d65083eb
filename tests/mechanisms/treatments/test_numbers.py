"""Numbers of a treatment file: as they are written, exactly, or refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from pydantic import TypeAdapter, ValidationError

from mechanisms.treatments.numbers import Number, Probability, plain, too_close

NUMBER, PROBABILITY = TypeAdapter(Number), TypeAdapter(Probability)


@pytest.mark.parametrize(
    ("number", "written"),
    [("6.0", "6"), ("0.50", "0.5"), ("-22", "-22"), ("-0", "0"), ("0.000", "0"), ("1e3", "1000"), ("-1e-3", "-0.001")],
)
def test_numbers_are_written_plainly(number, written):
    assert plain(Decimal(number)) == written == NUMBER.dump_python(NUMBER.validate_python(number))


@pytest.mark.parametrize("value", [True, None, [1], "x", "1/3", "nan", float("inf"), "1e100", "-1e100", "1e-101"])
def test_what_is_no_number(value):
    with pytest.raises(ValidationError, match="must be a"):
        NUMBER.validate_python(value)


@pytest.mark.parametrize(("value", "number"), [(0, "0"), (0.1, "0.1"), ("9e99", "9e99"), ("1e-100", "1e-100")])
def test_what_is_a_number(value, number):
    assert NUMBER.validate_python(value) == Decimal(number)


@pytest.mark.parametrize(
    ("value", "probability"),
    [("1/3", Fraction(1, 3)), (" 2 / 6 ", Fraction(1, 3)), (0.1, Fraction(1, 10)), (0, 0), ("0/5", 0), (1, 1)],
)
def test_probabilities_are_exact_and_may_be_zero(value, probability):
    assert PROBABILITY.validate_python(value) == probability


@pytest.mark.parametrize("value", [True, None, "1/0", "a/b", "", -0.1, "-1/3", 1.1, "4/3", "nan"])
def test_what_is_no_probability(value):
    with pytest.raises(ValidationError, match=r"must be (a number or a fraction|from 0 to 1)"):
        PROBABILITY.validate_python(value)


@pytest.mark.parametrize(
    ("low", "high", "close"),
    [
        ("1", "1.0000000000001", True),  # not written alike, but a slip: they agree to twelve digits
        ("1", "1.00000000001", False),
        ("0.33333333333", "0.333333333331", False),
        ("100000000000000000", "100000000000000001", True),  # written alike
        ("5", "5", False),  # the same number, which is told elsewhere
        ("-1.0000000000001", "-1", True),
        ("0", "1e-50", False),
    ],
)
def test_numbers_that_nobody_could_tell_apart(low, high, close):
    pair = Decimal(low), Decimal(high)
    assert too_close([Decimal(-7), *pair, Decimal(10) ** 20]) == (pair if close else None)
