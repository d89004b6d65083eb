"""Files that people write, in whatever editor: read, or one line that says where and what would be right."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""Signs that do not show, and that no text has but tabs and ends of lines."""
CALLED = {"\x00": "NUL", "\x1a": "Ctrl-Z, with which old programs end files"}
QUOTES = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"'}


class UnreadableTextError(ValueError):
    """A file that is no text; says where, and how to save it."""


def read_text(path: Path) -> str:
    r"""The text of a file in UTF-8, without the mark of Windows' editors and with \n at the end of lines.

    Raises
    ------
    OSError, UnreadableTextError

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "lab.txt")
    ...     _ = file.write_bytes("\ufefflab01\r\n".encode())
    ...     read_text(file)
    'lab01\n'
    """
    data = path.read_bytes()
    if wide := _wide(data):
        raise UnreadableTextError(f"the file is {wide}, not UTF-8: save it as UTF-8 text")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise UnreadableTextError(_where(data, error.start)) from None
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if found := CONTROL.search(text):
        raise UnreadableTextError(_control(text, found.start()))
    return text


def _wide(data: bytes) -> str:
    """The encoding that takes two or four bytes for each letter, by its mark or, as most letters are Latin ones, by the
    bytes that are nothing; "" if there is none."""
    half, quarter = len(data) // 2, len(data) // 4
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) or (half and data.count(0) > half + quarter / 2):
        return "UTF-32"
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if marked or (half and max(data[::2].count(0), data[1::2].count(0)) > half / 2):
        return 'UTF-16 ("Unicode" in some editors)'
    return ""


def _control(text: str, place: int) -> str:
    """A sign that does not show, and where it is."""
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    sign = text[place]
    name = f"{CALLED[sign]} (U+{ord(sign):04X})" if sign in CALLED else f"U+{ord(sign):04X}"
    return f"line {line}, column {column}: there is a sign that does not show, {name}: take it away"


def _where(data: bytes, place: int) -> str:
    """The first byte that is no UTF-8, where it is, and what it probably is."""
    before = data[:place].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode()) + 1
    letter = data[place : place + 1].decode("cp1252", "ignore")
    known = letter != "" and unicodedata.category(letter)[0] in "LPS"
    guess = f", {letter} in Windows-1252" if known else ""
    return f"byte {place} is not UTF-8 (line {line}, column {column}{guess}): save the file as UTF-8 text"


def odd_sign(text: str, line: int, column: int) -> str:
    """What stands at a place where a program stumbles, if it does not look like what it is; else "".

    >>> odd_sign("rounds = “10”", 1, 10)
    'there is “ (U+201C): write " in its place'
    >>> odd_sign("a = 1", 1, 5)
    ''
    """
    lines = text.split("\n")
    sign = lines[line - 1][column - 1 : column] if 0 < line <= len(lines) else ""
    if not sign or sign.isascii():
        return ""
    if sign in QUOTES:
        return f"there is {sign} (U+{ord(sign):04X}): write {QUOTES[sign]} in its place"
    if sign.isspace() or unicodedata.category(sign) in ("Cf", "Zs"):
        name = unicodedata.name(sign, "a sign").lower()
        return f"there is a sign that does not show, {name} (U+{ord(sign):04X}): take it away or write a space"
    return f"there is {sign} (U+{ord(sign):04X}), which can stand only between quotation marks"
