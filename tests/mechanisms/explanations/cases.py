"""Demands and costs as an economy, and the comparison of steps."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from mechanisms import explanations
from mechanisms.treatments import load_session_designs

SHIPPED = sorted(
    {part.name: part for design in load_session_designs(Path("treatments")) for part in design.treatments}.values(),
    key=lambda treatment: treatment.name,
)


def without_steps(monkeypatch, treatment):
    """The rule of the treatment, and that of its baseline, as if their records gave no steps."""
    monkeypatch.setattr(treatment, "rule", replace(treatment.rule, explain=None))
    for name, rule in explanations.BASELINES.items():
        monkeypatch.setitem(explanations.BASELINES, name, replace(rule, explain=None))


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9 * max(1.0, float(np.abs(b).max(initial=0))))


SHIPPED_BY_NAME = {treatment.name: treatment for treatment in SHIPPED}
