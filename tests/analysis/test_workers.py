"""Jobs on several processes: what one process gives, in the order of the jobs; who is told what."""

import os
import sys
from functools import partial

import pytest

from analysis.workers import THREADS, as_done, cores, one_thread, threads, together


def square_and_process(x):
    if x < 0:
        raise ValueError(f"x is {x}")
    return x * x, os.getpid()


def test_the_same_results_in_the_same_order_elsewhere():
    jobs, told, told_of_two = [("a square", partial(square_and_process, x)) for x in (3, 1, 2)], [], []
    here = together(jobs, tell=told.append)
    elsewhere = together(jobs, 2, told_of_two.append)
    assert [result for result, _ in here] == [result for result, _ in elsewhere] == [9, 1, 4]
    assert {process for _, process in here} == {os.getpid()}
    assert os.getpid() not in {process for _, process in elsewhere}
    assert told == told_of_two == ["a square"] * 3
    with pytest.raises(ValueError, match="x is -1"):
        together([("a", partial(square_and_process, 1)), ("b", partial(square_and_process, -1))], 2)


def test_results_come_with_the_number_of_their_job():
    jobs = [partial(square_and_process, x) for x in (3, 1, 2)]
    assert sorted((k, square) for k, (square, _) in as_done(jobs, 2)) == [(0, 9), (1, 1), (2, 4)]
    assert [k for k, _ in as_done(jobs)] == [0, 1, 2]


def test_one_job_needs_no_process():
    assert cores() >= 1
    assert together([("a square", partial(square_and_process, 0))], 8) == [(0, os.getpid())]


def test_one_thread_where_numpy_is_not_loaded_yet(monkeypatch):
    monkeypatch.setenv(THREADS, "what is put back afterwards")
    monkeypatch.delenv(THREADS)
    one_thread()  # it is loaded here
    assert threads() == cores()
    monkeypatch.delitem(sys.modules, "numpy")
    one_thread()
    assert threads() == 1
    monkeypatch.setenv(THREADS, "3")
    one_thread()
    assert threads() == 3
