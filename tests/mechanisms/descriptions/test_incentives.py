"""What questions of understanding ask, against loops over all messages, on random games of every kind."""

from hypothesis import given

from mechanisms.descriptions import incentives
from mechanisms.treatments import Treatment
from tests.mechanisms.descriptions.independent import Judge, coarse_games, small_games
from tests.shared import examples


@examples(40)
@coarse_games
@given(small_games("reports"))
def test_of_reports(definition):
    treatment = Treatment.from_definition(definition)
    judge = Judge(treatment)
    lies = {(who, own_type) for who, own_type, *_ in judge.profitable_lies()}
    for i in range(judge.n):
        menus, alike = set(), False
        for others in judge.others(i):
            results = [judge.result(i, own, others) for own in judge.grids[i]]
            menus.add(frozenset(results))
            alike |= len({what for what, *_ in results}) < len(results)
        for own_type in judge.types[i]:
            two = judge.two_prices(i)
            expected = {"gain": (i, own_type) in lies, "others_reports": len(menus) > 1}
            if not two:  # else it is not plain which results can be got, and at which price
                expected["own_report"] = False
            if alike:
                expected["price"] = two
            assert incentives(treatment, i, own_type) == expected


@examples(25)
@given(small_games("demands"))
def test_of_requests(definition):
    treatment = Treatment.from_definition(definition)
    judge = Judge(treatment)
    for i in range(judge.n):
        for own_type in judge.types[i]:
            best = [
                own
                for own in judge.grids[i]
                if all(
                    judge.points(i, own_type, own, others)
                    == max(judge.points(i, own_type, q, others) for q in judge.grids[i])
                    for others in judge.others(i)
                )
            ]
            found = incentives(treatment, i, own_type)
            assert (found["best"], found["own_request"]) == (bool(best), False)
