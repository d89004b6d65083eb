"""Certificates of the shipped treatments, and of treatments that were changed by a little."""

import copy
import doctest
import json
import re
import sys
from itertools import product
from types import ModuleType

import pytest

from mechanisms.certificate import (
    QUESTIONS,
    CrowdTheory,
    certificate_of,
    certify,
    crowd_rows,
    dominance_rows,
    finding_of,
    learning_rows,
)
from mechanisms.certificate.certificate import Certificate
from mechanisms.certificate.learning_rows import fictitious_play_converges
from mechanisms.certificate.nash_rows import best_nash_is_efficient, payoff_dominant_exists
from mechanisms.certificate.theory import Theory
from mechanisms.solutions.nash import pure_nash_equilibria
from mechanisms.treatments import Treatment, load_treatment
from tests.crowd_games import treatment
from tests.house import ROOT


def certificate(name):
    return certify(load_treatment(f"treatments/{name}.toml"))


def status(certificate, concept):
    return certificate.row(concept).verdict.status


UNIQUE, WEAK, STRICT = "unique pure Nash equilibrium", "weakly dominant messages", "strictly dominant messages"


def test_the_pivotal_design_has_hundreds_of_equilibria():
    pivotal = certificate("cason_pivotal")
    assert status(pivotal, WEAK) == "holds"
    assert pivotal.row(WEAK).answer == "Player 1: −7 and −6; Player 2: 7 and 8"
    assert status(pivotal, STRICT) == "fails"
    assert status(pivotal, UNIQUE) == "fails"
    assert pivotal.row(UNIQUE).answer == "327 of 625 message profiles"
    assert "surplus 0 instead of 2" in pivotal.row("every Nash equilibrium is efficient").witness


def test_dominant_messages_are_one_or_several_and_losses_are_found():
    one, never = "unique dominant message", "payoffs are never negative"
    found = {name: Theory(load_treatment(f"treatments/{name}.toml")) for name in ("cason_pivotal", "cason_groves")}
    answers = {name: (QUESTIONS[one][1](t), QUESTIONS[never][1](t)) for name, t in found.items()}
    assert answers["cason_groves"][0].verdict.holds
    several = answers["cason_pivotal"][0]
    assert several.verdict.status == "fails"
    assert several.witness == "Player 1 has 2; Player 2 has 2"
    assert answers["cason_pivotal"][1].verdict.holds
    assert answers["cason_pivotal"][1].answer == "the lowest payoff is 14 points"
    low = load_treatment("treatments/cason_pivotal.toml").definition
    roles = [role | {"points": {"shift": "0"}} for role in low["roles"]]
    loss = QUESTIONS[never][1](Theory(Treatment.from_definition(low | {"roles": roles})))
    assert loss.verdict.status == "fails"
    assert (loss.answer, loss.witness) == (
        "the lowest payoff is −280 points",
        "Player 1, when Player 1 reports −22 and Player 2 reports 20",
    )
    serial = QUESTIONS[one][1](Theory(load_treatment("treatments/chen_serial.toml")))
    assert serial.verdict.status == "fails"


def test_the_groves_design_has_one():
    groves = certificate("cason_groves")
    assert status(groves, STRICT) == "holds"
    assert groves.row(UNIQUE).answer == "1 of 625 message profiles: Player 1 reports 12 and Player 2 reports 17"
    assert status(groves, "every Nash equilibrium is efficient") == "holds"
    assert status(groves, "budget balance") == "fails"


def test_demand_games_have_no_truth():
    serial = certificate("production_serial")
    assert status(serial, UNIQUE) == "holds"
    assert serial.row("truth is a Nash equilibrium").verdict.reason == "messages are demands, not reports"


def test_secure_implementation_holds_in_one_design_after_cason_and_fails_in_the_other():
    by_definition = "secure implementation by Definition 4"
    assert status(certificate("cason_groves"), by_definition) == "holds"
    pivotal = certificate("cason_pivotal")
    assert status(pivotal, "strategy-proofness") == "holds"
    assert status(pivotal, by_definition) == "fails"
    assert pivotal.row(by_definition).witness.startswith("it is a Nash equilibrium that Player 1 reports −22")


def test_the_games_after_chen_are_dominance_solvable_in_3_and_5_rounds():
    for name, rounds in [("chen_serial", 3), ("chen_proportional", 5)]:
        row = certificate(name).row("solvable by iterated strict dominance")
        assert (row.verdict.status, row.answer) == ("holds", f"{rounds} rounds")


def test_kumar_theorem_2_on_the_grid_of_the_shipped_serial_game():
    serial = certificate("production_serial")
    assert serial.row("strategy-proofness").answer == "of the equilibrium outcome"
    for concept in ("strategy-proofness", "rectangularity property", "secure implementation by Proposition 1"):
        assert status(serial, concept) == "holds"


def test_the_park_is_coalition_proof_under_pairwise_compensation_only():
    concepts = ["ex-ante removal of externalities", "coalition-proofness", "full efficient implementation"]
    verdicts = {name: [status(certificate(f"park_{name}"), c) for c in concepts] for name in ("vcg", "agv", "pairwise")}
    assert verdicts == {"vcg": ["fails"] * 3, "agv": ["fails", "fails", "holds"], "pairwise": ["holds"] * 3}
    # S section 3.1: from -1 to 5.5 in expectation, which is 65 points.
    assert certificate("park_agv").row("coalition-proofness").witness == (
        "Player 1 of type L (8) and Player 3 of type L (8) together expect 65 points more from reporting 8 and 20"
    )


@pytest.mark.parametrize("name", ["cason_groves", "production_vcg"])
def test_a_rounding_that_makes_ties_is_noticed(name):
    """On a coarser scale of points neighbouring reports tie: the strict dominance on which the design rests is gone."""
    definition = copy.deepcopy(load_treatment(f"treatments/{name}.toml").definition)
    definition["points"]["scale"] = "0.02"
    assert status(certificate(name), STRICT) == "holds"
    assert status(certify(Treatment.from_definition(definition)), STRICT) == "fails"


def test_one_point_is_noticed():
    """One entry of a payoff table is changed: what is dominant or an equilibrium changes, and the answers say so."""
    definition = copy.deepcopy(load_treatment("treatments/cason_pivotal.toml").definition)
    grid = list(range(-22, 3))
    definition["roles"][0]["payoffs"] = {"built": [*grid], "not built": [0] * 25}
    same = certify(Treatment.from_definition(definition))
    assert [row.verdict.status for row in same.rows] == [
        row.verdict.status for row in certificate("cason_pivotal").rows
    ]
    definition["roles"][0]["payoffs"]["not built"][grid.index(-6)] = 3
    changed = certify(Treatment.from_definition(definition))
    assert changed.row(WEAK).answer != same.row(WEAK).answer or changed.row(UNIQUE).answer != same.row(UNIQUE).answer


def test_what_is_too_large_is_said_with_what_would_fit():
    definition = copy.deepcopy(load_treatment("treatments/production_serial.toml").definition)
    grid = {"lowest": "0", "highest": "8", "step": "0.02"}
    definition |= {"messages": grid, "environment": {**definition["environment"], "quantities": grid}}
    treatment = Treatment.from_definition(definition)
    large = certificate_of(Theory(treatment))  # from a table of all profiles; by structure more is decided
    assert {status(large, concept) for concept in QUESTIONS} <= {"too large", "not applicable"}
    assert "a coarser grid" in large.row(UNIQUE).verdict.reason


def test_a_certificate_survives_storage():
    original = certificate("park_vcg")
    again = Certificate.from_plain(json.loads(json.dumps(original.plain())))
    assert again.plain() == original.plain()
    assert [row.concept for row in again.rows] == list(QUESTIONS)
    earlier = original.plain()
    for row in earlier["rows"]:
        del row["numbers"]
    assert {row.numbers for row in Certificate.from_plain(earlier).rows} == {""}
    right = "it must be the concept of one of the rows: 'weakly dominant messages', "
    for asked, said in {
        "nonsense": right,
        3: right,
        "Nash": "did you mean 'every Nash equilibrium is efficient' or 'logit equilibrium approaches Nash' or",
        "strong equilibria exist": "did you mean 'strong equilibrium exists'?",
    }.items():
        with pytest.raises(KeyError) as refused:
            original.row(asked)
        assert str(refused.value).startswith(f"concept is {asked!r}; {said}")  # and not in quotes, as of a KeyError


BEST, DOMINANT, FICTITIOUS = (
    "some Nash equilibrium is efficient",
    "payoff-dominant equilibrium exists",
    "fictitious play converges",
)


def test_prices_of_the_best_and_the_worst_equilibrium():
    pivotal, serial, vcg = map(certificate, ("cason_pivotal", "chen_serial", "park_vcg"))
    assert [status(c, BEST) for c in (pivotal, serial, vcg)] == ["holds", "fails", "holds"]
    assert pivotal.row(BEST).answer == (
        "efficient surplus / surplus: 1 in the best equilibrium, infinite in the worst one"
    )
    assert serial.row(BEST).answer == (  # 97 / 85
        "efficient surplus / surplus: 1.14118 in the best equilibrium, 1.14118 in the worst one"
    )
    assert serial.row(BEST).witness == (
        "the best one, Player A demands 4 and Player B demands 6: surplus 85 instead of 97 (87.6%)"
    )
    assert "1.25 in the worst one, at the type profile where it is largest" in vcg.row(BEST).answer


def test_a_surplus_that_cancels_to_0_is_efficient_and_balanced():
    """0.1 + 0.2 - 0.3 is not 0 in floats."""
    definition = {**load_treatment("treatments/cason_groves.toml").definition, "group": {"size": 3}}
    definition["session"] = {**definition["session"], "participants": 6, "rounds": 1}
    worth = {"A": "0.1", "B": "0.2", "C": "-0.3"}
    game = {
        "environment": {"kind": "public_project", "outcomes": ["leave", "build"]},
        "payoffs": {"leave": "0", "build": "type"},
        "messages": {"lowest": "-1", "highest": "1", "step": "0.1"},
        "mechanism": {"name": "pairwise", "order": [1, 2, 3]},
        "roles": [{"name": name, "types": {"values": [value]}} for name, value in worth.items()],
        "points": {"scale": "10", "shift": "100"},
    }
    theory = Theory(Treatment.from_definition({**definition, **game}))
    concepts = "budget balance", "every Nash equilibrium is efficient", "some Nash equilibrium is efficient"
    assert [finding_of(theory, concept).verdict.status for concept in concepts] == ["holds"] * 3


def test_payoff_dominance_is_that_of_every_type_profile():
    assert certificate("chen_serial").row(DOMINANT).answer == (
        "Player A demands 4 and Player B demands 6, the only equilibrium"
    )
    treatment = load_treatment("treatments/park_vcg.toml")
    game, dominant = treatment.bayesian_game(), []
    for types in product(*map(range, game.n_types)):
        payoffs = game.at(types).payoffs
        found = [tuple(profile) for profile in pure_nash_equilibria(game.at(types)).tolist()]
        dominant.append(any(all(payoffs[(i, *a)] >= payoffs[(i, *b)] for i in range(3) for b in found) for a in found))
    assert not all(dominant)
    row = certify(treatment).row(DOMINANT)
    assert row.verdict.status == "fails"
    assert "Player 2 likes most that Player 1 reports 8, Player 2 reports 20 and Player 3 reports 8" in row.witness


def test_fictitious_play_holds_is_not_decided_or_fails(monkeypatch):
    assert certificate("cason_pivotal").row(FICTITIOUS).answer == "from every start"
    monkeypatch.setattr(learning_rows, "FICTITIOUS_ROUNDS", 1)
    row = certificate("chen_serial").row(FICTITIOUS)
    assert (row.verdict.status, row.answer[:5]) == ("too large", "from ")
    assert row.verdict.reason.startswith("not decided: some starts have not settled within 1 rounds")
    monkeypatch.setattr(learning_rows, "MAX_SUMS", 1000)
    row = certificate("chen_serial").row(FICTITIOUS)
    assert "144 starts at all type profiles, 1 rounds and 24 messages make 3.46e+03 sums" in row.verdict.reason


def test_without_equilibrium_there_is_nothing_to_compare_or_to_come_to():
    theory = Theory(load_treatment("treatments/chen_serial.toml"))
    theory.__dict__["nash_counts"] = dict.fromkeys(theory.type_profiles, 0)
    for question in (best_nash_is_efficient, payoff_dominant_exists):
        assert question(theory).verdict.reason == "some type profile has no pure Nash equilibrium"
    found = fictitious_play_converges(theory)
    assert found.verdict.status == "fails"
    assert found.witness == "there is no pure Nash equilibrium that could be repeated for ever"


def test_progress_names_every_concept():
    seen = []
    certify(load_treatment("treatments/park_vcg.toml"), seen.append)
    assert seen == list(QUESTIONS)


def code_of_the_guide():
    """The indented blocks of docs/add-a-solution-concept.md up to the row of the certificate, in their order."""
    page = (ROOT / "docs" / "add-a-solution-concept.md").read_text("utf-8").partition("## 4.")[0]
    blocks = re.findall(r"(?<=\n\n)(?:    .*\n|\n(?=\n*    ))+", page)
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in blocks]


def test_the_guide_to_a_new_concept_is_followed_word_by_word(monkeypatch):
    source, stub, row, line, for_crowds = code_of_the_guide()
    module = ModuleType(re.match(r"from ([\w.]+)", stub)[1])
    exec(source, vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert doctest.testmod(module) == (0, 1)
    rows = dict(vars(dominance_rows))
    exec(row, rows)
    for concept, asked in eval(f"{{{line}}}", rows).items():
        monkeypatch.setitem(QUESTIONS, concept, asked)
    for concept, answer in eval(f"{{{for_crowds}}}", dict(vars(crowd_rows))).items():
        monkeypatch.setitem(crowd_rows.ANSWERS, concept, answer)
    found = finding_of(Theory(load_treatment("treatments/chen_serial.toml")), concept)
    assert (found.verdict.status, found.answer) == ("holds", "Player A: 4; Player B: 5")
    few = {"kind": "power", "coefficient": "0.1", "exponent": "2"}
    crowd = finding_of(CrowdTheory(treatment("serial", 13, 13, (9.5,), few, "1000")), concept)
    assert crowd.verdict.reason.startswith("not decided: the worst that others can do")
