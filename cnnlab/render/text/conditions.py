"""Content for one language or one format: `.content-visible` and `.content-hidden`."""

from __future__ import annotations

from collections.abc import Callable

import panflute as pf

from cnnlab.render.text.source import Source
from cnnlab.render.text.tree import is_label
from cnnlab.render.text.vocabulary import CONDITIONS

FORMATS = ("html", "typst")


class Conditions:
    """Settles what depends on the language, and checks what depends on the format, which `keep_format` settles."""

    def __init__(self, lang: str, source: Source):
        self.lang, self.source = lang, source

    def action(self, el, doc):
        if isinstance(el, (pf.Div, pf.Span, pf.CodeBlock)) and {"content-visible", "content-hidden"} & set(el.classes):
            others = [name for name in el.classes if not name.startswith("content-")]
            unknown = [key for key in el.attributes if key not in CONDITIONS]
            if unknown and not others:
                raise self.source.error(
                    f"condition {unknown[0]!r} is not supported", unknown[0], allowed=", ".join(CONDITIONS)
                )
            visible = "content-visible" in el.classes
            profile_holds = all(
                (value == self.lang) == key.startswith("when")
                for key, value in el.attributes.items()
                if key.endswith("profile")
            )
            by_format = {key: value for key, value in el.attributes.items() if key.endswith("format")}
            for value in by_format.values():
                if value not in FORMATS:
                    raise self.source.error(f"format {value!r} is unknown", f'"{value}"', allowed="html, typst")
            if not by_format:
                return bare(el) if profile_holds == visible else []
            if not profile_holds:
                return [] if visible else bare(el)
            if isinstance(el, pf.Div):
                inner = [child for child in el.content if isinstance(child, pf.Div) and is_label(child.identifier)]
                if inner:
                    raise self.source.error(
                        f"label {inner[0].identifier!r} stands in one format only: its number would differ",
                        f"#{inner[0].identifier}",
                        inner[0].identifier,
                        remedy="put the condition inside the float",
                    )
        return None


def bare(el: pf.Element) -> pf.Element | list:
    """What a condition that holds leaves: the element where it is more than the condition, else its content."""
    el.classes = [name for name in el.classes if not name.startswith("content-")]
    el.attributes = {key: value for key, value in el.attributes.items() if key not in CONDITIONS}
    return el if el.classes or el.identifier or isinstance(el, pf.CodeBlock) else list(el.content)


def keep_format(kind: str) -> Callable:
    """Walker that settles `when-format` and `unless-format`, which `Conditions` leaves for here."""

    def action(el, doc):
        if isinstance(el, (pf.Div, pf.Span, pf.CodeBlock)) and {"content-visible", "content-hidden"} & set(el.classes):
            holds = all(
                (value == kind) == key.startswith("when")
                for key, value in el.attributes.items()
                if key.endswith("format")
            )
            if holds != ("content-visible" in el.classes):
                return []
            return bare(el)
        if isinstance(el, pf.RawBlock | pf.RawInline) and el.format != kind:
            return []
        return None

    return action
