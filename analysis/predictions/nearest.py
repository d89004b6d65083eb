"""How far each member's message is from the nearest of several message profiles."""

from __future__ import annotations

import numpy as np

CHUNK_ENTRIES = 1 << 21
"""Differences held at a time: bounds the memory at a few times 16 MB."""

DECIMALS = 9
"""Sums of grid steps such as 0.1 are rounded to this many decimals before they are compared: equal sums are ties."""


def nearest_distance(messages: np.ndarray, profiles: np.ndarray) -> np.ndarray:
    """Own distance to the nearest profile.

    Parameters
    ----------
    messages : ndarray, shape (n_groups, n)
    profiles : ndarray, shape (k, n), k >= 1

    Returns
    -------
    ndarray, shape (n_groups, n): |m_i - e_i| for the profile e with the least sum of absolute differences; its mean
    over these profiles if several are equally near, so that the members' distances always sum to that of the group

    Examples
    --------
    Both profiles are 3 away from (1, 4): the first by (0, 3), the second by (2, 1).

    >>> nearest_distance(np.array([[1.0, 4.0]]), np.array([[1.0, 1.0], [3.0, 5.0]]))
    array([[1., 2.]])
    """
    distinct, which = np.unique(messages, axis=0, return_inverse=True)
    nearest = np.empty_like(distinct)
    size = max(1, CHUNK_ENTRIES // profiles.size)
    for start in range(0, len(distinct), size):
        difference = np.round(np.abs(distinct[start : start + size, None, :] - profiles), DECIMALS)
        total = np.round(difference.sum(axis=-1), DECIMALS)
        is_nearest = total == total.min(axis=1, keepdims=True)
        sums = (difference * is_nearest[..., None]).sum(axis=1)
        nearest[start : start + size] = sums / is_nearest.sum(axis=1, keepdims=True)
    return nearest[which.ravel()]
