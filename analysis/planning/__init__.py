"""Before anybody is paid: power, cost and designs, computed from simulated play (docs/power.md)."""
