"""The report's design tokens: colours, sizes and fonts, read from `_extensions/informe/tokens.json`.

The stylesheets, the PDF and the figures take every colour, size and width from that file. In a checkout it lies beside
the package; a wheel carries a copy of it, and of the fonts that figures are drawn with, as `cnnlab/informe`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from cnnlab.errors import OptionError
from cnnlab.paths import THEMES

PLACES = (Path(__file__).parents[1] / "_extensions" / "informe", Path(__file__).parent / "informe")


@cache
def tokens() -> dict[str, Any]:
    """The tokens, as nested dictionaries."""
    return json.loads((folder() / "tokens.json").read_text(encoding="utf-8"))


def inks(theme: str) -> tuple[dict[str, str], list[str]]:
    """The colours "#rrggbb" of a theme by name ("ink", "rule", "surface" …), and its categorical colours in order.

    Raises OptionError for a theme that is not one of `cnnlab.paths.THEMES`.
    """
    if theme not in THEMES:
        raise OptionError(f"theme {theme!r}", allowed=THEMES)
    return tokens()["colour"][theme], tokens()["categorical"][theme]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours "#rrggbb", from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def fonts_folder() -> Path:
    """The folder of the report's fonts: sans-400.ttf, sans-600.ttf …"""
    return folder() / "fonts"


def folder() -> Path:
    """Where tokens and fonts lie: in the checkout, else in the installed package."""
    for place in PLACES:
        if (place / "tokens.json").is_file():
            return place
    raise OptionError(
        f"no tokens.json in {PLACES[0]} or {PLACES[1]}",
        remedy="restore _extensions/informe (git checkout -- _extensions), or install the package again",
    )


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
