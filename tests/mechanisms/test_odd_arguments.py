"""Odd arguments for everything that the face offers: an answer that makes sense, or one line that says what is wrong.

Every parameter of every function, class and method gets every odd value in turn. What comes is an answer without NaN,
or a ValueError or TypeError that the package raises itself, in one line that names an argument; nothing hangs.
"""

import math
import re
import signal
import traceback
import warnings

import numpy as np
import pytest

import mechanisms as m
from mechanisms.cost_sharing.generalized_serial import GeneralizedSerialFunction, from_path
from mechanisms.crowds.crowd import crowd_of
from mechanisms.crowds.equilibria import pure_equilibria
from mechanisms.crowds.facing import faced
from mechanisms.matching.groups import MatchingError, match_groups
from mechanisms.session.draws import draw_session
from mechanisms.session.in_stages import standing
from mechanisms.stages import StagedGame, staged_equilibria, straightforward_in_stages
from mechanisms.studies import StudyError
from mechanisms.subjects.sessions import empty_sessions
from mechanisms.verdicts import Verdict
from tests.crowd_games import treatment
from tests.mechanisms.face_calls import calls, offered, parameters

NAN, INF = math.nan, math.inf
NEVER = {
    "NaN": NAN,
    "a text": "x",
    "digits in a text": "012",
    "bytes": b"01",
    "a complex number": 1j,
    "an object": object(),
    "a module": math,
    "a dict": {},
    "a set": {0, 1},
    "an iterator": iter([0, 1]),
    "a list of NaN": [NAN, NAN],
    "a list of texts": ["a", "b"],
    "a list of None": [None, None],
    "complex numbers": np.array([1 + 2j, 1]),
    "dates": np.array(["2020-01-01"], dtype="M8[D]"),
    "objects": np.array([object(), None]),
    "a table with NaN": [[NAN, 1.0], [1.0, 1.0]],
    "tables with NaN": [[[1.0, NAN], [3, 4]]] * 2,
}
"""Right for no argument, except names and words."""
SOMETIMES = {
    "infinity": INF,
    "minus infinity": -INF,
    "a negative number": -1,
    "a negative fraction": -0.5,
    "a fraction": 0.7,
    "zero": 0,
    "a large number": 10**6,
    "2**63": 2**63,
    "-(2**70)": -(2**70),
    "10**30": 10**30,
    "nothing": None,
    "True": True,
    "an empty text": "",
    "a list in a text": "[0, 1]",
    "an empty list": [],
    "a list of an empty list": [[]],
    "an empty tuple": (),
    "an empty array": np.zeros(0),
    "an array of four axes": np.zeros((3, 3, 3, 3)),
    "an array of no axis": np.array(1),
    "rows of several lengths": [[1, 2], [3]],
    "infinity in a list": [INF, 1.0],
    "fractions": [0.7, 1.2],
    "one number in a list": [1],
    "twice the same": [1, 1],
    "a negative number in a list": [-1, 0],
    "a large number in a list": [0, 10**6],
    "2**62 in a list": [0, 2**62],
    "2**70 in a list": [0, 2**70],
    "uint64": np.array([2**63 + 1, 1], dtype=np.uint64),
    "1e308": [1e308, 1e308],
    "tables with 1e300": [[[1e300, -1e300], [1e300, 1e300]]] * 2,
    "one list too many": [[0, 1], [0, 1], [0, 1]],
    "one list too few": [[0, 1]],
    "a range": range(2),
    "a function": lambda *given: 0,
    "a cost": m.PowerCost(1, 2),
    "a game": m.NormalFormGame([[1, 2]]),
}
WORDS = {(game, names) for game in ("NormalFormGame", "BayesianGame") for names in ("messages", "types")}
WORDS |= {("load_treatment", "path"), ("load_study", "path"), ("load_session_designs", "folder")}
WORDS |= {("Certificate.row", "concept")}
"""A text is right there, or a list of whatever can be a name."""
SECONDS = 5
LONGEST = 300
CALLS, OFFERED = calls(), offered()


class HangsError(Exception):
    pass


@pytest.fixture
def bounded():
    """Processor time of a call, after which it raises; warnings are errors anyway."""

    def stop(*_):
        raise HangsError

    before = signal.signal(signal.SIGVTALRM, stop)
    yield lambda seconds: signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def test_everything_offered_has_a_good_call_with_every_parameter():
    assert set(CALLS) == set(OFFERED)
    for name, call in CALLS.items():
        assert list(call.arguments) == parameters(call.function) == parameters(OFFERED[name]), name


@pytest.mark.parametrize("name", CALLS)
def test_odd_arguments(name, bounded):
    call = CALLS[name]
    assert "nan" not in re.findall(r"\w+", repr(call.function(**call.arguments)))
    faults = []
    for parameter in call.arguments.keys() - call.free:
        for odd, value in (NEVER | SOMETIMES).items():
            bounded(SECONDS)
            fault = fault_of(call, parameter, value, odd in NEVER and (name, parameter) not in WORDS)
            bounded(0)
            if fault:
                faults.append(f"{name}({parameter}={odd}): {fault}")
    assert not faults, "\n".join(faults)


def fault_of(call, parameter, value, never):
    """What is wrong with how a call meets an odd value; None if nothing is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            answer = repr(call.function(**call.arguments | {parameter: value}))
    except HangsError:
        return "hangs"
    except (ValueError, TypeError, KeyError) as error:
        return fault_of_error(error, call)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if never:
        return f"accepted: {answer[:80]}"
    return f"an answer with NaN: {answer[:80]}" if "nan" in re.findall(r"\w+", answer) else None


def fault_of_error(error, call):
    line, raised = str(error), traceback.extract_tb(error.__traceback__)[-1]
    if "/mechanisms/" not in raised.filename or "/tests/" in raised.filename or "raise" not in (raised.line or ""):
        return f"raised by {raised.filename}:{raised.lineno}: {line[:80]}"
    if "\n" in line or len(line) > LONGEST:
        return f"no short line: {line[:80]!r}"
    # these name a file's key, in its words
    for_people = isinstance(error, m.TreatmentError | MatchingError | StudyError)
    if not for_people and not any(name in line for name in call.arguments):
        return f"names no argument: {line}"
    return None


def test_faults_are_seen(bounded):
    """The sweep itself: a function that answers NaN, raises raw, hangs, and one that is right."""
    good = CALLS["PowerCost"]

    def changed(function):
        return type(good)(lambda coefficient, exponent: function(coefficient), good.arguments)

    def endless(_):
        while True:
            pass

    assert "NaN" in fault_of(changed(lambda value: value), "coefficient", NAN, False)
    assert "accepted" in fault_of(changed(lambda value: 1), "coefficient", NAN, True)
    assert "raised by" in fault_of(changed(lambda value: int("x")), "coefficient", 1, True)
    assert "AttributeError" in fault_of(changed(lambda value: value.x), "coefficient", 1, True)
    bounded(0.01)
    assert fault_of(changed(endless), "coefficient", 1, True) == "hangs"
    assert fault_of(good, "coefficient", NAN, True) is None


def large():
    return treatment("serial", 15, 9, (17.9, 26.9))


def park():
    return m.SocialChoiceProblem([[[1, 0]]], [[1]])


MASKED = np.ma.array([1.0, 2.0], mask=[0, 1])
GAME = m.NormalFormGame([[[2, 0], [3, 1]], [[2, 3], [0, 1]]])


def doubled(types, quantities):
    return 2 * quantities


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: m.strategy_proofness([]), r"payoffs is \[\]; it must be a list of arrays, one a player, at least one"),
        (lambda: m.strategy_proofness([[[1]]], [[0], [0]]), "truthful has 2 entries; it needs one list"),
        (lambda: m.PowerCost(INF, 2), "coefficient is inf; it must be a finite number of 0 or more"),
        (lambda: m.incremental([1, 2], m.PowerCost(1, 2), [0.7, 1.2]), r"order is \[0.7, 1.2\]; it must name each"),
        (
            lambda: m.serial([3.0, 2.0], m.PowerCost(1, 1000)),
            "the cost is inf for 4 units in total; it must be a finite",
        ),
        (lambda: m.proportional([3.0, 2.0], m.PowerCost(1, 700)), "the cost is inf for 5 units in total"),
        (
            lambda: m.equal([3.0, 2.0], m.PowerCost(1, 700)),
            r"the cost is inf at demands \[3.0, 2.0\]; it must be a finite",
        ),
        (lambda: m.incremental([3.0, 2.0], m.PowerCost(1, 700)), "the cost is inf at demands"),
        (lambda: m.shapley_shubik([3.0, 2.0], m.PowerCost(1, 700)), "the cost is inf at demands"),
        (lambda: m.axial([3.0, 2.0], m.PowerCost(1, 700)), "the cost is inf at demands"),
        (lambda: m.demand_game([1, 2], [0, 9], m.PowerCost(1, 900), "serial"), "the cost is inf for 9 units in total"),
        (
            lambda: m.serial(MASKED, m.PowerCost(1, 2)),
            "demands is masked_array.*; it must be numbers, none of them masked",
        ),
        (lambda: m.serial([MASKED, MASKED], m.PowerCost(1, 2)), r"demands is \[masked_array.*; it must be numbers"),
        (lambda: m.fixed_path([1, 1], m.PowerCost(1, 2), MASKED), "path is masked_array"),
        (lambda: m.TabulatedCost(MASKED), "values is masked_array"),
        (lambda: m.PolynomialCost(MASKED), "coefficients is masked_array"),
        (lambda: m.logit_equilibria(GAME, MASKED), "is masked_array"),
        (lambda: m.PowerCost(1, 2).total_cost(MASKED), "total is masked_array"),
        (lambda: m.PowerCost(1, 2).total_cost(None), "total is None; it must be an array of real numbers"),
        (lambda: m.TabulatedCost((0, 1)).marginal_cost(None), "total is None; it must be an array of real numbers"),
        (lambda: m.PiecewiseLinearCost((1,), (1, 2)).total_cost("x"), "total is 'x'; it must be numbers"),
        (lambda: m.LinearValue().marginal(None, 1.0), "types is None; it must be an array of real numbers"),
        (
            lambda: m.LinearValue().value(np.ones(2), np.ones(3)),
            r"quantities has shape \(3,\); with types of shape \(2,\)",
        ),
        (lambda: m.equilibrium_surplus(GAME, optimum=1.5), "optimum is 1.5; a message profile has a surplus of 4"),
        (lambda: m.fictitious_play(GAME, 10, np.uint64(2**63 + 5)), "too large: 9.22e[+]18 starts"),
        (
            lambda: match_groups("stranger", 8, 2, np.uint64(2**63 + 5), True, np.random.default_rng(1)),
            "rounds = 9223372036854775813: more",
        ),
        (lambda: m.Treatment(None, "x"), "spec is None; it must be a TreatmentSpec"),
        (lambda: park().expectation(3, 0), "i is 3; it must be from 0 to 0"),
        (lambda: park().expectation(0, 0), r"array is 0; it must be an array \(…, 1\)"),
        (lambda: m.CallableCost(int, int, 2), "function is <class 'int'>; it must be a function"),
        (lambda: m.staged_serial(int, 2, m.PowerCost(1, 2)), "strategy is <class 'int'>; it must be a function"),
        (lambda: m.demand_game([1], [0, 1], m.PowerCost(1, 2), int), "rule is <class 'int'>; it must be a function"),
        (
            lambda: m.demand_game([int], [0, 1], m.PowerCost(1, 2), "equal"),
            r"values\[0\] is <class 'int'>; it must be an array",
        ),
        (lambda: m.serial([1, 2], lambda q: q), "cost is <function .*; it must be a Cost"),
        (lambda: m.pure_nash_equilibria(np.zeros((2, 2, 2))), r"game is array\(.*; it must be a NormalFormGame"),
        (lambda: m.best_responses(m.NormalFormGame([[1, 2]]), 10**9), "player is 1000000000; it must be from 0 to 0"),
        (lambda: m.logit_equilibria(GAME, "big"), "lambdas is 'big'; it must be numbers, not a text$"),
        (lambda: m.logit_equilibria(GAME, {1: 2}), "lambdas is {1: 2}; it must be numbers, not a dict"),
        (
            lambda: m.serial_equilibrium(3, m.PowerCost(1, 2)),
            "utilities is 3; it must be Utilities, such as LinearUtilities of mechanisms.demand_equilibria$",
        ),
        (lambda: m.serial([1, 2], 3), r"cost is 3; it must be a Cost, such as \w+Cost of mechanisms.costs$"),
        (lambda: m.serial([True, 2], m.PowerCost(1, 2)), r"demands is \[True, 2\]; it must be numbers"),
        (lambda: m.demand_game([9] * 500, [0, 1], m.PowerCost(1, 2), "serial"), "500 players with up to 2 demands"),
        (lambda: m.LinearValue().value("a", [1]), "types is 'a'; it must be numbers"),
        (lambda: large().nash_equilibria(5), r"types has shape \(\); it must be \(15,\)"),
        (lambda: large().nash_equilibria([17.9] * 14), r"types has shape \(14,\); it must be \(15,\)"),
        (lambda: large().nash_equilibria([17.9] * 14 + [3]), "types contains 3; allowed are 17.9"),
        (lambda: large().dominant_messages(0, [17.9]), r"type_value is \[17.9\]; it must be a finite number"),
        (lambda: large().dominant_messages(0, 18), "type_value contains 18; allowed are 17.9"),
        (lambda: crowd_of(3), "game is 3; it must be a DemandGame"),
        (lambda: pure_equilibria(crowd_of(large().played), [1, 2]), r"types is .*1.*2.*; it must be one type for each"),
        (lambda: faced(crowd_of(large().played), 15, 17.9), "position is 15; it must be from 0 to 14"),
        (lambda: StagedGame(3, "11", doubled), "n_types is '11'; it must be a list of numbers of types"),
        (lambda: StagedGame(3, (1, 1.5), doubled), "n_types is 1.5; it must be a whole number of 1 or more"),
        (lambda: StagedGame(3, (1, 1), 5), "points is 5; it must be a function"),
        (lambda: staged_equilibria(StagedGame(3, (1, 1), doubled), (0, 1)), r"types is \(0, 1\); it must name a type"),
        (lambda: staged_equilibria(StagedGame(3, (1, 1), lambda types, q: q / 2), (0, 0)), "points gives array"),
        (lambda: staged_equilibria(StagedGame(3, (1, 1), lambda types, q: 1), (0, 0)), "points gives array"),
        (lambda: straightforward_in_stages(StagedGame(3, (1, 1), doubled), "00"), "known is '00'; it must name a type"),
        (
            lambda: m.order_independence(park(), m.vcg),
            r"transfers must be a function of \(problem, order\) to transfers .*: vcg\(\) takes 1 positional",
        ),
        (
            lambda: from_path([[0, 0], [6, 6]], m.PowerCost(1, 2)).equilibrium([lambda q, x: q] * 2),
            r"utility must be a function of what the agent gets \(..., m\) to payoffs .*missing 1 required",
        ),
        (
            lambda: GeneralizedSerialFunction(lambda q, x: q, [1, 1]),
            r"allocate must be a function of levels \(..., n\) to allocations",
        ),
        (
            lambda: m.CallableCost(lambda q: q[0] + q[1], lambda q: np.ones_like(q), 2),
            r"function must be a function of demands \(..., n\) to costs \(...\), with q\[..., 0\] for the first",
        ),
        (
            lambda: m.CallableCost(lambda q: q.sum(axis=-1), lambda: 1, 2),
            r"gradient must be a function of demands \(..., n\) to partial",
        ),
        (lambda: m.staged_serial(lambda k: k, 2, m.PowerCost(1, 2)), r"strategy must be a function of \(number of the"),
        (
            lambda: m.demand_game([[1, 2]] * 2, [0, 1], m.PowerCost(1, 2), lambda q: q),
            r"rule must be a function of \(demands, cost\) to cost shares",
        ),
        (lambda: m.fixed_path([1, 1], m.PowerCost(1, 2), lambda t: t[0, 0, 0]), r"path must be a function of times"),
        (
            lambda: staged_equilibria(StagedGame(3, (1, 1), lambda q: q), (0, 0)),
            r"points must be a function of \(types, quantities\)",
        ),
        (
            lambda: m.full_efficient_implementation(
                m.BayesianGame([[[[1]]]] * 2, [[1]] * 2, None), lambda types: types
            ),
            r"surplus must be a function of types and messages, each an array \(..., n\): ",
        ),
        (lambda: m.certify(large(), m.serial), r"progress must be a function of the name of a concept: serial\(\)"),
        (lambda: m.certify(large(), 3), r"progress is 3; it must be a function"),
        (lambda: empty_sessions(large(), -1), "sessions is -1; it must be 1 or more"),
        (
            lambda: m.NormalFormGame(np.zeros((2, 2, 2)), [[1, 1], [1, 2]]),
            r"messages\[0\] is \[1, 1\]; messages must have different names",
        ),
        (
            lambda: draw_session(large(), 3_000_000),
            r"n_participants = 3000000 is too large: .* at most \d+ participants",
        ),
        (lambda: empty_sessions(large(), 1.5), "sessions is 1.5; it must be a whole number"),
        (lambda: Verdict("maybe", "", ""), "status is 'maybe'; it must be 'holds' or 'fails' or"),
        (lambda: standing([[1.0]], (0, 1), 0.0), r"order is \[0, 1\]; it must name each agent"),
    ],
)
def test_the_line_names_argument_and_value(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
