"""The script of the browser reads what people type as the server does."""

import base64
from pathlib import Path

import pytest

from tests.apps.typed import CASES

SCRIPT = (Path(__file__).parents[2] / "_static/entries.js").read_bytes()
READ = """async ([script, rows]) => {
    const {entered} = await import(script + "#" + document.documentElement.lang); // read anew for each language
    return rows.map(([typed, allowed]) => { const set = new Set(allowed); return entered(typed, (n) => set.has(n)); });
}"""


@pytest.mark.parametrize("language", sorted({case[0] for case in CASES}))
def test_the_browser_reads_entries_as_the_server_does(chromium, language):
    page = chromium.new_page()
    page.set_content(f'<html lang="{language}"><body></body></html>')
    rows = [(typed, sorted(allowed), number) for name, typed, allowed, number in CASES if name == language]
    script = "data:text/javascript;base64," + base64.b64encode(SCRIPT).decode()
    read = page.evaluate(READ, [script, [row[:2] for row in rows]])
    page.close()
    assert dict(zip([row[0] for row in rows], read, strict=True)) == {row[0]: row[2] for row in rows}
