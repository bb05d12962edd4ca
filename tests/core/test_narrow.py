"""Code in short lines: the same code, for every figure of the report."""

import ast
from pathlib import Path

import pytest

from cnnlab.report.narrow import WIDTH, narrow

ROOT = Path(__file__).resolve().parents[2]
FIGURES = sorted((ROOT / "cnnlab/experiments").rglob("figures*.py")) + sorted(
    (ROOT / "cnnlab/experiments").glob("*/figures/*.py")
)


def meaning(code: str) -> str:
    """The syntax tree without docstrings, whose lines are wrapped."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.dump(tree)


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: f"{path.parents[0].name}/{path.name}")
def test_the_functions_of_figures_keep_their_meaning(path):
    text = path.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            code = ast.get_source_segment(text, node)
            short = narrow(code)
            assert meaning(short) == meaning(code)
            long = [line for line in short.splitlines() if len(line) > WIDTH]
            assert all('"' in line or "(" not in line for line in long), long  # nowhere to break


def test_a_comment_behind_a_long_line_goes_above_it():
    code = "    x = function(first_argument, second_argument, third_argument)  # what it is"
    assert narrow(code, 70).splitlines() == [
        "    # what it is",
        "    x = function(first_argument, second_argument, third_argument)",
    ]


def test_short_code_stays_as_it_is():
    code = 'def f(x):\n    """One line."""\n    return x  # as it is'
    assert narrow(code) == code
