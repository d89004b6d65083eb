"""Robots: how they choose, and what they check on the way."""
