"""A chapter as written: its lines with their origin, includes put in, cells told from text, fences checked.

Refuses what the renderer does not support, with file and line, so that no text is ever dropped in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import yaml

from cnnlab.errors import BookError, nearest
from cnnlab.render.reading import read_lines

CELL_OPTIONS = (
    "label",
    "echo",
    "output",
    "warning",
    "include",
    "fig-cap",
    "fig-subcap",
    "fig-alt",
    "tbl-cap",
    "layout-ncol",
    "code-fold",
    "code-summary",
    "renderings",
)
SHORTCODES = ("include", "var", "meta", "pagebreak")
SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(.*?)\s*>\}\}(?!\})")
INCLUDE = re.compile(r"^\s*\{\{<\s*include\s+(.+?)\s*>\}\}\s*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(.*?)\s*$")
WORDS = re.compile(r"\w+")
DIV = re.compile(r"^\s*(:{3,})\s*(.*?)\s*:*$")


@dataclass(frozen=True)
class Line:
    """One line of text and where it was written."""

    text: str
    file: str
    number: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.number}"


@dataclass
class Cell:
    """A Python cell: its code without the `#|` lines, its options, and where it begins."""

    code: str
    options: dict
    line: Line
    length: int = 0  # lines of options, and blank ones, before the code, so that errors name the right line

    def option(self, name, default=None):
        return self.options.get(name, default)


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


class Fences:
    """Follows fenced code through lines: `code(line)` says whether a line belongs to a block (fences included)."""

    def __init__(self):
        self.mark = None
        self.opening: str = ""

    def code(self, text: str) -> bool:
        found = FENCE.match(text)
        if self.mark is None:
            if found and not (found[1][0] == "`" and "`" in found[2]):
                self.mark, self.opening = found[1], found[2]
                return True
            return False
        if found and found[1][0] == self.mark[0] and len(found[1]) >= len(self.mark) and not found[2]:
            self.mark = None
        return True


def read_chapter(root: Path, path: PurePosixPath) -> Source:
    """Read a chapter of folder `root`; BookError for a missing include, an unclosed fence, an unknown construct."""
    source = Source(path)
    source.lines = list(expand(root, path, source.files, ()))
    check_divs(source.lines)
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
                    remedy=nearest(word, SHORTCODES) or "take it out",
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
        target = PurePosixPath(path.parent / include[1])
        if target in within or target == path:
            raise BookError(f"{target} includes itself", where=line.where, remedy="take the include out")
        if not (root / target).is_file():
            raise BookError(
                f"included file {target} does not exist",
                where=line.where,
                remedy="create it or mend the path, which is relative to this file",
            )
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


def opening_line(lines: list[str]) -> int:
    """The line of the fence that is left open at the end of a text."""
    fences, opened = Fences(), 1
    for number, content in enumerate(lines, 1):
        before = fences.mark
        fences.code(content)
        if before is None and fences.mark is not None:
            opened = number
    return opened


def check_divs(lines: list[Line]) -> None:
    fences, open_divs = Fences(), []
    for line in lines:
        if fences.code(line.text):
            continue
        found = DIV.match(line.text)
        if found is None:
            continue
        if found[2]:
            open_divs.append(line)
        elif not open_divs:
            raise BookError(
                "':::' closes a div that was never opened",
                where=line.where,
                remedy="take it out, or open the div before",
            )
        else:
            open_divs.pop()
    if open_divs:
        raise BookError(
            f"the div '{open_divs[-1].text.strip()}' is never closed",
            where=open_divs[-1].where,
            remedy="close it with a line ':::'",
        )


def split_cells(lines: list[Line]):
    """Yield runs of text lines (lists) and Cells."""
    text: list[Line] = []
    cell: list[Line] | None = None
    fences = Fences()
    for line in lines:
        was_code = fences.mark is not None
        is_code = fences.code(line.text)
        opening = is_code and not was_code
        if opening and re.match(r"\{[a-z]+\}", fences.opening):
            if fences.opening != "{python}":
                raise BookError(
                    f"a cell of {fences.opening} is not supported",
                    allowed="{python}",
                    where=line.where,
                    remedy="write it in Python, or as a block of code '{.name}'",
                )
            if text:
                yield text
            text, cell = [], [line]
        elif cell is not None:
            if fences.mark is None:
                yield make_cell(cell)
                cell = None
            else:
                cell.append(line)
        else:
            text.append(line)
    if text:
        yield text


def make_cell(lines: list[Line]) -> Cell:
    opening, body = lines[0], lines[1:]
    options = [line for line in body if line.text.lstrip().startswith("#|")]
    count = len(options)
    if any(line is not body[n] for n, line in enumerate(options)):
        raise BookError("a '#|' line stands after code", where=options[-1].where, remedy="cell options come first")
    try:
        values = yaml.safe_load("\n".join(line.text.lstrip()[2:].removeprefix(" ") for line in options)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = options[min(mark.line if mark else 0, count - 1)]
        raise BookError(
            f"the options of a cell are no YAML: {getattr(error, 'problem', error)}",
            where=line.where,
            remedy="quote strings that hold ':' or quotes",
        ) from error
    if not isinstance(values, dict):
        raise BookError(
            "the options of a cell are no 'key: value' lines", where=opening.where, remedy="write '#| key: value'"
        )
    for name in values:
        if name not in CELL_OPTIONS:
            line = next((line for line in options if name in line.text), opening)
            raise BookError(
                f"cell option {name!r} is not supported",
                allowed=", ".join(CELL_OPTIONS),
                where=line.where,
                remedy=nearest(str(name), CELL_OPTIONS) or "take it out",
            )
    code = "\n".join(line.text for line in body[count:])
    blank = len(code) - len(code.lstrip("\n"))
    return Cell(code.strip("\n"), values, opening, count + blank)


def check_labels(source: Source) -> None:
    """Every label stands once, and a cell's label has the caption that it needs."""
    seen: dict[str, str] = {}
    fences = Fences()
    for line in source.lines:
        was_code, is_code = fences.mark is not None, fences.code(line.text)
        named = [] if is_code and was_code else re.findall(r"\{#([\w-]+)", line.text)
        if is_code and was_code and (found := re.match(r"\s*#\|\s*label:\s*([\w-]+)", line.text)):
            named.append(found[1])
        for label in named:
            if label in seen:
                raise BookError(
                    f"label {label!r} is used twice",
                    where=line.where,
                    remedy=f"rename one; the other stands at {seen[label]}",
                )
            seen[label] = line.where
    for cell in source.cells:
        label = cell.option("label")
        kind = str(label).split("-")[0] if label else None
        for prefix, key in (("fig", "fig-cap"), ("tbl", "tbl-cap")):
            if kind == prefix and not cell.option(key):
                raise BookError(f"cell {label!r} has no caption", where=cell.line.where, remedy=f"add '#| {key}: …'")
            if cell.option(key) and kind != prefix:
                raise BookError(
                    f"a cell with '{key}' has no label", where=cell.line.where, remedy=f"add '#| label: {prefix}-…'"
                )
