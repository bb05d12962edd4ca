"""Errors and warnings of Typst at the line of the chapter that they come from; it speaks of the book's own Typst text.

That text says where each part of it is from, in a comment before the part (`origin`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cnnlab.errors import BookError, CnnlabError, RenderError
from cnnlab.render.book.lines import Fences, Line
from cnnlab.render.text.source import Source

ORIGIN = re.compile(r"// from (\S+)\Z")
PLACE = re.compile(r"┌─ (\S+):(\d+):(\d+)$", re.MULTILINE)
SHOWN = re.compile(r"^ *\d+ │ (.*)\n *│ ( *)(\^+)", re.MULTILINE)  # a line of the text and what is marked in it
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
NO_GLYPH = re.compile(r'the text `"(.*)"` could not be displayed')
# How Typst begins to say that it cannot read the text: then all that follows is misread too.
MISREAD = re.compile(
    r"\w+: (unclosed|unexpected|unterminated|expected (?!.*, found)|the character .* is not valid|.* is not allowed)"
)
# What to do next, by words of the message.
REMEDIES = {
    "could not be displayed": "write it in words, or show it in a picture: the fonts of the book lack it",
    "skipped from heading level": "give the heading the level after that of the one before it",
    "first heading must be": "begin the chapter with '# …'",
    "does not exist in the document": "mend the link, or label the place that it leads to",
    "occurs multiple times": "rename one of the two labels",
    "parse SVG": "save the picture again, as plain SVG",
    "decode image": "save the picture again, as PNG or SVG",
}


def origin(name: str) -> str:
    """The comment before a part of the text. name: of the file that it is made of, from the project's root."""
    return f"// from {name}"


def faults(diagnostics: list[str], text: str, sources: Mapping[str, Source]) -> list[CnnlabError]:
    """What Typst said of `text`, one error for each fault. sources: the chapters, by the names in `origin`."""
    reports: list[str] = []
    for diagnostic in diagnostics:
        for report in re.split(r"\n{2,}(?=\w+: )", diagnostic.strip()):
            if report.startswith("help:") and reports:
                reports[-1] += "\n\n" + report
            else:
                reports.append(report)
    lines = text.splitlines()
    if misread := [report for report in reports if MISREAD.match(report) and PLACE.search(report)]:
        return [misreading(min(misread, key=line_of), lines, sources)]
    return [fault(report, lines, sources) for report in reports]


def line_of(report: str) -> int:
    found = PLACE.search(report)
    return int(found[2]) if found else 0


def misreading(report: str, lines: list[str], sources: Mapping[str, Source]) -> CnnlabError:
    """A fault that ends the reading of the text: it lies in the last raw block that an author wrote before."""
    number = line_of(report)
    name, begin = origin_of(lines, number)
    error = fault(report, lines, sources)
    if name in sources and (places := places_of(sources[name], lines, begin, number)):
        at, block = places[-1]
        error.where = block[min(number - at, len(block) - 1)].where
    return error


def places_of(source: Source, lines: list[str], begin: int, number: int) -> list[tuple[int, list[Line]]]:
    """The raw blocks of a chapter from a line of the text to another: the line at which each begins, in order."""
    found, at = [], begin + 1
    for block in raw_blocks(source):
        written = [line.text for line in block]
        place = next((n for n in range(at, number + 1) if lines[n - 1 : n - 1 + len(block)] == written), None)
        if place is not None:
            found.append((place, block))
            at = place + len(block)
    return found


def raw_blocks(source: Source) -> list[list[Line]]:
    """The lines of each block {=typst} of a chapter."""
    fences = Fences()
    blocks: list[list[Line]] = []
    for line in source.lines:
        was_code, is_code = fences.mark is not None, fences.code(line.text)
        if is_code and not was_code and fences.opening.replace(" ", "") == "{=typst}":
            blocks.append([])
        elif was_code and fences.mark is not None and fences.opening.replace(" ", "") == "{=typst}":
            blocks[-1].append(line)
    return [block for block in blocks if block]


def fault(report: str, lines: list[str], sources: Mapping[str, Source]) -> CnnlabError:
    said = re.sub(r"\A\w+: (PDF/UA-1 error: )?", "", report.split("\n", 1)[0])
    remedy = next((remedy for words, remedy in REMEDIES.items() if words in said), None)
    where = None
    found = NO_GLYPH.search(said)
    sign = re.sub(r"\\u\{(\w+)\}", lambda code: chr(int(code[1], 16)), found[1]) if found else ""
    for _, number, _ in PLACE.findall(report):
        name, begin = origin_of(lines, int(number))
        if name in sources:
            needles = [sign] if sign else needles_of(report, lines, begin, int(number))
            raw = [
                block[int(number) - at]
                for at, block in places_of(sources[name], lines, begin, int(number))
                if int(number) < at + len(block)
            ]
            where = raw[-1].where if raw else locate(sources[name], needles)
            break
        where = where or (name and f"{name}:{int(number) - begin}")
    else:
        written = next((s for s in sources.values() if sign and any(sign in line.text for line in s.lines)), None)
        if written is None:
            remedy = remedy or "mend the format's files, or report this"
            return RenderError(f"in the PDF: {said}", where=where, remedy=remedy)
        where = written.locate(sign)
    return BookError(
        f"in the PDF: {said}", where=where, remedy=remedy or "mend the text there, or keep it out of the PDF"
    )


def locate(source: Source, needles: list[str]) -> str:
    """The line of the first needle that is there as it is, or at least by two of its words."""
    for needle in needles:
        exact = next((line for line in source.lines if needle in line.text), None)
        line = exact or (source.find_words(needle) if " " in needle else None)
        if line:
            return line.where
    return source.locate(*needles)


def origin_of(lines: list[str], number: int) -> tuple[str, int]:
    """The file that a line of the text is made of, and the number of the line before it; "" for what has none."""
    for n in range(min(number, len(lines)), 0, -1):
        found = ORIGIN.match(lines[n - 1])
        if found:
            return found[1], n
    return "", 0


def needles_of(report: str, lines: list[str], begin: int, number: int) -> list[str]:
    """Texts near a line of the generated text that its author may have written, the likeliest first."""
    marked = [text[len(space) :][: len(mark)] for text, space, mark in SHOWN.findall(report)]
    near = [lines[n - 1] for n in (number, number + 1, number - 1, number + 2) if begin < n <= len(lines)]
    out = []
    for text in [*marked[-1:], *near]:
        strings = [
            string.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\") for string in STRING.findall(text)
        ]
        out += [line.strip() for string in strings for line in string.splitlines()]
        if heading := re.match(r"(=+) (.*)", text):
            out.append(f"{'#' * len(heading[1])} {words_of(heading[2])}")
        out.append(words_of(text))
    return [needle for needle in out if len(needle) > 2]


def words_of(text: str) -> str:
    """A line of Typst without its calls and marks."""
    text = re.sub(r"#[\w.-]+(\([^()]*\))?", " ", STRING.sub(" ", text))
    return " ".join(re.sub(r"[\\\[\](){}<>=*_]", " ", text).split())
