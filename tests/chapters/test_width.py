"""Code that chapters print fits its column: 75 letters, on the page and on paper."""

import ast
import re
from pathlib import Path

import pytest

from cnnlab.report.listings import listing

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 75
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)
CHAPTERS = sorted([*(ROOT / "chapters").glob("*.qmd"), *(ROOT / "chapters" / "en").glob("*.qmd")])


def printed(chapter: str) -> list[str]:
    """The lines of a chapter's own listings, and of those that its cells take from the package."""
    lines: list[str] = []
    for opening, code in BLOCK.findall(chapter):
        if opening != "{python}":
            lines += code.splitlines()
            continue
        code = "\n".join(line for line in code.splitlines() if not line.startswith("#|"))
        for call in ast.walk(ast.parse(code)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "lab.source":
                module, *names = map(ast.literal_eval, call.args)
                lines += listing(module, names).splitlines()
    return lines


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_printed_code_fits_its_column(path):
    assert [line for line in printed(path.read_text(encoding="utf-8")) if len(line) > COLUMNS] == []


def test_listings_of_cells_are_looked_at():
    cell = '```{python}\n#| echo: false\nlab.source("cnnlab.words", "MINUS", label="lst-a", caption="A")\n```\n'
    assert printed(f"# A\n\n{cell}\n```python\nx = 1\n```\n") == ['MINUS = "\\u2212"', "x = 1"]
