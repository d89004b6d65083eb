"""Repairs of how oTree uses its one database and its one connection: what is locked, asked, kept and written."""
