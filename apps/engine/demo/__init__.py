"""The demonstration page: what there is to play, and one click that lets one person play it alone."""
