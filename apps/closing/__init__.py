"""After the last decision: a short questionnaire and the receipt."""
