"""Inference that respects the design: tests and intervals on the units that are independent of each other.

    >>> from analysis.inference import UnitMeans, compare, independent_units, permutation_test

`compare` does the whole of it for two arms; docs/inference.md says which test is for what.
"""

from analysis.inference.compare import Comparison, compare
from analysis.inference.dependence import intra_unit_correlation
from analysis.inference.effects import effect_sizes
from analysis.inference.hypothesis_tests.equivalence import (
    equivalence_test,
    noninferiority_test,
    smallest_margin,
    superiority_test,
)
from analysis.inference.hypothesis_tests.fisher import fisher, mcnemar
from analysis.inference.hypothesis_tests.omnibus import omnibus_test
from analysis.inference.hypothesis_tests.permutation import permutation_test
from analysis.inference.hypothesis_tests.ranks import mann_whitney, sign_test, wilcoxon
from analysis.inference.hypothesis_tests.t_test import t_test
from analysis.inference.hypothesis_tests.trend import trend_test
from analysis.inference.multiple import adjusted
from analysis.inference.regressions.clustered import clustered
from analysis.inference.regressions.clusters import cells
from analysis.inference.regressions.mixed import mixed
from analysis.inference.regressions.wild import wild_cluster_bootstrap
from analysis.inference.results import Estimate, table
from analysis.inference.several import any_difference, compare_all
from analysis.inference.unit_means import UnitMeans, unit_means
from analysis.inference.units import Units, add_units, independent_units

__all__ = [
    "Comparison",
    "Estimate",
    "UnitMeans",
    "Units",
    "add_units",
    "adjusted",
    "any_difference",
    "cells",
    "clustered",
    "compare",
    "compare_all",
    "effect_sizes",
    "equivalence_test",
    "fisher",
    "independent_units",
    "intra_unit_correlation",
    "mann_whitney",
    "mcnemar",
    "mixed",
    "noninferiority_test",
    "omnibus_test",
    "permutation_test",
    "sign_test",
    "smallest_margin",
    "superiority_test",
    "t_test",
    "table",
    "trend_test",
    "unit_means",
    "wilcoxon",
    "wild_cluster_bootstrap",
]
