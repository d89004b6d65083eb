"""The Groves mechanism without a charge (h = 0): participants report types."""
