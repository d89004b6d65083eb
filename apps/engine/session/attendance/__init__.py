"""Who is there: which pages are open, who is away, what browsers are told, what is written to seats."""
