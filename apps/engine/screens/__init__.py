"""The variables of the pages."""
