"""Pages to a site: the page around each text, assets, search, and the check that every link leads somewhere."""

from __future__ import annotations

import functools
import importlib.util
import itertools
import posixpath
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from cnnlab.errors import BookError, RenderError
from cnnlab.render.book.config import Book, Page
from cnnlab.render.book.language import APPENDICES, PREFIXES
from cnnlab.render.book.twins import twin
from cnnlab.render.page.html import Body
from cnnlab.render.page.interface import WORDS
from cnnlab.render.paper.pdf import EXTENSION

TEMPLATES = Path(__file__).parent
LIBRARY = PurePosixPath("site_libs/informe")  # assets of the site, below the first language's folder
STYLES = ("tokens.css", "elements.scss")  # of the extension, in this order, before our own site.css


@functools.cache
def template():
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("page.html")


# ---- one page


def title_html(page: Page, title: str) -> str:
    if page.number is None:
        return f'<span class="chapter-title">{title}</span>'
    return f'<span class="chapter-number">{page.number}</span>&nbsp; <span class="chapter-title">{title}</span>'


def heading_html(book: Book, page: Page, title: str) -> str:
    """The title over the text: chapters as in the list of chapters, an appendix as "Apéndice A — Datos"."""
    if page.kind == "appendix":
        word = PREFIXES[book.lang]["apx"]
        return f'<span class="chapter-number">{word} {page.number}</span> — <span class="chapter-title">{title}</span>'
    return title_html(page, title)


def page_html(book: Book, sister: Book | None, page: Page, bodies: dict[str, Body], first: Book, with_pdf: bool) -> str:
    """A whole page. sister: the book in the other language; first: the language whose folder holds the other's."""
    from markupsafe import Markup

    body = bodies[page.slug]
    here = book.output / page.output

    def href(target: PurePosixPath) -> str:
        return posixpath.relpath(str(target), str(here.parent))

    def entry(to: Page) -> dict:
        return {
            "title_html": Markup(title_html(to, bodies[to.slug].title)),
            "href": href(book.output / to.output),
            "active": to is page,
        }

    at = book.pages.index(page)
    neighbours = [entry(book.pages[n]) if 0 <= n < len(book.pages) else None for n in (at - 1, at + 1)]
    plain = unescape(re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", body.title))
    root = href(first.output / "x")[:-1]
    return template().render(
        lang=book.lang,
        root=root,
        home=href(book.output / "x")[:-1],
        words=words_of(book),
        book={
            "title": book.meta["title"],
            "subtitle": book.meta.get("subtitle", ""),
            "author": book.author,
            "date": book.date,
        },
        page={
            "title_html": Markup(book.meta["title"] if page.kind == "home" else heading_html(book, page, body.title)),
            "plain_title": plain,
            "identifier": body.identifier,
            "number": page.number,
            "part": {"name": page.part.name, "index": page.part.index}
            if page.part and page.part.index and not page.opens_part
            else None,
            "kind": page.kind,
            "href": href(here),
            "description": body.description,
        },
        sidebar=sidebar(book, entry),
        toc=[contents(e) for e in body.toc],
        body=Markup(body.html),
        opening=Markup(body.opening),
        previous=neighbours[0],
        next=neighbours[1],
        other_language=other_language(book, sister, page, href),
        pdf=href(book.output / book.pdf_name) if with_pdf else None,
        assets=href(first.output / LIBRARY),
        footer_html=Markup(book.meta.get("page-footer", "")),
    )


def sidebar(book: Book, entry: Callable[[Page], dict]) -> list[dict]:
    """The list of chapters: entries, and groups of them for parts and the appendices."""
    out: list[dict] = []
    for part, pages in itertools.groupby(book.pages, key=lambda page: page.part):
        entries = [(page, entry(page)) for page in pages]
        inside = [made for page, made in entries if not page.opens_part]
        if part is None:
            out += inside
        else:
            name = part.name if part.index else APPENDICES[book.lang]
            opening = next((made for page, made in entries if page.opens_part), None)
            out.append({"part": name, "index": part.index, "children": inside, "page": opening})
    return out


def other_language(book: Book, sister: Book | None, page: Page, href: Callable[[PurePosixPath], str]) -> dict | None:
    """The link to the same chapter in the other language; None where there is none."""
    there = twin(page, book, sister) if sister else None
    if sister is None or there is None:
        return None
    label = WORDS[sister.lang]["language"]
    return {"lang": sister.lang, "label": label, "href": href(sister.output / there.output)}


def words_of(book: Book) -> dict[str, str]:
    """The interface strings of a book's pages, with its own title over a chapter's contents."""
    words = WORDS[book.lang]
    return words | {"contents": book.options.get("toc-title") or words["contents"]}


def contents(entry: dict) -> dict:
    from markupsafe import Markup

    return {
        "html": Markup(entry["html"]),
        "href": entry["href"],
        "children": [contents(child) for child in entry["children"]],
    }


# ---- assets


def assets(book: Book) -> dict[str, Path]:
    """Files that pages load, by their path below the first language's folder."""
    extension = book.root / EXTENSION
    files = [
        *(extension / name for name in STYLES),
        extension / "fonts" / "fonts.css",
        extension / "reading.js",
        extension / "figures.js",
        *(path for path in TEMPLATES.iterdir() if path.suffix in (".css", ".js")),
        *(extension / "fonts").glob("*.woff2"),
        *(extension / "img").glob("*.png"),
    ]
    out = {}
    for path in files:
        if not path.is_file():
            raise RenderError(f"{path.name} of the look is missing", remedy="restore it: git checkout -- _extensions")
        folder = LIBRARY / path.parent.name if path.parent.name in ("fonts", "img") else LIBRARY
        out[str(folder / path.with_suffix(".css" if path.suffix == ".scss" else path.suffix).name)] = path
    return out


def plotly() -> Path:
    """The plotly.min.js that the installed wheel brings, found without importing it."""
    spec = importlib.util.find_spec("plotly")
    path = Path(spec.origin).parent / "package_data" / "plotly.min.js" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise RenderError("plotly is not installed", remedy="pip install -r requirements-render.txt")
    return path


# ---- search


def index(pages: Path, output: Path) -> None:
    """pagefind's index of the pages in a folder; it stems in the language that they declare."""
    from pagefind_bin import get_executable  # type: ignore[import-untyped]

    shutil.rmtree(output, ignore_errors=True)
    done = subprocess.run(
        [
            str(get_executable()),
            "--site",
            str(pages),
            "--output-path",
            str(output),
            "--root-selector",
            "main",
            "--quiet",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or not (output / "pagefind.js").is_file():
        raise RenderError(
            f"pagefind could not index the pages: {(done.stderr or done.stdout).strip()[:400]}",
            remedy="pip install -r requirements-render.txt",
        )
    for name in output.glob("*ui*"):  # our page has its own search panel
        name.unlink()


# ---- links


def check_links(book: Book, texts: dict[Page, str], known: set[str], locate: Callable[[Page, str], str]) -> None:
    """Every link and picture of a page leads to a file (and anchor) of the site, else BookError names the chapter.

    known: every file of the site. locate(page, needle) gives file:line for a message.
    """
    anchors = {str(book.output / page.output): set(re.findall(r'\bid="([^"]+)"', text)) for page, text in texts.items()}
    for page, text in texts.items():
        folder = (book.output / page.output).parent
        for tag, value in re.findall(r'<(a|img|script|link)\b[^>]*?\b(?:href|src)="([^"]*)"', text):
            url = unescape(value)
            if re.match(r"[a-z][a-z0-9+.-]*:|//", url):
                if tag != "a" and not url.startswith("data:"):
                    raise BookError(
                        f"{page.output} loads {url} from another host",
                        where=locate(page, url),
                        remedy="keep the file in the project",
                    )
                continue
            address, _, anchor = url.partition("#")
            name = address.partition("?")[0]
            target = (
                posixpath.normpath(posixpath.join(str(folder), unquote(name)))
                if name
                else str(book.output / page.output)
            )
            if target not in known:
                raise BookError(
                    f"link to {url}: the site has no such file", where=locate(page, url), remedy="mend the link"
                )
            if anchor and target in anchors and unquote(anchor) not in anchors[target]:
                raise BookError(
                    f"link to {url}: the page has no such place",
                    where=locate(page, anchor),
                    remedy="mend the link, or label the place",
                )
