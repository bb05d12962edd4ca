"""What cells gave, as Markdown: put back into the chapter, with its pictures in files."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

from cnnlab.errors import BookError
from cnnlab.paths import THEMES
from cnnlab.render.source import Cell, Source

# What matplotlib's calls return, beside the picture.
CALL = re.compile(r"\A<(?:Axes|Figure|matplotlib)|\A\[?<matplotlib|\AText\(")
PICTURES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Assembly:
    """Builds a chapter's Markdown; pictures of cells are written to `folder` and named `cell:NAME` in the text."""

    def __init__(self, source: Source, outputs: list, folder: Path, defaults: dict):
        self.source, self.outputs, self.folder, self.defaults = source, outputs, folder, defaults
        self.pictures: dict[str, bytes] = {}

    def markdown(self, fill: Callable[[str], str]) -> str:
        """The chapter's text. fill: puts values in the place of shortcodes in the author's code."""
        text, n = [], 0
        for part in self.source.parts:
            if isinstance(part, Cell):
                text.append(self.cell(part, self.outputs[n], n + 1))
                n += 1
            else:
                text.append(fill("\n".join(line.text for line in part)))
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            if old.name not in self.pictures:
                old.unlink()
        for name, data in self.pictures.items():
            path = self.folder / name
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
        return "\n".join(text) + "\n"

    def cell(self, cell: Cell, outputs: list, number: int) -> str:
        if cell.option("include") is False:
            return ""
        label = cell.option("label")
        name = label or f"cell-{number}"
        shown = [block for block in (self.output(cell, output, name) for output in outputs) if block]
        if not shown and label and label.startswith(("fig-", "tbl-")):
            raise BookError(
                f"cell {label!r} has a caption and shows nothing",
                where=cell.line.where,
                remedy="let its last line be the figure or table",
            )
        body = [self.code(cell)] if cell.option("echo", self.defaults.get("echo", True)) and cell.code else []
        body += [self.float(cell, shown)] if label and label.startswith(("fig-", "tbl-")) else self.plain(cell, shown)
        return "\n".join([f"\n::: {{.cell{f' #cell-{label}' if label else ''}}}", *body, ":::\n"])

    def code(self, cell: Cell) -> str:
        fold = cell.option("code-fold")
        attributes = [".python", ".cell-code"]
        if fold is not None:
            attributes.append(f'code-fold="{str(fold).lower()}"')
        if cell.option("code-summary"):
            attributes.append(f'code-summary="{cell.option("code-summary")}"')
        return fenced(cell.code, " ".join(attributes))

    def output(self, cell: Cell, output: dict, name: str):
        """("picture", markdown) or ("text", markdown) for an output of a cell; None where nothing is shown."""
        kind = output["output_type"]
        if cell.option("output") is False:
            return None
        if kind == "stream":
            text = "".join(output["text"])
            if output["name"] == "stderr":
                return (
                    None
                    if cell.option("warning", self.defaults.get("warning")) is False
                    else ("text", div(".cell-output .cell-output-stderr", fenced(text)))
                )
            if cell.option("output") == "asis":
                return ("text", text)
            return ("text", div(".cell-output .cell-output-stdout", fenced(text)))
        data = output["data"]
        if "text/markdown" in data:
            return (
                "text",
                div(".cell-output .cell-output-display .cell-output-markdown", "".join(data["text/markdown"])),
            )
        for mime, suffix in PICTURES.items():
            if mime in data:
                content = "".join(data[mime])
                picture = f"{name}-{1 + sum(key.startswith(f'{name}-') for key in self.pictures)}.{suffix}"
                self.pictures[picture] = content.encode() if suffix == "svg" else base64.b64decode(content)
                return ("picture", f"cell:{picture}")
        if "text/html" in data:
            raise BookError(
                "a cell shows HTML",
                where=cell.line.where,
                allowed="Markdown, text, pictures",
                remedy="return IPython.display.Markdown: for HTML Quarto loads scripts from another host",
            )
        text = "".join(data.get("text/plain", ""))
        return (
            None if not text or CALL.match(text) else ("text", div(".cell-output .cell-output-display", fenced(text)))
        )

    def plain(self, cell: Cell, shown: list) -> list[str]:
        """Outputs of a cell that is no float: its pictures stand each in a paragraph, or one for each theme."""
        at = next((n for n, (kind, _) in enumerate(shown) if kind == "picture"), len(shown))
        pictures = self.themed(cell, [text for kind, text in shown if kind == "picture"])
        before, after = ([text for kind, text in part if kind == "text"] for part in (shown[:at], shown[at:]))
        return [*before, *(div(".cell-output .cell-output-display", picture) for picture in pictures), *after]

    def themed(self, cell: Cell, pictures: list[str]) -> list[str]:
        themes = cell.option("renderings")
        alts = cell.option("fig-alt")
        count = len(pictures)
        if themes is not None:
            if themes != list(THEMES) or count % 2:
                raise BookError(
                    f"'renderings: {themes}' for {count} pictures",
                    allowed=f"[{', '.join(THEMES)}], a picture for each",
                    where=cell.line.where,
                )
            count //= 2
        alts = alts if isinstance(alts, list) else [alts] * count
        if pictures and (len(alts) != count or not all(alts)):
            raise BookError(
                f"{count} pictures and {sum(map(bool, alts))} alternative texts ('fig-alt')",
                where=cell.line.where,
                remedy="say in 'fig-alt' what each picture shows",
            )
        if themes is None:
            return [image(path, alt) for path, alt in zip(pictures, alts, strict=True)]
        return [
            "\n".join(
                div(f".{theme}-content", image(path, alt))
                for theme, path in zip(themes, pictures[2 * n : 2 * n + 2], strict=True)
            )
            for n, alt in enumerate(alts)
        ]

    def float(self, cell: Cell, shown: list) -> str:
        """The outputs of a labelled cell as a float: pictures with their captions, or a table with its own."""
        label, kind = cell.option("label"), cell.option("label")[:3]
        caption = cell.option("tbl-cap" if kind == "tbl" else "fig-cap")
        pictures = self.themed(cell, [text for k, text in shown if k == "picture"])
        texts = [text for k, text in shown if k == "text"]
        subcaptions = cell.option("fig-subcap")
        if subcaptions is not None:
            if len(subcaptions) != len(pictures):
                raise BookError(
                    f"{len(pictures)} pictures and {len(subcaptions)} captions in 'fig-subcap'", where=cell.line.where
                )
            pictures = [
                div(f"#{label}-{n}", picture + f"\n\n{text}\n")
                for n, (picture, text) in enumerate(zip(pictures, subcaptions, strict=True), 1)
            ]
        columns = f" layout-ncol={cell.option('layout-ncol')}" if cell.option("layout-ncol") else ""
        return div(f"#{label}{columns}", "\n".join([*texts, *pictures, f"\n{caption}\n"]))


def div(attributes: str, content: str) -> str:
    return f"\n::: {{{attributes}}}\n{content}\n:::\n"


def image(path: str, alt: str) -> str:
    quoted = alt.replace("\\", "\\\\").replace('"', '\\"')
    return f'\n![]({path}){{fig-alt="{quoted}"}}\n'


def fenced(text: str, attributes: str = "") -> str:
    """A block of code whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"\n{fence}{f' {{{attributes}}}' if attributes else ''}\n{text.rstrip(chr(10))}\n{fence}\n"
