"""The names of COCO's classes, and of the raccoon, in the report's languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def class_name(name: str, lang: str) -> str:
    """A class's English name in a language, "es" or "en"; a name that is not in the list stays as it is."""
    return name if lang == "en" else spanish_names().get(name, name)


@cache
def spanish_names() -> dict[str, str]:
    """{English name: Spanish name}, as `class_names.tsv` has them."""
    lines = Path(__file__).with_name("class_names.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)
