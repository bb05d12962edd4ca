"""What a chapter must not bear is refused; callouts, theorems, columns and verses are brought to one form."""

from __future__ import annotations

import functools
import json
import re
import subprocess

import panflute as pf

from cnnlab.render import pandoc
from cnnlab.render.advice import NO_EFFECT, WRITE_TEXT, advice
from cnnlab.render.text.layouts import LAYOUT, check_layout, has_layout
from cnnlab.render.text.source import Source
from cnnlab.render.text.tree import CALLOUT_LABELS, FLOATS, THEOREMS, ancestors, callout_kind, inlines_of, is_label
from cnnlab.render.text.vocabulary import (
    CALLOUT,
    CODE,
    CONDITIONS,
    DIVS,
    HEADINGS,
    LINKS,
    MADE,
    PLAIN,
    SPANS,
    TABLES,
    TOGETHER,
    VALUES,
)

LABEL = re.compile(rf"({'|'.join((*FLOATS, 'eq', 'sec', *CALLOUT_LABELS, *THEOREMS))})[-:._]", re.IGNORECASE)
ANNOTATION = re.compile(r"[ \t]*(#|//|--|%|;|!|/\*|<!--|\(\*)[ \t]*<(\d+)>([ \t]*(?:\*/|-->|\*\)))?[ \t]*$", re.M)


class Constructs:
    """A walker that refuses what a chapter must not bear, and brings callouts and theorems to one form: the title is a
    heading that opens the div."""

    def __init__(self, source: Source):
        self.source = source

    def action(self, el, doc):
        match el:
            case pf.Div():
                return self.div(el)
            case pf.Span():
                self.check(el, "span", attributes_of(SPANS), {})
            case pf.CodeBlock():
                self.code(el)
            case pf.Header():
                self.check(el, "heading", {name: {} for name in HEADINGS}, {})
                kind = el.identifier.partition("-")[0]
                if is_label(el.identifier) and kind != "sec" and f"#{el.identifier}" in self.source.text:
                    raise self.source.error(
                        f"{el.identifier!r} labels a heading", f"#{el.identifier}", allowed="#sec-…"
                    )
            case pf.Link():
                self.check(el, "link", {"uri": {}, "email": {}}, LINKS)
            case pf.Figure() | pf.Image():
                self.check_label(el.identifier)
            case pf.Table():
                self.check(el, "table", {}, TABLES)
                if "tbl-colwidths" in el.attributes:
                    self.widths(el)
            case pf.LineBlock():
                return line_block(el)
        return None

    def check_label(self, name: str) -> None:
        """Refuse what looks like a label and is none."""
        if LABEL.match(name) and not is_label(name):
            raise self.source.error(
                f"{name!r} is no label",
                f"#{name}",
                allowed="small letters of its kind, a hyphen, then letters, digits, - and _: #fig-two_curves",
            )

    def check(self, el, what: str, classes: dict[str, dict], attributes: dict[str, str]) -> None:
        """Refuse a class or an attribute that is not in the tables, and a value that an attribute cannot have."""
        self.check_label(el.identifier)
        for name in el.classes:
            if name not in classes:
                raise self.source.error(
                    f"class {name!r} of a {what} is not supported",
                    f".{name}",
                    f'class="{name}"',
                    name,
                    allowed=", ".join(sorted(classes)) or "none",
                    remedy=advice(f"class of a {what}", name, sorted(classes)),
                )
        known = {"lang": "", **attributes}
        for name in el.classes:
            known |= classes[name]
        for name, value in el.attributes.items():
            if name not in known:
                raise self.source.error(
                    f"attribute {name!r} of a {what} is not supported",
                    f"{name}=",
                    allowed=", ".join(sorted(known)),
                    remedy=advice(f"attribute of a {what}", name, sorted(known), NO_EFFECT),
                )
            if value not in VALUES.get(name, (value,)):
                raise self.source.error(
                    f"{name} of a {what} is {value!r}",
                    f"{name}={value}",
                    f'{name}="{value}"',
                    allowed=", ".join(VALUES[name]),
                )

    def div(self, el: pf.Div) -> None:
        kind = el.identifier.partition("-")[0] if is_label(el.identifier) else ""
        is_layout = kind in FLOATS or not el.classes or el.classes == ["cell"]
        self.check(el, "div", attributes_of(DIVS), LAYOUT if is_layout else CALLOUT if kind in THEOREMS else {})
        alone = [name for name in el.classes if name in DIVS and name not in TOGETHER and DIVS[name][0] != MADE]
        if len(alone) > 1:
            raise self.source.error(
                f"a div is both .{alone[0]} and .{alone[1]}",
                f".{alone[0]} .{alone[1]}",
                f".{alone[1]} .{alone[0]}",
                f".{alone[1]}",
                remedy="write one div inside the other",
            )
        if has_layout(el.attributes) and kind not in FLOATS:
            check_layout(el.attributes, len(el.content), "a div", self.source)
        if "columns" in el.classes:
            self.columns(el)
        elif callout_kind(el):
            self.callout(el, kind)
        elif kind in THEOREMS:
            el.classes = [*el.classes, "theorem"]
            self.title(el)
        elif kind in CALLOUT_LABELS or kind in ("eq", "sec"):
            needed = f".callout-{CALLOUT_LABELS[kind]}" if kind in CALLOUT_LABELS else "a formula or a heading"
            raise self.source.error(f"{el.identifier!r} is the label of another kind", el.identifier, allowed=needed)
        if "panel-tabset" in el.classes:
            self.tabset(el)

    def tabset(self, el: pf.Div) -> None:
        """Refuse text before the first heading, and a heading above its level: both would belong to no tab."""
        if not (el.content and isinstance(el.content[0], pf.Header)):
            first = pf.stringify(el.content[0]) if el.content else ""
            raise self.source.error(
                "a tabset does not begin with a heading, so that its first text belongs to no tab",
                first or "panel-tabset",
                "panel-tabset",
                remedy="begin each tab with '### Title'; put text for all tabs before the tabset",
            )
        headings = [each for each in el.content if isinstance(each, pf.Header)]
        for heading in headings:
            if heading.level < headings[0].level:
                title = pf.stringify(heading)
                raise self.source.error(
                    f"the heading {title!r} of a tabset is of a higher level than its first",
                    f"{'#' * heading.level} {title}",
                    title,
                    remedy=f"write {'#' * headings[0].level} before each tab",
                )

    def columns(self, el: pf.Div) -> None:
        """Columns with widths become a layout of one row."""
        widths = []
        for child in el.content:
            share = re.fullmatch(r"(\d+(?:\.\d+)?)%", child.attributes.pop("width", "1%")) if is_column(child) else None
            if share is None:
                raise self.source.error(
                    "a div .columns holds something else than columns with widths",
                    ".columns",
                    pf.stringify(child),
                    allowed='::: {.column width="40%"}',
                )
            widths.append(float(share[1]))
            child.classes = []
        el.classes, el.attributes["layout"] = [], json.dumps([widths])

    def widths(self, el: pf.Table) -> None:
        given = el.attributes.pop("tbl-colwidths")
        shares = [float(share) for share in re.findall(r"\d+(?:\.\d+)?", given)]
        if len(shares) != len(el.colspec) or not all(shares):
            raise self.source.error(
                f"tbl-colwidths={given!r} of a table of {len(el.colspec)} columns",
                f'tbl-colwidths="{given}"',
                "tbl-colwidths",
                allowed="a number for each column: [30,70]",
            )
        el.colspec = [(align, share / sum(shares)) for (align, _), share in zip(el.colspec, shares, strict=True)]
        el.classes.append("given-shares")  # which paper keeps

    def callout(self, el: pf.Div, kind: str) -> None:
        own = callout_kind(el)
        if el.identifier and kind and CALLOUT_LABELS.get(kind) != own:
            label = next(key for key, value in CALLOUT_LABELS.items() if value == own)
            raise self.source.error(
                f"{el.identifier!r} labels a callout of kind {own!r}", el.identifier, allowed=f"#{label}-…"
            )
        self.title(el)

    def title(self, el: pf.Div) -> None:
        """A title given as an attribute becomes the heading that opens the div."""
        title = el.attributes.pop("title", None)
        if title:
            el.content.insert(0, pf.Header(*inlines_of(title), level=6, classes=["callout-title"]))
        elif el.content and isinstance(el.content[0], pf.Header):
            el.content[0].classes = ["callout-title"]

    def code(self, el: pf.CodeBlock) -> None:
        known: dict[str, dict[str, str]] = {name: {} for name in (*PLAIN, "content-visible", "content-hidden")}
        unknown = [name for name in el.classes if name not in known]
        if unknown and unknown[0] in languages():
            known[unknown[0]] = {}
        conditions = CONDITIONS if {"content-visible", "content-hidden"} & set(el.classes) else {}
        if unknown and unknown[0] not in known:
            raise self.source.error(
                f"a block of code is of the unknown language {unknown[0]!r}",
                f".{unknown[0]}",
                f"```{unknown[0]}",
                unknown[0],
                allowed="a language that pandoc colours, or text",
                remedy=advice("language", unknown[0], languages(), WRITE_TEXT),
            )
        self.check(el, "block of code", known, CODE | conditions)
        if ANNOTATION.search(el.text):
            self.annotations(el)

    def annotations(self, el: pf.CodeBlock) -> None:
        """Marks such as `# <1>` at the ends of lines become `# (1)`, the number of the list that follows the code."""
        if any(isinstance(up, pf.Div) and "cell-output" in up.classes for up in ancestors(el)):
            return  # what a cell printed is left as it is
        holder = el.parent if isinstance(el.parent, pf.Div) and "cell" in el.parent.classes else el
        notes = len(holder.next.content) if isinstance(holder.next, pf.OrderedList) else 0
        for found in ANNOTATION.finditer(el.text):
            if int(found[2]) not in range(1, notes + 1):
                raise self.source.error(
                    f"the code annotation <{found[2]}> has no text",
                    found[0].strip(),
                    allowed=f"1 to {notes}" if notes else None,
                    remedy="write a numbered list, an item for each, right after the code",
                )
        el.text = ANNOTATION.sub(r"  \1 (\2)\3", el.text)


def is_column(el: pf.Element) -> bool:
    return isinstance(el, pf.Div) and "column" in el.classes


def attributes_of(table: dict[str, tuple[str, dict[str, str]]]) -> dict[str, dict[str, str]]:
    """The attributes that each class of a table takes."""
    return {name: attributes for name, (_, attributes) in table.items()}


def line_block(el: pf.LineBlock) -> pf.Para:
    """A verse, as a paragraph with line breaks."""
    inlines: list[pf.Element] = []
    for item in el.content:
        inlines += [pf.LineBreak(), *item.content] if inlines else list(item.content)
    return pf.Para(*inlines)


@functools.cache
def languages() -> list[str]:
    """Languages whose code pandoc colours."""
    done = subprocess.run([pandoc.program(), "--list-highlight-languages"], capture_output=True, text=True, check=True)
    return done.stdout.split()
