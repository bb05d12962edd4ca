"""The options of a cell, its `#|` lines: which there are, what each does, and what it may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from cnnlab.errors import BookError
from cnnlab.render.advice import NO_EFFECT, advice

if TYPE_CHECKING:
    from cnnlab.render.book.lines import Line

TEXT, TEXTS = "text", "a list of texts"
COUNT, NAME = "a number from 1 on", "a name of letters, digits, '-' and '_'"
KINDS = (TEXT, TEXTS, COUNT, NAME)


@dataclass(frozen=True)
class CellOption:
    """allowed: the values that an option may have, or TEXT, TEXTS, COUNT, NAME. does: what it is for."""

    allowed: tuple[Any, ...]
    does: str

    @property
    def described(self) -> str:
        return ", ".join(str(each).lower() if isinstance(each, bool) else each for each in self.allowed)


FLAG = (True, False)
CELL_OPTIONS = {
    "label": CellOption((NAME,), "names the cell; with 'fig-…' or 'tbl-…' what it shows is numbered"),
    "eval": CellOption(FLAG, "whether the cell runs"),
    "echo": CellOption((*FLAG, "fenced"), "whether its code is shown; 'fenced': as it is written in the chapter"),
    "output": CellOption((*FLAG, "asis"), "whether what it shows is shown; 'asis': what it prints is Markdown"),
    "warning": CellOption(FLAG, "whether warnings, and all else that it prints to stderr, are shown"),
    "error": CellOption(FLAG, "whether an exception is shown instead of ending the render"),
    "include": CellOption(FLAG, "whether anything of the cell is shown; it runs in any case"),
    "fig-cap": CellOption((TEXT, TEXTS), "the caption of its figure; a list gives each picture a number of its own"),
    "fig-subcap": CellOption((TEXTS, True), "captions of the pictures in one figure; 'true': letters alone"),
    "fig-alt": CellOption((TEXT, TEXTS), "what each picture shows, for who cannot see it"),
    "tbl-cap": CellOption((TEXT, TEXTS), "the caption of its table; a list gives each table a number of its own"),
    "tbl-subcap": CellOption((TEXTS, True), "captions of the tables in one; 'true': letters alone"),
    "layout-ncol": CellOption((COUNT,), "how many columns its outputs stand in"),
    "code-fold": CellOption((*FLAG, "show"), "whether its code is folded on the page; 'show': it can be, and is open"),
    "code-summary": CellOption((TEXT,), "the words on which the folded code opens"),
    "renderings": CellOption((TEXTS,), "[light, dark]: the cell draws each picture twice, for both themes"),
}
# What a cell without the option takes from `execute:` of the format, else of the book, else from here.
DEFAULTS = {"eval": True, "echo": True, "output": True, "warning": True, "error": False, "include": True}

OPTION = re.compile(r"\s*#\s*\|")


def read_options(lines: Sequence[Line], opening: Line) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of a cell's `#|` lines, and "file:line" of each.

    BookError, at its own line, for an option or value that there is not.
    """
    text = "\n".join(OPTION.sub("", line.text, count=1).removeprefix(" ") for line in lines)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if "quoted scalar" in (getattr(error, "context", None) or ""):
            mark = getattr(error, "context_mark", mark)  # where the quote opens, not where the text ends
        raise BookError(
            f"the options of a cell are no YAML: {getattr(error, 'problem', error)}",
            where=lines[min(mark.line if mark else 0, len(lines) - 1)].where,
            remedy="quote strings that hold ':' or quotes",
        ) from error
    if root is None:
        return {}, {}
    if not isinstance(root, yaml.MappingNode):
        raise BookError(
            "the options of a cell are no 'key: value' lines", where=opening.where, remedy="write '#| key: value'"
        )
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for key, node in root.value:
        name, where = str(key.value), lines[key.start_mark.line].where
        if name not in CELL_OPTIONS:
            raise BookError(
                f"cell option {name!r} is not supported",
                allowed=", ".join(CELL_OPTIONS),
                where=where,
                remedy=advice("cell option", name, CELL_OPTIONS, NO_EFFECT),
            )
        if name in values:
            raise BookError(f"cell option {name!r} is given twice", where=where, remedy="keep one of the two")
        option = CELL_OPTIONS[name]
        value = value_of(node, option.allowed)
        if value is None:
            raise BookError(
                f"cell option {name!r} is {written(node)}",
                allowed=option.described,
                where=where,
                remedy=f"write one of these, or take it out ({option.does})",
            )
        values[name], places[name] = value, where
    return values, places


def value_of(node: yaml.Node, allowed: tuple[Any, ...]) -> Any:
    """A value as the option takes it; None where it takes none such. A number is text, as it was written."""
    if isinstance(node, yaml.SequenceNode):
        texts = [text_of(item) for item in node.value]
        return texts if TEXTS in allowed and texts and None not in texts else None
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.style is None and node.value.lower() in ("true", "false"):
        value = node.value.lower() == "true"
        return value if any(value is each for each in allowed) else None
    if COUNT in allowed:
        return int(node.value) if re.fullmatch(r"[1-9]\d*", node.value) else None
    if NAME in allowed:
        return node.value if re.fullmatch(r"[\w-]+", node.value) else None
    if TEXT in allowed:
        return text_of(node)
    return node.value if node.value in allowed and node.value not in KINDS else None


def text_of(node: yaml.Node) -> str | None:
    """The text of a node as it was written; None for a list, for `true` and `false`, and for nothing."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.style is None and node.value.lower() in ("true", "false", "null", "~", ""):
        return None
    return node.value


def written(node: yaml.Node) -> str:
    """A value for a message."""
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value) if node.value else "empty"
    return yaml.serialize(node).strip().replace("\n", " ")
