"""Several treatments in one session, in the orders of its design."""
