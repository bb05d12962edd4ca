"""A chapter as written: its lines with their origin, includes put in, cells told from text, fences checked.

Refuses what the renderer does not support, with file and line, so that no text is ever dropped in silence.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from cnnlab.errors import BookError
from cnnlab.render.advice import advice
from cnnlab.render.book.lines import Fences, Line, check_divs
from cnnlab.render.book.reading import absence, read_lines
from cnnlab.render.text import misread
from cnnlab.render.text.cell_source import Cell, split_cells

SHORTCODES = {
    "include": "the lines of another file, in a line of its own; in a block of code too",
    "var": "a value of _variables.yml: {{< var name.key >}}; in code too, but not in cells",
    "meta": "an option of _quarto.yml: {{< meta book.title >}}",
    "pagebreak": "a new page of the PDF",
}
SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(.*?)\s*>\}\}(?!\})")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(.+?)\s*>\}\}\s*$")
WORDS = re.compile(r"\w+")


@dataclass
class Source:
    """A chapter: `parts` alternates runs of Lines and Cells, in order; `files` are all that were read."""

    path: PurePosixPath
    parts: list = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    files: list[PurePosixPath] = field(default_factory=list)

    @property
    def cells(self) -> list[Cell]:
        return [part for part in self.parts if isinstance(part, Cell)]

    @property
    def text(self) -> str:
        """The chapter as it was written, includes in their place."""
        return "\n".join(line.text for line in self.lines)

    def error(self, what: str, *texts: str, remedy: str | None = None, allowed: str | None = None) -> BookError:
        """An error of this chapter, at the first line that holds one of the texts."""
        return BookError(what, where=self.locate(*texts), remedy=remedy, allowed=allowed)

    def locate(self, *texts: str) -> str:
        """file:line of the first line that holds one of the texts, else of the first that has its words (a text may
        have lost its marks and line ends on its way through pandoc), else of the chapter's beginning."""
        for text in texts:
            for line in self.lines:
                if text in line.text:
                    return line.where
        for text in texts:
            if found := self.find_words(text):
                return found.where
        return f"{self.path}:1"

    def find_words(self, text: str) -> Line | None:
        """The line at which the longest run of a text's first words begins."""
        sought = WORDS.findall(text)[:12]
        written = [(word, line) for line in self.lines for word in WORDS.findall(line.text)]
        words = [word for word, _ in written]
        for count in range(len(sought), 0, -1):
            for at in range(len(words) - count + 1):
                if words[at : at + count] == sought[:count]:
                    return written[at][1]
        return None


def read_chapter(root: Path, path: PurePosixPath) -> Source:
    """Read a chapter of folder `root`; BookError for a missing include, an unclosed fence, an unknown construct."""
    source = Source(path)
    source.lines = list(expand(root, path, source.files, ()))
    check_divs(source.lines)
    misread.check(source.lines)
    source.parts = list(split_cells(source.lines))
    check_labels(source)
    return source


def expand(root: Path, path: PurePosixPath, files: list, within: tuple):
    """Yield the lines of a file with its includes in their place."""
    files.append(path)
    lines = read_lines(root / path)
    fences = Fences()
    for number, content in enumerate(lines, 1):
        line = Line(content, str(path), number)
        if number == 1 and content.strip() == "---":
            raise BookError(
                "a chapter's own YAML header is not supported",
                where=line.where,
                remedy="begin with '# Title {#sec-…}' and put options in _quarto.yml",
            )
        include, is_code = INCLUDE.match(content), fences.code(content)
        if is_code and (include is None or fences.opening.startswith("{python")):
            yield line
            continue
        for call in SHORTCODE.findall(content):
            word = call.split()[0] if call else ""
            if word not in SHORTCODES:
                raise BookError(
                    f"shortcode {{{{< {call} >}}}} is not supported",
                    allowed=", ".join(SHORTCODES),
                    where=line.where,
                    remedy=advice("shortcode", word, SHORTCODES, "take it out"),
                )
        if re.search(r"`\{python\}\s", content):
            raise BookError(
                "inline `{python}` is not supported",
                where=line.where,
                remedy="use {{< var name >}}: Quarto refuses inline code together with 'cache: true'",
            )
        if include is None:
            if re.search(r"(?<!\{)\{\{< include", content):
                raise BookError(
                    "an include shares its line with other text", where=line.where, remedy="give it a line of its own"
                )
            yield line
            continue
        target = included(root, line, include[1], (*within, path))
        if is_code:
            files.append(target)
            yield from (Line(text, str(target), n) for n, text in enumerate(read_lines(root / target), 1))
        else:
            yield from expand(root, target, files, (*within, path))
    if fences.mark is not None:
        raise BookError(
            f"a block of code opened with {fences.mark} is never closed",
            where=f"{path}:{opening_line(lines)}",
            remedy=f"close it with a line {fences.mark}",
        )


def included(root: Path, line: Line, name: str, within: tuple) -> PurePosixPath:
    """The path of the file that a line includes: beside its own file, or from the project's folder after "/"."""
    beside = PurePosixPath() if name.startswith("/") else PurePosixPath(line.file).parent
    target = PurePosixPath(posixpath.normpath(beside / name.lstrip("/")))
    if target in within:
        raise BookError(f"{target} includes itself", where=line.where, remedy="take the include out")
    if not (root / target).is_file():
        problem, remedy = absence(root / target)
        raise BookError(
            f"included file {target} {problem}",
            where=line.where,
            remedy=remedy or "create it or mend the path, which is relative to this file",
        )
    return target


def opening_line(lines: list[str]) -> int:
    """The line of the fence that is left open at the end of a text."""
    fences, opened = Fences(), 1
    for number, content in enumerate(lines, 1):
        before = fences.mark
        fences.code(content)
        if before is None and fences.mark is not None:
            opened = number
    return opened


def check_labels(source: Source) -> None:
    """Every label stands once, and a cell's label has the caption that it needs."""
    seen: dict[str, str] = {}
    for label, where in labels(source):
        if label in seen:
            raise BookError(
                f"label {label!r} is used twice",
                where=where,
                remedy=f"rename one; the other stands at {seen[label]}",
            )
        seen[label] = where
    for cell in source.cells:
        label = cell.option("label")
        kind = label.split("-")[0] if label else None
        for prefix, key in (("fig", "fig-cap"), ("tbl", "tbl-cap")):
            if kind == prefix and not cell.option(key):
                raise BookError(f"cell {label!r} has no caption", where=cell.line.where, remedy=f"add '#| {key}: …'")
            for option in (key, f"{prefix}-subcap"):
                if cell.option(option) and kind != prefix:
                    raise BookError(
                        f"a cell with '{option}' has no label",
                        where=cell.where(option),
                        remedy=f"add '#| label: {prefix}-…'",
                    )


def labels(source: Source) -> Iterator[tuple[str, str]]:
    """Labels of text, of blocks of code and of cells, each with its place, in order."""
    fences = Fences()
    for part in source.parts:
        if isinstance(part, Cell):
            if label := part.option("label"):
                yield label, part.where("label")
            continue
        for line in part:
            was_code, is_code = fences.mark is not None, fences.code(line.text)
            if not (was_code and is_code):
                text = line.text if is_code else re.sub(r"(`+).+?\1", "", line.text)
                for label in re.findall(r"\{#([\w-]+)", text):
                    yield label, line.where
