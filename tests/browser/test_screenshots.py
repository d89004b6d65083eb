"""What `run.py screenshots` photographs before and beside play; how people play is in test_session."""

from tests.browser import screenshots
from tests.browser.hands import Touch
from tests.browser.session import Session

NAME = "chen_serial"


def test_pages_are_photographed(lab, address, chromium, tmp_path):
    camera, session = screenshots.Camera(tmp_path), Session(lab, address, NAME, 2)
    screenshots.photograph_laboratory(chromium, address, camera)
    page = chromium.new_context(**Touch.screen).new_page()
    page.goto(session.links[0])
    subject = screenshots.Photographed(session, 0, page, Touch, camera=camera, pages=None)
    subject.step(screenshots.NeverAsked())
    page.context.close()
    screenshots.photograph_session(chromium, address, session.code, camera, "during")
    taken = {"laboratory-demo", "outside-room", f"{NAME}-consent-touch", "admin-payments-during", "projector-during"}
    assert taken <= set(camera.taken)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [f"{k:03d}-{name}.png" for k, name in enumerate(camera.taken, 1)]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
