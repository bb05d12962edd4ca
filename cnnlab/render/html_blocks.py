"""Blocks that are more than pandoc writes, as raw HTML around what it does write, in Quarto's names."""

from __future__ import annotations

import html as entities

import panflute as pf

from cnnlab.render.language import CALLOUTS, PREFIXES
from cnnlab.render.resolve import caption_of, tabs


def question(el: pf.Div) -> list:
    title = el.attributes.pop("title", "")
    label = [raw(f'<p><span class="label">{entities.escape(title)}</span></p>')] if title else []
    return [raw('<div class="question">'), *label, *el.content, raw("</div>")]


def callout(el: pf.Div, kind: str, title: list | None, lang: str) -> list:
    simple = el.attributes.get("appearance") == "simple"
    collapse = el.attributes.get("collapse")
    default = None if simple else [pf.Str(CALLOUTS[lang][kind])]
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


def tabset(el: pf.Div, number: int) -> list:
    """number: of the tabset on its page, for the names of its panes."""
    heads, panes = [], []
    for n, (title, content) in enumerate(tabs(el), 1):
        name, active = f"tabset-{number}-{n}", " active" if n == 1 else ""
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


def layout(cells: list, columns: int) -> list:
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


def float_figure(el: pf.Div, lang: str) -> pf.Div:
    """A float as a figure with its caption, in one div: a layout around it has a cell for it."""
    content, caption = caption_of(el)
    kind, name, sub = el.attributes["kind"], el.identifier, el.attributes.get("sub")
    columns = el.attributes.get("layout-ncol")
    if columns:
        content = layout(content, int(columns))
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


def raw(text: str) -> pf.RawBlock:
    return pf.RawBlock(text, format="html")


def rawline(text: str) -> pf.RawInline:
    return pf.RawInline(text, format="html")
