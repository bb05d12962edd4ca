"""Pandoc as a program: text to syntax tree, syntax tree to HTML or Typst, citations resolved on the way."""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

from cnnlab.errors import BookError, RenderError
from cnnlab.render.book.reading import shown


@functools.cache
def program() -> str:
    """Path of pandoc: the one inside the package pypandoc_binary, found without importing it, else that on the PATH."""
    spec = importlib.util.find_spec("pypandoc")
    folder = Path(spec.origin).parent / "files" if spec and spec.origin else None
    found = shutil.which("pandoc", path=folder) or shutil.which("pandoc")
    if found is None:
        raise RenderError("pandoc is missing", remedy="pip install -r requirements-render.txt")
    return found


def run(arguments: list[str], text: str, what: str, folder: Path | None = None) -> str:
    """Feed `text` to pandoc; its output, or RenderError with what it said about `what`. Warnings are errors too."""
    done = subprocess.run([program(), *arguments], input=text.encode(), capture_output=True, cwd=folder, check=False)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode or "[WARNING]" in said:
        raise RenderError(f"pandoc, at {what}: {said[:800]}", where=what, remedy="mend the place that it names")
    return done.stdout.decode()


# Without lists of examples: "(@fig-x) shows" is a reference at the beginning of a paragraph.
READER = "markdown-example_lists"


def parse(markdown: str, what: str) -> dict:
    return json.loads(run(["-f", READER, "-t", "json"], markdown, what))


def cite(tree: dict, bibliography: list[Path], style: Path | None, what: str) -> dict:
    """Resolve citations in a style of CSL (None: pandoc's own); the language is the tree's own metadata `lang`."""
    named = [*(("bibliography", path) for path in bibliography), *([("csl", style)] if style else [])]
    files = [f"--{kind}={str(path).replace('%', '%25')}" for kind, path in named]  # pandoc reads them as addresses
    try:
        return json.loads(run(["-f", "json", "-t", "json", "--citeproc", *files], json.dumps(tree), what))
    except RenderError as error:
        for path in bibliography:
            if found := re.search(rf"{re.escape(str(path))}:\s*\(line (\d+), column \d+\):\s*(.+)", error.what, re.S):
                raise BookError(
                    f"{path.name} cannot be read as a bibliography: {' '.join(found[2].split())}",
                    where=f"{shown(path)}:{found[1]}",
                    remedy="mend the entry before that line: a brace or a comma is missing, or one too many",
                ) from None
        raise


def html(tree: dict, what: str) -> str:
    return run(["-f", "json", "-t", "html5", "--mathml", "--section-divs", "--wrap=none"], json.dumps(tree), what)


def typst(tree: dict, what: str) -> str:
    return run(
        ["-f", "json", "-t", "typst-citations", "--wrap=none", "--syntax-highlighting=pygments"], json.dumps(tree), what
    )
