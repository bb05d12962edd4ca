"""Blocks that are more than pandoc writes, as raw HTML around what it does write, in Quarto's names."""

from __future__ import annotations

import functools
import html as entities

import panflute as pf

from cnnlab.render import pandoc
from cnnlab.render.book.config import Book
from cnnlab.render.book.language import CALLOUTS, PREFIXES
from cnnlab.render.text.layouts import has_layout, rows_of
from cnnlab.render.text.mathml import mended, told_apart
from cnnlab.render.text.resolve import Context, caption_of, numbered, tabs, take_title
from cnnlab.render.text.tree import dumped


def question(el: pf.Div) -> list:
    title = el.attributes.pop("title", "")
    label = [raw(f'<p><span class="label">{entities.escape(title)}</span></p>')] if title else []
    return [raw('<div class="question">'), *label, *el.content, raw("</div>")]


def callout(el: pf.Div, kind: str, book: Book) -> list:
    simple = el.attributes.get("appearance") == "simple"
    collapse = el.attributes.get("collapse")
    title, name = take_title(el), numbered(el, book)
    if name:
        title = [rawline(name), *([pf.Str(":"), pf.Space(), *title] if title else [])]
    elif not title and not simple:
        title = [pf.Str(CALLOUTS[book.lang][kind])]
    style = "simple" if simple else "default"
    label = f' id="{el.identifier}"' if el.identifier else ""
    titled = "callout-titled" if title else "no-title"
    open_div = raw(f'<div{label} class="callout callout-style-{style} callout-{kind} {titled}">')
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


def theorem(el: pf.Div, book: Book) -> list:
    """A statement with its name and number; the name stands in the line of its first paragraph."""
    title, name = take_title(el), numbered(el, book)
    words = [rawline(f'<span class="theorem-title"><strong>{name}')]
    words += [rawline(" ("), *title, rawline(")")] if title else []
    words += [rawline("</strong></span> ")]
    content = list(el.content)
    if content and isinstance(content[0], pf.Para):
        content[0] = pf.Para(*words, *content[0].content)
    else:
        content.insert(0, pf.Para(*words))
    return [raw(f'<div id="{el.identifier}" class="theorem">'), *content, raw("</div>")]


def tabset(el: pf.Div, number: int, context: Context) -> list:
    """number: of the tabset on its page, for the names of its panes."""
    heads, panes = [], []
    for n, (title, content) in enumerate(tabs(el), 1):
        name, active = f"tabset-{number}-{n}", " active" if n == 1 else ""
        heads.append(
            f'<li class="nav-item" role="presentation"><a class="nav-link{active}" id="{name}-tab" role="tab" '
            f'href="#{name}" aria-controls="{name}" aria-selected="{str(n == 1).lower()}">'
            f"{inline_html(title, context)}</a></li>"
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


def layout(cells: list, attributes: dict[str, str]) -> list:
    """Blocks in rows, each as wide as the layout says."""
    out, waiting = [raw('<div class="quarto-layout-panel">')], iter(cells)
    for widths in rows_of(attributes, len(cells)):
        out.append(raw('<div class="quarto-layout-row">'))
        for width, cell in zip(widths, waiting, strict=False):
            share = 100 * width / sum(widths)
            out += [raw(f'<div class="quarto-layout-cell" style="flex-basis: {share:.1f}%">'), cell, raw("</div>")]
        out.append(raw("</div>"))
    return [*out, raw("</div>")]


def float_figure(el: pf.Div, lang: str) -> pf.Div:
    """A float as a figure with its caption, in one div: a layout around it has a cell for it."""
    content, caption = caption_of(el)
    kind, name, sub = el.attributes["kind"], el.identifier, el.attributes.get("sub")
    if has_layout(el.attributes):
        content = layout(content, el.attributes)
    if sub:
        caption = [rawline(f"({sub}) "), *caption]
        place, classes = "bottom", f"quarto-subfloat-caption quarto-subfloat-{kind}"
    else:
        label = f"{PREFIXES[lang][kind]}\u00a0{el.attributes['number']}"
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
    return pf.Div(
        raw(f'<figure class="{figure}">'),
        *inside,
        raw("</figure>"),
        identifier=name,
        classes=["quarto-float", "quarto-figure"],
    )


WRAPPED = {pf.Emph: "em", pf.Strong: "strong", pf.Superscript: "sup", pf.Subscript: "sub", pf.Strikeout: "del"}


def inline_html(inlines, context: Context) -> str:
    """Inlines of a title as HTML, for the contents and the list of chapters: without links and notes."""
    out = []
    for el in inlines:
        match el:
            case pf.Str():
                out.append(entities.escape(el.text, quote=False))
            case pf.Space() | pf.SoftBreak() | pf.LineBreak():
                out.append(" ")
            case pf.Code():
                out.append(f"<code>{entities.escape(el.text, quote=False)}</code>")
            case pf.Math():
                out.append(mathml(el.text))
            case pf.Quoted():
                marks = "“”" if el.quote_type == "DoubleQuote" else "‘’"
                out.append(marks[0] + inline_html(el.content, context) + marks[1])
            case pf.Link() if el.url.startswith("ref:"):
                label = context.label(el.url[4:])
                out.append(context.words(label, el.attributes["mode"], el.attributes["prefix"]))
            case pf.Note():
                pass
            case _ if type(el) in WRAPPED:
                tag = WRAPPED[type(el)]
                out.append(f"<{tag}>{inline_html(el.content, context)}</{tag}>")
            case _ if hasattr(el, "content"):
                out.append(inline_html(el.content, context))
    return "".join(out)


@functools.cache
def mathml(tex: str) -> str:
    """A formula in a line of text, as MathML."""
    page = pandoc.html(dumped(pf.Doc(pf.Plain(pf.Math(told_apart(tex), format="InlineMath")))), f"${tex}$")
    return mended(page[page.index("<math") : page.rindex("</math>") + len("</math>")])


def raw(text: str) -> pf.RawBlock:
    return pf.RawBlock(text, format="html")


def rawline(text: str) -> pf.RawInline:
    return pf.RawInline(text, format="html")
