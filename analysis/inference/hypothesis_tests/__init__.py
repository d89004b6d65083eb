"""Tests on units, one a file: permutation, ranks, counts, several arms, trends, and tests with a margin."""
