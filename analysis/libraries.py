"""The analysis' own libraries come with its first command: a laboratory starts without them."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDED = ("pandas", "pandera", "pyarrow", "statsmodels", "matplotlib", "openpyxl", "joblib")


def missing() -> list[str]:
    """Those that are not here, by name."""
    return [name for name in NEEDED if find_spec(name) is None]


def ensure() -> None:
    """Install what is missing, where this is the platform's own environment; else say in a line what to do."""
    names = missing()
    if not names:
        return
    if Path(sys.prefix) != ROOT / ".venv" or not (ROOT / "run.py").exists():
        raise SystemExit(f"{', '.join(names)} not installed here: pip install -r requirements-analysis.txt")
    print("\u2026 the analysis' libraries are installed: a few minutes, only now", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, str(ROOT / "run.py"), "libraries"], stdout=sys.stderr)
    if done.returncode != 0 or missing():
        raise SystemExit("The analysis' libraries could not be installed (see above). Is there an internet connection?")
