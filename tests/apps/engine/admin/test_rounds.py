"""The numbers of a round: those of its export, by the oracle; timeouts, practice, people who declined, large games."""

from collections import defaultdict
from functools import cache
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from engine.admin.rounds import Tally, tally, who_play
from engine.admin.situation import Situation
from engine.admin.theory import dominant, in_equilibrium
from engine.bots import oracle

from mechanisms.treatments import Treatment, load_treatment
from tests.apps.engine.admin.seats import ROUNDS, Seats, fraction, shown_round
from tests.lab import ROOT

SERIAL = load_treatment(ROOT / "treatments" / "chen_serial.toml")


TYPES = [float(place.types[0]) for place in SERIAL.positions]


def row(key, group, position, message=None, **changes):
    points = changes.pop("points_units", None)
    return SimpleNamespace(
        participant_id=key, group_id=group, round_number=1, id_in_group=position, part=1, part_round=1, practice=False,
        type_value=TYPES[position - 1], message=message,
        decided_by="participant" if message is not None else None,
        points_units=points, value=0.0, cost_share=0.0, **changes,
    )  # fmt: skip


def group(number, messages, late=()):
    """The rows of a pair that has played."""
    play = SERIAL.play(TYPES, messages)
    rows = [row(10 * number + i, number, i + 1, float(message)) for i, message in enumerate(messages)]
    for i, each in enumerate(rows):
        each.points_units, each.value, each.cost_share = int(play.points[i]), play.values[i], play.cost_shares[i]
        each.decided_by = "clock" if i in late else "participant"
    return rows


def test_what_was_drawn_is_nobody_s_decision():
    rows = group(1, [4, 6]) + group(2, [4, 6], late=[1])
    found = tally(SERIAL, rows, groups=True)
    assert (found.people, found.decided, found.timed_out) == (4, 4, 1)
    assert (found.nash, found.nash_of) == (1, 1)
    assert found.efficiency_of == found.units_of / 2 == 2
    assert found.units == sum(each.points_units for each in rows)


def test_a_group_that_has_not_decided_counts_by_its_members_only():
    found = tally(SERIAL, [row(1, 1, 1, 4.0), row(2, 1, 2)], groups=True)
    assert found == Tally(people=2, decided=1)


def test_against_the_computer_there_are_no_groups():
    found = tally(SERIAL, group(1, [4, 6]), groups=False)
    assert (found.nash_of, found.efficiency_of, found.units_of) == (0, 0, 2)


def test_tallies_of_the_same_round_are_added():
    first, second = tally(SERIAL, group(1, [4, 6]), groups=True), tally(SERIAL, group(2, [4, 9]), groups=True)
    assert first + second == tally(SERIAL, group(1, [4, 6]) + group(2, [4, 9]), groups=True)


@pytest.mark.parametrize(("declined", "expected"), [((), [1, 2, 3, 4]), ((4,), [1, 2]), ((1, 4), [])])
def test_groups_with_somebody_who_declined_do_not_play(declined, expected):
    people = tuple(SimpleNamespace(key=k, number=k) for k in range(1, 5))
    situation = Situation(SimpleNamespace(declined=list(declined)), "demand", people)
    rows = [row(1, 1, 1, 4.0), row(2, 1, 2), row(3, 2, 1), row(4, 2, 2), row(1, None, 1)]
    rows[-1].part = None  # oTree has rounds in reserve
    assert [each.participant_id for each in who_play(situation, rows)] == expected
    assert [each.participant_id for each in who_play(situation, rows, void=[1])] == expected[2:]  # all may be back
    rows[2].points_units = 7  # was played before
    assert 3 in [each.participant_id for each in who_play(situation, rows)]


def test_a_group_of_which_somebody_was_deleted_counts_by_those_who_are_left():
    """The seat is out of the session, and its row is empty: the points of the other one stay."""
    rows = group(1, [4, 6]) + group(2, [4, 9])
    for name in ("type_value", "message", "points_units", "value", "cost_share"):
        setattr(rows[0], name, None)
    people = tuple(SimpleNamespace(key=each.participant_id, number=each.participant_id) for each in rows)
    left = who_play(Situation(SimpleNamespace(declined=[rows[0].participant_id]), "demand", people), rows)
    assert left == rows[1:]
    found = tally(SERIAL, left, groups=True)
    assert (found.people, found.decided, found.units_of) == (3, 3, 3)
    assert (found.nash_of, found.efficiency_of) == (1, 1)


@pytest.mark.parametrize("name", ["chen_proportional", "cason_pivotal", "park_pairwise", "production_serial"])
def test_equilibria_are_recognized_without_a_search(name):
    treatment = load_treatment(ROOT / "treatments" / f"{name}.toml")
    rng = np.random.default_rng(1)
    types = np.array([float(place.types[-1]) for place in treatment.positions])
    equilibria = treatment.nash_equilibria(types)
    drawn = np.stack([rng.choice(place.messages, 200) for place in treatment.positions], axis=-1)
    profiles = np.concatenate([equilibria, drawn])
    listed = {tuple(profile) for profile in equilibria.tolist()}
    found = in_equilibrium(treatment, np.broadcast_to(types, profiles.shape), profiles)
    assert found.tolist() == [tuple(profile) in listed for profile in profiles.tolist()]
    assert 0 < found.sum() < len(found)


def test_dominance_in_a_large_game_is_not_asked_while_people_wait():
    definition = load_treatment(ROOT / "treatments" / "production_serial.toml").definition
    quantities = {"lowest": 0, "highest": 8, "step": "0.1"}
    environment = {**definition["environment"], "quantities": quantities}
    large = Treatment.from_definition({**definition, "environment": environment, "messages": None})
    assert dominant(large, 0, float(large.positions[0].types[0])) is None


# --- the numbers of the rounds, computed again from the export by the oracle alone ---


@cache
def played(definition, types, messages):
    return oracle.expected(oracle.json.loads(definition), list(types), list(messages))


def surplus(result):
    return sum(result["values"]) - sum(result["cost_shares"])


def facts(treatment, definition, types, messages):
    """Who plays a dominant message (None: there is none), whether it is an equilibrium, efficiency."""
    grids = [place.messages.tolist() for place in treatment.positions]
    profiles = list(product(*grids))
    points = {profile: played(definition, types, profile)["points"] for profile in profiles}

    def replies(profile, i):
        return {m: points[(*profile[:i], m, *profile[i + 1 :])][i] for m in grids[i]}

    best = {(p, i): max(replies(p, i).values()) for p in profiles for i in range(len(types))}
    dominant = [
        {m for m in grids[i] if all(points[p][i] == best[p, i] for p in profiles if p[i] == m)}
        for i in range(len(types))
    ]
    nash = all(points[messages][i] == best[messages, i] for i in range(len(types)))
    most = max(surplus(played(definition, types, profile)) for profile in profiles)
    hits = [messages[i] in found if found else None for i, found in enumerate(dominant)]
    return hits, nash, surplus(played(definition, types, messages)) / most


@pytest.mark.parametrize(
    ("name", "plays"),
    [
        ("chen_serial", [[4, 6, 4, 7], [4, 6, 9, 2]]),
        ("chen_proportional", [[5, 6, 4, 7], [4, 6, 9, 2]]),
    ],
)
def test_the_numbers_of_a_round_are_those_of_its_export(address, name, plays):
    seats, app = Seats(address, name, 4, rounds=ROUNDS), "demand"
    seats.start()
    definition = oracle.json.dumps(load_treatment(ROOT / "treatments" / f"{name}.toml").definition)
    treatment = load_treatment(ROOT / "treatments" / f"{name}.toml")
    for messages in plays:
        for k, message in enumerate(messages, 1):
            seats.play(k, message)
            seats.report()  # what is not over must not be remembered
        for k in range(1, 5):
            assert seats.page(k) == "Feedback"
            seats.send(k, read="1")
    report, rows = seats.report(), seats.export(app)
    for r in range(1, ROUNDS + 1):
        groups = defaultdict(list)
        for row in sorted(rows, key=lambda row: int(row["position"])):
            if row["round"] == str(r):
                groups[row["group"]].append(row)
        found = [
            facts(treatment, definition, *(tuple(float(row[key]) for row in g) for key in ("type", "message")))
            for g in groups.values()
        ]
        hits = [hit for one, _, _ in found for hit in one if hit is not None]
        shown = shown_round(report, f"part-1-round-{r}")
        assert fraction(shown["decided"]) == (4, 4)
        assert fraction(shown["dominant"]) == ((sum(hits), len(hits)) if hits else None)
        assert fraction(shown["nash"]) == (sum(nash for _, nash, _ in found), 2)
        assert shown["efficiency"] == f"{100 * float(sum(e for _, _, e in found)) / 2:.1f} %"
        mean = sum(float(row["points"]) for row in rows if row["round"] == str(r)) / 4
        assert shown["points"] == f"{mean:.2f}"
        assert shown["timed_out"] == "0"


def test_dominant_play_is_counted(address):
    """In the pivotal mechanism the truth is dominant, and so are messages that never change anything."""
    treatment = load_treatment(ROOT / "treatments" / "cason_pivotal.toml")
    seats = Seats(address, "cason_pivotal", 2, rounds=1)
    seats.start()
    [first, second] = sorted(seats.export("direct"), key=lambda row: int(row["position"]))
    for row, hit in ((first, True), (second, False)):
        own = treatment.dominant_messages(int(row["position"]) - 1, float(row["type"]))
        grid = treatment.positions[int(row["position"]) - 1].messages
        message = own[0] if hit else next(m for m in grid if m not in own)
        seats.play(int(row["participant_id"]), message)
    shown = shown_round(seats.report(), "part-1-round-1")
    assert fraction(shown["dominant"]) == (1, 2)
