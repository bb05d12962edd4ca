"""What Markdown that did not parse leaves in the text: refused, since it would be printed as it was written."""

from __future__ import annotations

import re

import panflute as pf

from cnnlab.render.text.source import Source

EMPTY_LINE = "leave an empty line before it"
ANYWHERE = (  # in a word: what it was meant to be, and what to do
    (re.compile(r"^:{3,}"), "the fence of a div", EMPTY_LINE),
    (re.compile(r"\[\^[^\]\s]+\]"), "a note without its text", "define it in a paragraph '[^name]: …'"),
    (re.compile(r"^\{[#.=][\w.-]*"), "attributes", "write them where they belong, without a space before: {#label}"),
    (re.compile(r"^\$\$|\$\$$"), "a formula", "write $$ at both of its ends, without empty lines inside"),
    (re.compile(r"^\$$|(?<!US)(?<=[\w})])\$$"), "a formula", "write $…$ without spaces inside the signs"),
    (re.compile(r"^`{3,}|^~{3,}"), "the fence of a block of code", EMPTY_LINE),
    (re.compile(r"^`|`$"), "code", "close it with the same number of signs"),
    (re.compile(r"^\*{2}\w|\w\*{2}$|^_{2}\w|\w_{2}$"), "bold text", "close it, without spaces inside the signs"),
    (re.compile(r"^\|(:?-{3,}:?\|)+$"), "a table", EMPTY_LINE),
    (re.compile(r"\]\("), "a link", "write the address without spaces, or with %20"),
    (re.compile(r"\]\[[^\]\s]+\]"), "a link", "define its address in a paragraph '[name]: …'"),
    (re.compile(r"^#{2,6}[^\W\d]"), "a heading", "write a space after the signs"),
    (re.compile(r"^!{3}$|^\[!\w+\]$"), "a callout", "write ::: {.callout-note} and :::"),
    (re.compile(r"^\{[a-z]+\}$"), "a role of another system", "write Markdown, see docs/chapters.md"),
    (re.compile(r"^<!(--|–)"), "a comment", "end it with -->"),
    (re.compile(r"^\(@[\w-]*\)$"), "an example", "number the items: 1. 2. 3."),
)
AT_LINE = (  # a word that begins a line of a paragraph
    (re.compile(r"^[-*+]$|^1[.)]$|^\(1\)$|^a[.)]$"), "a list", EMPTY_LINE),
    (re.compile(r"^\|$"), "a table", EMPTY_LINE),
    (re.compile(r"^>$"), "a quotation", EMPTY_LINE),
    (re.compile(r"^#{1,6}$"), "a heading", EMPTY_LINE),
)


class Leftovers:
    """A walker for a tree in which formulas and captions have taken their labels."""

    def __init__(self, source: Source):
        self.source = source

    def action(self, el, doc) -> None:
        if not isinstance(el, pf.Str):
            return
        begins = isinstance(el.prev, pf.SoftBreak) and isinstance(el.next, pf.Space)
        for pattern, what, remedy in (*ANYWHERE, *(AT_LINE if begins else ())):
            found = pattern.search(el.text)
            if found and not self.is_escaped(el, found[0][0]):
                raise self.source.error(
                    f"{what}, not understood: {found[0]}",
                    following(el),
                    el.text,
                    remedy=f"{remedy}; the signs themselves are written as `code`, or with a backslash before them",
                )

    def is_escaped(self, el: pf.Str, sign: str) -> bool:
        """Whether the author wrote the sign with a backslash, as text."""
        beside = el.prev.prev if isinstance(el.prev, pf.Space) and isinstance(el.prev.prev, pf.Str) else None
        words = following(el) if beside is None else f"{beside.text} {following(el)}"
        line = self.source.find_words(words)
        return line is not None and f"\\{sign}" in line.text


def following(el: pf.Str) -> str:
    """A text and the two words after it, as they stand in one line."""
    words, there = [el.text], el.next
    while there is not None and len(words) < 4 and isinstance(there, pf.Str | pf.Space):
        words.append(there.text if isinstance(there, pf.Str) else " ")
        there = there.next
    return "".join(words)
