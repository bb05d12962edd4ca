"""Two books to render: a tiny one to break in every way, and the sample with every construct, built once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cnnlab.errors import CnnlabError
from cnnlab.render import build

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]

BASE = """\
project: {type: book}
book: {author: Nadie, date: 2026-11-22, date-format: long}
bibliography: chapters/references.bib
format:
  informe-html: {code-fold: true}
  informe-typst: {pdf-standard: ua-1}
"""
PROFILE = """\
lang: %(lang)s
project: {output-dir: %(output)s}
book:
  title: Libro
  output-file: libro
  chapters:
    - index.qmd
    - part: Parte
      chapters: [%(folder)s/uno.qmd, %(folder)s/dos.qmd]
    - %(folder)s/referencias.qmd
"""
CHAPTERS = {
    "index.qmd": "# Prefacio {#prefacio .unnumbered}\n\nVéase @sec-uno.\n",
    "uno.qmd": "# Uno {#sec-uno}\n\nTexto [@he2016].\n\n## Parte {#sec-parte}\n\n"
    "| a |\n|---|\n| 1 |\n\n: Tabla {#tbl-uno}\n\nVéase @tbl-uno y @sec-dos.\n",
    "referencias.qmd": "# Referencias {.unnumbered}\n\n::: {#refs}\n:::\n",
    "dos.qmd": "# Dos {#sec-dos}\n\nVéase @sec-parte.\n\n$$\nx = 1\n$$ {#eq-x}\n\nY @eq-x.\n",
}
PREFACE = "# Prefacio {#prefacio .unnumbered}\n\nTexto.\n"  # that refers to nothing
BIBLIOGRAPHY = (
    "@inproceedings{he2016, title={Deep Residual Learning}, author={He, Kaiming}, year={2016}, booktitle={CVPR}}\n"
)


class Project:
    """A book in a folder of its own; `render()` is what the command does."""

    def __init__(self, root: Path):
        self.root = root

    def render(self, *, langs=None, formats=("html",)) -> list[str]:
        said: list[str] = []
        build.render(self.root, langs and list(langs), list(formats), say=said.append)
        return said

    def refusal(self, *, langs=("es",)) -> CnnlabError:
        """The error of a render that must fail: without a traceback or the name of a generated file."""
        with pytest.raises(CnnlabError) as caught:
            self.render(langs=langs)
        assert "Traceback" not in str(caught.value) and "ipykernel" not in str(caught.value)
        return caught.value

    def only_uno(self, text: str) -> None:
        """Leave a single chapter beside the first page."""
        for lang, folder, output in (("es", "chapters", "_book"), ("en", "chapters/en", "_book/en")):
            chapters = f"    - index.qmd\n    - {folder}/uno.qmd\n"
            head, _, _ = (PROFILE % {"lang": lang, "folder": folder, "output": output}).partition("    - index.qmd")
            self.write(f"_quarto-{lang}.yml", head + chapters)
        self.write("index.qmd", PREFACE)
        self.write("chapters/uno.qmd", text)
        self.write("chapters/en/uno.qmd", "# Uno {#sec-uno}\n")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def both(self, name: str, text: str) -> None:
        """Write a chapter in both languages."""
        self.write(f"chapters/{name}", text)
        self.write(f"chapters/en/{name}", text)

    def page(self, name: str) -> str:
        return (self.root / "_book" / name).read_text(encoding="utf-8")

    def files(self) -> dict[str, int]:
        """Every file of the finished book with its inode and time: what was not written again keeps both."""
        book = self.root / "_book"
        return {
            str(path.relative_to(book)): (path.stat().st_ino, path.stat().st_mtime_ns)
            for path in book.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def minibook(tmp_path, monkeypatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return write_minibook(tmp_path)


@pytest.fixture(scope="module")
def minibook_of_module(tmp_path_factory) -> Project:
    """One for all tests of a module, which read what the first of them rendered."""
    return write_minibook(tmp_path_factory.mktemp("minibook"))


def write_minibook(root: Path) -> Project:
    project = Project(root)
    project.write("_quarto.yml", BASE)
    for lang, folder, output in (("es", "chapters", "_book"), ("en", "chapters/en", "_book/en")):
        project.write(f"_quarto-{lang}.yml", PROFILE % {"lang": lang, "folder": folder, "output": output})
    project.write("chapters/references.bib", BIBLIOGRAPHY)
    project.write("index.qmd", CHAPTERS["index.qmd"])
    for name in ("uno.qmd", "dos.qmd", "referencias.qmd"):
        project.both(name, CHAPTERS[name])
    (root / "_extensions").symlink_to(PROJECT / "_extensions")
    return project


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Project:
    """The sample book with every construct, in both languages, as pages and PDF."""
    root = tmp_path_factory.mktemp("sample") / "book"
    shutil.copytree(HERE / "book", root)
    (root / "_extensions").symlink_to(PROJECT / "_extensions")
    before = os.getcwd()
    os.chdir(root)
    try:
        project = Project(root)
        project.render(formats=("html", "pdf"))
    finally:
        os.chdir(before)
    return project
