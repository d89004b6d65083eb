"""Likelihood, search, intervals and comparison: how models of behaviour are estimated."""
