"""Lines of a chapter with where they were written, and fenced code told from text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cnnlab.errors import BookError

# A block of code may open in the line of a list item or of a quotation; it closes in a line of its own, or quoted.
OPENS = re.compile(r"^((?:\s|>|(?:[-+*:]|\(?(?:\d+|[A-Za-z]|#)[.)])\s)*)(`{3,}|~{3,})\s*(.*?)\s*$")
CLOSES = re.compile(r"^[\s>]*(`{3,}|~{3,})\s*$")
DIV = re.compile(r"^\s*(:{3,})\s*(.*?)\s*:*$")


@dataclass(frozen=True)
class Line:
    """One line of text and where it was written."""

    text: str
    file: str
    number: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.number}"

    def saying(self, text: str) -> Line:
        """Another text, as if it had been written here."""
        return Line(text, self.file, self.number)


class Fences:
    """Follows fenced code through lines: `code(line)` says whether a line belongs to a block (fences included).

    mark: the fence of the block that is open; opening: what stands after it; before: what stands before it.
    """

    def __init__(self) -> None:
        self.mark: str | None = None
        self.opening = self.before = ""

    def code(self, text: str) -> bool:
        if self.mark is None:
            found = OPENS.match(text)
            if found and not (found[2][0] == "`" and "`" in found[3]):
                self.before, self.mark, self.opening = found.groups()
                return True
            return False
        found = CLOSES.match(text)
        if found and found[1][0] == self.mark[0] and len(found[1]) >= len(self.mark):
            self.mark = None
        return True


def check_divs(lines: list[Line]) -> None:
    """Raise BookError for a div that is never closed, or a ':::' that closes none."""
    fences, open_divs = Fences(), []
    for line in lines:
        if fences.code(line.text):
            continue
        found = DIV.match(line.text)
        if found is None:
            continue
        if found[2]:
            open_divs.append(line)
        elif not open_divs:
            raise BookError(
                "':::' closes a div that was never opened",
                where=line.where,
                remedy="take it out, or open the div before",
            )
        else:
            open_divs.pop()
    if open_divs:
        raise BookError(
            f"the div '{open_divs[-1].text.strip()}' is never closed",
            where=open_divs[-1].where,
            remedy="close it with a line ':::'",
        )
