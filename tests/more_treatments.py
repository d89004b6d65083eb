"""Treatments that the shared copy of the project (`lab` in conftest.py) has beside the shipped ones.

A test whose treatment is here plays in a process forked off one that has imported everything; a copy of its own would
import it all again.
"""

from tests.lab import ROOT

RULES = ("quadratic", "binarized")
SCALES = {
    "all": ("strategy", "holt_laury", "demographics", "cognitive_reflection", "eckel_grossman"),
    "none": (),
    "one": ("holt_laury",),
}

WORDS = """
[words]
message = "order"
good = "litre"
player = "farm"
"""


def texts():
    """Name -> text of the file."""
    park = (ROOT / "treatments" / "park_vcg.toml").read_text("utf-8")
    guesses = '\n[beliefs]\nrounds = [1, 3]\nrule = "{}"\npoints = 10\n'
    found = {f"guesses_{rule}": park + guesses.format(rule) for rule in RULES}
    for name, scales in SCALES.items():
        listed = ", ".join(f'"{scale}"' for scale in scales)
        found[f"scales_{name}"] = f"questionnaires = [{listed}]\n{park}"
    staged = (ROOT / "treatments" / "production_staged.toml").read_text("utf-8")
    found["words_staged"] = staged.replace("[group]", f"{WORDS}\n[group]", 1)
    return found
