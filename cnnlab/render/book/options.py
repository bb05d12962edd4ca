"""What the renderer understands of `_quarto.yml` and its profiles; anything else is refused with its line.

An option stands in SUPPORTED with the values that it may have here. A note says why one has no effect, or no other
value: an option is never ignored in silence.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from cnnlab.errors import BookError
from cnnlab.paths import LANGUAGES
from cnnlab.render.advice import NO_EFFECT, advice
from cnnlab.render.book.dates import DATES
from cnnlab.render.book.reading import absence, read_text

TEXT, LIST, FILE, PEOPLE, ANYTHING = "text", "a list of texts", "a file of the project", "names", "anything"


@dataclass(frozen=True)
class Option:
    """What an option may be: TEXT, LIST, ANYTHING, or values; FILE: what they name exists. note: why it has no effect,
    or no other value."""

    allowed: tuple[Any, ...] = (TEXT,)
    note: str = ""

    def allows(self, value: Any) -> bool:
        if ANYTHING in self.allowed or value is None:
            return True
        if PEOPLE in self.allowed:  # one or a list of them; `check_people` has looked at each
            return True
        if TEXT in self.allowed and isinstance(value, str):
            return True
        if LIST in self.allowed and isinstance(value, list) and all(isinstance(item, str) for item in value):
            return True
        return any(type(value) is type(other) and value == other for other in self.allowed)


FLAG = Option((True, False))
QUARTO_ONLY = (ANYTHING,)

AUTHOR = {
    "name": "printed on the cover and at the foot of pages",
    "affiliation": "printed after the name, in parentheses",
}
SUPPORTED = {  # names as they nest; "*" stands for letters
    "lang": Option(LANGUAGES),
    "bibliography": Option((TEXT, LIST, FILE)),
    "csl": Option((TEXT, FILE)),
    "nocite": Option((TEXT, LIST)),
    "number-sections": Option((True,), "sections always bear numbers"),
    "toc": Option((True,), "a chapter's contents always stand beside it"),
    "toc-title": Option(),
    "project.type": Option(("book",), "it builds books"),
    "project.output-dir": Option(),
    "project.execute-dir": Option(("file", "project")),
    "project.pre-render": Option((TEXT, LIST)),
    "project.post-render": Option(
        QUARTO_ONLY, "Quarto needs it to build the second edition, which is built here anyway"
    ),
    "profile.default": Option(QUARTO_ONLY, "says which edition Quarto builds; here all are built"),
    "profile.group": Option(QUARTO_ONLY, "says which edition Quarto builds; here all are built"),
    "book.title": Option(),
    "book.subtitle": Option(),
    "book.author": Option((PEOPLE,), "one or a list of them: a text, or 'name:' and 'affiliation:'"),
    "book.date": Option((ANYTHING,), DATES),
    "book.date-format": Option(),
    "book.output-file": Option(),
    "book.chapters": Option((ANYTHING,), "files; 'part:', a name or the page that opens it, with 'chapters:'"),
    "book.appendices": Option((ANYTHING,), "files"),
    "book.page-footer": Option(),
    "book.downloads": Option((["pdf"],), "pages link the PDF wherever there is one"),
    "book.page-navigation": Option((True,), "pages always link their neighbours"),
    "book.search.location": Option(("navbar",), "the box always stands in the bar"),
    "book.search.type": Option(("textbox",), "the box is always open"),
    "book.navbar.collapse": Option(QUARTO_ONLY, "Quarto's bar; ours never folds"),
    "book.navbar.background": Option(QUARTO_ONLY, "Quarto's bar; ours takes its colours from the tokens"),
    "book.navbar.right": Option(
        QUARTO_ONLY, "Quarto's link to the other language; ours leads to the same chapter there"
    ),
    "execute.cache": Option((True,), "outputs of cells are always cached"),
    "execute.eval": FLAG,
    "execute.echo": FLAG,
    "execute.output": Option((True, False, "asis")),
    "execute.warning": FLAG,
    "execute.error": FLAG,
    "execute.include": FLAG,
    "format.*html.code-fold": Option((True, False, "show")),
    "format.*html.fig-format": Option(("svg",), "figures of cells are always drawings"),
    "format.*html.respect-user-color-scheme": Option((True,), "pages always begin in the system's theme"),
    "format.*typst.citeproc": Option((True,), "pandoc always writes the citations"),
    "format.*typst.link-citations": Option((True,), "citations always lead to the references"),
    "format.*typst.pdf-standard": Option((TEXT, LIST)),
    "format.*typst.keep-typ": Option(QUARTO_ONLY, "the Typst text is always kept, in .cnnlab/render"),
    "format.*html.echo": FLAG,
    "format.*html.warning": FLAG,
    "format.*html.execute.echo": FLAG,
    "format.*html.execute.warning": FLAG,
    "format.*typst.echo": FLAG,
    "format.*typst.warning": FLAG,
    "format.*typst.execute.echo": FLAG,
    "format.*typst.execute.warning": FLAG,
    "language.crossref-*-prefix": Option(
        note="the word of references to a kind of label, such as fig, sec, thm; ch and apx: chapters"
    ),
    "language.search-text-placeholder": Option(QUARTO_ONLY, "Quarto's box; the words of ours are in interface.py"),
}


def check(path: Path) -> None:
    """Raise BookError for the first option of a file that is unknown, or would have no effect, with its line."""
    try:
        root = yaml.compose(read_text(path), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:  # libyaml, by which the book is read, takes some tabs that this does not
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise BookError(
            f"the YAML of {path.name} cannot be read: {error.problem}", where=f"{path.name}{line}"
        ) from error
    if isinstance(root, yaml.MappingNode):
        check_mapping(root, "", path.name, path.parent)


def check_mapping(node: yaml.MappingNode, before: str, file: str, folder: Path) -> None:
    seen = set()
    for key, value in node.value:
        name, where = f"{before}{key.value}", f"{file}:{key.start_mark.line + 1}"
        if name in seen:
            raise BookError(f"option {name!r} is given twice", where=where, remedy="keep one of the two")
        seen.add(name)
        option = find(name)
        if option is not None:
            if PEOPLE in option.allowed:
                check_people(name, value, file)
            check_value(name, option, value, where)
            if FILE in option.allowed:
                check_files(name, value, file, folder)
        elif not any(begins(known, name) for known in SUPPORTED):
            raise BookError(f"option {name!r} is not supported", where=where, remedy=what_to_do(str(key.value), before))
        elif isinstance(value, yaml.MappingNode):
            check_mapping(value, f"{name}.", file, folder)
        elif value.value not in ("", "default"):
            inside = sorted({inner(known, name) for known in SUPPORTED if begins(known, name)})
            raise BookError(
                f"option {name!r} is {value.value!r}", allowed=f"'key: value' lines: {', '.join(inside)}", where=where
            )


def check_value(name: str, option: Option, node: yaml.Node, where: str) -> None:
    value = plain(node)
    if not option.allows(value):
        raise BookError(
            f"option {name!r} is {value!r}",
            allowed=", ".join(
                each if each in (TEXT, LIST, FILE) else yaml.safe_dump(each).split("\n")[0] for each in option.allowed
            ),
            where=where,
            remedy=f"take it out: {option.note}" if option.note else None,
        )


def plain(node: yaml.Node) -> Any:
    """The value that a node stands for."""
    return yaml.load(yaml.serialize(node), Loader=yaml.SafeLoader)


def check_people(name: str, node: yaml.Node, file: str) -> None:
    """Authors: names, or each with what AUTHOR says."""
    for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        where = f"{file}:{each.start_mark.line + 1}"
        if isinstance(each, yaml.ScalarNode) and each.tag in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:null"):
            continue
        if not isinstance(each, yaml.MappingNode):
            raise BookError(
                f"option {name!r} holds {plain(each)!r}", where=where, allowed="names, in quotes if need be"
            )
        for key, value in each.value:
            where = f"{file}:{key.start_mark.line + 1}"
            if key.value not in AUTHOR:
                raise BookError(
                    f"{key.value!r} of an author is not supported",
                    where=where,
                    allowed=", ".join(AUTHOR),
                    remedy=advice("attribute of an author", key.value, AUTHOR, NO_EFFECT),
                )
            if not isinstance(value, yaml.ScalarNode):
                raise BookError(f"{key.value!r} of an author holds more than a text", where=where, allowed="text")
        if not any(key.value == "name" for key, _ in each.value):
            raise BookError("an author has no name", where=where, remedy="write 'name: …'")


def check_files(name: str, node: yaml.Node, file: str, folder: Path) -> None:
    """Each name is a file of the project."""
    for each in node.value if isinstance(node, yaml.SequenceNode) else [node]:
        if each.value and not (folder / each.value).is_file():
            problem, remedy = absence(folder / each.value)
            raise BookError(
                f"{name} {Path(each.value).name} {problem}",
                where=f"{file}:{each.start_mark.line + 1}",
                remedy=remedy or "create it, or mend its path, which is relative to the project",
            )
        if each.value and name == "csl" and not is_style(folder / each.value):
            raise BookError(
                f"csl {each.value} is no style of citations",
                where=f"{file}:{each.start_mark.line + 1}",
                remedy="take one from the collection of styles at zotero.org/styles",
            )


def is_style(path: Path) -> bool:
    try:
        return ElementTree.parse(path).getroot().tag == "{http://purl.org/net/xbiblio/csl}style"
    except ElementTree.ParseError:
        return False


def find(name: str) -> Option | None:
    """The option of a name: the first in the table that it matches."""
    parts = name.split(".")
    return next((option for known, option in SUPPORTED.items() if matches(known.split("."), parts)), None)


def matches(known: list[str], parts: list[str]) -> bool:
    return len(known) == len(parts) and all(
        fnmatch.fnmatchcase(part, one) for one, part in zip(known, parts, strict=True)
    )


def begins(known: str, name: str) -> bool:
    """Whether an option of the table stands below a name."""
    parts = name.split(".")
    return known.count(".") >= len(parts) and matches(known.split(".")[: len(parts)], parts)


def what_to_do(key: str, before: str) -> str | None:
    """What to do about an unknown key: write one that is like it, at its level or at another."""
    level = {inner(known, before[:-1]) for known in SUPPORTED if not before or begins(known, before[:-1])}
    names = {each: before + each for each in sorted(level)}
    for known in SUPPORTED:
        names.setdefault(known.split(".")[-1], known)
    return advice("book option", key, names, NO_EFFECT, full=names)


def inner(known: str, name: str) -> str:
    """The key of an option of the table right below a name."""
    return known.split(".")[name.count(".") + 1 if name else 0]
