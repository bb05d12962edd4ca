"""Numbers for prose: what each experiment's `numbers` says of its kept result, in one language, for `{{< var … >}}`."""

from __future__ import annotations

import json

from cnnlab import paths
from cnnlab.errors import MissingResultError, OptionError
from cnnlab.results import registry
from cnnlab.results.provenance import short
from cnnlab.results.schema import Result
from cnnlab.results.store import load
from cnnlab.words import Quantity, Words

FILE = "_variables.yml"
BOOK = ("preface",)  # words of the book itself, where a language cannot be told otherwise


def variables(lang: str) -> dict[str, dict[str, str]]:
    """{experiment: {name: text}} for the results that are kept, and the words of the book itself under `book`."""
    out = {"book": {key: Words(lang)(key) for key in BOOK}}
    for name in registry.names():
        try:
            out[name] = numbers_of(load(name), lang)
        except MissingResultError:
            continue  # a chapter that says one of its numbers fails on the name
    return out


def numbers_of(result: Result, lang: str) -> dict[str, str]:
    """{name: text} of what the experiment's `numbers` says of a kept result, and its provenance in one line."""
    name = result.record.name
    say = registry.get(name).numbers
    out = {"provenance": short(result.provenance, lang)}
    for key, quantity in (say(result) if say else {}).items():
        if not isinstance(quantity, Quantity):
            raise OptionError(
                f"numbers() of {name!r} gives {key!r} as {quantity!r}", allowed="quantities of cnnlab.words"
            )
        out[key] = quantity.show(lang)
    return out


def write(lang: str) -> bool:
    """Write `_variables.yml` at the project's root where its text changes; whether it did."""
    path = paths.project_root() / FILE
    lines = []
    for group, values in variables(lang).items():
        lines += [f"{group}:", *(f"  {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())]
    text = "\n".join(lines) + "\n"
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    paths.write_atomically(path, text)
    return True
