"""What is fixed when a session is created, and what is earned in it."""
