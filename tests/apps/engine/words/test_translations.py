"""Nothing that a participant reads is without a translation: every sentence is tagged, collected and translated."""

import ast
import json
import re
import shutil
import sys
import tomllib
from html.parser import HTMLParser
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from engine.instructions.screen import instructions
from engine.words import language, translations

from mechanisms.treatments import load_treatment
from tests.lab import ROOT
from tests.shared import thorough

CATALOGS = sorted((ROOT / "_locale").glob("*/LC_MESSAGES/lab.po"))
EXPERIMENTER = set(
    "admin admin_report.html bots designs.py setup.py certificates.py translations.py tests.py "
    "addresses.py aside.py bodies.py clock.py connections.py creation.py database.py one_lock.py queries.py readers.py "
    "refusals.py sockets.py labels.py room_files.py catalogue.py catalogue.html views.py "
    "admin_chosen.html admin_screens.html CreateSession.html RoomWithSession.html forgetting.py payouts.py "
    "currencies.py money.py".split()
)
"""Folders and files whose texts participants do not see."""
TEMPLATES = [p for p in sorted((ROOT / "_templates").rglob("*.html")) if not EXPERIMENTER & set(p.parts)]
MODULES = [p for p in sorted((ROOT / "apps").rglob("*.py")) if not EXPERIMENTER & set(p.parts)]
LETTER = re.compile(r"[^\W\d_]")
"""A letter of any alphabet."""
HTML_TAG = re.compile(r"</?[a-z]+")
SEEN_ATTRIBUTES = ("aria-label", "aria-description", "aria-valuetext", "alt", "placeholder", "title")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The messages of the source as of now: {id: plural form or None}."""
    copy = tmp_path_factory.mktemp("source")
    for part in ("apps", "_templates"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "babel.cfg", copy)
    (copy / "_locale").mkdir()
    translations.update(copy)
    with (copy / "_locale" / "lab.pot").open("rb") as file:
        return {pair(message.id): message for message in read_po(file) if message.id}


def pair(message_id):
    return message_id if isinstance(message_id, tuple) else (message_id,)


def marks(text):
    """What a translation must keep: placeholders and HTML tags."""
    fields = sorted({field for _text, field, _spec, _conversion in Formatter().parse(text) if field is not None})
    return fields, sorted(HTML_TAG.findall(text))


def test_german_and_japanese_are_there():
    assert {path.parts[-3] for path in CATALOGS} == {"de", "ja"}
    assert set(language.languages()) == {"en", "de", "ja"}


def test_japanese_has_its_own_signs():
    """Colons and brackets as wide as letters, but in formulas those of mathematics; no space between sentences."""
    texts = [text for text in language.catalog("ja")._catalog.values() if "Content-Type" not in text]
    assert len(texts) > 500
    assert [text for text in texts if ":" in re.sub("<[^>]*>", "", text)] == []
    assert [text for text in texts if "(" in text and "÷" not in text] == []
    treatment = load_treatment(ROOT / "treatments" / "park_pairwise.toml").with_protocol(language="ja")
    with language.use("ja"):
        html = str(instructions(treatment, 0))
        assert html.count("。") > 20
        assert re.findall(r"。\s+[^<]{1,20}", html) == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_sentence_is_translated(path, collected):
    with path.open("rb") as file:
        catalog = {pair(message.id): message for message in read_po(file) if message.id}
    missing = [ids for ids in collected if ids not in catalog]
    missing += [
        ids for ids, message in catalog.items() if ids in collected and (message.fuzzy or not all(pair(message.string)))
    ]
    assert not missing, f"{len(missing)} sentences; after `run.py translations` translate them in {path}"
    assert not [ids for ids in catalog if ids not in collected], "no longer in the source: run.py translations"


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_translations_keep_placeholders_and_tags(path):
    for message in translations.read_catalog(path):
        for text in pair(message.string) if message.id else ():
            assert not text or marks(text) == marks(pair(message.id)[-1]), text


@pytest.mark.parametrize(
    "path",
    [*CATALOGS, *sorted((ROOT / "_locale" / "wordings").glob("*/*.po"))],
    ids=lambda path: path.parent.name + path.stem,
)
def test_no_number_follows_a_name_that_may_end_with_one(path):
    """As in "If Person 2 3 chooses"."""
    texts = [text for message in translations.read_catalog(path) for text in (*pair(message.id), *pair(message.string))]
    assert [text for text in texts if re.search(r"\{(name|other|reporter)\} ?\{", text)] == []


class Texts(HTMLParser):
    """Collects what of a template would be seen: texts and visible attributes, without tags of the template engine."""

    def __init__(self):
        super().__init__()
        self.found, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("script", "style", "textarea")
        self.found += [text for name, text in attributes if name in SEEN_ATTRIBUTES and text]

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style", "textarea")

    def handle_data(self, data):
        if not self.hidden:
            self.found.append(data)


def untagged(template):
    """Texts with a letter that stand in a template outside of {{ }}."""
    template = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", template, flags=re.DOTALL)
    reader = Texts()
    reader.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", template, flags=re.DOTALL))
    reader.close()
    texts = [re.sub(r'[a-z-]+="[^"]*"', "", text).strip() for text in reader.found]  # attributes that a tag sets
    return [text for text in texts if LETTER.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "_templates")))
def test_templates_say_nothing_untagged(path):
    assert [text for text in untagged(path.read_text("utf-8")) if text != "oTree"] == []


def test_the_search_for_untagged_text_finds_it():
    assert untagged('<p title="Here">{{ _("ok") }} and {# not this #}<b>there</b></p>') == ["Here", "and", "there"]


def sentences(source):
    """String literals of a module that read like something for people and are not said through `_` or `ngettext`.

    A sentence has a space between words. What is raised or logged is for the experimenter, docstrings for programmers.
    """
    tree = ast.parse(source)
    exempt = set()
    for node in ast.walk(tree):
        said = isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in NOT_SHOWN_BY
        if said or isinstance(node, ast.Raise | ast.Assert) or (isinstance(node, ast.Expr) and is_text(node.value)):
            exempt |= {id(inner) for inner in ast.walk(node)}
    return [
        n.value for n in ast.walk(tree) if is_text(n) and id(n) not in exempt and SENTENCE.search(without_html(n.value))
    ]


NOT_SHOWN_BY = {
    "_",
    "ngettext",
    "split",
    "warning",
    "exception",
    "print",
    "compile",
    "len",
    "ArgumentParser",
    "add_argument",
}
"""What is given to these is said in all languages, or to nobody who takes part; "a b".split() are names of columns."""
SENTENCE = re.compile(r"[^\W\d_]{2,}[,.:;!?]? [^\W\d_]{2,}|^[A-Z][a-z]+[.:!?]")


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def without_html(text):
    """Nothing of a piece of a tag, such as '<td class="', is for people, nor of a path of a file."""
    text = re.sub(r"<[^>]*>", "", text)
    return "" if "<" in text or '="' in text or text.startswith(('"', "/", "C:\\")) else text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_say_nothing_untagged(path):
    assert sentences(path.read_text("utf-8")) == []


def test_the_search_for_untagged_sentences_finds_them():
    assert sentences('a = "Please wait"; b = _("Please wait"); c = "points_units"') == ["Please wait"]


OPEN, CLOSE = "\N{MATHEMATICAL LEFT WHITE SQUARE BRACKET}", "\N{MATHEMATICAL RIGHT WHITE SQUARE BRACKET}"
PSEUDO = "eo"  # numbers are written as in this language, which needs a decimal comma


def write_pseudo_catalog(folder, collected):
    """A catalog in which every sentence stands in brackets."""
    catalog = Catalog(locale=PSEUDO)
    for ids, message in collected.items():
        texts = tuple(f"{OPEN}{text}{CLOSE}" for text in ids)
        catalog.add(message.id, texts if len(texts) > 1 else texts[0], flags=message.flags)
    path = folder / "_locale" / PSEUDO / "LC_MESSAGES" / "lab.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalog)


def outside_brackets(html):
    """The visible text of a page that no translated sentence contains."""
    reader = Texts()
    reader.feed(html)
    text, depth, outside = "\n".join(reader.found), 0, []
    for part in re.split(f"([{OPEN}{CLOSE}])", text):
        depth += (part == OPEN) - (part == CLOSE)
        if depth == 0 and part != CLOSE:
            outside += part.split("\n")
    return [text.strip() for text in outside if LETTER.search(text)]


@pytest.fixture(params=["some", pytest.param("all", marks=thorough)])
def pages(own_lab, collected, request):
    """[session, page, HTML] of all pages that bots see when they play designs in the pseudo-language."""
    write_pseudo_catalog(own_lab.folder, collected)
    (own_lab.folder / "treatments" / "everything.toml").write_text(everything(), "utf-8")
    out = own_lab.folder / "pages.json"
    script = str(ROOT / "tests" / "otree_pages.py")
    done = own_lab.run(sys.executable, script, PSEUDO, str(out), request.param, OTREE_IN_MEMORY="1", PYTHONPATH=".")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(out.read_text("utf-8"))


def everything():
    """A treatment with all that the shipped ones may not have: guesses, questionnaires, averages, aids and warnings."""
    text = (ROOT / "treatments" / "production_vcg.toml").read_text("utf-8")
    text = re.sub(r"\n\[(screen|beliefs)\][^\[]*", "\n", text)
    text = re.sub(r"^(questionnaires|feedback) .*\n", "", text, flags=re.MULTILINE)
    names = '"demographics", "cognitive_reflection", "holt_laury", "eckel_grossman", "strategy"'
    text = text.replace("[session]", '[session]\nfeedback = "average"')
    return f"""questionnaires = [{names}]
{text}
[screen]
graph = true
input = "slider"
confirmation = true
warn_dominated = true
[beliefs]
points = 20
"""


@thorough
def test_pages_in_a_pseudo_language(pages):
    treatments = own_texts()
    for session, page, html in pages:
        texts = [re.sub(r" \(\S+\)$", "", text) for text in outside_brackets(html)]  # the type's value: low (13)
        strange = [text for text in texts if text not in treatments]
        assert not strange, (session, page, strange)


def own_texts():
    """What is shown as it is written in the treatment files: roles, outcomes, names of types; and the footer."""
    found = {"oTree"}
    for path in (ROOT / "treatments").glob("*.toml"):
        definition = tomllib.loads(path.read_text("utf-8"))
        found |= set(definition.get("environment", {}).get("outcomes", ()))
        for part in (definition, *definition.get("roles", ())):
            found |= {part.get("name", ""), *part.get("types", {}).get("labels", ())}
    return found
