"""Names of the classes of small pictures in both languages."""

from __future__ import annotations

import re

from cnnlab.words import Words


def class_label(name: str, words: Words) -> str:
    """The name of a class, as its data set has it, in the language of the words; digits stay as they are."""
    return name if name.isdigit() else words("class_" + re.sub(r"\W+", "_", name.lower()))
