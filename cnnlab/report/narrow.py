"""Code broken into short lines, for pages: it stays valid and means the same."""

from __future__ import annotations

import io
import textwrap
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field

WIDTH = 75  # columns
FURTHER = 8  # columns by which the rest of a broken line is indented
BEFORE = ("if", "else", "for", "and", "or", "+", "-", "*", "/")  # a line may be broken before them
# Tokens of Python 3.12 on: what stands between them is a string.
FSTRING = {getattr(tokenize, "FSTRING_START", None): 1, getattr(tokenize, "FSTRING_END", None): -1}
CLOSE, OPEN_OR_SIGN = (")", "]", "}"), tuple("([{,=*:")
LAST_RESORT = 100  # added to the rank of a place behind an opening bracket


@dataclass
class Line:
    """What is known of a line: whether it is text of a docstring, the column of its comment, and where it may be
    broken, (rank, column), of which the lowest is the best: the outermost bracket, after a comma."""

    is_text: bool = False
    comment: int | None = None
    places: list[tuple[int, int]] = field(default_factory=list)


def narrow(code: str, width: int = WIDTH) -> str:
    """The code with its long lines broken in brackets, its long comments and docstrings wrapped.

    A line without brackets, or with a long text in quotation marks, stays as long as it is.
    """
    known, lines = read(code), []
    for number, line in enumerate(code.splitlines(), 1):
        about = known.get(number, Line())
        indent = line[: len(line) - len(line.lstrip())]
        if len(line) <= width:
            lines.append(line)
        elif about.is_text:
            lines += textwrap.wrap(line.strip(), width, initial_indent=indent, subsequent_indent=indent)
        else:
            if about.comment is not None:
                comment, line = line[about.comment :], line[: about.comment].rstrip()
                lines += textwrap.wrap(comment, width, initial_indent=indent, subsequent_indent=f"{indent}# ")
            lines += broken(line, indent, about.places, width) if line else []
    return "\n".join(lines)


def broken(line: str, indent: str, places: list[tuple[int, int]], width: int) -> Iterator[str]:
    """A line in pieces that fit: broken at the last of the best places."""
    begin, lead = 0, ""
    while len(lead) + len(line) - begin > width:
        fitting = [
            (-rank, column)
            for rank, column in places
            if begin < column and len(lead) + len(line[begin:column].rstrip()) <= width
        ]
        if not fitting:
            break
        _, column = max(fitting)
        yield lead + line[begin:column].rstrip()
        begin, lead = column, f"{indent}{' ' * FURTHER}"
    yield lead + line[begin:]


def read(code: str) -> dict[int, Line]:
    """What is known of each line of some code."""
    known: dict[int, Line] = {}
    depth = strings = 0
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        number, column = token.start
        line = known.setdefault(number, Line())
        if token.type == tokenize.COMMENT:
            line.comment = column
        elif token.type == tokenize.STRING and not depth and token.string.startswith('"""'):
            known |= {each: Line(is_text=True) for each in range(number, token.end[0] + 1)}
        elif depth and not strings and token.string not in CLOSE:
            if before == ",":
                line.places.append((2 * depth, column))
            elif token.string in BEFORE and before[-1:] not in OPEN_OR_SIGN:
                line.places.append((2 * depth + 1, column))
            elif before == "(":
                line.places.append((2 * depth + LAST_RESORT, column))
        strings += FSTRING.get(token.type, 0)
        if token.type == tokenize.OP and not strings:
            depth += (token.string in "([{") - (token.string in ")]}")
        before = token.string
    return known
