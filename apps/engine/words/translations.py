"""Collects what participants read into _locale/lab.pot and brings the catalogs up to date: `run.py translations`.

Ordinary gettext by Babel. A new language: `pybabel init -i _locale/lab.pot -d _locale -D lab -l fr`.
"""

import io
import re
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from engine.words.language import FOLDER

TEMPLATE = "lab.pot"
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TAG = re.compile(r"\{\{-?(.*?)-?\}\}|\{%-?(.*?)-?%\}", re.DOTALL)


def messages_of_template(file: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """Babel's extractor for minijinja: what stands in tags is close enough to Python for Babel's reader of Python.

    >>> source = io.BytesIO(b'<p>{{ _("Wait") }}</p>')
    >>> list(messages_of_template(source, {"_": None}, [], {}))
    [(1, '_', 'Wait', [])]
    """
    text = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), file.read().decode("utf-8"))
    for tag in TAG.finditer(text):
        line = text.count("\n", 0, tag.start())
        code = f"({(tag[1] or tag[2]).strip()})".encode()
        for number, function, message, comments in extract_python(io.BytesIO(code), keywords, comment_tags, options):
            yield line + number, function, message, comments


def update(root: Path) -> None:
    """Write lab.pot from the sources below `root`, and what is new in it into every catalog, untranslated."""
    pot = f"{FOLDER.name}/{TEMPLATE}"
    with chdir(root):  # the comments of the catalogs name the files, without this machine's folders
        pybabel("extract", "--mapping-file", "babel.cfg", "--output-file", pot, "--project", "Mechanism Lab",
                "--copyright-holder", "its authors", "--add-location", "file", "--no-wrap", "--sort-by-file",
                "--ignore-dirs", ".*", "--input-dirs", ".")  # fmt: skip
        if list(Path(FOLDER.name).glob("*/LC_MESSAGES/lab.po")):
            pybabel("update", "--input-file", pot, "--output-dir", FOLDER.name, "--domain", "lab",
                    "--no-fuzzy-matching", "--ignore-obsolete", "--no-wrap")  # fmt: skip


def pybabel(*arguments: str) -> None:
    CommandLineInterface().run(["pybabel", "--quiet", *arguments])


def read_catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def untranslated(catalog: Catalog) -> list[str]:
    """The messages without a translation, or with one that only Babel guessed."""
    found: list[str] = []
    for message in catalog:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def main() -> int:
    update(FOLDER.parent)
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/lab.po")):
        catalog = read_catalog(path)
        missing = untranslated(catalog)
        print(f"{path.relative_to(FOLDER.parent)}: {len(catalog)} sentences, {len(missing)} without a translation")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
