"""The pages of a book: which files its lists of chapters name, in which part, and the number of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cnnlab.errors import BookError, nearest
from cnnlab.render.book.reading import absence, read_lines
from cnnlab.render.book.yaml_lines import locate

KINDS = (".qmd", ".md")
ENTRY = {  # of a list of chapters, beside names of files
    "part": "the name of a part, or the file of the page that opens it",
    "chapters": "the files of the part",
}
UNNUMBERED = re.compile(r"\{([^}]*\s)?(\.unnumbered|-)[\s}]")


@dataclass(frozen=True)
class Part:
    """A part of the book: `index` counts from 1, None for the appendices. page: the file that opens it."""

    name: str
    index: int | None
    page: PurePosixPath | None = None


@dataclass(frozen=True)
class Page:
    """A file of the book. `kind`: home, chapter, unnumbered or appendix; `number`: "3", "A" or None."""

    source: PurePosixPath
    kind: str
    number: str | None
    part: Part | None

    @property
    def output(self) -> PurePosixPath:
        return self.source.with_suffix(".html")

    @property
    def slug(self) -> str:
        return "-".join(self.source.with_suffix("").parts)

    @property
    def opens_part(self) -> bool:
        return self.part is not None and self.part.page == self.source


class Chapters:
    """Reads the lists of a book in `root`. meta: its options `book`."""

    def __init__(self, root: Path, lang: str, meta: dict):
        self.root, self.lang, self.meta = root, lang, meta
        self.seen: set[PurePosixPath] = set()
        self.chapter = 0

    def pages(self) -> Iterator[Page]:
        """The pages in order: chapters count 1, 2, 3 through all parts, appendices A, B, C."""
        index = 0
        for item in self.meta["chapters"]:
            if not isinstance(item, dict):
                yield self.page(item, None)
                continue
            index += 1
            part = self.part(item, index)
            if part.page:
                yield Page(part.page, "unnumbered", None, part)
            for name in item.get("chapters") or []:
                yield self.page(name, part)
        for n, name in enumerate(self.meta.get("appendices") or [], 1):
            yield self.page(name, Part("", None), appendix=n)

    def refuse(self, what: str, value: object, *, allowed: str | None = None, remedy: str | None = None) -> BookError:
        lists = [key for key in ("appendices", "chapters") if str(value) in str(self.meta.get(key))]
        where = locate(self.root, self.lang, f"book.{[*lists, 'chapters'][0]}", value)
        return BookError(what, where=where, allowed=allowed, remedy=remedy)

    def part(self, item: dict, index: int) -> Part:
        for key in item:
            if key not in ENTRY:
                raise self.refuse(f"{key!r} in a list of chapters is not supported", key, allowed=", ".join(ENTRY))
        name = item.get("part")
        if not isinstance(name, str) or not name.strip():
            key = "part" if "part" in item else "chapters"
            raise self.refuse(f"a part of the book is named {name!r}", key, allowed=ENTRY["part"])
        if not name.endswith(KINDS):
            return Part(name, index)
        source = self.file(name)
        return Part(title_of(first_heading(self.root / source)), index, source)

    def page(self, name: object, part: Part | None, appendix: int = 0) -> Page:
        source = self.file(name)
        if source == PurePosixPath("index.qmd"):
            kind = "home"
        elif appendix:
            kind = "appendix"
        else:
            kind = "chapter"
        if appendix:
            return Page(source, kind, chr(64 + appendix), part)
        if UNNUMBERED.search(first_heading(self.root / source)):
            return Page(source, "unnumbered" if kind == "chapter" else kind, None, part)
        self.chapter += 1
        return Page(source, kind, str(self.chapter), part)

    def file(self, name: object) -> PurePosixPath:
        """The file that an entry names; BookError unless it lies in the project and is named once."""
        if not isinstance(name, str):
            value = next(iter(name)) if isinstance(name, dict) and name else name
            raise self.refuse(
                f"the list of chapters holds {name!r}", value, allowed="a file name, or 'part:' with 'chapters:'"
            )
        source = PurePosixPath(name)
        if source.is_absolute() or ".." in source.parts:
            raise self.refuse(f"chapter {name} lies outside of the project", name, remedy="move it into the project")
        if not name.endswith(KINDS):
            raise self.refuse(f"chapter {name} is of a kind that is not read", name, allowed=", ".join(KINDS))
        if not (self.root / source).is_file():
            folder = (self.root / source).parent
            files = folder.glob("*.qmd") if folder.is_dir() else ()
            known = sorted(str(source.parent / each.name) for each in files if each.is_file())
            problem, remedy = absence(self.root / source)
            raise self.refuse(
                f"chapter {name} is listed and {problem}",
                name,
                remedy=remedy
                or nearest(name, known)
                or f"{'create it' if self.lang == 'es' else 'write its translation'}, or take it off the list",
            )
        if source in self.seen:
            raise self.refuse(f"chapter {name} is listed twice", name, remedy="list it once")
        self.seen.add(source)
        return source


def first_heading(file: Path) -> str:
    """The first heading line of a chapter, outside of code and comments; that of a title underlined with ===, too."""
    fenced = comment = False
    before = ""
    for line in read_lines(file):
        if not fenced and "<!--" in line:
            comment = True
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and not comment:
            if re.match(r"#{1,6} ", line):
                return line
            if before.strip() and re.match(r"(=+|-+)\s*$", line):
                return before
        comment = comment and "-->" not in line
        before = line
    return ""


def title_of(heading: str) -> str:
    """The words of a heading line."""
    text = re.sub(r"^#+\s+|\s*#*\s*$", "", re.sub(r"\s*\{[^{}]*\}\s*$", "", heading))
    return re.sub(r"(\*\*|__|\*|`)(.+?)\1", r"\2", text)
