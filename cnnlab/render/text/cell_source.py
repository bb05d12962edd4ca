"""Cells as written: told from the text around them, with their options and the list item that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnlab.errors import BookError
from cnnlab.render.advice import advice
from cnnlab.render.book.lines import OPENS, Fences, Line
from cnnlab.render.text.cell_options import DEFAULTS, OPTION, read_options

HEADER = re.compile(r"(\{+)\s*([A-Za-z][\w-]*)(?![\w-]|\s*=)(.*?)\}+")  # {.name} and {key=value} are pandoc's
ITEM = re.compile(r"\s*(?:[-+*]|\(?(?:\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+|#|@[\w-]*)[.)]|[:~]|(\[\^[^\]\s]+\]:))\s+(?=\S)")


@dataclass
class Cell:
    """A Python cell: its code without the `#|` lines, its options, and where it begins.

    length: lines before the code, so that errors name the right line. indent: columns of the list item around it.
    written: its option lines. places: "file:line" of each option.
    """

    code: str
    options: dict[str, Any]
    line: Line
    length: int = 0
    indent: int = 0
    written: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    def option(self, name: str, default: Any = None) -> Any:
        return self.options.get(name, default)

    def setting(self, name: str, execute: Mapping[str, Any]) -> Any:
        """An option that the book may set for all cells. execute: what the book says."""
        return self.options.get(name, execute.get(name, DEFAULTS[name]))

    def where(self, *options: str) -> str:
        """The line of the first of these options that the cell has, else of its beginning."""
        return next((self.places[name] for name in options if name in self.places), self.line.where)


def split_cells(lines: list[Line]) -> Iterator[list[Line] | Cell]:
    """Yield runs of text lines (lists) and Cells."""
    text: list[Line] = []
    block: list[Line] = []  # of a cell, or of one that is shown and does not run
    fences = Fences()
    for n, line in enumerate(lines):
        was_code = fences.mark is not None
        is_code = fences.code(line.text)
        if is_code and not was_code and (braces := cell_header(fences.opening, line)):
            if fences.before.strip():
                raise BookError(
                    "a cell opens in a line of text",
                    where=line.where,
                    allowed="a cell in lines of its own; in a list, indented like the item's text",
                    remedy="begin a line with '```{python}', after an empty one",
                )
            block = [line]
            if braces == 1 and text:
                yield text
                text = []
        elif block and fences.mark is None:
            if block[0].text.count("{") > 1:
                text += shown_cell(block)
            else:
                yield make_cell(block, lines[:n])
            block = []
        elif block:
            block.append(line)
        elif was_code and is_code:
            text.append(line.saying(unescaped(line.text)))
        else:
            text.append(line)
    if text:
        yield text


def cell_header(header: str, line: Line) -> int:
    """Braces around the language of a cell: 1 for one that runs, more for one that is shown; 0 for other blocks.

    BookError for a cell that is none of Python, or that has options in its header.
    """
    found = HEADER.fullmatch(header)
    if found is None or (len(found[1]) == 1 and header == "{python}"):
        return 0 if found is None else 1
    if len(found[1]) > 1:
        return len(found[1])
    if found[2] != "python":
        raise BookError(
            f"a cell of {{{found[2]}}} is not supported",
            allowed="{python}",
            where=line.where,
            remedy=advice(
                "language of a cell", found[2], ["python"], "write it in Python, or as a block of code '{.name}'"
            ),
        )
    raise BookError(
        f"the header of a cell is {header}",
        allowed="{python}",
        where=line.where,
        remedy="write each option as a line below, such as '#| echo: false'; for code that is shown alone, '{.python}'",
    )


def shown_cell(block: list[Line]) -> list[Line]:
    """A cell with doubled braces: code that shows a cell with one brace fewer."""
    opening, body = block[0], block[1:]
    marks = [found[2] for each in block if (found := OPENS.match(each.text))]
    indent, fence = indentation(opening.text), marks[0]
    longest = max(map(len, marks))
    outer = indent + fence[0] * (longest + 1)
    first, last = opening.saying(unescaped(opening.text)), (body or block)[-1].saying(indent + fence)
    return [opening.saying(f"{outer} {{.markdown}}"), first, *body, last, last.saying(outer)]


def unescaped(text: str) -> str:
    """The header of a cell, inside of code, with one pair of braces fewer."""
    return re.sub(r"^(\s*(?:`{3,}|~{3,})\s*)\{(\{+[^{}]*\}+)\}(\s*)$", r"\1\2\3", text)


def indentation(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def make_cell(block: list[Line], before: list[Line]) -> Cell:
    """The cell of a block without its last fence. before: the chapter up to it."""
    opening, indent = block[0], indentation(block[0].text)
    body = [
        each.saying(each.text[len(indent) :] if each.text.startswith(indent) else each.text.lstrip())
        for each in block[1:]
    ]
    first = next((n for n, each in enumerate(body) if each.text.strip()), len(body))
    count = next((n for n in range(first, len(body)) if not OPTION.match(body[n].text)), len(body))
    options, rest = body[first:count], body[count:]
    if late := next((each for each in rest if each.text.startswith("#|")), None):
        raise BookError("a '#|' line stands after code", where=late.where, remedy="cell options come first")
    values, places = read_options(options, opening)
    code = "\n".join(each.text for each in rest)
    blank = len(code) - len(code.lstrip("\n"))
    column = item_column(before, len(indent.expandtabs(4)))
    return Cell(code.strip("\n"), values, opening, count + blank, column, [each.text for each in options], places)


def item_column(before: list[Line], width: int) -> int:
    """The column at which the text of the list item begins that holds a block so far indented; 0 outside of lists."""
    for line in reversed(before if width else []):
        text = line.text.expandtabs(4)
        own = len(indentation(text))
        if (found := ITEM.match(text)) and own < width:
            column = 4 if found[1] else found.end()  # notes: pandoc asks for four
            if column <= width:
                return column
        if text.strip() and own == 0:
            break
    return 0
