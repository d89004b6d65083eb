"""The README's picture: one file, and what is made from it. Drawn by `run.py screenshots --overview`.

The pictures of the pages are those that have just been taken; the report is that of the example data.
"""

import base64
import contextlib
import io
import re
from pathlib import Path

from analysis.__main__ import main as analysis

ROOT = Path(__file__).parents[2]
FILE = ROOT / "treatments" / "production_serial.toml"
PICTURE = ROOT / "docs" / "pictures" / "overview.png"
LINES = 27
PANELS = {
    "what subjects decide on": "*-production_serial-decide-practice-aids.png",
    "what the experimenter watches": "*-admin-monitor-during.png",
    "what the report tests": "report.png",
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 36px 40px 40px; width: 1840px; background: #fff; color: #1b2733;
  font: 26px "Source Sans 3", "Noto Sans", sans-serif; }}
main {{ display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 30px 40px; }}
figure {{ margin: 0; }}
figcaption {{ margin-bottom: 10px; font-weight: 600; }}
figcaption small {{ font-weight: 400; color: #4b5a68; }}
pre, img {{ box-sizing: border-box; width: 100%; height: 632px; margin: 0; border: 2px solid #0c4a72;
  border-radius: 6px; }}
pre {{ padding: 18px 20px; overflow: hidden; white-space: pre-wrap;
  font: 16px/1.3 "DejaVu Sans Mono", monospace; background: #f6f8fa; }}
img {{ object-fit: cover; object-position: top left; }}
img.whole {{ object-fit: contain; padding: 14px; }}
</style><main>
<figure><figcaption>one file: <small>{name}</small></figcaption><pre>{text}</pre></figure>
{panels}</main>"""


def draw(browser, folder):
    """From the pictures in a folder to the one of the README."""
    with contextlib.redirect_stdout(io.StringIO()):
        analysis(["report", str(ROOT / "examples" / "data" / "cason"), "--out", str(folder / "report")])
    page = browser.new_page(viewport={"width": 900, "height": 632})
    page.goto((folder / "report" / "report.html").as_uri())
    page.screenshot(path=folder / "report.png")
    page.set_viewport_size({"width": 1920, "height": 1400})
    said = re.sub(r"\n{3,}", "\n\n", re.sub(r" *#.*", "", FILE.read_text("utf-8")))
    text = "\n".join(said.splitlines()[:LINES]).replace("&", "&amp;").replace("<", "&lt;")
    panels = "".join(panel(title, next(folder.glob(pattern))) for title, pattern in PANELS.items())
    page.set_content(PAGE.format(name=FILE.relative_to(ROOT), text=text, panels=panels))
    page.screenshot(path=PICTURE, full_page=True)
    print(f"{PICTURE.relative_to(ROOT)} is drawn")


def panel(title, picture):
    data = base64.b64encode(picture.read_bytes()).decode()
    kind = "whole" if "admin" in picture.name else ""
    image = f'<img class="{kind}" src="data:image/png;base64,{data}" alt="">'
    return f"<figure><figcaption>{title}</figcaption>{image}</figure>"
