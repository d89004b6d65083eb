"""What experimenters write becomes HTML, and nothing else than what Markdown is for."""

import pytest
from engine.words.markdown import in_language, markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("![x](https://example.org/x.png)", "!<a href"),
        ("a & b", "a &amp; b"),
        ("- one\n- two", "<li>one</li>"),
        ('[x](https://example.org "a\\"b<c>")', "&quot;b&lt;c&gt;"),
    ],
)
def test_only_what_is_safe(text, html):
    made = markdown(text)
    assert html in made
    assert "<script" not in made
    assert "<img" not in made


def test_the_language_of_the_page_else_english_else_what_there_is():
    assert "ja" in in_language({"en": "en", "ja": "ja"}, "ja")
    assert "en" in in_language({"en": "en", "ja": "ja"}, "de")
    assert "ja" in in_language({"ja": "ja"}, "de")
    assert in_language({}, "de") == ""
