"""Citations of a whole book, so that 2016a and 2016b are the same on every page and in the PDF."""

from __future__ import annotations

import re

from cnnlab.errors import BookError, nearest
from cnnlab.render import pandoc
from cnnlab.render.book.config import Book
from cnnlab.render.book.reading import read_text
from cnnlab.render.faults import raise_all

HIDDEN = "hidden-references"  # the class of the entries that a page keeps for previews alone


def known_keys(book: Book) -> list[str]:
    """Keys of the book's bibliography."""
    keys = []
    for path in book.bibliography:
        keys += re.findall(r"@\w+\s*\{\s*([^,\s]+)\s*,", read_text(path))
    return keys


def check(book: Book, parsed: dict, sources: dict) -> None:
    """Every citation has an entry, and some page shows the entries."""
    known = known_keys(book)
    for slug, chapter in parsed.items():
        if (chapter.cites or has_references(chapter.tree)) and not book.bibliography:
            raise BookError(
                "there is no bibliography",
                where=sources[slug].locate(*(f"@{key}" for key in chapter.cites), "{#refs"),
                remedy="name its file in _quarto.yml: 'bibliography: chapters/references.bib'",
            )
    for key in book.nocite:
        if key not in (*known, "*"):
            raise BookError(
                f"nocite: @{key} is not in {names(book)}", where=book.where("nocite"), remedy=nearest(key, known)
            )
    if not book.nocite and not any(chapter.cites for chapter in parsed.values()):
        return
    raise_all(
        BookError(
            f"citation @{key} is not in {names(book)}",
            where=sources[slug].locate(f"@{key}"),
            remedy=nearest(key, known),
        )
        for slug, chapter in parsed.items()
        for key in chapter.cites
        if key not in known
    )
    holding = [slug for slug, chapter in parsed.items() if has_references(chapter.tree)]
    if len(holding) > 1:
        raise BookError(
            "two pages hold the bibliography",
            where=sources[holding[0]].locate("{#refs"),
            allowed="one '::: {#refs}' in a book",
            remedy=f"take this one out; the other stands in {sources[holding[1]].path}",
        )
    if not holding:
        raise BookError(
            f"there are citations and no page holds the bibliography ({book.lang})",
            where=f"_quarto-{book.lang}.yml",
            remedy="add a chapter with '::: {#refs}' and ':::'",
        )


def names(book: Book) -> str:
    """The files of the bibliography, as messages name them."""
    files = [str(path.relative_to(book.root)) for path in book.bibliography]
    return ", ".join(files) or "the bibliography: there is none"


def keys_of(book: Book, parsed: dict) -> list[str]:
    """Keys of all that the book cites, in its order, and of what stands in the bibliography without being cited."""
    cited = [key for page in book.pages for key in parsed[page.slug].cites]
    unseen = known_keys(book) if "*" in book.nocite else book.nocite
    return list(dict.fromkeys([*cited, *unseen]))


def resolve(book: Book, tree: dict, cites: list[str], keys: list[str], what: str) -> dict:
    """A chapter's tree with its citations written. keys: all that the book cites, for the page with `{#refs}`."""
    everything = [citation(key) for key in keys]
    if is_numeric(book):  # a first paragraph that cites all in their order gives each its number, the same on all pages
        first = {"t": "Para", "c": [{"t": "Cite", "c": [everything, []]}]}
        tree = tree | {"blocks": [first, *tree["blocks"]]}
    meta = {
        "lang": {"t": "MetaInlines", "c": [{"t": "Str", "c": book.lang}]},
        "link-citations": {"t": "MetaBool", "c": True},
        "nocite": {"t": "MetaInlines", "c": [{"t": "Cite", "c": [everything, []]}]},
    }
    cited = pandoc.cite(tree | {"meta": meta}, book.bibliography, book.csl, what) | {"meta": {}}
    if is_numeric(book):
        cited["blocks"] = cited["blocks"][1:]
    return cited if has_references(tree) else hide_references(cited, cites)


def is_numeric(book: Book) -> bool:
    return book.csl is not None and 'citation-format="numeric"' in read_text(book.csl)


def citation(key: str) -> dict:
    fields = {"citationPrefix": [], "citationSuffix": [], "citationNoteNum": 0, "citationHash": 0}
    return {"citationId": key, "citationMode": {"t": "AuthorInText"}, **fields}


def has_references(tree: dict) -> bool:
    """Whether a chapter's tree holds `::: {#refs}`, the place of the bibliography, before or after it is filled."""
    return any(
        block["t"] == "Div" and block["c"][0][0] == "refs" and HIDDEN not in block["c"][0][1]
        for block in tree["blocks"]
    )


def hide_references(tree: dict, cites: list[str]) -> dict:
    """Keep, unseen, only the entries that a page cites: the site previews them over its citations."""
    *blocks, refs = tree["blocks"]
    (identifier, classes, _), entries = refs["c"]
    entries = [entry for entry in entries if entry["c"][0][0].removeprefix("ref-") in cites]
    hidden = [["style", "display: none"], ["data-pagefind-ignore", "all"]]
    div = {"t": "Div", "c": [[identifier, [*classes, HIDDEN], hidden], entries]}
    return tree | {"blocks": [*blocks, div]}
