"""What the audit checks, one file a question: each has ``check(part) -> list of findings`` for one app of a session."""
