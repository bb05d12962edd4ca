"""What cells gave, as Markdown: put back into the chapter, with its pictures in files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from cnnlab.errors import BookError
from cnnlab.paths import THEMES
from cnnlab.render.book.config import Book
from cnnlab.render.cells.outputs import Outputs, Shown, check_markdown, div, fenced, only, quoted
from cnnlab.render.text.cell_source import Cell
from cnnlab.render.text.conditions import FORMATS
from cnnlab.render.text.source import Source

ITEMS = {"fig": "pictures", "tbl": "tables"}  # what a cell's label may make of what it shows
# Beginnings of a caption that pandoc would take for something else than text: items, headings, quotes, fences, notes.
BLOCK = re.compile(
    r"\(?(?:\d+|[A-Za-z]|[ivxlcdm]+|[IVXLCDM]+|#|@[\w-]*)[.)](?=\s|$)|[-+*]\s|#{1,6}\s|[>|:]|~\s|`{3}|~{3}"
    r"|(?:[-_*=]\s*){3,}$|\[[^\]]+\]:"
)


class Assembly:
    """Builds a chapter's Markdown; pictures of cells are written to `folder` and named `cell:NAME` in the text."""

    def __init__(self, source: Source, outputs: list, folder: Path, book: Book):
        self.source, self.outputs, self.folder, self.book = source, outputs, folder, book
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
        execute, label = self.book.execute, cell.option("label")
        if not cell.setting("include", execute):
            return ""
        mode = cell.setting("output", execute)
        made = Outputs(cell, label or f"cell-{number}", self.book.lang, mode == "asis", self.formats(cell, "warning"))
        drawn = self.drawn(cell, made.shown(outputs)) if mode else []
        self.pictures |= made.pictures
        is_float = bool(label) and label.split("-")[0] in ITEMS
        if is_float and not drawn and cell.setting("eval", execute):
            raise BookError(
                f"cell {label!r} has a caption and shows nothing",
                where=cell.line.where,
                remedy="let its last line be the figure or table",
            )
        blocks = float_of(cell, drawn) if is_float and drawn else plain(cell, drawn)
        body = "\n".join([self.code(cell), *blocks])
        if mode == "asis":  # Markdown that it prints stands in the text itself, its headings too
            check_markdown(cell, body)
        else:
            body = div(f".cell{f' #cell-{label}' if label else ''}", body)
        indent = " " * cell.indent
        return "\n".join(indent + line if line else "" for line in f"\n{body}".split("\n"))

    def formats(self, cell: Cell, name: str) -> list[str]:
        """The formats in which `echo` or `warning` is on."""
        return [kind for kind in FORMATS if cell.setting(name, self.book.execute_of(kind))]

    def code(self, cell: Cell) -> str:
        if not cell.code:
            return ""
        if cell.option("echo") == "fenced":
            options = [line for line in cell.written if not re.match(r"\s*#\s*\|\s*echo\s*:", line)]
            return fenced("\n".join(["```{python}", *options, cell.code, "```"]), ".markdown")
        attributes = [".python", ".cell-code"]
        fold = cell.option("code-fold")
        if fold is not None:
            attributes.append(f'code-fold="{str(fold).lower()}"')
        if cell.option("code-summary"):
            attributes.append(f"code-summary={quoted(cell.option('code-summary'))}")
        return only(self.formats(cell, "echo"), fenced(cell.code, " ".join(attributes)))

    def drawn(self, cell: Cell, shown: list[Shown]) -> list[tuple[str, str]]:
        """What a cell shows, in order: its kind (see Shown) and its Markdown; the pictures of all themes are one."""
        pictures = [one for one in shown if one.kind == "fig"]
        themes = cell.option("renderings")
        each = 1 if themes is None else len(THEMES)
        if themes is not None and (themes != list(THEMES) or len(pictures) % each):
            raise BookError(
                f"'renderings: {themes}' for {len(pictures)} pictures",
                allowed=f"[{', '.join(THEMES)}], a picture for each",
                where=cell.line.where,
            )
        groups = [pictures[n : n + each] for n in range(0, len(pictures), each)]
        alts = alternatives(cell, groups) if shown or cell.setting("eval", self.book.execute) else []
        out, n = [], 0
        for one in shown:
            if one.kind != "fig":
                out.append((one.kind, one.draw("")))
                continue
            if n % each == 0:
                group, alt = groups[n // each], alts[n // each]
                texts = [picture.draw(alt) for picture in group]
                if themes is not None:
                    texts = [div(f".{theme}-content", text) for theme, text in zip(themes, texts, strict=True)]
                out.append(("fig", "\n".join(texts)))
            n += 1
        return out


def alternatives(cell: Cell, groups: list[list[Shown]]) -> list[str]:
    """The alternative text of each picture: from `fig-alt`, else the picture's own. BookError where one has none."""
    given = cell.option("fig-alt")
    texts = given if isinstance(given, list) else [given] * (len(groups) or 1)
    if len(texts) == len(groups):
        texts = [text or group[0].alt for text, group in zip(texts, groups, strict=True)]
        if all(text.strip() or not group[0].needs_alt for text, group in zip(texts, groups, strict=True)):
            return texts
    if not groups and given is None:
        return []
    if not groups:
        raise BookError(
            "a cell with 'fig-alt' shows no picture",
            where=cell.where("fig-alt"),
            remedy="let its last line be the figure, or take 'fig-alt' out",
        )
    raise BookError(
        f"{len(groups)} pictures and {sum(map(bool, texts))} alternative texts ('fig-alt')",
        where=cell.line.where,
        remedy="say in 'fig-alt' what each picture shows",
    )


def float_of(cell: Cell, drawn: list[tuple[str, str]]) -> list[str]:
    """What a labelled cell shows, as a float with its caption; with a list of captions, each picture as one."""
    label = cell.option("label")
    kind = label.split("-")[0]
    captions, subcaptions = cell.option(f"{kind}-cap"), cell.option(f"{kind}-subcap")
    count = sum(each == kind for each, _ in drawn)
    if isinstance(captions, list) and len(captions) == 1:
        captions = captions[0]
    if isinstance(captions, list):
        if subcaptions is not None:
            raise BookError(
                f"{len(captions)} captions in '{kind}-cap' beside '{kind}-subcap'",
                where=cell.where(f"{kind}-cap"),
                allowed=f"one caption of the whole, and '{kind}-subcap'; or a list of captions alone",
                remedy=f"write one caption in '{kind}-cap'",
            )
        return columns(cell, captioned(cell, drawn, captions, f"{kind}-cap"))
    if subcaptions is True:
        subcaptions = [""] * count
    blocks = (
        [text for _, text in drawn] if subcaptions is None else captioned(cell, drawn, subcaptions, f"{kind}-subcap")
    )
    layout = f" layout-ncol={cell.option('layout-ncol')}" if cell.option("layout-ncol") else ""
    return [div(f"#{label}{layout}", "\n".join([*blocks, paragraph(cell, f"{kind}-cap", captions)]))]


def captioned(cell: Cell, drawn: list[tuple[str, str]], captions: list[str], option: str) -> list[str]:
    """What a cell shows, each picture (or table) with its own caption and the cell's label with a number."""
    kind = option[:3]
    count = sum(each == kind for each, _ in drawn)
    if len(captions) != count:
        raise BookError(
            f"{count} {ITEMS[kind]} and {len(captions)} captions in {option!r}",
            where=cell.where(option),
            remedy="write a caption for each",
        )
    numbered = iter(enumerate(captions, 1))
    blocks = []
    for each, text in drawn:
        if each == kind:
            n, caption = next(numbered)
            text = div(f"#{cell.option('label')}-{n}", text + paragraph(cell, option, caption))
        blocks.append(text)
    return blocks


def plain(cell: Cell, drawn: list[tuple[str, str]]) -> list[str]:
    """What a cell without number shows."""
    display = ".cell-output .cell-output-display"
    return columns(cell, [div(display, text) if kind == "fig" else text for kind, text in drawn])


def columns(cell: Cell, blocks: list[str]) -> list[str]:
    """Blocks, beside each other where the cell has a layout."""
    count = cell.option("layout-ncol")
    return [div(f"layout-ncol={count}", "\n".join(blocks))] if count and blocks else blocks


def paragraph(cell: Cell, option: str, caption: str) -> str:
    """A caption as one paragraph, with a line break where the author began another."""
    if len([line for line in caption.splitlines() if BLOCK.match(line.strip())]) > 1:
        raise BookError(
            f"{option!r} holds a list or another block",
            where=cell.where(option),
            allowed="paragraphs",
            remedy="write the list as a sentence, or in the text",
        )
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", caption.strip())]
    parts = [f"&#{ord(part[0])};{part[1:]}" if BLOCK.match(part) else part for part in parts]
    return "\n\n" + ("\\\n".join(parts) or "[]{}") + "\n"
