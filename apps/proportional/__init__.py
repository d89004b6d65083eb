"""Proportional (average cost) sharing: participants demand quantities."""
