"""Figures of the report, as SVG for the page and as files for a paper."""
