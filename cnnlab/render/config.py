"""The book as its `_quarto.yml` and profile describe it: options, pages in order, and the number of each."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import NoneType

import yaml

from cnnlab.errors import BookError, nearest
from cnnlab.render.language import PREFIXES
from cnnlab.render.reading import read_lines, read_text

MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}


@dataclass(frozen=True)
class Part:
    """A part of the book: `index` counts from 1; the appendices are a part without one."""

    name: str
    index: int | None


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


@dataclass
class Book:
    """One language of the book. Paths of pages are relative to `root`; `output` is relative to it too."""

    root: Path
    lang: str
    options: dict
    pages: list[Page] = field(default_factory=list)

    @property
    def output(self) -> PurePosixPath:
        return PurePosixPath(self.options["project"].get("output-dir") or "_book")

    @property
    def meta(self) -> dict:
        return self.options["book"]

    @property
    def pdf_name(self) -> str:
        return f"{self.meta['output-file']}.pdf"

    @property
    def bibliography(self) -> list[Path]:
        names = self.options.get("bibliography") or []
        return [self.root / name for name in ([names] if isinstance(names, str) else names)]

    @property
    def author(self) -> str:
        names = self.meta.get("author") or ""
        return names if isinstance(names, str) else ", ".join(names)

    @property
    def execute(self) -> dict:
        """Options of all cells that do not say otherwise."""
        return self.options.get("execute") or {}

    def format(self, kind: str) -> dict | None:
        """Options of the format whose name ends in `kind` ("html" or "typst"); None when the book has none."""
        for name, options in (self.options.get("format") or {}).items():
            if name == kind or name.endswith(f"-{kind}"):
                return options if isinstance(options, dict) else {}
        return None

    def word(self, kind: str) -> str:
        """The word of a reference to a "fig", "ch" …: the profile's own `crossref-fig-prefix`, else Quarto's."""
        return (self.options.get("language") or {}).get(f"crossref-{kind}-prefix") or PREFIXES[self.lang][kind]

    @property
    def date(self) -> str:
        return written_date(self.meta.get("date"), self.meta.get("date-format") or "long", self.lang)


def read_yaml(path: Path) -> dict:
    """A YAML file as a dictionary; BookError with its line where it is not one."""
    try:
        content = yaml.load(read_text(path), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise BookError(
            f"the YAML of {path.name} cannot be read: {getattr(error, 'problem', error)}",
            where=f"{path.name}{line}",
            remedy="mend that line; strings with ':' or '#' need quotes",
        ) from error
    except ValueError as error:  # a date such as 2026-13-45
        raise BookError(f"a value of {path.name} cannot be read: {error}", where=path.name) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise BookError(
            f"{path.name} holds a {type(content).__name__}",
            allowed="keys and values",
            where=f"{path.name}:1",
            remedy="write 'key: value' lines",
        )
    return content


def merge(base, profile):
    """Quarto's rule: objects merge, lists join (the base's items first, without repeats), anything else is replaced."""
    if isinstance(base, dict) and isinstance(profile, dict):
        return base | {key: merge(base[key], value) if key in base else value for key, value in profile.items()}
    if isinstance(base, list) or isinstance(profile, list):
        items = (base if isinstance(base, list) else [base]) + (profile if isinstance(profile, list) else [profile])
        return [item for n, item in enumerate(items) if item not in items[:n]]
    return profile


def read_book(root: Path, lang: str) -> Book:
    """The book of project folder `root` in language `lang` ("es" or "en")."""
    profile = root / f"_quarto-{lang}.yml"
    options = merge(read_yaml(root / "_quarto.yml"), read_yaml(profile))
    check_shape(root, profile, options)
    if options.get("project", {}).get("type") != "book":
        raise BookError(
            "project.type is not 'book'", where="_quarto.yml", remedy="this renderer builds books: write 'type: book'"
        )
    options.setdefault("book", {})
    for key in ("title", "chapters", "output-file"):
        if not options["book"].get(key):
            raise BookError(
                f"book.{key} is missing", where=profile.name, remedy=f"give it in {profile.name} or _quarto.yml"
            )
    book = Book(root, lang, options)
    book.pages = list(number_pages(book, profile))
    return book


def check_shape(root: Path, profile: Path, options: dict) -> None:
    """Raise BookError unless `project` and `book` hold options, and lists of chapters are lists."""

    def refuse(key: str, value: object, allowed: str) -> None:
        files = [file for file in (profile, root / "_quarto.yml") if f"{key}:" in read_text(file)]
        where = f"{files[0].name}:{line_of(files[0], f'{key}:')}" if files else profile.name
        raise BookError(f"{key} is {value!r}", allowed=allowed, where=where)

    for key in ("project", "book"):
        if not isinstance(options.get(key, {}), (dict, NoneType)):
            refuse(key, options[key], "'key: value' lines")
    for key in ("chapters", "appendices"):
        entries = options.get("book", {}).get(key) or []
        parts = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        for value in (entries, *(part.get("chapters") or [] for part in parts)):
            if not isinstance(value, list):
                refuse(key, value, "a list of files: lines that begin with '- '")


def number_pages(book: Book, profile: Path):
    """Yield the pages in order: chapters count 1, 2, 3 through all parts, appendices A, B, C."""
    chapter = part_index = 0
    seen: set[str] = set()

    def page(name, part, appendix=False):
        nonlocal chapter
        if not isinstance(name, str):
            raise BookError(
                f"the list of chapters holds {name!r}",
                allowed="a file name or 'part:' with 'chapters:'",
                where=profile.name,
            )
        source = PurePosixPath(name)
        file = book.root / source
        if not file.is_file():
            folder = file.parent
            known = sorted(str(source.parent / f.name) for f in folder.glob("*.qmd")) if folder.is_dir() else []
            hint = nearest(name, known)
            raise BookError(
                f"chapter {name} is listed and does not exist",
                where=f"{profile.name}:{line_of(profile, name)}",
                remedy=hint
                or (
                    "write its translation, or take it off the list"
                    if book.lang != "es"
                    else "create it, or take it off the list"
                ),
            )
        if name in seen:
            raise BookError(
                f"chapter {name} is listed twice",
                where=f"{profile.name}:{line_of(profile, name)}",
                remedy="list it once",
            )
        seen.add(name)
        unnumbered = bool(re.search(r"\{([^}]*\s)?(\.unnumbered|-)[\s}]", first_heading(file)))
        if appendix:
            number, kind = chr(64 + appendix), "appendix"
        elif unnumbered:
            number, kind = None, "unnumbered"
        else:
            chapter += 1
            number, kind = str(chapter), "chapter"
        return Page(
            source, "home" if source.stem == "index" and source.parent == PurePosixPath(".") else kind, number, part
        )

    for item in book.meta["chapters"]:
        if isinstance(item, dict) and "part" in item:
            part_index += 1
            part = Part(item["part"], part_index)
            for name in item.get("chapters") or []:
                yield page(name, part)
        else:
            yield page(item, None)
    for n, name in enumerate(book.meta.get("appendices") or [], 1):
        yield page(name, Part("", None), appendix=n)


def first_heading(file: Path) -> str:
    """The first heading line of a chapter, outside code."""
    fenced = False
    for line in read_lines(file):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and re.match(r"#{1,6} ", line):
            return line
    return ""


def line_of(path: Path, text: str) -> int:
    """The first line of a file that holds a text, counted from 1; 1 when none does."""
    for n, line in enumerate(read_lines(path), 1):
        if text in line:
            return n
    return 1


def written_date(value, pattern: str, lang: str) -> str:
    """A date in words: pattern "long", "iso", or one of day.js made of D, DD, M, MM, MMMM and YYYY."""
    if value in (None, ""):
        return ""
    if value in ("today", "now"):
        value = datetime.date.today()
    if not isinstance(value, datetime.date):
        try:
            value = datetime.date.fromisoformat(str(value))
        except ValueError:
            raise BookError(
                f"book.date is {value!r}", allowed="a date as 2026-11-22, or 'today'", where="_quarto.yml"
            ) from None
    month = MONTHS[lang][value.month - 1]
    if pattern == "iso":
        return value.isoformat()
    if pattern == "long":
        return f"{value.day} de {month} de {value.year}" if lang == "es" else f"{month} {value.day}, {value.year}"
    if not re.fullmatch(r"(?:D{1,2}|M{1,2}|MMMM|YYYY|[ ,./-])+", pattern):
        raise BookError(
            f"book.date-format is {pattern!r}",
            allowed="long, iso, or a pattern of D DD M MM MMMM YYYY",
            where="_quarto.yml",
        )
    forms = {
        "D": f"{value.day}",
        "DD": f"{value.day:02}",
        "M": f"{value.month}",
        "MM": f"{value.month:02}",
        "MMMM": month,
        "YYYY": f"{value.year}",
    }
    return re.sub(r"MMMM|YYYY|DD|MM|D|M", lambda m: forms[m.group()], pattern)
