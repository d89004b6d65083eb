"""The game as played: messages to outcomes, transfers and whole smallest units of points."""
