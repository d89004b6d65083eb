"""What a game is: payoffs, private types, best replies, and when two payoffs are equal."""
