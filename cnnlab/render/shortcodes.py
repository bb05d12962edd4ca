"""Shortcodes in a chapter's text, and the values that take their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cnnlab.errors import BookError, nearest
from cnnlab.render.source import SHORTCODE, Fences, Source


def substitute(markdown: str, source: Source, variables: dict, options: dict) -> str:
    """Put `var` and `meta` shortcodes' values in their places; code is left as it is."""
    fences, lines = Fences(), []

    def value(call: re.Match) -> str:
        word, *arguments = call[1].split()
        if word == "pagebreak":
            return "`#pagebreak()`{=typst}"
        names, table, file = {
            "var": ("variable", variables, "_variables.yml"),
            "meta": ("option", options, "_quarto.yml"),
        }[word]
        found: Any = table
        for key in arguments[0].split(".") if arguments else [""]:
            found = found.get(key) if isinstance(found, dict) else None
        if found is None or isinstance(found, dict | list):
            known = sorted(flat_names(table))
            raise BookError(
                f"{names} {arguments[0] if arguments else '(none)'} has no value in {file}",
                where=source.locate(call[0], arguments[0] if arguments else "{{<"),
                remedy=nearest(arguments[0] if arguments else "", known)
                or "cnnlab status says which results are missing",
            )
        return str(found)

    for line in markdown.split("\n"):
        if not fences.code(line) and "{{<" in line:
            pieces = re.split(r"(`[^`]+`(?!\{))", line)
            line = "".join(piece if n % 2 else SHORTCODE.sub(value, piece) for n, piece in enumerate(pieces))
        lines.append(line)
    return "\n".join(lines)


def flat_names(table: dict, before: str = "") -> Iterator[str]:
    """Names of a nested table's values, as shortcodes write them: "a.b"."""
    for key, value in table.items():
        yield from flat_names(value, f"{before}{key}.") if isinstance(value, dict) else (f"{before}{key}",)
