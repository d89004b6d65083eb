"""What chance decides in a session, and how guesses are scored; knows treatments."""
