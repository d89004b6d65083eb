"""The shipped treatment files, and how to change one."""

from pathlib import Path

SHIPPED = sorted(path.stem for path in Path("treatments").glob("*.toml"))


def edited(tmp_path, *changes, base="production_serial"):
    """A copy of a shipped file with some text replaced."""
    text = Path(f"treatments/{base}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "edited.toml"
    path.write_text(text, encoding="utf-8")
    return path
