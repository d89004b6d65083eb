"""Finite fields of prime-power order, as far as the construction of schedules needs them: sums and
products."""


def prime_powers(number: int) -> list[int]:
    """The factors of a number as powers of distinct primes.

    >>> prime_powers(360)
    [8, 9, 5]
    """
    powers, p = [], 2
    while number > 1:
        power = 1
        while number % p == 0:
            number, power = number // p, power * p
        if power > 1:
            powers.append(power)
        p += 1
    return powers or [1]


class FiniteField:
    """GF(q), elements 0 … q - 1 written in base p; x, the element p, generates the nonzero ones when q is not
    prime."""

    def __init__(self, order: int) -> None:
        self.order = order
        self.p = next((d for d in range(2, order + 1) if order % d == 0), 1)
        nonzero = set(range(1, order))
        self.powers = next(powers for powers in map(self._powers, range(order)) if set(powers) == nonzero)
        self.logs = {element: exponent for exponent, element in enumerate(self.powers)}

    def _powers(self, tail: int) -> list[int]:
        """1, g, g², …: in a prime field g = tail, else x reduced by x^k = tail (a candidate for a primitive
        polynomial)."""
        powers, element = [], 1
        for _ in range(self.order - 1):
            powers.append(element)
            if self.order == self.p:
                element = element * tail % self.p
            else:
                top, rest = divmod(element * self.p, self.order)
                element = rest
                for _ in range(top):
                    element = self.sum(element, tail)
        return powers

    def sum(self, a: int, b: int) -> int:
        total, unit = 0, 1
        while a or b:
            total += (a + b) % self.p * unit
            a, b, unit = a // self.p, b // self.p, unit * self.p
        return total

    def product(self, a: int, b: int) -> int:
        if a == 0 or b == 0:
            return 0
        return self.powers[(self.logs[a] + self.logs[b]) % (self.order - 1)]
