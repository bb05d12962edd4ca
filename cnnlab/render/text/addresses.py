"""What the addresses in a chapter lead to: pages, places in them, files of the project, other hosts."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import panflute as pf

from cnnlab.errors import BookError, nearest
from cnnlab.render.book.config import Page
from cnnlab.render.book.reading import absence
from cnnlab.render.text.source import Source

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
MADE = (".html", ".pdf")  # links to what a render makes: whether it is there is seen once the site is complete


def place(page: Page, url: str) -> PurePosixPath:
    """The path in the project of a page's address, which is relative to the page, or with a slash to the project."""
    name = unquote(re.split(r"[?#]", url)[0])
    folder = "" if name.startswith("/") else str(page.source.parent)
    return PurePosixPath(posixpath.normpath(posixpath.join(folder, name.lstrip("/"))))


def is_file(url: str) -> bool:
    """Whether an address names a file of the project, which is no chapter."""
    name = re.split(r"[?#]", url)[0]
    return bool(name) and not SCHEME.match(url) and not name.endswith(".qmd")


def written(url: str) -> list[str]:
    """The ways in which an address may stand in a chapter: pandoc writes a space as %20."""
    return list(dict.fromkeys(f"{opening}{name}" for opening in ("(", "(<", "") for name in (url, unquote(url))))


def check_file(root: Path, page: Page, source: Source, url: str, what: str) -> None:
    """Refuse an address that leads to no file, or out of the project. what: "picture", "link to"."""
    name = place(page, url)
    file = root / name
    if not (".." in name.parts or file.is_file()):
        problem, remedy = absence(file)
        if remedy is None:
            beside = sorted(each.name for each in file.parent.iterdir()) if file.parent.is_dir() else []
            start = "the project" if url.startswith("/") else f"{page.source.parent}/"
            hint = "write https:// before it" if url.startswith("www.") else f"its path is relative to {start}"
            remedy = nearest(name.name, beside) or hint
    elif ".." in name.parts or not file.resolve().is_relative_to(root.resolve()):
        problem, remedy = "lies outside of the project", "copy the file into the project"
    else:
        return
    raise BookError(f"{what} {unquote(url)} {problem}", where=source.locate(*written(url)), remedy=remedy)


class Addresses:
    """A walker over a chapter's tree: `files` of the project that it links, `anchors` that may be linked."""

    def __init__(self, source: Source):
        self.source = source
        self.files: list[str] = []
        self.anchors: list[str] = []

    def action(self, el, doc) -> None:
        if isinstance(el, pf.Link) and not el.url:
            text = pf.stringify(el)
            raise self.source.error(
                f"the link {text!r} leads nowhere", f"[{text}]()", text, remedy="write an address in its parentheses"
            )
        if isinstance(el, pf.Link) and is_file(el.url) and el.url not in self.files:
            self.files.append(el.url)
        if getattr(el, "identifier", ""):
            self.anchors.append(el.identifier)
        if isinstance(el, pf.RawBlock | pf.RawInline):
            self.anchors += re.findall(r'\b(?:id|name)="([^"]+)"', el.text)
