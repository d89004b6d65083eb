"""Demands for the methods along paths."""

import numpy as np
from hypothesis import strategies as st

profiles = st.lists(st.integers(0, 12).map(lambda k: k / 2), min_size=3, max_size=3).map(np.array)
