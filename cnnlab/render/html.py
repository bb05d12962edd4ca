"""One page's tree to HTML, in Quarto's names for what both renderers have; the page around it is `site`'s."""

from __future__ import annotations

import html as entities
import json
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import panflute as pf

from cnnlab.render import pandoc
from cnnlab.render.language import CALLOUTS, CODE, PREFIXES
from cnnlab.render.parse import Parsed, ancestors, dumped
from cnnlab.render.resolve import Context, callout_title, caption_of, keep_format, load, picture_size, relative, tabs

NAMED = re.compile(r"[^\W\d]-\d")  # "ResNet-50" does not break at its hyphen
OPENING, OPENED = "<!--opening-->", "<!--opened-->"


@dataclass
class Body:
    """The text of a page as HTML, the question that opens it, its contents, the files it shows (site path → file)."""

    html: str
    opening: str
    toc: list = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    title: str = ""
    description: str = ""


def body(context: Context, parsed: Parsed, tree: dict) -> Body:
    writer = Writer(context)
    doc = load(tree)
    doc.walk(keep_format("html"))
    first = next((el for el in doc.content if not (isinstance(el, pf.Div) and not el.content)), None)
    if isinstance(first, pf.Div) and "question" in first.classes:
        first.attributes["opening"] = "true"
    writer.toc(doc, parsed)
    doc = doc.walk(writer.action)
    text = pandoc.html(json.loads(dumped(doc)), str(context.page.source))
    opening, rest = "", text
    if OPENING in text:
        before, rest = text.split(OPENING, 1)
        opening, rest = rest.split(OPENED, 1)
        rest = before + rest
    title = load(
        {"pandoc-api-version": tree["pandoc-api-version"], "meta": {}, "blocks": [{"t": "Plain", "c": parsed.title}]}
    ).content[0]
    return Body(rest, opening, writer.contents, writer.files, inline_html(title.content), writer.description)


def inline_html(inlines) -> str:
    """Inlines of a title as HTML: text, emphasis, code; anything else by its text."""
    out = []
    for el in inlines:
        match el:
            case pf.Str():
                out.append(entities.escape(el.text, quote=False))
            case pf.Space() | pf.SoftBreak():
                out.append(" ")
            case pf.Emph():
                out.append(f"<em>{inline_html(el.content)}</em>")
            case pf.Code():
                out.append(f"<code>{entities.escape(el.text, quote=False)}</code>")
            case pf.Math():
                out.append(entities.escape(el.text, quote=False))
            case pf.Quoted():
                marks = "“”" if el.quote_type == "DoubleQuote" else "‘’"
                out.append(marks[0] + inline_html(el.content) + marks[1])
            case _ if hasattr(el, "content"):
                out.append(inline_html(el.content))
    return "".join(out)


class Writer:
    """Turns the canonical tree into one that pandoc writes as the page: constructs become raw HTML."""

    def __init__(self, context: Context):
        self.context = context
        self.files: dict[str, str] = {}
        self.contents: list = []
        self.description = ""
        self.count = 0
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
            text = (f'<span class="header-section-number">{number}</span> ' if number else "") + inline_html(el.content)
            entry = {"html": text, "href": f"#{el.identifier}", "level": el.level, "children": []}
            siblings = self.contents
            while siblings and siblings[-1]["level"] < el.level:
                siblings = siblings[-1]["children"]
            siblings.append(entry)

        doc.walk(heading)

    # ---- the walk, children before parents

    def action(self, el, doc):
        match el:
            case pf.Header():
                return self.header(el)
            case pf.Str() if NAMED.search(el.text):
                return pf.Span(el, classes=["nw"])
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
        number = el.attributes.pop("number", None)
        if number:
            el.content = [pf.Span(pf.Str(number), classes=["header-section-number"]), pf.Space(), *el.content]
        return el

    def link(self, el: pf.Link):
        if el.url.startswith("ref:"):
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
            page, _, anchor = target
            el.url = relative(page.output, self.context.page) + (f"#{anchor}" if anchor else "")
            return el
        return None

    def image(self, el: pf.Image):
        path = self.context.picture(el.url)
        page = self.context.page
        if el.url.startswith("cell:"):
            href = f"{page.output.stem}_files/figure-html/{el.url[5:]}"
            site = str(page.output.parent / href)
        else:
            href = el.url
            site = str(PurePosixPath(path.relative_to(self.context.book.root.resolve())))
        self.files[site] = str(path)
        width, height = picture_size(path)
        style = f' style="width: {el.attributes["width"]}; height: auto"' if "width" in el.attributes else ""
        alt = entities.escape(el.attributes.get("fig-alt", ""))
        return pf.RawInline(
            f'<img src="{entities.escape(href)}" class="img-fluid figure-img" alt="{alt}" width="{width:.0f}"'
            f' height="{height:.0f}" loading="lazy" decoding="async"{style}>',
            format="html",
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
        if "cell-code" not in el.classes:
            return None
        fold = {"true": True, "false": False, "show": "show"}.get(el.attributes.pop("code-fold", None), self.fold)
        summary = el.attributes.pop("code-summary", CODE[self.context.book.lang])
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
            return self.float(el)
        if "question" in el.classes:
            return self.question(el)
        if "panel-tabset" in el.classes:
            return self.tabset(el)
        if "aside" in el.classes:
            el.classes = ["column-margin", "aside"]
            return el
        callout = callout_title(el)
        if callout:
            return self.callout(el, *callout)
        if "layout-ncol" in el.attributes:
            return self.layout(list(el.content), int(el.attributes["layout-ncol"]))
        return None

    def question(self, el: pf.Div):
        title = el.attributes.pop("title", "")
        opens = el.attributes.pop("opening", None)
        label = [raw(f'<p><span class="label">{entities.escape(title)}</span></p>')] if title else []
        parts = [raw('<div class="question">'), *label, *el.content, raw("</div>")]
        return [raw(OPENING), *parts, raw(OPENED)] if opens else parts

    def callout(self, el: pf.Div, kind: str, title: list | None):
        simple = el.attributes.get("appearance") == "simple"
        collapse = el.attributes.get("collapse")
        default = None if simple else [pf.Str(CALLOUTS[self.context.book.lang][kind])]
        title = title or default
        style = "simple" if simple else "default"
        open_div = raw(
            f'<div class="callout callout-style-{style} callout-{kind}{" callout-titled" if title else " no-title"}">'
        )
        body = [raw('<div class="callout-body-container callout-body">'), *el.content, raw("</div>")]
        if not title:
            return [open_div, *body, raw("</div>")]
        words = pf.Plain(rawline('<span class="callout-title-container flex-fill">'), *title, rawline("</span>"))
        if collapse is None:
            return [open_div, raw('<div class="callout-header">'), words, raw("</div>"), *body, raw("</div>")]
        is_open = "" if collapse == "true" else " open"
        return [
            open_div,
            raw(f'<details class="callout-collapse"{is_open}><summary class="callout-header">'),
            words,
            raw("</summary>"),
            *body,
            raw("</details></div>"),
        ]

    def tabset(self, el: pf.Div):
        self.count += 1
        heads, panes = [], []
        for n, (title, content) in enumerate(tabs(el), 1):
            name, active = f"tabset-{self.count}-{n}", " active" if n == 1 else ""
            heads.append(
                f'<li class="nav-item" role="presentation"><a class="nav-link{active}" id="{name}-tab" role="tab" '
                f'href="#{name}" aria-controls="{name}" aria-selected="{str(n == 1).lower()}">'
                f"{inline_html(title)}</a></li>"
            )
            panes += [
                raw(f'<div class="tab-pane{active}" id="{name}" role="tabpanel" aria-labelledby="{name}-tab">'),
                *content,
                raw("</div>"),
            ]
        return [
            raw(f'<div class="panel-tabset"><ul class="nav nav-tabs" role="tablist">{"".join(heads)}</ul>'),
            raw('<div class="tab-content">'),
            *panes,
            raw("</div></div>"),
        ]

    def layout(self, cells: list, columns: int):
        out = [raw(f'<div class="quarto-layout-panel" data-layout-ncol="{columns}">')]
        for start in range(0, len(cells), columns):
            out.append(raw('<div class="quarto-layout-row">'))
            for cell in cells[start : start + columns]:
                out += [
                    raw(f'<div class="quarto-layout-cell" style="flex-basis: {100 / columns:.1f}%">'),
                    cell,
                    raw("</div>"),
                ]
            out.append(raw("</div>"))
        return [*out, raw("</div>")]

    def float(self, el: pf.Div):
        content, caption = caption_of(el)
        kind, name, sub = el.attributes["kind"], el.identifier, el.attributes.get("sub")
        columns = el.attributes.get("layout-ncol")
        if columns:
            content = self.layout(grouped(content), int(columns))
        if sub:
            caption = [rawline(f"({sub}) "), *caption]
            place, classes = "bottom", f"quarto-subfloat-caption quarto-subfloat-{kind}"
        else:
            label = f"{PREFIXES[self.context.book.lang][kind]}\u00a0{el.attributes['number']}"
            caption = [rawline(f'<span class="caption-label">{label}:</span> '), *caption]
            place, classes = ("bottom" if kind == "fig" else "top"), f"quarto-float-caption quarto-float-{kind}"
        caption_id = f"{name}-caption-0"
        figcaption = [
            pf.Plain(
                rawline(f'<figcaption id="{caption_id}" class="quarto-float-caption-{place} {classes}">'),
                *caption,
                rawline("</figcaption>"),
            )
        ]
        inside = [raw(f'<div aria-describedby="{caption_id}">'), *content, raw("</div>")]
        inside = inside + figcaption if place == "bottom" else figcaption + inside
        figure = f"quarto-float quarto-{'subfloat' if sub else 'float'}-{kind} figure"
        return [
            raw(f'<div id="{name}" class="quarto-float quarto-figure"><figure class="{figure}">'),
            *inside,
            raw("</figure></div>"),
        ]


def grouped(blocks: list) -> list:
    """Contents of a layout, a cell each. Sub-floats, already raw HTML in several blocks, are kept together."""
    cells, open_at = [], None
    for block in blocks:
        text = block.text if isinstance(block, pf.RawBlock) else ""
        if open_at is None and re.match(r'<div id="[^"]+" class="quarto-float', text):
            open_at = [block]
        elif open_at is not None:
            open_at.append(block)
            if text == "</figure></div>":
                cells.append(pf.Div(*open_at))
                open_at = None
        else:
            cells.append(block)
    return cells


def raw(text: str) -> pf.RawBlock:
    return pf.RawBlock(text, format="html")


def rawline(text: str) -> pf.RawInline:
    return pf.RawInline(text, format="html")
