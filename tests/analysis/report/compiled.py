"""Tables set by a real TeX."""

import os
import re
import shutil
import subprocess

import pytest


def boxes(folder):
    """What stands beyond the line or the page in all_tables.tex, and errors; on a computer without LaTeX a skip.

    The tests' command installs LaTeX where it can; where it must (the continuous integration) its absence is a failure.
    """
    if not shutil.which("pdflatex"):
        if os.environ.get("CI"):
            pytest.fail("pdflatex is not installed, and run.py test could not install it")
        pytest.skip("no pdflatex: install texlive-latex-recommended (Debian) or another TeX")
    for _ in range(2):  # longtable and \\ref want to know what the first run has seen
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all_tables.tex"]
        subprocess.run(command, cwd=folder, capture_output=True, timeout=600)
    log = (folder / "all_tables.log").read_text(encoding="utf-8", errors="replace")
    assert "Output written on" in log, log[-2000:]
    return re.findall(r"^(?:!|Overfull|LaTeX Warning: Reference).*\n.*", log, re.MULTILINE)
