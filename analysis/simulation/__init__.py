"""Sessions of simulated subjects as files: exports in the format of the platform."""
