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
DASHES = "−–—‐‑"
PROGRAMS = {
    rb"\{\\rtf": "RTF, as word processors and TextEdit save it",
    rb"\s*<(!doctype\s+html|html)": "a page of the web (HTML)",
    rb"\s*<\?xml": "XML",
    rb"PK\x03\x04": "a ZIP archive, as files of Excel, Word and LibreOffice are",
    rb"\xd0\xcf\x11\xe0": "a file of an old Excel or Word",
    rb"%PDF-": "a PDF",
    rb"SQLite format 3": "a database (SQLite)",
    rb"\x1f\x8b|BZh|7z\xbc\xaf|\xfd7zXZ": "compressed",
    rb"\x89PNG|\xff\xd8\xff|GIF8": "a picture",
}
"""How files of other kinds begin, in bytes."""
USUAL = set("äöüßÄÖÜáàâåãæçéèêëíìîïñóòôõøœúùûÿÁÀÂÅÃÆÇÉÈÊËÍÌÎÏÑÓÒÔÕØŒÚÙÛ§€–—’‘“”„…°«»µ×¿¡\u00a0")
"""Signs by which a one-byte encoding is known."""
ENCODINGS = {"Shift-JIS": "cp932", "Windows-1252": "cp1252", "Mac Roman": "mac_roman"}
KANA = re.compile("[ぁ-ヿ]")


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
    if kind := next(
        (kind for begins, kind in PROGRAMS.items() if re.match(begins, data.lstrip(codecs.BOM_UTF8), re.I)), ""
    ):
        raise UnreadableTextError(f"the file is {kind}, no plain text: save it as plain text (UTF-8)")
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
    encoding = _encoding(data)
    sign = data[place:].decode(ENCODINGS[encoding], "ignore")[:1] if encoding else ""
    guess = f", {sign} in {encoding}" if sign else ""
    return f"byte {place} is not UTF-8 (line {line}, column {column}{guess}): save the file as UTF-8 text"


def _encoding(data: bytes) -> str:
    """The encoding that makes usual signs of all bytes, if there is one: of Windows, of old Macs or of Japan."""
    try:
        if KANA.search(data.decode(ENCODINGS["Shift-JIS"])):
            return "Shift-JIS"
    except UnicodeDecodeError:
        pass
    if not re.search(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]", data):
        return ""
    beyond = bytes(byte for byte in data if byte > 127)
    one_byte = ("Windows-1252", "Mac Roman")
    return next((name for name in one_byte if set(beyond.decode(ENCODINGS[name], "replace")) <= USUAL), "")


def odd_sign(text: str, line: int, column: int) -> str:
    """What stands at a place where a program stumbles, if it does not look like what it is; else "".

    >>> odd_sign("rounds = “10”", 1, 10)
    'there is “ (U+201C): write " in its place'
    >>> odd_sign("shift = −5", 1, 9), odd_sign("size = ３", 1, 8)
    ('there is − (U+2212): write - in its place', 'there is ３ (U+FF13): write 3 in its place')
    >>> odd_sign("a = 1", 1, 5)
    ''
    """
    lines = text.split("\n")
    sign = lines[line - 1][column - 1 : column] if 0 < line <= len(lines) else ""
    if not sign or sign.isascii():
        return ""
    if right := _meant(sign):
        return f"there is {sign} (U+{ord(sign):04X}): write {right} in its place"
    if sign.isspace() or unicodedata.category(sign) in ("Cf", "Zs"):
        name = unicodedata.name(sign, "a sign").lower()
        return f"there is a sign that does not show, {name} (U+{ord(sign):04X}): take it away or write a space"
    return f"there is {sign} (U+{ord(sign):04X}), which can stand only between quotation marks"


def _meant(sign: str) -> str:
    """The sign of a keyboard that this one looks like: quotation marks, dashes, digits and full-width signs."""
    if sign in QUOTES or sign in DASHES:
        return QUOTES.get(sign, "-")
    if (digit := unicodedata.digit(sign, None)) is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", sign)
    return plain if plain.isascii() and plain.isprintable() and not plain.isspace() else ""
