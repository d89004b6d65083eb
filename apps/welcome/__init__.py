"""Before the first decision: information about the study and consent."""
