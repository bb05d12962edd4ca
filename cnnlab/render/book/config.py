"""The book as its `_quarto.yml` and profile describe it: options, pages in order, and the number of each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import NoneType

import yaml

from cnnlab.errors import BookError
from cnnlab.render.book.chapters import Chapters, Page
from cnnlab.render.book.dates import is_pattern, written_date
from cnnlab.render.book.language import PREFIXES
from cnnlab.render.book.reading import read_lines, read_text
from cnnlab.render.book.yaml_lines import locate

PER_FORMAT = ("echo", "warning")  # options of cells that a format may give without 'execute:' before them


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
        return f"{str(self.meta['output-file']).removesuffix('.pdf')}.pdf"

    @property
    def bibliography(self) -> list[Path]:
        names = self.options.get("bibliography") or []
        return [self.root / name for name in ([names] if isinstance(names, str) else names)]

    @property
    def author(self) -> str:
        given = self.meta.get("author") or []
        return ", ".join(map(person, given if isinstance(given, list) else [given]))

    @property
    def csl(self) -> Path | None:
        """The style of citations; None for pandoc's own, Chicago's."""
        return self.root / self.options["csl"] if self.options.get("csl") else None

    @property
    def nocite(self) -> list[str]:
        """Keys that stand in the bibliography though no chapter cites them; "*" for all."""
        given = self.options.get("nocite") or []
        text = given if isinstance(given, str) else " ".join(given)
        return [key.rstrip(".:") for key in re.findall(r"@\{?([^\s,;{}\[\]]+)", text)]

    def where(self, name: str, value: object = None) -> str:
        """file:line of an option, or of a value that it holds."""
        return locate(self.root, self.lang, name, value)

    @property
    def execute(self) -> dict:
        """Options of all cells that do not say otherwise."""
        return {name: value for name, value in (self.options.get("execute") or {}).items() if value is not None}

    def execute_of(self, kind: str) -> dict:
        """The same for one format, "html" or "typst", which may say otherwise."""
        own = self.format(kind) or {}
        return self.execute | (own.get("execute") or {}) | {name: own[name] for name in PER_FORMAT if name in own}

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
        pattern = self.meta.get("date-format") or "long"
        where = self.where("book.date" if is_pattern(pattern) else "book.date-format")
        return written_date(self.meta.get("date"), pattern, self.lang, where)


def person(given: str | dict) -> str:
    """An author as printed: a name, and in parentheses where they work."""
    if isinstance(given, str):
        return given
    return f"{given['name']} ({given['affiliation']})" if given.get("affiliation") else given["name"]


def read_yaml(path: Path) -> dict:
    """A YAML file as a dictionary; BookError with its line where it is not one."""
    text = read_text(path)
    try:
        content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.reader.ReaderError as error:  # it knows no line
        line = next((n for n, each in enumerate(text.split("\n"), 1) if chr(error.character) in each), 1)
        raise BookError(
            f"{path.name} holds a character that YAML forbids, of code {error.character:#x}",
            where=f"{path.name}:{line}",
            remedy='delete it; in "…" it may be written as \\u and four digits',
        ) from None
    except yaml.YAMLError as error:
        quoted = "quoted scalar" in (getattr(error, "context", None) or "")
        mark = getattr(error, "context_mark" if quoted else "problem_mark", None)  # a quote is missing where it opens
        raise BookError(
            f"the YAML of {path.name} cannot be read: {getattr(error, 'problem', error)}",
            where=f"{path.name}:{mark.line + 1}" if mark else path.name,
            remedy="mend that line; strings with ':' or '#' need quotes",
        ) from error
    except ValueError as error:  # a date such as 2026-13-45
        dates = [n for n, each in enumerate(text.split("\n"), 1) if re.search(r"\d{4}-\d\d?-\d\d?", each)]
        raise BookError(
            f"a date of {path.name} cannot be read: {error}",
            where=f"{path.name}:{dates[0]}" if len(dates) == 1 else path.name,
            allowed="a date as 2026-11-22",
        ) from None
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
    book = Book(root, lang, options)
    if (options.get("project") or {}).get("type") != "book":
        raise BookError(
            "project.type is not 'book'",
            where=book.where("project.type"),
            remedy="this renderer builds books: write 'type: book'",
        )
    if options.get("lang") not in (None, lang):
        raise BookError(
            f"the language of {profile.name} is {options['lang']!r}",
            where=book.where("lang"),
            remedy=f"write 'lang: {lang}' in {profile.name}: the name of a profile says its language",
        )
    for key in ("title", "chapters", "output-file"):
        if not (options.get("book") or {}).get(key):
            raise BookError(
                f"book.{key} is missing", where=profile.name, remedy=f"give it in {profile.name} or _quarto.yml"
            )
    if "/" in book.pdf_name:
        raise BookError(
            f"book.output-file is {book.meta['output-file']!r}",
            allowed="a name without folders",
            where=book.where("book.output-file"),
        )
    book.pages = list(Chapters(root, lang, book.meta).pages())
    if all(page.kind != "home" for page in book.pages):
        raise BookError(
            "the book has no first page",
            where=book.where("book.chapters"),
            remedy="write index.qmd and list it first: it becomes index.html, the page that opens the site",
        )
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


def line_of(path: Path, text: str) -> int:
    """The first line of a file that holds a text, counted from 1; 1 when none does."""
    for n, line in enumerate(read_lines(path), 1):
        if text in line:
            return n
    return 1
