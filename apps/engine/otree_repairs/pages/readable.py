"""A repair of oTree 6.0.15: its own pages for experimenters say to readers of the screen what they show.

The pages have no language, pictures beside a word have no text, some controls have no name. Templates are mended where
they are loaded (`policy.load`).
"""

import re

PICTURE = re.compile(r"<img(?![^>]*\salt=)")
MENDED = {
    "<html>": '<html lang="en">',
    '<li role="presentation">': "<li>",
    '<input name="checkAll"': '<input aria-label="All sessions" name="checkAll"',
    '<input name="session" type="checkbox"': '<input aria-label="Session {{ s.code }}" name="session" type="checkbox"',
    'dropdown-toggle-split" data-bs': 'dropdown-toggle-split" aria-label="Other ways" data-bs',
}


def readable(template: str) -> str:
    """The template with what was missing.

    >>> readable("<html><img src='a.png'> Report")
    '<html lang="en"><img alt="" src=\\'a.png\\'> Report'
    """
    for old, new in MENDED.items():
        template = template.replace(old, new)
    return PICTURE.sub('<img alt=""', template)
