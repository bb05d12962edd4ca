"""Rows and columns of a div: which of its blocks stand beside each other, and how wide each is."""

from __future__ import annotations

import json

from cnnlab.render.text.source import Source

LAYOUT = {
    "layout-ncol": "columns of the blocks inside",
    "layout-nrow": "rows of the blocks inside",
    "layout": "rows as lists of widths: [[1,1],[1]]",
}


def has_layout(attributes: dict[str, str]) -> bool:
    return bool(LAYOUT.keys() & attributes.keys())


def rows_of(attributes: dict[str, str], count: int) -> list[list[float]]:
    """Relative widths of `count` blocks, row by row. ValueError for values that say nothing of the kind."""
    if "layout" in attributes:
        given = json.loads(attributes["layout"])
        rows = given if given and isinstance(given[0], list) else [given]
        widths = [width for row in rows for width in row]
        if not all(rows) or not all(isinstance(width, int | float) and width > 0 for width in widths):
            raise ValueError("widths are positive numbers")
        if sum(map(len, rows)) < count:
            raise ValueError(f"it has room for {sum(map(len, rows))} of {count} blocks")
        return [[float(width) for width in row] for row in rows]
    number = int(attributes.get("layout-ncol") or attributes["layout-nrow"])
    if number < 1:
        raise ValueError("a number from 1")
    columns = number if "layout-ncol" in attributes else -(-count // number)
    return [[1.0] * columns for _ in range(-(-count // columns))] if columns else []


def check_layout(attributes: dict[str, str], count: int, what: str, source: Source) -> None:
    """Raise BookError, at its line, for a layout of `what` that cannot hold `count` blocks."""
    name = next(name for name in LAYOUT if name in attributes)
    try:
        rows_of(attributes, count)
    except (ValueError, TypeError) as error:
        raise source.error(
            f"{name}={attributes[name]!r} of {what}: {error}",
            f"{name}={attributes[name]}",
            f'{name}="{attributes[name]}"',
            f"{name}: {attributes[name]}",
            name,
            allowed='a number of columns or rows from 1, or layout="[[1,1],[1]]"',
        ) from None
