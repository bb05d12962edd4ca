"""Numbers of a chapter's sections, floats and equations, and what each label stands for."""

from __future__ import annotations

import panflute as pf

from cnnlab.render.book.config import Page
from cnnlab.render.text.layouts import has_layout
from cnnlab.render.text.source import Source
from cnnlab.render.text.tree import CALLOUT_LABELS, FLOATS, THEOREMS, Label, ancestors, callout_kind, is_float, is_label

IN_BLOCK = "in-block"  # the class of headings inside callouts, tabs, layouts and notes in the margin
BLOCKS = {"panel-tabset", "theorem", "aside", "column-margin", "question"}


def is_block(el: pf.Div) -> bool:
    """Whether headings inside a div belong to it alone."""
    is_layout = "cell" not in el.classes and has_layout(el.attributes)
    return callout_kind(el) is not None or bool(BLOCKS & set(el.classes)) or is_layout


class Numbering:
    """A walker over a chapter's tree. title: its heading, which has the chapter's own number."""

    def __init__(self, page: Page, source: Source, title: pf.Header):
        self.page, self.source, self.title = page, source, title
        self.labels: dict[str, Label] = {}
        self.counters = dict.fromkeys((*FLOATS, "eq", *CALLOUT_LABELS, *THEOREMS), 0)
        self.sections = [0] * 6
        if page.kind != "home" and page.number and title.identifier.startswith("sec-"):
            kind = "apx" if page.kind == "appendix" else "ch"
            text = pf.stringify(title).strip()
            self.add(title.identifier, Label(kind, page.number, page.slug, str(page.output), text))

    def action(self, el, doc):
        if isinstance(el, pf.Header) and el is not self.title:
            return self.number_section(el)
        if is_float(el):
            if not any(is_float(up) for up in ancestors(el)):
                self.number_float(el)
        elif isinstance(el, pf.Div) and is_label(el.identifier):
            el.attributes["number"] = self.next_number(el.identifier.partition("-")[0], el.identifier)
        elif isinstance(el, pf.Span) and "equation" in el.classes:
            el.attributes["number"] = self.next_number("eq", el.identifier)
        return None

    def number_section(self, header: pf.Header) -> None:
        if any(isinstance(up, pf.Div) and is_block(up) for up in ancestors(header)):
            header.classes.append(IN_BLOCK)  # it begins no section
            return
        if not self.page.number or "unnumbered" in header.classes:
            return
        self.sections[header.level - 1] += 1
        self.sections[header.level :] = [0] * (6 - header.level)
        header.attributes["number"] = ".".join([self.page.number, *map(str, self.sections[1 : header.level])])
        if header.identifier.startswith("sec-"):
            self.add(header.identifier, self.label("sec", header.attributes["number"]))

    def next_number(self, kind: str, name: str) -> str:
        if not self.page.number:
            raise self.source.error(
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
        el.walk(lambda e, doc: inner.append(e) if is_float(e) and e is not el else None)
        for n, child in enumerate(inner):
            child.attributes["sub"] = chr(97 + n)
            self.add(child.identifier, self.label(kind, f"{number} ({chr(97 + n)})"))

    def add(self, name: str, label: Label) -> None:
        if name in self.labels:
            raise self.source.error(
                f"label {name!r} is used twice in this chapter",
                f"#{name}",
                f"label: {name}",
                remedy="rename one of the two",
            )
        self.labels[name] = label

    def label(self, kind: str, number: str) -> Label:
        return Label(kind, number, self.page.slug, str(self.page.output))
