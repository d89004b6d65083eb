"""Logit quantal response equilibria along one principal branch."""
