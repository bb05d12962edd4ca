"""The lines of `_quarto.yml` and its profiles at which options and values stand."""

from __future__ import annotations

from pathlib import Path

import yaml

from cnnlab.render.book.reading import read_text


def locate(root: Path, lang: str, name: str, value: object = None) -> str:
    """file:line of an option as "book.chapters", or of a value that it holds: in the profile, else in `_quarto.yml`;
    the profile's name alone where neither holds it."""
    profile = root / f"_quarto-{lang}.yml"
    place = profile.name
    for file in (root / "_quarto.yml", profile):  # the profile last: what it says wins
        node, line = yaml.compose(read_text(file), Loader=yaml.SafeLoader), None
        for key in name.split("."):
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            line, node = next(((each, inside) for each, inside in pairs if each.value == key), (None, None))
        found = scalar(node, str(value)) if value is not None else line
        if found is not None:
            place = f"{file.name}:{found.start_mark.line + 1}"
        elif line is not None and ":" not in place:
            place = f"{file.name}:{line.start_mark.line + 1}"
    return place


def scalar(node: yaml.Node | None, value: str) -> yaml.Node | None:
    """The first node at or below one that is a value."""
    if isinstance(node, yaml.ScalarNode):
        return node if node.value == value else None
    inside = node.value if node is not None else []
    for each in inside:
        for child in each if isinstance(each, tuple) else (each,):
            if (found := scalar(child, value)) is not None:
                return found
    return None
