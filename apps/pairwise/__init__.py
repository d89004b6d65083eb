"""Pairwise compensation (Safronov 2018, Definition 4): participants report types, treated in a known order."""
