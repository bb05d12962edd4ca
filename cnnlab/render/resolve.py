"""What a reference prints and where it leads; the steps that both writers share."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import panflute as pf

from cnnlab.errors import nearest
from cnnlab.render.config import Book, Page
from cnnlab.render.source import Source
from cnnlab.render.tree import Label, Parsed

NBSP = "\u00a0"
PX_PER_PT = 96 / 72


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
        return (self.book.root / self.page.source.parent / url).resolve()

    def link(self, url: str) -> tuple[Page, str, str] | None:
        """Page, its title's identifier and anchor of a link to another file of the book; None for links elsewhere."""
        name, _, anchor = url.partition("#")
        if not name.endswith(".qmd"):
            return None
        target = posixpath.normpath(posixpath.join(str(self.page.source.parent), name))
        if target not in self.pages:
            raise self.source.error(
                f"link to {name}: no such chapter in this language",
                f"]({url}",
                name,
                remedy=nearest(target, sorted(self.pages)),
            )
        page, parsed = self.pages[target]
        return page, parsed.identifier, anchor


def relative(target: str | PurePosixPath, page: Page) -> str:
    """Path of a file of the site from a page, both given from the root of the language."""
    return posixpath.relpath(str(target), str(page.output.parent))


def take_title(el: pf.Div) -> list:
    """The title of a callout or theorem (inlines, none where it has none): the heading that opens it, taken out."""
    if el.content and isinstance(el.content[0], pf.Header) and "callout-title" in el.content[0].classes:
        return list(el.content.pop(0).content)
    return []


def callout_kind(el: pf.Div) -> str | None:
    return next((name[8:] for name in el.classes if name.startswith("callout-")), None)


def numbered(word: str, el: pf.Div) -> str:
    """The name of a callout or theorem that has a number: "Nota 1.1"; "" without one."""
    return f"{word}{NBSP}{el.attributes['number']}" if "number" in el.attributes else ""


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


def picture_size(path: Path) -> tuple[float, float]:
    """Width and height of a picture in CSS pixels."""
    if path.suffix == ".svg":
        head = path.read_text(encoding="utf-8", errors="replace")[:2000]
        found = dict(re.findall(r'\b(width|height)="([\d.]+(?:pt|px)?)"', head))
        if len(found) == 2:
            return pixels(found["width"]), pixels(found["height"])
        box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', head)
        return (float(box[1]), float(box[2])) if box else (608.0, 400.0)
    from PIL import Image

    with Image.open(path) as picture:
        return float(picture.width), float(picture.height)


def pixels(length: str) -> float:
    """A length of an SVG, in points or in pixels, in CSS pixels."""
    return float(length.removesuffix("pt").removesuffix("px")) * (PX_PER_PT if length.endswith("pt") else 1)


def quoted(text: str) -> str:
    """A string of Typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
