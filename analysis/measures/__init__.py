"""How often play agrees with theory, and chance alone would; what groups did; the outcomes that are compared."""
