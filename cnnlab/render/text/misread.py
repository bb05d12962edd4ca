"""Lines that pandoc would read as something else than their author meant, losing text: refused at their line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnnlab.errors import BookError
from cnnlab.render.book.lines import Fences, Line

ATTRIBUTE = r"\.[\w-]+|#[\w:.-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\"'{}]+)|=\w+|-"
HEADER = re.compile(rf"[^\s{{}}`]*\s*(\{{\s*(({ATTRIBUTE})\s*)*\}})?")
CELL = re.compile(r"\{+ ?(\w+ ?\}+$|[Pp]ython)")  # `cell_source` looks at what stands in it
TEX = re.compile(r"\\\(.*?[\\^_={}].*?\\\)|\\\[.*?[\\^_={}].*?\\\]|^\s*\\\[\s*$")
SEPARATOR = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
HIDDEN = re.compile(r"\\.|(`+)(?:(?!\1).)*\1|\$[^$]*\$|\[\[.*?\]\]")  # where a bar parts no columns


def check(lines: list[Line]) -> None:
    """Raise BookError for headers of code, formulas and rows of tables that would not be what they seem."""
    fences, text = Fences(), []
    for line in lines:
        was_code, is_code = fences.mark is not None, fences.code(line.text)
        if is_code and not was_code:
            check_header(line, fences.opening)
        text.append(Line("", line.file, line.number) if is_code else line)
        if not is_code and (found := TEX.search(re.sub(r"`[^`]*`", "", line.text))):
            raise BookError(
                f"{found[0].strip()} is no formula here: the backslashes would be dropped",
                where=line.where,
                remedy="write formulas in $…$, those of their own line in $$…$$",
            )
    for head, separator, rows in tables(text):
        count = columns(head.text)
        for row in (separator, *rows):
            cells = columns(row.text)
            if cells > count or (row is separator and cells < count):
                raise BookError(
                    f"a row of {cells} columns in a table of {count}",
                    where=row.where,
                    remedy="write as many cells as the table has columns; a bar inside a cell as \\|",
                )


def check_header(line: Line, opening: str) -> None:
    if not CELL.match(opening) and not HEADER.fullmatch(opening):
        raise BookError(
            f"the header of a block of code was not understood: {opening}",
            where=line.where,
            allowed='a language, or attributes: {.python filename="name.py"}',
            remedy="write it so; else the block would be a line of text",
        )


def tables(lines: list[Line]) -> Iterator[tuple[Line, Line, list[Line]]]:
    """Pipe tables: head, separator and rows."""
    for n, line in enumerate(lines[1:], 1):
        head = lines[n - 1]
        begins = n < 2 or not lines[n - 2].text.strip()
        if begins and "|" in head.text and "|" in line.text and SEPARATOR.fullmatch(line.text):
            rows = []
            for row in lines[n + 1 :]:
                if "|" not in row.text:
                    break
                rows.append(row)
            yield head, line, rows


def columns(row: str) -> int:
    """How many cells a row of a pipe table has."""
    return HIDDEN.sub("", row).strip().removeprefix("|").removesuffix("|").count("|") + 1
