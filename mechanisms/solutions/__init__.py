"""Solution concepts of complete information on the game as played, one a file."""
