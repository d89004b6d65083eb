"""Repairs of what oTree shows: the frame of pages, their fields, rooms, and its own pages."""
