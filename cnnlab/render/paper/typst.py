"""One page's tree to Typst, as calls of the functions that `_extensions/informe` and `definitions.typ` define."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

import panflute as pf

from cnnlab.render import pandoc
from cnnlab.render.book.language import CALLOUTS, PREFIXES
from cnnlab.render.paper.announcing import announcing
from cnnlab.render.text import agreement, maths
from cnnlab.render.text.addresses import is_file
from cnnlab.render.text.conditions import keep_format
from cnnlab.render.text.layouts import has_layout, rows_of
from cnnlab.render.text.pictures import is_alone, length
from cnnlab.render.text.resolve import (
    Context,
    caption_of,
    is_in_block,
    numbered,
    quoted,
    tabs,
    take_title,
)
from cnnlab.render.text.tree import NAMED, Parsed, ancestors, callout_kind, dumped, inlines_from, is_float, load

# The callout function of the extension tells kinds apart by the colour that Quarto gives them.
INKS = {"note": "#0758E5", "tip": "#00A047", "warning": "#EB9113", "caution": "#FC5300", "important": "#CC1914"}
TEXT_WIDTH_PX, TEXT_WIDTH_MM = 608, 152  # of a figure as wide as the text, on the page and on paper

# A word that begins a list, a heading or a term where it stands first; pandoc escapes it in paragraphs, not in cells.
MARK = re.compile(r"=+|[-+/]|\d+\.")
# Texts and comments of Typst, in which other signs mean nothing.
COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


LONGEST, ZERO_WIDTH = 80, "\u200b"  # letters of a word that no line would hold; what lets it break


@dataclass
class Fragment:
    """A page as Typst, and the pictures that it shows (paths relative to the project)."""

    text: str
    files: list[str] = field(default_factory=list)


def fragment(context: Context, parsed: Parsed, tree: dict) -> Fragment:
    writer = Writer(context)
    doc = load(tree)
    doc.walk(keep_format("typst"))
    title = inlines_from(parsed.title, tree["pandoc-api-version"])
    if context.page.opens_part:
        around = ["#page(header: none, footer: align(right, sans(context counter(page).display())))[", "]"]
        inside = [raw(around[0]), *doc.content, raw(around[1])] if doc.content else []
        place = rawline(f"#pagebreak(weak: true)#metadata(none) <{parsed.identifier}>#part[")
        doc.content = [pf.Plain(place, *title, rawline("]")), *inside]
    elif not parsed.home:
        classes = [] if context.page.number else ["unnumbered"]
        doc.content.insert(0, pf.Header(*title, level=1, identifier=parsed.identifier, classes=classes))
    doc = doc.walk(natural_columns).walk(announcing)
    writer.read_formulas(doc)
    doc = doc.walk(writer.action)
    text = pandoc.typst(dumped(doc), str(context.page.source))
    return Fragment(bare_tables(text), writer.files)


def natural_columns(el: pf.Element, doc: pf.Doc) -> None:
    """Typst makes columns as wide as their texts; pandoc's shares follow the dashes of the source."""
    if isinstance(el, pf.Table) and "given-shares" not in el.classes:
        el.colspec = [(align, "ColWidthDefault") for align, _ in el.colspec]


def in_table(el: pf.Element) -> bool:
    return any(isinstance(up, pf.TableCell) for up in ancestors(el))


def in_cell(el: pf.Element) -> bool:
    """Whether an inline begins a cell of a table."""
    return el.index == 0 and isinstance(el.parent.parent, pf.TableCell)


def breakable(text: str) -> str:
    """A text in which words that no line would hold may be broken, after every 80 letters."""
    return re.sub(rf"\S{{{LONGEST}}}(?=\S)", rf"\g<0>{ZERO_WIDTH}", text)


def word(el: pf.Str):
    """What stands for a word that Typst would read as a mark, break, or print with another sign."""
    if MARK.fullmatch(el.text):
        # Before a number in a cell it stands as far off as in a formula, so that copied text keeps the space.
        apart = "#h(0.22em)" if isinstance(el.next, pf.Space) and in_cell(el) else ""
        return rawline(f"{el.text[:-1]}\\{el.text[-1]}{apart}")
    if len(el.text) >= LONGEST:
        return rawline(f"#{quoted(breakable(el.text))}")
    if NAMED.search(el.text):
        return rawline(f"#box[#{quoted(el.text)}]")
    if in_table(el) and re.search(r"\w{12}", el.text):
        return rawline(f"#text(hyphenate: true, {quoted(el.text)})")  # its column may be narrower
    if "’" in el.text:
        # Pandoc writes a bare ', which Typst takes for an opening one, or a prime, after a link or a formula.
        parts = filter(None, re.split("(’)", el.text))
        return [rawline(part) if part == "’" else pf.Str(part) for part in parts]
    return None


def bare_tables(text: str) -> str:
    """Pandoc wraps each table in a figure of its own; the float around it is one already."""
    return re.sub(
        r"#figure\(\n\s*align\(center\)\[(#table\(.*?\n\s*\))\]\n\s*, kind: table\n\s*\)", r"\1", text, flags=re.S
    )


class Writer:
    def __init__(self, context: Context):
        self.context = context
        self.files: list[str] = []
        self.moved = 0  # figures and tables that may move
        self.formulas: dict[tuple[str, str], str] = {}  # as Typst, by their format and TeX

    def action(self, el, doc):
        match el:
            case pf.Str():
                return word(el)
            case pf.Math():
                return self.math(el)
            case pf.Code():
                return rawline(f"#{'cell-code' if in_table(el) else 'raw'}({quoted(breakable(el.text))})")
            case pf.Link():
                return self.link(el)
            case pf.Image():
                return self.image(el)
            case pf.Span():
                return self.span(el)
            case pf.Header():
                return self.header(el)
            case pf.Table() if not any(is_float(up) for up in ancestors(el)):
                return [raw("#whole["), el, raw("]")]
            case pf.CodeBlock():
                return self.code(el)
            case pf.RawBlock() if "/*" in COMMENT.sub("", el.text):
                raise self.context.source.error("a comment /* is never closed", "/*", remedy="close it with */")
            case pf.Div():
                made = self.div(el)
                in_layout = isinstance(el.parent, pf.Div) and has_layout(el.parent.attributes)
                # A layout has a place for each of its blocks.
                return pf.Div(*made, classes=el.classes) if in_layout and isinstance(made, list) and made else made
        return None

    def header(self, el: pf.Header):
        if is_in_block(el):
            return pf.Plain(rawline(f"#block-heading({el.level}, ["), *el.content, rawline("])"))
        el.attributes.pop("number", None)
        if not self.context.page.number and "unnumbered" not in el.classes:
            el.classes.append("unnumbered")
        return el

    def read_formulas(self, doc: pf.Doc) -> None:
        """Have all formulas of a page written at once: a run of pandoc for each would take long."""
        found: list[tuple[str, str]] = []
        doc.walk(lambda el, _: found.append((el.format, el.text)) if isinstance(el, pf.Math) else None)
        self.formulas = dict(zip(found, maths.typst(found, self.context.source), strict=True))

    def math(self, el: pf.Math):
        """A formula carries the author's `alt`, or its TeX, as the alternative text which PDF/UA asks for."""
        formula = self.formulas.get((el.format, el.text))
        if formula is None:  # of a title that is given as an attribute
            formula = maths.typst([(el.format, el.text)], self.context.source)[0]
        block = str(el.format == "DisplayMath").lower()
        label = numbering = ""
        alt = el.text.strip()
        if isinstance(el.parent, pf.Span) and "equation" in el.parent.classes:
            alt = el.parent.attributes.get("alt", alt)
            label, numbering = f"<{el.parent.identifier}>", "numbering: equation-numbering, "
        return rawline(f"#math.equation(block: {block}, {numbering}alt: {quoted(alt)}, [{formula}]){label}")

    def link(self, el: pf.Link):
        if el.url.startswith("ref:"):
            agreement.check(el, self.context)
            label = self.context.label(el.url[4:])
            text = self.context.words(label, el.attributes["mode"], el.attributes["prefix"])
            return rawline(f"#link(<{el.url[4:]}>)[#{quoted(text)}]")
        target = self.context.link(el.url)
        if target:
            _, chapter, anchor = target
            head = f"#link-within({quoted(chapter)}, {quoted(anchor or chapter)}, ["
            return [rawline(head), *el.content, rawline("])")]
        return list(el.content) if is_file(el.url) else None  # a file of the site has no address on paper

    def image(self, el: pf.Image):
        project = "/" + os.path.relpath(self.context.picture(el.url), self.context.book.root)
        self.files.append(project)
        natural, alone = self.context.picture_size(el.url)[0], is_alone(el)
        sides = {side: given.typst for side in ("width", "height") if (given := length(el.attributes.get(side, "")))}
        if not sides:
            share = min(1.0, natural / TEXT_WIDTH_PX)
            sides["width"] = f"{100 * share:.1f}%" if alone else f"{TEXT_WIDTH_MM * share:.1f}mm"
        shown = "".join(f", {side}: {value}" for side, value in sides.items())
        place = f"align: {el.attributes.get('fig-align', 'left')}" if alone else "in-line: true"
        return rawline(f"#picture({quoted(project)}, alt: {quoted(el.attributes['fig-alt'])}, {place}{shown})")

    def span(self, el: pf.Span):
        if "equation" in el.classes:
            return list(el.content)
        if "provenance" in el.classes:
            return [rawline("#provenance["), *el.content, rawline("]")]
        return None

    def code(self, el: pf.CodeBlock):
        el.text = breakable(el.text)
        name = el.attributes.pop("filename", None)
        if name:
            shown = self.code(el)
            return [raw(f"#filename({quoted(name)})"), shown or el] if shown != [] else []
        if "cell-code" in el.classes:
            el.classes = ["python"]
            el.attributes = {}
            return el
        in_output = isinstance(el.parent, pf.Div) and "cell-output" in " ".join(el.parent.classes)
        if el.classes in ([], ["text"]) and in_output:
            return raw(f"#output({quoted(el.text)})")
        return None

    def div(self, el: pf.Div):
        classes = set(el.classes)
        if classes & {"dark-content", "hidden-references"}:
            return []  # paper is light, and the references stand once
        if "float" in classes:
            return self.float(el)
        if "question" in classes:
            return [raw(f"#question({quoted(el.attributes.get('title', ''))})["), *el.content, raw("]")]
        if "panel-tabset" in classes:
            return [
                block
                for title, content in tabs(el)
                for block in (pf.Plain(rawline("#tab["), *title, rawline("]")), *content)
            ]
        if classes & {"aside", "column-margin"}:
            return [raw("#aside["), *el.content, raw("]")]
        if "cell" in classes:
            return self.cell(el)
        if kind := callout_kind(el):
            return self.callout(el, kind)
        if "theorem" in classes:
            name = numbered(el, self.context.book)
            title = take_title(el)
            words = [rawline(f"#statement([#{quoted(name)}"), *([rawline(" ("), *title, rawline(")")] if title else [])]
            return [pf.Plain(*words, rawline("], [")), *el.content, raw(f"]) <{el.identifier}>")]
        if has_layout(el.attributes):
            row = self.layout(list(el.content), el.attributes)
            floats = any(isinstance(block, pf.Div) and "float" in block.classes for block in el.content)
            return self.moving(row, el) if floats else row
        return None

    def callout(self, el: pf.Div, kind: str) -> list:
        title, name = take_title(el), numbered(el, self.context.book)
        if name:
            title = [rawline(f"#metadata(none) <{el.identifier}>#{quoted(name + (': ' if title else ''))}"), *title]
        elif not title and el.attributes.get("appearance") != "simple":
            title = [pf.Str(CALLOUTS[self.context.book.lang][kind])]
        head = rawline(f'#callout(icon_color: rgb("{INKS[kind]}"), title: [')
        return [pf.Plain(head, *title, rawline("], body: [")), *el.content, raw("])")]

    def cell(self, el: pf.Div):
        """Code whose output follows it keeps close to it."""
        blocks = list(el.content)
        prints = (
            len(blocks) > 1
            and isinstance(blocks[0], pf.CodeBlock)
            and isinstance(blocks[1], pf.Div)
            and blocks[1].content
            and isinstance(blocks[1].content[0], pf.RawBlock)
        )
        return [raw("#printing["), blocks[0], raw("]"), *blocks[1:]] if prints else blocks

    def layout(self, cells: list, attributes: dict[str, str]) -> list:
        out, waiting = [], iter(cells)
        for widths in rows_of(attributes, len(cells)):
            out.append(raw(f"#columned(({' '.join(f'{width:g}fr,' for width in widths)}),"))
            for _, cell in zip(widths, waiting, strict=False):
                out += [raw("["), cell, raw("],")]
            out.append(raw(")"))
        return out

    def float(self, el: pf.Div):
        content, caption = caption_of(el)
        kind, name, sub = el.attributes["kind"], el.identifier, el.attributes.get("sub")
        if not any(map(is_drawn, content)):
            raise self.context.source.error(
                f"in the PDF: {name!r} has no content on paper",
                f"#{name}",
                name,
                remedy="add what paper shows beside it, such as a picture in ::: {.content-visible when-format=typst}",
            )
        if sub:
            return pf.Div(
                raw(f'#sub-float("{sub}", ['), *content, pf.Plain(rawline("], ["), *caption, rawline(f"]) <{name}>"))
            )
        if has_layout(el.attributes):
            content = self.layout(content, el.attributes)
        position = "bottom" if kind == "fig" else "top"
        word = PREFIXES[self.context.book.lang][kind]
        head = f"], caption: figure.caption(position: {position}, ["
        tail = f']), kind: "quarto-float-{kind}", supplement: {quoted(word)}) <{name}>'
        figure = [raw("#figure(["), *content, pf.Plain(rawline(head), *caption, rawline(tail))]
        return figure if kind == "lst" else self.moving(figure, el)  # a listing stays where the text announces it

    def moving(self, blocks: list, el: pf.Div) -> list:
        """Blocks that may open the next page where `el`, which they stand for, is in no other; else they stay whole."""
        if not isinstance(el.parent, pf.Doc):
            return [raw("#whole["), *blocks, raw("]")]
        self.moved += 1
        return [raw(f"#moving({quoted(self.context.page.slug)}, {self.moved}, ["), *blocks, raw("])")]


def is_drawn(block: pf.Block) -> bool:
    """Whether anything of a block is on paper; children are looked at where the block is only what holds them."""
    return any(map(is_drawn, block.content)) if isinstance(block, pf.Div | pf.Para | pf.Plain) else True


def raw(text: str) -> pf.RawBlock:
    return pf.RawBlock(text, format="typst")


def rawline(text: str) -> pf.RawInline:
    return pf.RawInline(text, format="typst")
