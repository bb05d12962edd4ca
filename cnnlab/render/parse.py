"""A chapter's Markdown to a syntax tree in which every construct has one form, with labels numbered.

Whatever way a float was written (picture, table, listing, div, cell), it leaves here as
`Div(#label .float kind=fig|tbl|lst [layout-ncol] [number] [sub])`, whose last child is `Div(.float-caption)`.
A numbered equation is `Span(#eq-x .equation number)`, a cross-reference `Link(ref:label .quarto-xref mode prefix)`,
a numbered heading has the attribute `number`.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import asdict, dataclass, field

import panflute as pf

from cnnlab.errors import BookError, nearest
from cnnlab.render import pandoc
from cnnlab.render.config import Book, Page
from cnnlab.render.source import SHORTCODE, Fences, Source

pf.elements.RAW_FORMATS.add("typst")  # panflute's list of formats is older than pandoc's writer

FLOATS = ("fig", "tbl", "lst")
LABEL = re.compile(r"(fig|tbl|lst|eq|sec)-[\w-]+\Z")
CALLOUTS = ("note", "tip", "warning", "important", "caution")
CONDITIONS = ("when-format", "unless-format", "when-profile", "unless-profile")
CLASSES = {  # of divs, all that a chapter may use
    *(f"callout-{kind}" for kind in CALLOUTS),
    "question",
    "panel-tabset",
    "aside",
    "column-margin",
    "column-page",
    "content-visible",
    "content-hidden",
    "cell",
    "cell-output",
    "cell-output-stdout",
    "cell-output-stderr",
    "cell-output-display",
    "cell-output-markdown",
    "light-content",
    "dark-content",
}


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
    home: bool = False
    key: str = ""  # digest of what this was made from


def substitute(markdown: str, source: Source, variables: dict, options: dict) -> str:
    """Put `var` and `meta` shortcodes' values in their places; code is left as it is."""
    fences, lines = Fences(), []

    def value(call: re.Match) -> str:
        word, *arguments = call[1].split()
        if word == "pagebreak":
            return "`#pagebreak()`{=typst}"
        names, table, file = {
            "var": ("variable", variables, "_variables.yml"),
            "meta": ("option", options, "_quarto.yml"),
        }[word]
        found = table
        for key in arguments[0].split(".") if arguments else [""]:
            found = found.get(key) if isinstance(found, dict) else None
        if found is None or isinstance(found, dict | list):
            known = sorted(flat_names(table))
            raise BookError(
                f"{names} {arguments[0] if arguments else '(none)'} has no value in {file}",
                where=source.locate(call[0], arguments[0] if arguments else "{{<"),
                remedy=nearest(arguments[0] if arguments else "", known)
                or "cnnlab status says which results are missing",
            )
        return str(found)

    for line in markdown.split("\n"):
        if not fences.code(line) and "{{<" in line:
            pieces = re.split(r"(`[^`]+`(?!\{))", line)
            line = "".join(piece if n % 2 else SHORTCODE.sub(value, piece) for n, piece in enumerate(pieces))
        lines.append(line)
    return "\n".join(lines)


def flat_names(table: dict, before: str = ""):
    for key, value in table.items():
        yield from flat_names(value, f"{before}{key}.") if isinstance(value, dict) else (f"{before}{key}",)


def parse(book: Book, page: Page, source: Source, markdown: str) -> Parsed:
    """Markdown (cells and shortcodes already in) to its tree; BookError with file and line for what is wrong."""
    doc = pf.load(io.StringIO(json.dumps(pandoc.parse(markdown, str(page.source)))))
    chapter = Chapter(book, page, source, doc)
    chapter.settle()
    return chapter.parsed()


class Chapter:
    """The tree of one chapter on its way to the canonical form."""

    def __init__(self, book: Book, page: Page, source: Source, doc: pf.Doc):
        self.book, self.page, self.source, self.doc = book, page, source, doc
        self.labels: dict[str, Label] = {}
        self.cites: list[str] = []
        self.references: list[str] = []
        self.images: list[str] = []
        self.title: pf.Header | None = None
        self.counters = dict.fromkeys((*FLOATS, "eq"), 0)
        self.sections = [0] * 6

    def error(self, what: str, *needles: str, remedy: str | None = None, allowed: str | None = None) -> BookError:
        return BookError(what, where=self.source.locate(*needles), remedy=remedy, allowed=allowed)

    def settle(self) -> None:
        self.doc.walk(self.conditions)
        self.doc.walk(self.floats)
        self.doc.walk(self.cross_references)
        self.take_title()
        self.doc.walk(self.number)

    def parsed(self) -> Parsed:
        tree = json.loads(dumped(self.doc))
        title = json.loads(dumped(pf.Doc(pf.Plain(*self.title.content))))["blocks"][0]["c"]
        return Parsed(
            tree,
            title,
            self.title.identifier,
            {k: asdict(v) for k, v in self.labels.items()},
            self.cites,
            self.references,
            self.images,
            self.page.kind == "home",
        )

    # ---- conditions

    def conditions(self, el, doc):
        if isinstance(el, (pf.Div, pf.Span, pf.CodeBlock)) and {"content-visible", "content-hidden"} & set(el.classes):
            unknown = [key for key in el.attributes if key not in CONDITIONS]
            if unknown:
                raise self.error(
                    f"condition {unknown[0]!r} is not supported", unknown[0], allowed=", ".join(CONDITIONS)
                )
            visible = "content-visible" in el.classes
            profile_holds = all(
                (value == self.book.lang) == key.startswith("when")
                for key, value in el.attributes.items()
                if key.endswith("profile")
            )
            by_format = {key: value for key, value in el.attributes.items() if key.endswith("format")}
            for value in by_format.values():
                if value not in ("html", "typst"):
                    raise self.error(f"format {value!r} is unknown", f'"{value}"', allowed="html, typst")
            if not by_format:
                return list(el.content) if profile_holds == visible else []
            if not profile_holds:
                return [] if visible else list(el.content)
            if isinstance(el, pf.Div):
                inner = [
                    child for child in el.content if isinstance(child, pf.Div) and LABEL.match(child.identifier or "")
                ]
                if inner:
                    raise self.error(
                        f"label {inner[0].identifier!r} stands in one format only: its number would differ",
                        f"#{inner[0].identifier}",
                        inner[0].identifier,
                        remedy="put the condition inside the float",
                    )
        return None

    # ---- floats

    def floats(self, el, doc):
        if isinstance(el, pf.Image):
            self.check_image(el)
        elif isinstance(el, pf.Figure):
            if not LABEL.match(el.identifier or ""):
                image = next(iter(self.images[-1:]), "")
                raise self.error(
                    "a picture with a caption has no label", f"]({image}", image, remedy="write {#fig-…} after it"
                )
            return self.float(el.identifier, list(el.content), el.caption.content, {})
        elif isinstance(el, pf.Table):
            return self.table(el)
        elif isinstance(el, pf.CodeBlock) and el.identifier.startswith("lst-"):
            label, caption = el.identifier, el.attributes.pop("lst-cap", None)
            if not caption:
                raise self.error(
                    f"listing {label!r} has no caption", label, remedy='write lst-cap="…" beside its label'
                )
            el.identifier = ""
            return self.float(label, [el], [pf.Plain(*inlines_of(caption))], {})
        elif isinstance(el, pf.Para | pf.Plain):
            return self.equation(el)
        elif isinstance(el, pf.Div):
            return self.div(el)
        elif isinstance(el, pf.RawBlock | pf.RawInline) and el.format not in ("html", "typst"):
            raise self.error(f"raw {{={el.format}}} is not supported", f"={el.format}", allowed="{=html}, {=typst}")
        elif isinstance(el, pf.LineBlock):
            raise self.error("line blocks ('| text') are not supported", remedy="write a list or paragraphs")
        return None

    def check_image(self, image: pf.Image) -> None:
        self.images.append(image.url)
        if "://" in image.url:
            raise self.error(
                f"picture {image.url} is on another host", image.url, remedy="keep pictures in the project"
            )
        if not image.attributes.get("fig-alt"):
            raise self.error(
                f"picture {image.url} has no alternative text",
                f"]({image.url}",
                image.url,
                remedy='write {fig-alt="what it shows"} after it',
            )
        if not image.url.startswith("cell:"):
            file = (self.book.root / self.page.source.parent / image.url).resolve()
            if not file.is_file():
                raise self.error(
                    f"picture {image.url} does not exist",
                    f"]({image.url}",
                    image.url,
                    remedy=f"its path is relative to {self.page.source.parent}",
                )

    def table(self, table: pf.Table):
        label, caption = table.identifier, list(table.caption.content)
        if not label and not caption:
            return None
        text = pf.stringify(table.caption).strip()
        if not LABEL.match(label or ""):
            raise self.error(
                f"the table captioned {text[:40]!r} has no label", text[:20], remedy="end its caption with {#tbl-…}"
            )
        table.identifier = ""
        table.caption = pf.Caption()
        return self.float(label, [table], caption, {})

    def equation(self, para):
        content = list(para.content)
        for n, el in enumerate(content):
            label = re.match(r"\{#(eq-[\w-]+)\}(.*)", el.text) if isinstance(el, pf.Str) else None
            if label and n and any(isinstance(e, pf.Math) for e in content[max(0, n - 2) : n]):
                at = n - 1 if isinstance(content[n - 1], pf.Math) else n - 2
                rest = [pf.Str(label[2])] if label[2] else []
                para.content = [
                    *content[:at],
                    pf.Span(content[at], identifier=label[1], classes=["equation"]),
                    *rest,
                    *content[n + 1 :],
                ]
                return self.equation(para) or para
        return None

    def div(self, el: pf.Div):
        unknown = [
            name for name in el.classes if name not in CLASSES and name not in ("float", "float-caption", "unnumbered")
        ]
        if unknown:
            raise self.error(
                f"div class {unknown[0]!r} is not supported",
                f".{unknown[0]}",
                allowed=", ".join(sorted(CLASSES)),
                remedy=nearest(unknown[0], sorted(CLASSES)),
            )
        if "float" in el.classes or not LABEL.match(el.identifier or ""):
            return None
        label, content = el.identifier, list(el.content)
        caption = content.pop() if content else None
        if not isinstance(caption, pf.Para) or all(isinstance(e, pf.Image) for e in caption.content):
            raise self.error(
                f"{label!r} has no caption",
                f"#{label}",
                label,
                remedy="end the div with a paragraph that is its caption",
            )
        return self.float(label, content, [pf.Plain(*caption.content)], dict(el.attributes))

    def float(self, label: str, content: list, caption, attributes: dict) -> pf.Div:
        unknown = [key for key in attributes if key != "layout-ncol"]
        if unknown:
            raise self.error(
                f"attribute {unknown[0]!r} of {label!r} is not supported", unknown[0], allowed="layout-ncol"
            )
        blocks = [pf.Plain(*block.content) if isinstance(block, pf.Para) else block for block in caption]
        return pf.Div(
            *content,
            pf.Div(*blocks, classes=["float-caption"]),
            identifier=label,
            classes=["float"],
            attributes={"kind": label.partition("-")[0], **attributes},
        )

    # ---- references and citations

    def cross_references(self, el, doc):
        if not isinstance(el, pf.Cite):
            return None
        refs = [c for c in el.citations if LABEL.match(c.id)]
        if not refs:
            for citation in el.citations:
                if citation.id not in self.cites:
                    self.cites.append(citation.id)
            return None
        if len(refs) < len(el.citations):
            other = next(c.id for c in el.citations if c not in refs)
            raise self.error(
                f"@{other} and @{refs[0].id} share brackets: one is a citation, the other a reference",
                f"@{other}",
                remedy="give each brackets of its own",
            )
        out = []
        for n, citation in enumerate(refs):
            if citation.suffix:
                raise self.error(
                    f"text after @{citation.id} inside the brackets is not supported",
                    f"@{citation.id}",
                    remedy="write it after the brackets",
                )
            if citation.id not in self.references:
                self.references.append(citation.id)
            prefix = pf.stringify(pf.Plain(*citation.prefix)).strip() if citation.prefix else ""
            bare = citation.mode == "SuppressAuthor"
            out += [pf.Str(","), pf.Space()] if n else []
            out.append(
                pf.Link(
                    pf.Str(citation.id),
                    url=f"ref:{citation.id}",
                    classes=["quarto-xref"],
                    attributes={"mode": "bare" if bare else "normal", "prefix": prefix},
                )
            )
        return out

    # ---- title and numbers

    def take_title(self) -> None:
        headers = [el for el in self.doc.content if isinstance(el, pf.Header)]
        first = next((h for h in headers if h.level == 1), None)
        if first is None:
            raise self.error("a chapter has no title", remedy="begin with '# Title {#sec-…}'")
        second = next((h for h in headers if h.level == 1 and h is not first), None)
        if second is not None and self.page.kind != "home":
            raise self.error(
                "a chapter has two titles",
                f"# {pf.stringify(second).strip()}",
                remedy="one '# …' a file; use '## …' for its sections",
            )
        self.title = first
        if self.page.kind != "home":
            self.doc.content.remove(first)
            if self.page.number and first.identifier.startswith("sec-"):
                kind = "apx" if self.page.kind == "appendix" else "ch"
                self.add(
                    first.identifier,
                    Label(kind, self.page.number, self.page.slug, str(self.page.output), pf.stringify(first).strip()),
                )

    def add(self, name: str, label: Label) -> None:
        if name in self.labels:
            raise self.error(
                f"label {name!r} is used twice in this chapter",
                f"#{name}",
                f"label: {name}",
                remedy="rename one of the two",
            )
        self.labels[name] = label

    def number(self, el, doc):
        if isinstance(el, pf.Header) and el is not self.title:
            return self.number_section(el)
        if isinstance(el, pf.Div) and "float" in el.classes:
            if not any("float" in getattr(up, "classes", ()) for up in ancestors(el)):
                self.number_float(el)
        elif isinstance(el, pf.Span) and "equation" in el.classes:
            el.attributes["number"] = self.next_number("eq", el.identifier)
        return None

    def number_section(self, header: pf.Header) -> None:
        if any(
            isinstance(up, pf.Div)
            and ("panel-tabset" in up.classes or any(name.startswith("callout") for name in up.classes))
            for up in ancestors(header)
        ):
            return  # the title of a tab or of a callout
        if not self.page.number or "unnumbered" in header.classes:
            return
        self.sections[header.level - 1] += 1
        self.sections[header.level :] = [0] * (6 - header.level)
        header.attributes["number"] = ".".join([self.page.number, *map(str, self.sections[1 : header.level])])
        if header.identifier.startswith("sec-"):
            self.add(header.identifier, self.label("sec", header.attributes["number"]))

    def next_number(self, kind: str, name: str) -> str:
        if not self.page.number:
            raise self.error(
                f"{name!r} stands in a chapter without number", f"#{name}", name, remedy="move it to a numbered chapter"
            )
        self.counters[kind] += 1
        number = f"{self.page.number}.{self.counters[kind]}"
        self.add(name, self.label(kind, number))
        return number

    def number_float(self, el: pf.Div) -> None:
        kind = el.attributes["kind"]
        el.attributes["number"] = number = self.next_number(kind, el.identifier)
        inner = []
        el.walk(
            lambda e, doc: inner.append(e) if isinstance(e, pf.Div) and "float" in e.classes and e is not el else None
        )
        for n, child in enumerate(inner):
            child.attributes["sub"] = chr(97 + n)
            self.add(child.identifier, self.label(kind, f"{number} ({chr(97 + n)})"))

    def label(self, kind: str, number: str) -> Label:
        return Label(kind, number, self.page.slug, str(self.page.output))


def ancestors(el):
    while (el := el.parent) is not None:
        yield el


def dumped(doc: pf.Doc) -> str:
    out = io.StringIO()
    pf.dump(doc, out)
    return out.getvalue()


def inlines_of(markdown: str) -> list:
    """The inlines of one line of Markdown, e.g. of a caption given as an attribute."""
    blocks = pf.load(io.StringIO(json.dumps(pandoc.parse(markdown, "caption")))).content
    return list(blocks[0].content) if blocks else []
