"""The package names the chapters that it serves: "Chapter: a01-kernel-1x1." in docstrings leads to one that exists."""

import ast
import re
from pathlib import Path

import pytest

from cnnlab.results import registry

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "chapters").glob("*.qmd")}
NAMED = re.compile(r"\bChapters?: ([\w-]+(?:,\s+[\w-]+)*)\.")


def named(text: str) -> list[str]:
    return [name for listed in NAMED.findall(text) for name in re.split(r",\s+", listed)]


def test_named_chapters_are_read():
    text = '"""Something. Chapter: a01-kernel-1x1."""\n"""Chapters: a05-clasificador,\n    a06-red."""'
    assert named(text) == ["a01-kernel-1x1", "a05-clasificador", "a06-red"]


def test_every_chapter_that_the_package_names_exists():
    for path in sorted((ROOT / "cnnlab").rglob("*.py")):
        for name in named(path.read_text(encoding="utf-8")):
            assert name in CHAPTERS, f"{path.relative_to(ROOT)} names the chapter {name!r}"


@pytest.mark.parametrize("name", registry.names())
def test_an_experiment_names_chapters_that_read_it(name):
    source = (ROOT / "cnnlab" / "experiments" / name / "compute.py").read_text(encoding="utf-8")
    chapters = named(ast.get_docstring(ast.parse(source)) or "")
    assert chapters, f'the docstring of cnnlab/experiments/{name}/compute.py ends in no "Chapter: …"'
    for chapter in chapters:
        assert re.search(rf'"{name}"|\b{name}\.', CHAPTERS[chapter]), f"{chapter} does not read {name}"
