"""What a file is made of, from one pass over its bytes: may it be read in blocks, or must it be read with care?"""

from __future__ import annotations

import gzip
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np

from analysis.loading.sources import Source

BLOCK = 1 << 24
"""Bytes that are looked at at a time, and then to the end of the line."""

QUOTE, LINE_FEED, RETURN = b'"\n\r'
UNREADABLE = (OSError, EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


@dataclass(frozen=True)
class Survey:
    """regular : a row is a line, and quotation marks stand only around entries (doubled within them): every reader of
        CSV reads the same entries
    ends : the last line has an end
    """

    regular: bool
    ends: bool


def surveyed(source: Source, delimiter: str = ",") -> Survey:
    """Look at all bytes; what cannot be read is not regular."""
    regular, last = True, b""
    try:
        with source.open() as stream:
            while block := stream.read(BLOCK) + stream.readline():
                regular = regular and _regular(block, ord(delimiter))
                last = block[-2:]
    except UNREADABLE:
        return Survey(False, True)  # what is wrong with it is said where it is read
    return Survey(regular, last.rstrip(b"\0")[-1:] in (b"\n", b"\r"))  # UTF-16 has zeros between


def _regular(block: bytes, delimiter: int) -> bool:
    """Whether whole lines are rows, and every quotation mark opens or closes an entry, or is doubled within one."""
    if b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
        return False
    if block.startswith((b"\n", b"\r\n")) or b"\n\n" in block or b"\n\r\n" in block:  # an empty line is no row
        return False
    text = np.frombuffer(b"\n" + block + b"\n", dtype=np.uint8)
    if block.startswith(b"\xef\xbb\xbf"):
        text = text[3:].copy()
        text[0] = LINE_FEED
    quotes = np.flatnonzero(text == QUOTE)
    opening, closing = quotes[::2], quotes[1::2]
    if len(opening) != len(closing):
        return False
    lines = np.flatnonzero(text == LINE_FEED)
    before, after = text[opening - 1], text[closing + 1]
    return bool(
        (np.searchsorted(quotes, lines) % 2 == 0).all()
        and _edges(before, delimiter, LINE_FEED).all()
        and _edges(after, delimiter, LINE_FEED, RETURN).all()
    )


def _edges(found: np.ndarray, *allowed: int) -> np.ndarray:
    """Whether each byte is one of those allowed, or a quotation mark: the other half of a doubled one."""
    edge = found == QUOTE
    for byte in allowed:
        edge |= found == byte
    return edge
