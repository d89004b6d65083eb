"""Models of behaviour, one a file."""
