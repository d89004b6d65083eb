"""Everything that is said or written on pages: languages, numbers, names, sentences."""
