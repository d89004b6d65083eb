"""A short session that two people play to the result, on a real server."""

from tests.lab import create_session, visit


def play(address):
    """The code of a session of one round."""
    code, links = create_session(address, "chen_serial", 2, quiz=False, practice_rounds=0, rounds=1)
    urls = [visit(link)[0] for link in links]
    urls = [visit(url, consent="True")[0] for url in urls]
    while not all("/Decide/" in url for url in urls):
        urls = [visit(url)[0] if "/Decide/" in url or "/Wait" in url else visit(url, read="1")[0] for url in urls]
    for url, message in zip(urls, "46", strict=True):
        visit(url, message=message)
    return code
