"""Where the studentised permutation test of two arms of few units does not keep its level of 5 %.

Share of true null hypotheses of equal means that it rejects, in simulations of normal unit means (6,000 to 8,000 each,
a thorough test repeats some), the units of one arm varying so many times as much:

- two units against eight or more, the two varying 2 to 10 times as much: 7 to 9 %, two-sided, though p is not below
  Welch's; against five to seven only one-sided tests can reject, and do so in 7 % at most;
- four against four to seven against seven, not guarded by Welch's p within one game: up to 7 % if one arm varies three
  times as much, 7 to 10 % if five to ten times, 12 % beyond; three against three, one-sided: 12 %;
- all other layouts of 3 to 6 against 2 to 16: 6 % at most.

The first is said of each such test, as two units do not show how they vary, the second where units of the data vary
so. Within strata see strata.py.
"""

from __future__ import annotations

import numpy as np

from analysis.inference.hypothesis_tests.studentised import Studentised

NOT_KEPT = "The level is not kept: "
MOST_EQUAL, TIMES = 7, 5
"""So many units in each arm are few, where the standard deviation of one arm is so many times that of the other."""
OF_TWO = (
    f"{NOT_KEPT}one arm has two units, and if these vary 2 to 10 times as much as those of the other arm, the test "
    "rejects a true null hypothesis at 5 % in up to 9 % of cases."
)


def level_note(tested: Studentised, arms: tuple[str, ...], alternative: str, least: float, alpha: float = 0.05) -> str:
    """One sentence where the test can reject at the level and is known not to keep it; otherwise nothing.

    arms : names of the two arms; least : the least p-value that the test can give
    """
    sizes = tested.within.sizes
    if least > alpha or len(sizes) != 1:
        return ""
    fewer, more = sorted(sizes[0].tolist())
    if fewer < more:
        return OF_TWO if fewer == 2 and alternative == "two-sided" else ""
    if tested.guarded or fewer > MOST_EQUAL or fewer < 2:
        return ""
    spreads = [float(tested.values[tested.labels == arm].std(ddof=1)) for arm in (0, 1)]
    if not max(spreads) > TIMES * min(spreads):
        return ""
    arm, p = arms[int(np.argmax(spreads))], float(tested.p(alternative, guard=True))
    return (
        f"{NOT_KEPT}the units of {arm} vary more than {TIMES} times as much as those of the other arm, and of "
        f"{fewer} + {more} units that do so the test rejects a true null hypothesis at 5 % in 7 to 12 % of cases "
        f"(not below Welch's t test, p is {p:.2g})."
    )
