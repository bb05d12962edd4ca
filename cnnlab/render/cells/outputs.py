"""What a cell gave, one output at a time: Jupyter's bundles of MIME types to Markdown and pictures."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnlab.errors import BookError, RenderError
from cnnlab.render import pandoc
from cnnlab.render.book.language import INTERACTIVE
from cnnlab.render.book.lines import Fences, check_divs
from cnnlab.render.cells.terminal import readable, screen
from cnnlab.render.text.cell_source import Cell
from cnnlab.render.text.conditions import FORMATS

PICTURES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
PLOTLY = "application/vnd.plotly.v1+json"
SHOWN = {  # of several types of an output the first of these is shown
    "text/markdown": "Markdown: a part of the chapter",
    PLOTLY: "a figure of plotly: interactive on the page; on paper the picture beside it, else what it shows in words",
    "text/latex": "formulas, or text of LaTeX that has a counterpart in Markdown",
    **dict.fromkeys(PICTURES, "a picture"),
    "application/json": "data, printed as text",
    "text/plain": "text, printed as it is",
}
PRINTED = ("application/json", "text/plain")  # they stand for an object that has no other type that can be shown
# What matplotlib's calls return, beside the picture.
CALL = re.compile(r"<(?:Axes|Figure|matplotlib\.|mpl_toolkits\.|seaborn\.|\w*Container object)|\A\[?Text\(")
CODE = re.compile(r"\s*\\begin\{Verbatim\}\[commandchars=")  # as Pygments writes it
FORMULA = re.compile(
    r"\s*(?:\$\$((?:\\.|[^$\\])+)\$\$|\$((?:\\.|[^$\\])+)\$|\\\[((?:(?!\\\]).)+)\\\]"
    r"|\\begin\{(?:equation|displaymath)\*?\}((?:(?!\\end\{).)+)\\end\{(?:equation|displaymath)\*?\})\s*",
    re.DOTALL,
)


@dataclass
class Shown:
    """Something that a cell shows, as Markdown. needs_alt: it is a picture, and says nothing to who cannot see it.

    draw: its Markdown for an alternative text. alt: its own such text. kind: "fig" for a picture, "tbl" for Markdown,
    which may hold a table: what can have a caption of its own.
    """

    draw: Callable[[str], str]
    kind: str = ""
    needs_alt: bool = False
    alt: str = ""


@dataclass
class Outputs:
    """Outputs of one cell. name: what the files of its pictures begin with; `pictures` are those, by name.

    is_asis: what it prints is Markdown. warned: the formats that show what it prints to stderr.
    """

    cell: Cell
    name: str
    lang: str
    is_asis: bool
    warned: list[str]
    pictures: dict[str, bytes] = field(default_factory=dict)

    def shown(self, outputs: list[dict[str, Any]]) -> list[Shown]:
        """All that is shown of the cell's outputs, as nbformat writes them, in their order."""
        made = [(output, one) for output in joined(outputs) if (one := self.one(output))]
        has_picture = any(one.kind == "fig" for _, one in made)
        return [one for output, one in made if not (has_picture and is_call(output))]

    def one(self, output: dict[str, Any]) -> Shown | None:
        """One output; None where it shows nothing."""
        kind = output["output_type"]
        if kind == "error":
            return self.text("error", screen("\n".join(output["traceback"])))
        if kind == "stream":
            text = "".join(output["text"])
            if output["name"] == "stderr":
                return self.text("stderr", screen(text), self.warned)
            return text_of(readable(text)) if self.is_asis else self.text("stdout", screen(text))
        return self.bundle(output["data"], output.get("metadata") or {})

    def text(self, kind: str, text: str, formats: Sequence[str] = FORMATS) -> Shown | None:
        text = text.rstrip()
        markdown = only(formats, div(f".cell-output .cell-output-{kind}", fenced(text)))
        return text_of(markdown) if text and markdown else None

    def bundle(self, data: dict[str, Any], metadata: dict[str, Any]) -> Shown | None:
        """One output by the first of its types in SHOWN. BookError where none of them is what Jupyter would show."""
        data = without_coloured_code(data)
        mime = next((each for each in SHOWN if each in data), None)
        unknown = [each for each in data if each not in SHOWN]
        if unknown and mime in (None, *PRINTED):
            raise self.unknown(unknown[0])
        if mime is None:
            return None
        if mime == "application/json":
            return self.text("display", json.dumps(data[mime], indent=2, ensure_ascii=False))
        if mime == PLOTLY:
            beside = next((each for each in PICTURES if each in data), None)
            return self.plotly(data[mime], self.picture(beside, "".join(data[beside]), {}) if beside else None)
        content = "".join(data[mime])
        if mime == "text/markdown":
            text = readable(content)
            check_markdown(self.cell, text)
            if not self.is_asis:
                text = div(".cell-output .cell-output-display .cell-output-markdown", text)
            return Shown(lambda _: text, kind="tbl")
        if mime == "text/latex":
            return text_of(div(".cell-output .cell-output-display", self.latex(content)))
        if mime in PICTURES:
            return self.picture(mime, content, metadata.get(mime) or {})
        return self.text("display", screen(content))

    def unknown(self, mime: str) -> BookError:
        if mime == "text/html":
            return BookError(
                "a cell shows HTML",
                where=self.cell.line.where,
                allowed=", ".join(SHOWN),
                remedy="return IPython.display.Markdown, for a table of pandas Markdown(table.to_markdown()): the PDF "
                "has no HTML, and for HTML Quarto loads scripts from another host",
            )
        return BookError(
            f"a cell shows {mime}",
            where=self.cell.line.where,
            allowed=", ".join(SHOWN),
            remedy="show a picture or Markdown instead, or hide it: '#| output: false'",
        )

    def picture(self, mime: str, content: str, metadata: dict[str, Any]) -> Shown:
        name = f"{self.name}-{len(self.pictures) + 1}.{PICTURES[mime]}"
        self.pictures[name] = content.encode() if mime == "image/svg+xml" else base64.b64decode(content)
        sides = [f'{side}="{metadata[side]}"' for side in ("width", "height") if metadata.get(side)]
        return Shown(
            lambda alt: f"\n![](cell:{name}){{{' '.join([f'fig-alt={quoted(alt)}', *sides])}}}\n",
            kind="fig",
            needs_alt=True,
            alt=str(metadata.get("alt") or ""),
        )

    def plotly(self, figure: dict[str, Any], printed: Shown | None) -> Shown:
        """Drawn on the page as _extensions/informe/figures.js does, which brings the theme."""
        layout = {key: value for key, value in (figure.get("layout") or {}).items() if key != "template"}
        plain = {key: figure[key] for key in ("data", "frames") if key in figure} | {"layout": layout}
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        title = layout.get("title")
        title = title.get("text") if isinstance(title, dict) else title
        word = INTERACTIVE[self.lang]

        def draw(alt: str) -> str:
            label = html.escape(alt or word, quote=True)
            page = (
                f'<div class="plotly-figure" data-plotly role="group" aria-label="{label}">'
                f'<script type="application/json">{text}</script></div>'
            )
            words = printed.draw(alt) if printed else f"*{word}*: {escaped(alt)}" if alt else f"*{word}*"
            return only(["html"], f"~~~{{=html}}\n{page}\n~~~") + only(["typst"], words)

        return Shown(draw, kind="fig", needs_alt=printed is not None, alt=str(title or ""))

    def latex(self, text: str) -> str:
        """Formulas of LaTeX as a displayed formula, other LaTeX through pandoc."""
        if found := FORMULA.fullmatch(text):
            formula = next(group for group in found.groups() if group is not None)
            formula = re.sub(r"\n\s*\n", "\n", formula.strip().removeprefix("\\displaystyle").strip())
            return f"\n$$\n{formula}\n$$\n"
        try:
            markdown = pandoc.run(
                ["-f", "latex+raw_tex", "-t", "markdown-raw_tex-fenced_code_attributes"], text, self.cell.line.where
            )
        except RenderError as error:
            raise self.bad_latex(text) from error
        if "{=latex}" in markdown or "{=tex}" in markdown:
            raise self.bad_latex(text)
        return f"\n{markdown}\n"

    def bad_latex(self, text: str) -> BookError:
        return BookError(
            f"a cell shows LaTeX that has no counterpart in Markdown: {text.strip()[:60]!r}",
            where=self.cell.line.where,
            allowed="formulas, text, lists, tables",
            remedy="return IPython.display.Markdown",
        )


def joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outputs with what was printed to one stream without a break as one: it comes in pieces, cut by time."""
    out: list[dict[str, Any]] = []
    for output in outputs:
        if out and output["output_type"] == "stream" and output["name"] == out[-1].get("name"):
            out[-1] = out[-1] | {"text": ["".join(out[-1]["text"]) + "".join(output["text"])]}
        else:
            out.append(output)
    return out


def without_coloured_code(data: dict[str, Any]) -> dict[str, Any]:
    """A bundle of `IPython.display.Code` as its text: the code in LaTeX and HTML bears commands for its colours."""
    if "text/plain" in data and CODE.match("".join(data.get("text/latex") or "")):
        return {"text/plain": data["text/plain"]}
    return data


def check_markdown(cell: Cell, markdown: str) -> None:
    """Raise BookError for Markdown of a cell that opens what it does not close: the chapter after it would be part
    of that."""
    lines, fences = [cell.line.saying(text) for text in markdown.split("\n")], Fences()
    for line in lines:
        fences.code(line.text)
    try:
        if fences.mark is not None:
            raise BookError(f"a block of code opened with {fences.mark} is never closed")
        check_divs(lines)
    except BookError as error:
        raise BookError(
            f"what a cell shows cannot stand in the chapter: {error.what}",
            where=cell.line.where,
            remedy="let the cell print what closes it, too",
        ) from None


def is_call(output: dict[str, Any]) -> bool:
    """Whether an output is what a call of matplotlib returned, which says nothing beside its picture."""
    data = output.get("data") or {}
    return (
        output["output_type"] == "execute_result"
        and list(data) == ["text/plain"]
        and bool(CALL.search("".join(data["text/plain"])))
    )


# ---- Markdown


def text_of(markdown: str) -> Shown:
    return Shown(lambda _: markdown)


def div(attributes: str, content: str) -> str:
    return f"\n::: {{{attributes}}}\n{content}\n:::\n"


def only(formats: Sequence[str], content: str) -> str:
    """Content for these formats: as it is where they are all of them."""
    if len(formats) == len(FORMATS):
        return content
    return div(f'.content-visible when-format="{formats[0]}"', content) if formats else ""


def quoted(text: str) -> str:
    """A text as the value of an attribute: in one line, its quotes and backslashes escaped."""
    text = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def escaped(text: str) -> str:
    """Plain text as Markdown: every sign of punctuation is itself."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def fenced(text: str, attributes: str = "") -> str:
    """A block of code whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"\n{fence}{f' {{{attributes}}}' if attributes else ''}\n{text.rstrip(chr(10))}\n{fence}\n"
