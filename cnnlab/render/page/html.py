"""One page's tree to HTML, in Quarto's names for what both renderers have; the page around it is `site`'s."""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field
from urllib.parse import quote

import panflute as pf

from cnnlab.render.book.language import CODE
from cnnlab.render.page.blocks import (
    callout,
    float_figure,
    inline_html,
    layout,
    question,
    raw,
    rawline,
    tabset,
    theorem,
)
from cnnlab.render.text import agreement, maths
from cnnlab.render.text.addresses import is_file, place
from cnnlab.render.text.conditions import keep_format
from cnnlab.render.text.layouts import has_layout
from cnnlab.render.text.pictures import css, is_alone
from cnnlab.render.text.resolve import Context, is_in_block, relative
from cnnlab.render.text.tree import NAMED, Parsed, ancestors, callout_kind, inlines_from, load

SHORT_CODE, SHORT_CELL = 24, 16  # letters of a line of code in the text, and of a table's cell, that are not broken


@dataclass
class Body:
    """The text of a page as HTML, the question that opens it, its contents, the files it shows (site path → file)."""

    html: str
    opening: str
    toc: list = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    title: str = ""
    identifier: str = ""  # of the title, unless it stands in the text
    description: str = ""


def body(context: Context, parsed: Parsed, tree: dict) -> Body:
    """Write a page. The question that opens it is written apart: it stands under the title, outside of the text."""
    writer = Writer(context)
    doc = load(tree)
    doc.walk(keep_format("html"))
    writer.toc(doc, parsed)
    first = next((el for el in doc.content if not (isinstance(el, pf.Div) and not el.content)), None)
    opening = ""
    if isinstance(first, pf.Div) and "question" in first.classes:
        doc.content.remove(first)
        opening = maths.html(pf.Doc(first).walk(writer.action), context.source)
    text = maths.html(doc.walk(writer.action), context.source)
    title = inlines_from(parsed.title, tree["pandoc-api-version"])
    heading, identifier = inline_html(title, context), "" if parsed.home else parsed.identifier
    return Body(text, opening, writer.contents, writer.files, heading, identifier, writer.description)


class Writer:
    """Turns the canonical tree into one that pandoc writes as the page: constructs become raw HTML."""

    def __init__(self, context: Context):
        self.context = context
        self.files: dict[str, str] = {}
        self.contents: list = []
        self.description = ""
        self.tabsets = 0
        self.lang = context.book.lang
        options = context.book.format("html") or {}
        self.fold = options.get("code-fold", False)

    # ---- contents

    def toc(self, doc: pf.Doc, parsed: Parsed) -> None:
        """Headings of the text (not of tabs and callouts), nested; numbers in a span of their own."""

        def heading(el, _):
            if (
                isinstance(el, pf.Para)
                and not self.description
                and not any(isinstance(up, pf.Div) and "question" in up.classes for up in ancestors(el))
            ):
                self.description = pf.stringify(el).strip()
            if not isinstance(el, pf.Header) or any(isinstance(up, pf.Div) for up in ancestors(el)):
                return
            number = el.attributes.get("number")
            if "unlisted" in el.classes:
                return
            words = inline_html(el.content, self.context)
            text = (f'<span class="header-section-number">{number}</span> ' if number else "") + words
            entry = {"html": text, "href": f"#{el.identifier}", "level": el.level, "children": []}
            siblings = self.contents
            while siblings and siblings[-1]["level"] < el.level:
                siblings = siblings[-1]["children"]
            siblings.append(entry)

        doc.walk(heading)

    # ---- the walk, children before parents

    def action(self, el, doc):
        match el:
            case pf.Math():
                el.text = maths.spelled(el.text)
                return el
            case pf.Header():
                return self.header(el)
            case pf.Str() | pf.Code() | pf.Space() | pf.TableCell():
                return unbroken(el)
            case pf.Link():
                return self.link(el)
            case pf.Image():
                return self.image(el)
            case pf.Span():
                return self.span(el)
            case pf.Table():
                el.classes = ["caption-top", "table"]
                return [raw('<div class="table-scroll">'), el, raw("</div>")]
            case pf.CodeBlock():
                return self.code(el)
            case pf.Div():
                return self.div(el)
        return None

    def header(self, el: pf.Header):
        if is_in_block(el):  # a section would not end where the block ends
            tag = f"h{el.level}"
            return pf.Plain(rawline(f'<{tag} id="{el.identifier}">'), *el.content, rawline(f"</{tag}>"))
        number = el.attributes.pop("number", None)
        if number:
            el.content = [pf.Span(pf.Str(number), classes=["header-section-number"]), pf.Space(), *el.content]
        return el

    def link(self, el: pf.Link):
        if el.url.startswith("ref:"):
            agreement.check(el, self.context)
            name = el.url[4:]
            label = self.context.label(name)
            text = self.context.words(label, el.attributes["mode"], el.attributes["prefix"])
            if (
                self.context.page.kind == "home"
                and label.kind in ("ch", "apx")
                and el.attributes["mode"] == "normal"
                and not el.attributes["prefix"]
            ):
                # Quarto names chapters by their titles from a page whose sections bear no numbers.
                text = f"{label.number}\u00a0 {label.title}" if label.kind == "ch" else f"{text} — {label.title}"
            here = label.slug == self.context.page.slug
            page = "" if here else relative(label.href, self.context.page)
            href = page if label.kind in ("ch", "apx") and not here else f"{page}#{name}"
            return pf.Link(pf.Str(text), url=href, classes=["quarto-xref"])
        if el.url.startswith("#ref-") and self.context.references_page:
            page = relative(self.context.references_page, self.context.page)
            el.url = el.url if self.context.references_page == str(self.context.page.output) else page + el.url
            return el
        target = self.context.link(el.url)
        if target:
            there, _, anchor = target
            name = "" if there is self.context.page else relative(there.output, self.context.page)
            el.url = quote(name) + (f"#{quote(anchor)}" if anchor else "") or "#"
            return el
        if is_file(el.url):
            site = place(self.context.page, el.url)
            if (self.context.book.root / site).is_file():
                self.files[str(site)] = str(self.context.book.root / site)
            name = re.split(r"[?#]", el.url)[0]
            el.url = quote(relative(site, self.context.page)) + el.url.removeprefix(name)
            return el
        return None

    def image(self, el: pf.Image):
        page = self.context.page
        if el.url.startswith("cell:"):
            site = page.output.parent / f"{page.output.stem}_files/figure-html/{el.url[5:]}"
        else:
            site = place(page, el.url)
        self.files[str(site)] = str(self.context.picture(el.url))
        width, height = self.context.picture_size(el.url)
        kind = "figure-img" if is_alone(el) else "line-img"
        title = f' title="{entities.escape(el.title)}"' if el.title else ""
        style = f' style="{"; ".join(css(el.attributes))}"' if css(el.attributes) else ""
        return rawline(
            f'<img src="{quote(relative(site, page))}" class="img-fluid {kind}"'
            f' alt="{entities.escape(el.attributes["fig-alt"])}"{title} width="{width:.0f}" height="{height:.0f}"'
            f' loading="lazy" decoding="async"{style}>'
        )

    def span(self, el: pf.Span):
        if "equation" in el.classes:
            number = el.attributes.pop("number")
            return [
                rawline(f'<span class="equation" id="{el.identifier}">'),
                *el.content,
                rawline(f'<span class="eq-number">({number})</span></span>'),
            ]
        return None

    def code(self, el: pf.CodeBlock):
        name = el.attributes.pop("filename", None)
        if name:
            shown = self.code(el)
            head = f'<div class="code-with-filename-file">{entities.escape(name)}</div>'
            return [raw('<div class="code-with-filename">' + head), *(shown or [el]), raw("</div>")]
        if "cell-code" not in el.classes:
            return None
        fold = {"true": True, "false": False, "show": "show"}.get(el.attributes.pop("code-fold", None), self.fold)
        summary = el.attributes.pop("code-summary", CODE[self.lang])
        el.classes = ["python", "cell-code"]
        if fold is False:
            return None
        return [
            raw(
                f'<details class="code-fold"{" open" if fold == "show" else ""}>'
                f"<summary>{entities.escape(summary)}</summary>"
            ),
            el,
            raw("</details>"),
        ]

    # ---- divs

    def div(self, el: pf.Div):
        if "float" in el.classes:
            return float_figure(el, self.lang)
        if "question" in el.classes:
            return question(el)
        if "panel-tabset" in el.classes:
            self.tabsets += 1
            return tabset(el, self.tabsets, self.context)
        if "aside" in el.classes:
            el.classes = ["column-margin", "aside"]
            return el
        if kind := callout_kind(el):
            return callout(el, kind, self.context.book)
        if "theorem" in el.classes:
            return theorem(el, self.context.book)
        if has_layout(el.attributes):
            return layout(list(el.content), el.attributes)
        return None


def unbroken(el):
    """What stands for an element in which no line may end, such as "ResNet-50", short code or the space of "95 %"."""
    match el:
        case pf.Str() if NAMED.search(el.text) and len(el.text) <= SHORT_CODE:
            return pf.Span(el, classes=["nw"])
        case pf.Code() if len(el.text) <= SHORT_CODE:
            return pf.Span(el, classes=["nw"])
        case pf.Space() if re.search(r"\d %", beside(el)):
            return pf.Str("\u202f")
        case pf.TableCell() if len(pf.stringify(el).strip()) <= SHORT_CELL:
            el.classes.append("nw")
            return el
    return None


def beside(el: pf.Space) -> str:
    """A space with the letters before and after it."""
    before, after = (each.text if isinstance(each, pf.Str) else "" for each in (el.prev, el.next))
    return f"{before[-1:]} {after[:1]}"
