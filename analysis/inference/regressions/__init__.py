"""Regressions of decisions with what units share: clustered, mixed, and the wild cluster bootstrap."""
