"""Decisions beside backward induction at their histories, against brute force in the order of each group."""

import numpy as np
import pytest

from analysis.loading.exports import load_decisions
from analysis.predictions.joined import predict
from analysis.simulation.rows import HEADER, lines
from mechanisms.subjects.population import Population
from mechanisms.subjects.simulation import simulate_sessions
from mechanisms.treatments import Treatment, load_treatment
from tests.mechanisms.bayesian import sequential_brute_force as brute

PARK = load_treatment("treatments/park_pairwise_sequential.toml")


def simulated(folder, treatment):
    sessions = simulate_sessions(treatment, Population.of("uniform"), range(2), seed=3)
    (folder / "x_custom.csv").write_text("\n".join([HEADER, *(line.rstrip() for line in lines(sessions))]) + "\n")
    return load_decisions([str(folder)])


@pytest.mark.parametrize("mechanism", ["pairwise", "agv", "cremer_riordan"])
def test_every_decision_is_compared_at_its_history(tmp_path, mechanism):
    treatment = Treatment.from_definition(
        {**PARK.definition, "mechanism": {"name": mechanism, "ties": "first"},
         "play": {"form": "sequential", "order": "drawn"}}
    )  # fmt: skip
    table = predict(simulated(tmp_path, treatment)).decisions
    assert table["sequence"].nunique() == 6
    for _, group in table.groupby(["session_code", "round", "group"]):
        check_group(treatment, group.sort_values("position"))


def check_group(treatment, group):
    order = tuple(int(i) - 1 for i in group["sequence"].iloc[0].split(";"))
    ordered = treatment.in_sequence(order)
    game, grid = ordered.bayesian_game(), ordered.positions[0].messages
    from mechanisms.bayesian import sequential_equilibrium

    found = sequential_equilibrium(game, order)  # judged by brute force in tests/mechanisms/bayesian
    strategy = {(i, h, t): int(found.strategies[i][(*h, t)]) for i, h, t in brute.places(game, order)}
    said = [int(np.searchsorted(grid, message)) for message in group["message"]]
    for depth, i in enumerate(order):
        row, history = group.iloc[i], tuple(said[j] for j in order[:depth])
        own = int(np.searchsorted(grid, row["type"]))
        reached = [brute.expected(game, order, strategy, i, own, (*history, m)) for m in range(len(grid))]
        best = [m for m, value in enumerate(reached) if value == max(reached)]
        assert row["in_turn_messages"] == ";".join(f"{grid[m]:g}" for m in best)
        assert (row["in_turn_count"], row["in_turn_area"]) == (len(best), len(best) / len(grid))
        assert row["in_turn_played"] == (said[i] in best)
        assert row["in_turn_loss"] == pytest.approx(float(max(reached) - reached[said[i]]))
        assert row["move"] == depth + 1


def test_blank_where_all_report_at_the_same_time(tmp_path):
    table = predict(simulated(tmp_path, load_treatment("treatments/park_vcg.toml"))).decisions
    assert table[["in_turn_messages", "in_turn_played", "in_turn_loss", "move"]].isna().all().all()
    assert (table["sequence"] == "").all()


def test_transfers_are_those_of_the_order_of_the_group(tmp_path):
    """A table in which two groups' orders were exchanged is found by the audit."""
    from analysis.audit import audit

    decisions = simulated(tmp_path, PARK.with_protocol(rounds=3))
    assert audit(decisions).ok
    wrong = decisions.copy()
    here = (wrong["round"] == 1) & (wrong["group"] == 1)
    reverse = ";".join(reversed(str(wrong.loc[here, "sequence"].iloc[0]).split(";")))
    wrong.loc[here, "sequence"] = reverse
    assert {"sequence", "transfer", "points"} <= set(audit(wrong).findings["column"])
    wrong = decisions.assign(move=4 - decisions["move"])
    assert set(audit(wrong).findings["column"]) == {"move"}
