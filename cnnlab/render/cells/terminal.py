"""Printed text as a terminal would leave it: colours gone, what was written over gone, tabs as spaces."""

from __future__ import annotations

import re

# Escape sequences: with parameters (colours, moves), with a text (titles, addresses), and the rest.
ESCAPE = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]"
TOKEN = re.compile(rf"{ESCAPE}|.", re.DOTALL)
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
TAB = 8


def screen(text: str) -> str:
    """The text that is left on the screen when all of it has been printed."""
    return "\n".join(line_left(line) if UNSEEN.search(line) else line.expandtabs(TAB) for line in text.split("\n"))


def line_left(line: str) -> str:
    """One line: a carriage return goes back to its beginning, a backspace one sign, and new text covers the old."""
    signs: list[str] = []
    at = 0
    for token in TOKEN.findall(line):
        if token == "\r":
            at = 0
        elif token == "\b":
            at = max(0, at - 1)
        elif token == "\t":
            at += TAB - at % TAB
        elif token in ("\x1b[K", "\x1b[0K"):
            del signs[at:]
        elif token == "\x1b[2K":
            signs.clear()
        elif not UNSEEN.match(token):
            signs += " " * (at + 1 - len(signs))
            signs[at] = token
            at += 1
    return "".join(signs).rstrip()


def readable(text: str) -> str:
    """Text without escape sequences and signs that are not seen: Markdown that a cell wrote."""
    return UNSEEN.sub("", re.sub(ESCAPE, "", text))
