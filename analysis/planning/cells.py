"""Outcomes of simulated play, by the definitions of the report: `predict` and its measures.

An outcome of a round follows from the types and messages of the group. So it is computed once for each pair of profiles
that occurs, through the same export and the same functions as real data, and looked up for all other groups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from analysis.loading.exports import load_decisions
from analysis.measures.chance import with_chance
from analysis.measures.outcomes import OUTCOMES, with_outcomes
from analysis.predictions import predict
from analysis.simulation.rows import HEADER, lines
from mechanisms.arrays import FloatArray, IntArray
from mechanisms.subjects.simulation import Simulated
from mechanisms.treatments import Treatment

MOST_PEOPLE = 1000
"""Of a session, by the schema of treatments."""


class OutcomeError(ValueError):
    """The outcome is none of a round, or is blank for play that occurs."""


@dataclass
class Cells:
    """One outcome of one treatment; what was computed is kept."""

    treatment: Treatment
    outcome: str
    known: dict[int, FloatArray] = field(default_factory=dict)

    def of(self, simulated: Simulated) -> FloatArray:
        """The outcome of each decision, shape of `simulated.types`; NaN where it is blank."""
        numbers, index, which = simulated.profiles()
        new = [k for k, number in enumerate(numbers.tolist()) if number not in self.known]
        if new:
            size = MOST_PEOPLE // simulated.types.shape[-1]
            found = np.concatenate([self._computed(index[new[k : k + size]]) for k in range(0, len(new), size)])
            self.known |= dict(zip(numbers[new].tolist(), found, strict=True))
        table = np.stack([self.known[number] for number in numbers.tolist()])
        return table[which].reshape(simulated.types.shape)

    def _computed(self, profiles: IntArray) -> FloatArray:
        """Of profiles (k, 2 n), types then messages: (k, n), as if all had been groups of one session."""
        n = profiles.shape[1] // 2
        shape = (1, 1, len(profiles), n)
        types, messages = profiles[:, :n].reshape(shape), profiles[:, n:].reshape(shape)
        groups = np.arange(len(profiles) * n).reshape(shape)
        protocol = {"participants": groups.size, "rounds": 1, "matching": "partner", "practice_rounds": 0, "pay": "all"}
        definition = {key: part for key, part in self.treatment.definition.items() if key != "beliefs"}
        definition["session"] = definition["session"] | protocol
        alone = Treatment.from_definition(definition)
        nobody = Simulated(alone, (0,), groups, types, messages, np.zeros(shape, dtype=np.int64))
        with TemporaryDirectory() as folder:
            file = Path(folder, "cells_custom.csv")
            file.write_text(HEADER + "\n" + "".join(lines(nobody)), encoding="utf-8", newline="")
            table = with_chance(with_outcomes(predict(load_decisions(str(file))).decisions))
        if self.outcome not in table:
            known = ", ".join(outcome.column for outcome in OUTCOMES if outcome.tested)
            raise OutcomeError(
                f"outcome: {self.outcome!r} is no column of the decisions with predictions: use one of {known}"
            )
        ordered = table.sort_values(["group", "position"])[self.outcome]
        try:
            return ordered.astype("Float64").to_numpy(dtype=float, na_value=np.nan).reshape(len(profiles), n)
        except (TypeError, ValueError):
            raise OutcomeError(f"outcome: {self.outcome!r} is no number") from None
