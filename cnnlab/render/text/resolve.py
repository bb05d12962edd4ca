"""What a reference prints and where it leads; the steps that both writers share."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import panflute as pf

from cnnlab.errors import BookError, nearest
from cnnlab.render.book.config import Book, Page
from cnnlab.render.text.addresses import SCHEME, place, written
from cnnlab.render.text.numbering import IN_BLOCK
from cnnlab.render.text.pictures import size
from cnnlab.render.text.source import Source
from cnnlab.render.text.tree import Label, Parsed

NBSP = "\u00a0"


@dataclass
class Context:
    """All that a writer needs to know of the book around its page."""

    book: Book
    page: Page
    source: Source
    labels: dict[str, Label]  # of the whole book
    pages: dict[str, tuple[Page, Parsed]]  # by source path
    pictures: Path  # folder of the pictures that cells drew
    references_page: str | None  # output of the page with the bibliography

    def label(self, name: str) -> Label:
        if name not in self.labels:
            raise self.source.error(
                f"reference @{name} leads nowhere",
                f"@{name}",
                remedy=nearest(name, sorted(self.labels)) or "label what it should lead to",
            )
        return self.labels[name]

    def words(self, label: Label, mode: str, prefix: str) -> str:
        """The text of a reference: "figura 1.1"; "1.1" (mode "bare"), "Figura 1.1" (mode "capital"), or the author's
        own word before the number."""
        if mode == "bare":
            return label.number
        word = prefix or self.book.word(label.kind)
        return (word[:1].upper() + word[1:] if mode == "capital" else word) + NBSP + label.number

    def picture(self, url: str) -> Path:
        if url.startswith("cell:"):
            return self.pictures / self.page.slug / url[5:]
        return self.book.root / place(self.page, url)

    def picture_size(self, url: str) -> tuple[float, float]:
        """Width and height of a picture in CSS pixels; BookError at its line where it cannot be shown."""
        try:
            return size(self.picture(url))
        except BookError as error:
            raise self.source.error(
                error.what, *written(url), allowed=error.allowed, remedy=error.remedy
            ) from error.__cause__

    def link(self, url: str) -> tuple[Page, str, str] | None:
        """Page, its title's identifier and anchor of a link to a page of the book, which may be named by its .qmd or
        its .html; None for links elsewhere."""
        if SCHEME.match(url) or url.startswith("#ref-"):
            return None
        target = str(place(self.page, url)) if url[0] != "#" else str(self.page.source)
        if target.endswith(".html"):
            target = next((name for name, (page, _) in self.pages.items() if str(page.output) == target), target)
        if target not in self.pages:
            if not target.endswith(".qmd"):
                return None
            raise self.source.error(
                f"link to {url}: no such chapter in this language",
                *written(url),
                target,
                remedy=nearest(target, sorted(self.pages)),
            )
        page, parsed = self.pages[target]
        anchor = unquote(url.partition("#")[2])
        if anchor and anchor not in (parsed.identifier, *parsed.anchors):
            raise self.source.error(
                f"link to {url}: the page has no such place",
                *written(url),
                remedy=nearest(anchor, parsed.anchors) or "mend the link, or label the place",
            )
        return page, parsed.identifier, anchor


def relative(target: str | PurePosixPath, page: Page) -> str:
    """Path of a file of the site from a page, both given from the root of the language."""
    return posixpath.relpath(str(target), str(page.output.parent))


def take_title(el: pf.Div) -> list:
    """The title of a callout or theorem (inlines, none where it has none): the heading that opens it, taken out."""
    if el.content and isinstance(el.content[0], pf.Header) and "callout-title" in el.content[0].classes:
        return list(el.content.pop(0).content)
    return []


def is_in_block(el: pf.Header) -> bool:
    """Whether a heading stands inside a callout or another block, and is not its title, nor that of a tab."""
    is_tab = isinstance(el.parent, pf.Div) and "panel-tabset" in el.parent.classes
    return IN_BLOCK in el.classes and "callout-title" not in el.classes and not is_tab


def numbered(el: pf.Div, book: Book) -> str:
    """The name of a callout or theorem that has a number: "Nota 1.1"; "" without one."""
    number = el.attributes.get("number")
    return f"{book.word(el.identifier.partition('-')[0])}{NBSP}{number}" if number else ""


def tabs(el: pf.Div) -> list[tuple[list, list]]:
    """Titles (inlines) and contents (blocks) of a tabset: its headings of the first level that occurs."""
    level = min((child.level for child in el.content if isinstance(child, pf.Header)), default=0)
    out: list[tuple[list, list]] = []
    for child in el.content:
        if isinstance(child, pf.Header) and child.level == level:
            out.append((list(child.content), []))
        elif out:
            out[-1][1].append(child)
    return out


def caption_of(el: pf.Div) -> tuple[list, list]:
    """Contents and caption (inlines) of a float in the canonical form."""
    content = list(el.content)
    caption = content.pop()
    inlines = [inline for block in caption.content for inline in block.content]
    return content, inlines


def quoted(text: str) -> str:
    """A string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
