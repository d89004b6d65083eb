"""The contract of every cost sharing method: what all have in common, and what holds just where theory says so."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from mechanisms import cost_sharing
from mechanisms.cost_sharing import (
    aumann_shapley,
    axial,
    equal,
    fixed_path,
    friedman_moulin,
    incremental,
    moulin_shenker,
    proportional,
    serial,
    shapley_shubik,
)
from mechanisms.costs import CallableCost, HomogeneousCost, PowerCost, QuadraticFormCost, TabulatedCost
from mechanisms.treatments.rules import BASELINES
from tests.shared import examples, mostly_thorough
from tests.strategies import costs, heterogeneous_costs

PATH = [[0, 0, 0], [2, 9, 4], [20, 20, 20]]


def along_a_bent_path(demands, cost):
    return fixed_path(demands, cost, PATH)


@dataclass(frozen=True)
class Method:
    """A method and what theory says of it.

    free_for_nothing: who demands nothing pays nothing
    served_first: order in which a fixed path method serves demands: higher ones do not matter to lower ones
    """

    share: object
    anonymous: bool = True
    homogeneous_only: bool = False
    differentiable: bool = True
    free_for_nothing: bool = True
    served_first: object = None


def times_on_bent_path(q, cost):
    corners = np.linspace(0, 1, 3)
    return np.array([np.interp(q[i], np.array(PATH)[:, i], corners) for i in range(3)])


def when_increments_meet(q, cost):
    """Moulin–Shenker: dphi_i / dt = 1 / d_i C(phi), so that the cost of each good grows by 1 a unit of time."""
    if isinstance(cost, HomogeneousCost):
        return q  # by symmetry the path is the diagonal

    def velocity(t, path):
        return 1 / np.maximum(cost.gradient(path), 1e-12)

    met = [lambda t, path, i=i: path[i] - q[i] for i in range(3)]
    path = solve_ivp(velocity, (0, 1e5), np.full(3, 1e-9), events=[*met, all_met(q)], rtol=1e-8, atol=1e-10)
    return np.array([times[0] if len(times) else 0.0 for times in path.t_events[:3]])


def all_met(q):
    def left(t, path):
        return (path - q).min() - 1e-6

    left.terminal = True
    return left


METHODS = {
    "equal": Method(equal, differentiable=False, free_for_nothing=False),
    "proportional": Method(proportional, homogeneous_only=True, differentiable=False),
    "serial": Method(serial, homogeneous_only=True, differentiable=False, served_first=lambda q, cost: q),
    "friedman_moulin": Method(friedman_moulin, served_first=lambda q, cost: q),
    "moulin_shenker": Method(moulin_shenker, served_first=when_increments_meet),
    "axial": Method(axial, served_first=lambda q, cost: cost.cost(q[:, None] * np.eye(3))),
    "incremental": Method(
        incremental, anonymous=False, differentiable=False, served_first=lambda q, cost: np.arange(3.0)
    ),
    "fixed_path": Method(along_a_bent_path, anonymous=False, served_first=times_on_bent_path),
    "aumann_shapley": Method(aumann_shapley),
    "shapley_shubik": Method(shapley_shubik, differentiable=False),
}
METHODS |= {  # rules without a line of their own: what is true of all
    name: Method(rule.function, False, homogeneous_only=True, differentiable=False, free_for_nothing=False)
    for name, rule in BASELINES.items()
    if name not in METHODS
}
FIXED_PATHS = {name: method for name, method in METHODS.items() if method.served_first}
NO_FIXED_PATHS = {"equal", "proportional", "aumann_shapley", "shapley_shubik"}
every = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
profiles = st.lists(st.integers(0, 9), min_size=3, max_size=3).map(lambda q: np.array(q, dtype=np.float64))


@st.composite
def costs_for(draw, method):
    """A cost that the method can share: not a table where derivatives are needed, homogeneous where it must be."""
    kind = costs() if method.homogeneous_only else st.one_of(costs(), heterogeneous_costs())
    return draw(kind.filter(lambda c: not (method.differentiable and isinstance(c, TabulatedCost)) and increases(c)))


def increases(cost):
    """Some of the random costs are 0 everywhere, which measures nothing."""
    if isinstance(cost, HomogeneousCost):
        return cost.total_cost(np.array(1.0)) > 0
    return True


def test_every_method_has_a_contract():
    assert {*cost_sharing.__all__} <= METHODS.keys()
    assert NO_FIXED_PATHS.isdisjoint(FIXED_PATHS)
    assert len(FIXED_PATHS) >= 6


@every
@examples(20)
@given(data=st.data())
def test_shares_add_up_to_the_cost(method, data):
    q, cost = data.draw(profiles), data.draw(costs_for(method))
    assert method.share(q, cost).sum() == pytest.approx(float(cost.cost(q)), rel=1e-8, abs=1e-8)


@every
@examples(20)
@given(data=st.data())
def test_nobody_is_paid_and_nobody_pays_for_nothing(method, data):
    q, cost = data.draw(profiles), data.draw(costs_for(method))
    shares = method.share(q, cost)
    assert shares.min() >= -1e-8
    if method.free_for_nothing:
        np.testing.assert_allclose(shares[q == 0], 0, atol=1e-8)


@every
@examples(10)
@given(data=st.data())
def test_batch_equals_loop(method, data):
    batch, cost = np.array(data.draw(st.lists(profiles, min_size=2, max_size=4))), data.draw(costs_for(method))
    together = method.share(batch.reshape(1, *batch.shape), cost)
    np.testing.assert_allclose(together[0], [method.share(q, cost) for q in batch], rtol=1e-7, atol=1e-7)


ANONYMOUS = [name for name, method in METHODS.items() if method.anonymous]


@pytest.mark.parametrize("name", mostly_thorough(ANONYMOUS, *set(ANONYMOUS) - {"axial"}))  # axial is slow
@examples(10)
@given(data=st.data())
def test_names_do_not_matter_where_there_is_no_order(name, data):
    method = METHODS[name]
    q, cost = data.draw(profiles), data.draw(costs_for(method))
    for order in map(list, permutations(range(3))):
        renamed = cost
        if isinstance(cost, QuadraticFormCost):
            renamed = QuadraticFormCost(cost.matrix[np.ix_(order, order)], cost.linear[order])
        np.testing.assert_allclose(method.share(q[order], renamed), method.share(q, cost)[order], atol=1e-6)


def test_orders_and_bent_paths_are_not_anonymous():
    q, cost = np.array([1.0, 2.0, 3.0]), PowerCost(1, 2)
    for name in (*FIXED_PATHS, *NO_FIXED_PATHS):
        method = METHODS[name]
        same = np.allclose(method.share(q[::-1], cost), method.share(q, cost)[::-1], atol=1e-6)
        assert same == method.anonymous, name


@every
@pytest.mark.parametrize("factor", [1e-6, 3.0, 1e6])
def test_shares_scale_with_the_cost(method, factor):
    q = np.array([2.0, 5.0, 1.0])
    np.testing.assert_allclose(
        method.share(q, PowerCost(factor, 2)), factor * method.share(q, PowerCost(1, 2)), rtol=1e-7
    )


@pytest.mark.parametrize("name", [name for name in METHODS if name != "fixed_path"])  # whose path is in units of goods
def test_shares_scale_with_the_units_of_all_goods(name):
    share, q = METHODS[name].share, np.array([2.0, 5.0, 1.0])
    np.testing.assert_allclose(share(1000 * q, PowerCost(1e-6, 2)), share(q, PowerCost(1, 2)), rtol=1e-7)


@every
@examples(10)
@given(data=st.data())
def test_shares_are_continuous(method, data):
    q, cost = data.draw(profiles), PowerCost(0.5, data.draw(st.sampled_from([1, 1.5, 2])))
    for i in range(3):
        moved = q.copy()
        moved[i] += 1e-6
        assert np.abs(method.share(moved, cost) - method.share(q, cost)).max() < 1e-3


@pytest.mark.parametrize("method", FIXED_PATHS.values(), ids=FIXED_PATHS)
@examples(20)
@given(data=st.data())
def test_on_a_fixed_path_demands_served_later_do_not_matter(method, data):
    """K Lemma 2(c): a share does not change when somebody whose demand is met later demands more."""
    q, cost = data.draw(profiles), data.draw(costs_for(method))
    assume(not (isinstance(cost, TabulatedCost) and 3 * (q.max() + 1) > 60))  # beyond the end of the table
    when = method.served_first(q, cost)
    last = int(np.argmax(when))
    raised = q.copy()
    raised[last] += 1
    others = [i for i in range(3) if i != last]
    np.testing.assert_allclose(method.share(raised, cost)[others], method.share(q, cost)[others], atol=1e-7)


@pytest.mark.parametrize("name", sorted(NO_FIXED_PATHS))
def test_without_a_fixed_path_the_highest_demand_matters_to_all(name):
    method, cost = METHODS[name], PowerCost(1, 2)
    change = method.share(np.array([1.0, 2.0, 5.0]), cost) - method.share(np.array([1.0, 2.0, 4.0]), cost)
    assert (change > 0.1).all()


@every
def test_convex_costs_bound_the_shares(method):
    """Nobody pays less than alone, c(q_i); on a diagonal nobody more than if all demanded as much, c(n q_i) / n."""
    q, cost = np.array([1.0, 3.0, 6.0]), PowerCost(1, 2)
    shares = method.share(q, cost)
    assert (shares >= q**2 - 1e-7).all() == (method.share is not equal)
    if method.share in (serial, friedman_moulin, moulin_shenker, axial):
        assert (shares <= (3 * q) ** 2 / 3 + 1e-7).all()


@every
@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ([1, -2, 0], "-2"),
        ([1, np.nan, 0], "nan"),
        ([np.inf, 0, 0], "inf"),
        ([], r"\(0,\)"),
        (["a"], "dtype"),
        (3, r"\(\)"),
    ],
)
def test_bad_demands_are_named(method, bad, named):
    with pytest.raises(ValueError, match=rf"demands .*{named}"):
        method.share(bad, PowerCost(1, 2))


@every
def test_objects_are_refused_and_integers_are_not_truncated(method):
    with pytest.raises(ValueError, match="dtype object"):
        method.share(np.array([1, 2, 3], dtype=object), PowerCost(1, 2))
    np.testing.assert_allclose(
        method.share(np.array([1, 2, 4], dtype=np.int8), PowerCost(0.3, 1.5)),
        method.share([1.0, 2.0, 4.0], PowerCost(0.3, 1.5)),
        atol=1e-9,
    )


@every
def test_inputs_stay_as_they_are(method):
    q = np.array([3.0, 1.0, 2.0])
    method.share(q, PowerCost(1, 2))
    assert q.tolist() == [3, 1, 2]


@pytest.mark.parametrize("name", [name for name, method in METHODS.items() if not method.homogeneous_only])
def test_any_cost_with_a_gradient_will_do(name):
    method = METHODS[name]
    cost = CallableCost(
        lambda q: np.expm1(q @ np.array([0.1, 0.2, 0.3])),
        lambda q: np.exp(q @ np.array([0.1, 0.2, 0.3]))[..., None] * np.array([0.1, 0.2, 0.3]),
        n=3,
        upper=5,
    )
    q = np.array([[2.0, 0.5, 1.5], [0.0, 3.0, 3.0]])
    np.testing.assert_allclose(method.share(q, cost).sum(axis=-1), cost.cost(q), rtol=1e-9)
