"""Requests in stages: the smallest request of each stage is served, and its player leaves."""
