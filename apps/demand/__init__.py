"""Demand games: participants demand quantities, and the cost is shared by the rule of the treatment."""
