"""Each line of docs/guarantees.md names tests that exist."""

import ast
import re

import pytest

from tests.house import ROOT

LINES = [line for line in (ROOT / "docs/guarantees.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("line", LINES)
def test_the_named_tests_exist(line):
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", line)
    assert named, "a promise without a test"
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"
