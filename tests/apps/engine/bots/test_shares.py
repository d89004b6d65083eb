"""The judge's cost shares by hand, and on paths where two rules must agree."""

from fractions import Fraction

from engine.bots import shares

HALF = Fraction(1, 2)
PRODUCT = [(Fraction(1), (1, 1))]  # C = q1 q2
SQUARE = shares.Cost(lambda total: Fraction(total) ** 2, {})


def goods(terms, **options):
    return shares.Cost(None, options, [(Fraction(a), powers) for a, powers in terms])


def test_along_the_diagonal_and_along_the_edges():
    cost = goods(PRODUCT)
    # side by side to (2, 2), each pays half of 4; then the second alone pays 2 a unit
    assert shares.friedman_moulin([2, 3], cost) == [2, 4]
    assert shares.aumann_shapley([2, 3], cost) == [3, 3]
    assert shares.shapley_shubik([2, 3], cost) == [3, 3]
    assert shares.incremental([2, 3], goods(PRODUCT, order=[2, 1])) == [6, 0]
    edges = goods(PRODUCT, path=[[0, 0], [0, 5], [5, 5]])
    assert shares.fixed_path([2, 3], edges) == [6, 0]
    assert shares.equal([2, 3], cost) == [3, 3]


def test_with_one_good_the_diagonal_is_serial_and_the_ray_proportional():
    for demands in ([3, 1, 2], [0, 2, 2], [0, 0, 0]):
        q = [Fraction(x) for x in demands]
        assert shares.friedman_moulin(q, SQUARE) == shares.serial(q, SQUARE)
        assert shares.aumann_shapley(q, SQUARE) == shares.proportional(q, SQUARE)


def test_a_table_is_read_by_units():
    cost = shares.Cost(None, {}, values=[[0, 1, "2.5"], [2, 4, 7]])
    assert cost.of([Fraction(1), Fraction(2)]) == 7
    assert shares.shapley_shubik([Fraction(0), Fraction(2)], cost) == [0, HALF * 5]
