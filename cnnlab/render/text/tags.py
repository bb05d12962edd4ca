"""Tags of HTML in a chapter's text: what has a counterpart on paper becomes it, a word in angle brackets stays text.

A page would show a tag that the PDF leaves out, and leave out one that no browser knows. Blocks and spans written as
`{=html}` are meant for pages alone; `explicit` marks them before pandoc reads the chapter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import panflute as pf

from cnnlab.render.text.source import Fences, Source

ALONE: dict[str, Callable[[], pf.Element]] = {  # tags without an end
    "br": pf.LineBreak,
    "wbr": lambda: pf.Str("\u200b"),
    "hr": pf.HorizontalRule,
}
AROUND: dict[str, Callable[..., pf.Element]] = {  # tags around text
    "b": pf.Strong,
    "strong": pf.Strong,
    "i": pf.Emph,
    "em": pf.Emph,
    "cite": pf.Emph,
    "dfn": pf.Emph,
    "var": pf.Emph,
    "u": pf.Underline,
    "ins": pf.Underline,
    "s": pf.Strikeout,
    "del": pf.Strikeout,
    "sub": pf.Subscript,
    "sup": pf.Superscript,
    "mark": lambda *content: pf.Span(*content, classes=["mark"]),
    "code": lambda *content: pf.Code(pf.stringify(pf.Plain(*content))),
    "kbd": lambda *content: pf.Code(pf.stringify(pf.Plain(*content))),
    "samp": lambda *content: pf.Code(pf.stringify(pf.Plain(*content))),
}
REFUSED = frozenset(  # the other elements of HTML; div and span are pandoc's own
    (
        "a abbr address area article aside audio base bdi bdo big blockquote body button canvas caption center col "
        "colgroup data datalist dd details dialog dl dt embed fieldset figcaption figure font footer form frame "
        "frameset h1 h2 h3 h4 h5 h6 head header hgroup html iframe img input label legend li link main map math "
        "menu meta meter nav noscript object ol optgroup option output p param picture pre progress q rp rt ruby "
        "script search section select slot small source strike style summary svg table tbody td template textarea "
        "tfoot th thead time title tr track tt ul video div span"
    ).split()
)
TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)([^>]*?)/?>", re.S)
COMMENT = re.compile(r"<!--.*?-->", re.S)
EXPLICIT = "html5"  # the format of what an author marked {=html}


def explicit(markdown: str) -> str:
    """Name the format of `{=html}` blocks and spans apart from the tags that pandoc finds in text."""
    fences, lines = Fences(), []
    for line in markdown.split("\n"):
        was_code = fences.mark is not None
        if not fences.code(line):
            line = re.sub(r"(`[^`]+`)\{=html\}", rf"\1{{={EXPLICIT}}}", line)
        elif not was_code and fences.opening == "{=html}":
            line = line.replace("{=html}", f"{{={EXPLICIT}}}")
        lines.append(line)
    return "\n".join(lines)


class Tags:
    """A walker that settles every raw tag of a chapter's tree, children before parents."""

    def __init__(self, source: Source):
        self.source = source

    def action(self, el, doc):
        if isinstance(el, pf.RawBlock) and el.format == EXPLICIT:
            el.format = "html"
        elif isinstance(el, pf.RawBlock) and el.format == "html":
            return self.block(el.text)
        elif getattr(el, "content", None) and any(isinstance(child, pf.RawInline) for child in el.content):
            el.content = self.settle(list(el.content))
        return None

    def block(self, text: str) -> list:
        """What tags between paragraphs stand for."""
        out: list[pf.Element] = []
        for found in TAG.finditer(COMMENT.sub("", text)):
            end, name, attributes = found[1], found[2].lower(), found[3].strip()
            if name == "hr" and not end and not attributes:
                out.append(pf.HorizontalRule())
            elif name in REFUSED or name in ALONE or name in AROUND:
                raise self.refuse(found[0], name)
            else:
                out.append(pf.Para(pf.Str(found[0])))
        return out

    def settle(self, inlines: list) -> list:
        """The inlines with elements in place of tags."""
        out: list = []
        opened: list[tuple[str, str, int]] = []  # tag, its name, where its content begins
        for el in inlines:
            if not isinstance(el, pf.RawInline) or el.format not in ("html", EXPLICIT):
                out.append(el)
                continue
            if el.format == EXPLICIT:
                out.append(pf.RawInline(el.text, format="html"))
                continue
            found = TAG.fullmatch(el.text)
            name = found[2].lower() if found else ""
            if COMMENT.fullmatch(el.text):
                continue
            if found and name in ALONE and name != "hr" and not found[1] and not found[3].strip():
                out.append(ALONE[name]())
            elif found and name in AROUND and not found[1] and not found[3].strip():
                opened.append((el.text, name, len(out)))
            elif found and name in AROUND and found[1] and opened and opened[-1][1] == name:
                begin = opened.pop()[2]
                out[begin:] = [AROUND[name](*out[begin:])]
            elif found and (name in REFUSED or name in ALONE or name in AROUND):
                raise self.refuse(el.text, name)
            else:
                out.append(pf.Str(el.text))
        if opened:
            raise self.refuse(opened[-1][0], opened[-1][1])
        return out

    def refuse(self, tag: str, name: str):
        known = name in ALONE or name in AROUND
        return self.source.error(
            f"the tag {tag} {'has attributes, no partner or no place here' if known else 'is not supported'}",
            tag,
            allowed=", ".join(f"<{each}>" for each in (*ALONE, *AROUND)) + ", without attributes",
            remedy="write Markdown, or \\< for the sign itself; what pages alone show goes into a block ```{=html}",
        )
