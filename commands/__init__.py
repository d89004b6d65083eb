"""What run.py does beside starting programs: with the standard library alone, before anything is installed."""
