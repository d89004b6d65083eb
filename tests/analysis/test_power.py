"""Power: the tests are the analysis's own, simulations are what they are said to be, limits by known cases."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency, nct, t

from analysis.__main__ import main
from analysis.inference.hypothesis_tests.arrangements import assignments, signs
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.hypothesis_tests.ranks import mann_whitney, wilcoxon
from analysis.inference.unit_means import UnitMeans
from analysis.planning.decisions import Asked, rejections
from analysis.power import (
    Design,
    between_arrangements,
    between_p_values,
    naive_p_values,
    p_values,
    power,
    power_table,
    simulated_means,
)

ZEROS = np.zeros(10, dtype=int)


@pytest.mark.parametrize("alternative", ["two-sided", "greater"])
@pytest.mark.parametrize(("test", "single"), [("permutation", permutation_test), ("ranks", mann_whitney)])
def test_p_values_are_those_of_the_analysis(test, single, alternative):
    design = Design(5, 8, (0.4, 0.6), 0.2)
    means = simulated_means(np.random.default_rng(1), design, design.rates, 25)
    found = p_values(means, design, assignments(np.repeat([0, 1], 5), ZEROS), test, alternative)
    expected = [single(UnitMeans.from_arrays({"A": a, "B": b}), alternative).p for a, b in means]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("sizes", [(3, 6), (7, 2)])
@pytest.mark.parametrize(("test", "single"), [("permutation", permutation_test), ("ranks", mann_whitney)])
def test_arms_of_different_sizes_have_the_p_values_of_the_analysis(test, single, sizes):
    rng = np.random.default_rng(5)
    first, second = (rng.integers(0, 9, (20, size)) / 8 for size in sizes)
    found = between_p_values(first, second, between_arrangements(*sizes, 1), test, "less")
    expected = [single(UnitMeans.from_arrays({"A": a, "B": b}), "less").p for a, b in zip(first, second, strict=True)]
    assert found == pytest.approx(expected)
    assert (rejections(test, first, second, 0.05, Asked("less")) == (np.array(expected) <= 0.05)).all()


@pytest.mark.parametrize(("test", "single"), [("permutation", permutation_test), ("ranks", wilcoxon)])
def test_p_values_of_pairs_are_those_of_the_analysis(test, single):
    """Few decisions, so that there are ties and zeros."""
    design = Design(6, 5, (0.4, 0.6), 0.2, paired=True)
    means = simulated_means(np.random.default_rng(2), design, design.rates, 40)
    found = p_values(means, design, signs(6), test, "two-sided")
    for p, (a, b) in zip(found, means, strict=True):
        expected = single(UnitMeans.from_pairs(a, b)).p
        if not np.isnan(expected):
            assert p == pytest.approx(expected)


@pytest.mark.parametrize("paired", [False, True])
def test_simulated_units_have_the_rates_and_the_correlation(paired):
    """Variance of a unit's mean of m decisions: p(1 − p)/m · (1 + (m − 1)ρ)."""
    design = Design(50, 20, (0.3, 0.6), 0.25, paired)
    means = simulated_means(np.random.default_rng(3), design, design.rates, 2000)
    assert means.shape == (2000, 2, 50)
    for arm, rate in enumerate(design.rates):
        assert means[:, arm].mean() == pytest.approx(rate, abs=0.005)
        expected = rate * (1 - rate) / 20 * (1 + 19 * 0.25)
        assert means[:, arm].var() == pytest.approx(expected, rel=0.03)
    together = np.corrcoef(means[:, 0].ravel(), means[:, 1].ravel())[0, 1]
    assert 0.3 < together < 0.5 if paired else abs(together) < 0.02


def test_naive_test_is_the_chi_squared_test():
    means = np.array([[[0.25, 0.5], [0.75, 1.0]], [[0.5, 0.5], [0.5, 0.5]], [[0, 0], [0, 0]]])
    found = naive_p_values(means, 4)
    assert found[0] == pytest.approx(chi2_contingency([[3, 5], [7, 1]], correction=False).pvalue)
    assert found[1:].tolist() == [1, 1]


def test_power_is_near_that_of_the_t_test():
    """Unit means of 400 decisions and small ρ are nearly normal; power of the t test from the noncentral t."""
    design = Design(10, 400, (0.5, 0.58), 0.02)
    spread = np.sqrt(0.25 / 400 * (1 + 399 * 0.02))
    shift = 0.08 / (spread * np.sqrt(2 / 10))
    critical = t.ppf(0.975, 18)
    expected = nct.sf(critical, 18, shift) + nct.cdf(-critical, 18, shift)
    found = power(design, simulations=1000)
    assert 0.5 < expected < 0.9
    assert found.power == pytest.approx(expected, abs=0.05)
    assert found.limits[0] < found.power < found.limits[1]
    assert found.false_positives < 0.075
    assert found.naive_false_positives > 0.3


def test_more_units_more_power_and_the_same_seed_the_same_numbers():
    results = [power(Design(n, 40, (0.4, 0.7), 0.15), simulations=300) for n in (4, 8)]
    assert results[0].power < results[1].power
    assert power(Design(4, 40, (0.4, 0.7), 0.15), simulations=300) == results[0]
    lines = power_table(results).splitlines()
    assert [line.split()[0] for line in lines] == ["units", "4", "8"]
    assert f"{100 * results[1].limits[0]:.1f} – {100 * results[1].limits[1]:.1f}" in lines[2]
    assert len({len(line) for line in lines}) == 1  # numbers to the right


def test_too_few_units_never_reject_and_the_sentence_says_why():
    found = power(Design(3, 40, (0.1, 0.9), 0.1), simulations=50)
    assert (found.power, found.least_p) == (0, 0.1)
    assert "No data of this design can reach p < 0.1." in found.sentence()
    assert power(Design(5, 40, (0.1, 0.9), 0.1, paired=True), simulations=50).least_p == 2 / 32


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": 0}, "units: 0; expected 1 or more"),
        ({"rates": (0.5, 1.0)}, "expected numbers between 0 and 1"),
        ({"correlation": 1.0}, "correlation: 1.0; expected 0 or more, and less than 1"),
        ({"between_arms": 2}, "between_arms: 2; expected -1 to 1"),
    ],
)
def test_designs_that_cannot_be(change, message):
    with pytest.raises(ValueError, match=message):
        Design(**({"units": 4, "decisions": 10, "rates": (0.4, 0.5), "correlation": 0.1} | change))


def test_command(capsys):
    arguments = "power --units 3 6 --decisions 40 --rates 0.3 0.7 --correlation 0.1 --simulations 200".split()
    assert main(arguments) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].split("  ")[0] == "units an arm"
    assert out[3].startswith("With 3 units in each arm, 40 decisions a unit and arm, and an intra-unit correlation")
    assert len(out) == 5
    assert main([*arguments, "--paired", "--test", "ranks"]) == 0
    assert "Wilcoxon signed-rank test" in capsys.readouterr().out
    assert main(["0" if entry == "0.3" else entry for entry in arguments]) == 2
    assert capsys.readouterr().err.startswith("error: rates: (0.0, 0.7); expected numbers between 0 and 1")
