"""The syntax tree of a chapter in its canonical form: what the stages after `parse` hand to each other.

Whatever way a float was written (picture, table, listing, div, cell), it is
`Div(#label .float kind=fig|tbl|lst [layout-ncol] [number] [sub])`, whose last child is `Div(.float-caption)`.
A numbered equation is `Span(#eq-x .equation number)`, a cross-reference `Link(ref:label .quarto-xref mode prefix)`,
a numbered heading has the attribute `number`. A callout or theorem whose label is known has `number` too; its title is
the heading that opens it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import panflute as pf

from cnnlab.render import pandoc


class AnyFormat(frozenset):
    """Formats of raw text: panflute would stop at one that it does not know; `floats` refuses it with its line."""

    def __contains__(self, name: object) -> bool:
        return True


pf.elements.RAW_FORMATS = AnyFormat()

FLOATS = ("fig", "tbl", "lst")
CALLOUT_LABELS = {"nte": "note", "tip": "tip", "wrn": "warning", "imp": "important", "cau": "caution"}
THEOREMS = ("thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "sol", "rem", "alg")
LABEL = re.compile(rf"({'|'.join((*FLOATS, 'eq', 'sec', *CALLOUT_LABELS, *THEOREMS))})-[\w-]+\Z")
NAMED = re.compile(r"[^\W\d]-\d|^scikit-")  # "ResNet-50" does not break at its hyphen


@dataclass
class Label:
    """What can be referred to: kind ("fig" … "sec"; "ch", "apx" for a chapter), printed number, where it stands."""

    kind: str
    number: str
    slug: str
    href: str  # of the page, from the root of its language; the anchor is the label itself, none for a chapter
    title: str = ""


@dataclass
class Parsed:
    """A chapter as the next stages need it; plain data, kept as JSON between renders."""

    tree: dict
    title: list = field(default_factory=list)  # inlines, pandoc's JSON
    identifier: str = ""
    labels: dict[str, dict] = field(default_factory=dict)
    cites: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)  # to files of the project that are no chapters
    anchors: list[str] = field(default_factory=list)  # places that links may name
    home: bool = False
    key: str = ""  # digest of what this was made from


def load(tree: dict) -> pf.Doc:
    return pf.load(io.StringIO(json.dumps(tree)))


def dumped(doc: pf.Doc) -> dict:
    out = io.StringIO()
    pf.dump(doc, out)
    return json.loads(out.getvalue())


def read(markdown: str, what: str) -> pf.Doc:
    return load(pandoc.parse(markdown, what))


def inlines_of(markdown: str) -> list:
    """The inlines of a text of Markdown that is one paragraph whatever it begins with: "1. Title" is no list."""
    joiner = "\u2060"
    first, *rest = read(joiner + markdown, "caption").content[0].content
    begin = first.text.removeprefix(joiner) if isinstance(first, pf.Str) else ""
    return [*([pf.Str(begin)] if begin else []), *rest]


def inlines_from(inlines: list, version: list) -> list:
    """Inlines from pandoc's JSON. version: of its API, as a tree has it."""
    block = {"t": "Plain", "c": inlines}
    return list(load({"pandoc-api-version": version, "meta": {}, "blocks": [block]}).content[0].content)


def ancestors(el: pf.Element) -> Iterator[pf.Element]:
    while (el := el.parent) is not None:
        yield el


def is_label(name: str | None) -> bool:
    return bool(LABEL.match(name or ""))


def callout_kind(el: pf.Div) -> str | None:
    """The kind of a callout, such as "note"; None for other divs."""
    return next((name[8:] for name in el.classes if name.startswith("callout-")), None)


def is_float(el: pf.Element) -> bool:
    return isinstance(el, pf.Div) and "float" in el.classes
