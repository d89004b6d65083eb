"""Texts that an experimenter writes, from Markdown to HTML: no HTML of their own, no pictures, only safe links."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markupsafe import Markup


@lru_cache
def reader() -> MarkdownIt:
    """CommonMark. HTML in the text is shown as it is written; addresses like javascript: are no links."""
    made = MarkdownIt("commonmark", {"html": False, "linkify": False}, renderer_cls=RendererHTML)
    return made.disable("image")


def markdown(text: str) -> Markup:
    r"""The HTML of a text. Its headings stand below those of the page.

    >>> markdown("**Data.** Kept <ten> years, see [us](https://example.org).")
    Markup('<p><strong>Data.</strong> Kept &lt;ten&gt; years, see <a href="https://example.org">us</a>.</p>\n')
    >>> markdown("# Who we are")
    Markup('<h3>Who we are</h3>\n')
    """
    tokens = reader().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    return Markup(reader().renderer.render(tokens, reader().options, {}))


def in_language(texts: dict[str, str], language: str) -> Markup:
    text = words_in(texts, language)
    return markdown(text) if text else Markup("")


def words_in(texts: str | dict[str, str], language: str) -> str:
    """In this language, else in English, else in the first there is; one text for all languages is itself.

    >>> words_in({"de": "zehn Jahre", "en": "ten years"}, "ja"), words_in("10", "ja"), words_in({}, "ja")
    ('ten years', '10', '')
    """
    if isinstance(texts, str):
        return texts
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
