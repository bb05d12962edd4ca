"""A chapter's Markdown to its tree in the canonical form (see `tree`), with its labels numbered."""

from __future__ import annotations

import re
from dataclasses import asdict

import panflute as pf

from cnnlab.errors import RenderError
from cnnlab.render.book.config import Book, Page
from cnnlab.render.text import maths
from cnnlab.render.text.addresses import Addresses
from cnnlab.render.text.conditions import Conditions
from cnnlab.render.text.constructs import Constructs
from cnnlab.render.text.floats import Floats
from cnnlab.render.text.leftovers import Leftovers
from cnnlab.render.text.numbering import Numbering
from cnnlab.render.text.source import Source
from cnnlab.render.text.tags import Tags, explicit
from cnnlab.render.text.tree import Parsed, dumped, is_label, read


def parse(book: Book, page: Page, source: Source, markdown: str) -> Parsed:
    """The chapter as the next stages need it. Raises BookError, with file and line, for what it must not hold."""
    doc = read_marked(explicit(markdown), source)
    floats, references = Floats(source), References(source)
    doc.walk(apostrophe)
    doc.walk(Conditions(book.lang, source).action)
    doc.walk(Constructs(source).action)
    doc.walk(floats.action)
    doc.walk(lambda el, _: maths.check(el, source))
    doc.walk(Tags(source).action)
    doc.walk(Leftovers(source).action)
    addresses = Addresses(source)
    doc.walk(addresses.action)
    doc.walk(references.action)
    title = take_title(doc, page, source)
    numbering = Numbering(page, source, title)
    doc.walk(numbering.action)
    return Parsed(
        dumped(doc),
        dumped(pf.Doc(pf.Plain(*title.content)))["blocks"][0]["c"],
        title.identifier,
        {name: asdict(label) for name, label in numbering.labels.items()},
        references.cites,
        references.names,
        floats.images,
        addresses.files,
        addresses.anchors,
        page.kind == "home",
    )


def take_title(doc: pf.Doc, page: Page, source: Source) -> pf.Header:
    """The heading that is a chapter's title, taken out of the tree; the first page of the book keeps its own."""
    headers = [el for el in doc.content if isinstance(el, pf.Header) and el.level == 1]
    if not headers:
        raise source.error("a chapter has no title", remedy="begin with '# Title {#sec-…}'")
    if page.kind == "home":
        return headers[0]
    if len(headers) > 1:
        raise source.error(
            "a chapter has two titles",
            f"# {pf.stringify(headers[1]).strip()}",
            remedy="one '# …' a file; use '## …' for its sections",
        )
    doc.content.remove(headers[0])
    return headers[0]


def read_marked(markdown: str, source: Source) -> pf.Doc:
    """The tree of a chapter. What pandoc warns of is an error at the author's line."""
    try:
        doc = read(markdown, str(source.path))
        if doc.metadata:
            name = next(iter(doc.metadata.content))
            raise source.error(
                f"the option {name!r} stands in a chapter", f"{name}:", "---", "%", remedy="put options in _quarto.yml"
            )
        return doc
    except RenderError as error:
        found = re.search(r"line (\d+) column \d+", error.what)
        if found is None:
            raise
        line = markdown.split("\n")[int(found[1]) - 1]
        said = error.what.partition("[WARNING] ")[2] or error.what
        raise source.error(f"pandoc: {said.replace(found[0], 'this line')}", line) from None


def apostrophe(el: pf.Element, doc: pf.Doc) -> list[pf.Element] | None:
    """Apostrophes in place of the quotation marks that pandoc sees in "[@key]'s … it's": none opens after a word."""
    if not isinstance(el, pf.Quoted) or el.quote_type != "SingleQuote":
        return None
    if el.prev is None or isinstance(el.prev, pf.Str | pf.Space | pf.SoftBreak | pf.LineBreak | pf.RawInline):
        return None
    return [pf.Str("’"), *el.content, pf.Str("’")]


class References:
    """A walker that tells citations, `cites`, from references to labels, `names`, and gives the latter their form."""

    def __init__(self, source: Source):
        self.source = source
        self.cites: list[str] = []
        self.names: list[str] = []

    def action(self, el, doc):
        if not isinstance(el, pf.Cite):
            return None
        refs = [c for c in el.citations if is_label(small(c.id))]
        if not refs:
            for citation in el.citations:
                if citation.id not in self.cites:
                    self.cites.append(citation.id)
            return None
        if len(refs) < len(el.citations):
            other = next(c.id for c in el.citations if c not in refs)
            raise self.source.error(
                f"@{other} and @{refs[0].id} share brackets: one is a citation, the other a reference",
                f"@{other}",
                remedy="give each brackets of its own",
            )
        out = []
        for n, citation in enumerate(refs):
            if citation.suffix:
                raise self.source.error(
                    f"text after @{citation.id} inside the brackets is not supported",
                    f"@{citation.id}",
                    remedy="write it after the brackets",
                )
            name = small(citation.id)
            if name not in self.names:
                self.names.append(name)
            prefix = pf.stringify(pf.Plain(*citation.prefix)).strip() if citation.prefix else ""
            mode = "bare" if citation.mode == "SuppressAuthor" else "normal" if citation.id == name else "capital"
            out += [pf.Str(","), pf.Space()] if n else []
            out.append(
                pf.Link(
                    pf.Str(name),
                    url=f"ref:{name}",
                    classes=["quarto-xref"],
                    attributes={"mode": mode, "prefix": prefix},
                )
            )
        return out


def small(name: str) -> str:
    """The label of a reference: @Fig-x, at the beginning of a sentence, is @fig-x with a capital."""
    return name[:1].lower() + name[1:]
