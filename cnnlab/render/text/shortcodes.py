"""Shortcodes in a chapter's text, and the values that take their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cnnlab.errors import BookError, nearest
from cnnlab.render.text.source import SHORTCODE, Fences, Source


class Values:
    """What the shortcodes of a chapter stand for. `{{{< … >}}}` prints a shortcode itself."""

    def __init__(self, source: Source, variables: dict, options: dict):
        self.source, self.variables, self.options = source, variables, options

    def in_code(self, text: str) -> str:
        """A text of the author with its blocks of code filled in; what cells print is no shortcode."""
        return self.fill(text, code=True)

    def in_text(self, markdown: str) -> str:
        """The whole chapter with all but its blocks of code filled in."""
        return self.fill(markdown, code=False)

    def fill(self, text: str, *, code: bool) -> str:
        fences, lines = Fences(), []
        for line in text.split("\n"):
            if fences.code(line) == code and "{{<" in line:
                line = SHORTCODE.sub(self.value, line).replace("{{{<", "{{<").replace(">}}}", ">}}")
            lines.append(line)
        return "\n".join(lines)

    def value(self, call: re.Match) -> str:
        word, *arguments = call[1].split()
        if word == "pagebreak":
            return "`#pagebreak()`{=typst}"
        names, table, file = {
            "var": ("variable", self.variables, "_variables.yml"),
            "meta": ("option", self.options, "_quarto.yml"),
        }[word]
        found: Any = table
        for key in arguments[0].split(".") if arguments else [""]:
            found = found.get(key) if isinstance(found, dict) else None
        if found is None or isinstance(found, dict | list):
            known = sorted(flat_names(table))
            raise BookError(
                f"{names} {arguments[0] if arguments else '(none)'} has no value in {file}",
                where=self.source.locate(call[0], arguments[0] if arguments else "{{<"),
                remedy=nearest(arguments[0] if arguments else "", known)
                or "cnnlab status says which results are missing",
            )
        return str(found)


def flat_names(table: dict, before: str = "") -> Iterator[str]:
    """Names of a nested table's values, as shortcodes write them: "a.b"."""
    for key, value in table.items():
        yield from flat_names(value, f"{before}{key}.") if isinstance(value, dict) else (f"{before}{key}",)
