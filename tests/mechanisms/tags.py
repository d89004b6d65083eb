"""A reader of HTML that is whole: every element that is opened is closed."""

from html.parser import HTMLParser


class Tags(HTMLParser):
    """Fails on a tag that is not closed; keeps the names and the text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.names, self.text = [], set(), []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.names.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
