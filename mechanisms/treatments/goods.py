"""Costs of everybody's own good in a treatment file: C(q_1, …, q_n) as a quadratic form, a polynomial, or a table."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from mechanisms.costs import Cost, GoodsPolynomialCost, GoodsTableCost, QuadraticFormCost
from mechanisms.costs.goods import MAX_POWER
from mechanisms.treatments.numbers import Number, as_decimal, plain
from mechanisms.treatments.section import Section, wrong
from mechanisms.writing import apart, described, digits

NOISE = 1e-9
MAX_PROFILES = 2_000_000


class QuadraticFormCostSpec(Section):
    """C(q) = q' matrix q + linear · q."""

    kind: Literal["quadratic_form"]
    matrix: Annotated[tuple[tuple[Number, ...], ...], Field(min_length=1)]
    linear: tuple[Number, ...] | None = None

    @model_validator(mode="after")
    def _fits(self) -> QuadraticFormCostSpec:
        n = len(self.matrix)
        for k, row in enumerate(self.matrix, 1):
            if len(row) != n:
                raise wrong("matrix", f"must be square; it has {n} rows, and row {k} has {len(row)} numbers")
        for i in range(n):
            for j in range(i):
                if self.matrix[i][j] != self.matrix[j][i]:
                    here, there = plain(self.matrix[i][j]), plain(self.matrix[j][i])
                    raise wrong(
                        "matrix",
                        f"must be symmetric; row {i + 1}, column {j + 1} has {here}, "
                        f"and row {j + 1}, column {i + 1} has {there}",
                    )
        if self.linear is not None and len(self.linear) != n:
            raise wrong("linear", f"must have {n} numbers, as many as matrix has rows; it has {len(self.linear)}")
        return self

    @property
    def goods(self) -> tuple[str, int]:
        """The key that says for how many agents it is, and how many."""
        return "matrix", len(self.matrix)

    def build(self) -> Cost:
        matrix = [[float(number) for number in row] for row in self.matrix]
        return QuadraticFormCost(matrix, 0.0 if self.linear is None else [float(number) for number in self.linear])


class TermSpec(Section):
    coefficient: Number
    powers: Annotated[tuple[Annotated[int, Field(ge=0, le=MAX_POWER, strict=True)], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _not_constant(self) -> TermSpec:
        if not any(self.powers):
            raise wrong("powers", "must have a number above 0: producing nothing costs nothing")
        return self


class GoodsPolynomialCostSpec(Section):
    """C(q) = the sum of coefficient · q_1 ^ powers[1] · … · q_n ^ powers[n]."""

    kind: Literal["goods_polynomial"]
    terms: Annotated[tuple[TermSpec, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _alike(self) -> GoodsPolynomialCostSpec:
        lengths = [len(term.powers) for term in self.terms]
        if len(set(lengths)) > 1:
            k = next(k for k, length in enumerate(lengths, 1) if length != lengths[0])
            raise wrong(
                "terms", f"must have equally many powers; term 1 has {lengths[0]}, term {k} has {lengths[k - 1]}"
            )
        return self

    @property
    def goods(self) -> tuple[str, int]:
        return "terms", len(self.terms[0].powers)

    def build(self) -> Cost:
        return GoodsPolynomialCost(tuple((float(term.coefficient), term.powers) for term in self.terms))


def _nested(value: Any) -> Any:
    """Lists in lists, of numbers."""
    return tuple(_nested(item) for item in value) if isinstance(value, list | tuple) else as_decimal(value)


def _written(value: Any) -> Any:
    return [_written(item) for item in value] if isinstance(value, tuple) else plain(value)


class GoodsTableCostSpec(Section):
    """C(q) = values[q_1][q_2]…[q_n] for whole units from 0."""

    kind: Literal["goods_table"]
    values: Annotated[Any, BeforeValidator(_nested), PlainSerializer(_written)]

    @model_validator(mode="after")
    def _fits(self) -> GoodsTableCostSpec:
        try:
            table = np.array(self.values, dtype=np.float64)
        except ValueError:
            raise wrong("values", "must be lists in lists, all of a depth equally long: values[q1][q2]…") from None
        if table.ndim == 0 or not table.size or table.flat[0] != 0:
            raise wrong("values", "must start with 0, the cost of producing nothing: values[0][0]… = 0")
        return self

    @property
    def goods(self) -> tuple[str, int]:
        return "values", np.ndim(np.array(self.values, dtype=np.float64))

    def build(self) -> Cost:
        return GoodsTableCost(np.array(self.values, dtype=np.float64))


OwnGoods = QuadraticFormCostSpec | GoodsPolynomialCostSpec | GoodsTableCostSpec


def what_is_wrong(spec: OwnGoods, n: int, quantities: np.ndarray) -> str | None:
    """What of the cost does not fit a group of n with these quantities: "key message"; None if nothing."""
    key, goods = spec.goods
    if goods != n:
        return f"{key} is for {goods} goods: group.size = {n} needs {_needed(spec, n)}"
    axis = np.unique(np.concatenate([[0.0], quantities]))
    if len(axis) ** n > MAX_PROFILES:
        return f"kind = {spec.kind!r}: {len(axis)} quantities for each of {n} players are too many: use a coarser grid"
    if isinstance(spec, GoodsTableCostSpec):
        shape = np.array(spec.values, dtype=np.float64).shape
        if np.any(quantities % 1) or min(shape) <= quantities[-1]:
            return (
                f"values has entries for whole units up to {[size - 1 for size in shape]}; "
                f"the quantities {described(quantities)} must be whole and not beyond"
            )
    return _falls(spec.build(), key, n, axis)


def _needed(spec: OwnGoods, n: int) -> str:
    if isinstance(spec, QuadraticFormCostSpec):
        return f"a matrix of {n} rows and {n} columns, one for each player's good"
    if isinstance(spec, GoodsPolynomialCostSpec):
        return f"{n} powers in each term, one for each player's good"
    return f"lists nested {n} deep, one for each player's good"


def _falls(cost: Cost, key: str, n: int, axis: np.ndarray) -> str | None:
    """Where one more step of a good makes everything cheaper: shares could be below 0."""
    profiles = axis[np.indices((len(axis),) * n)]
    costs = cost.cost(np.moveaxis(profiles, 0, -1))
    for i in range(n):
        steps = np.diff(costs, axis=i)
        if steps.size and steps.min() < -NOISE * np.abs(costs).max():
            at = np.array(np.unravel_index(int(steps.argmin()), steps.shape))
            more = at + (np.arange(n) == i)
            (before, after), units = apart(costs[tuple(at)], costs[tuple(more)]), [digits(axis[k]) for k in at]
            return (
                f"{key} makes more units cheaper: with ({', '.join(units)}) units the cost is {before}, with "
                f"{digits(axis[more[i]])} for player {i + 1} it is {after}; it must not fall"
            )
    return None
