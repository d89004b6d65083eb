"""Which design tells two theories apart: a treatment under many values, judged by simulated play (docs/design.md)."""
