"""How people come into a session and out of it: entrance, screening, groups as people come, dropouts, taken out."""
