"""What a render remembers: the output of each stage beside the digest of its input, and the files that it saw."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from cnnlab import paths

PASSED_OVER = {".git", ".venv", ".cnnlab", ".quarto", ".jupyter_cache", ".pytest_cache", ".ruff_cache", "__pycache__"}
PASSED_OVER |= {"_book", "node_modules", "tests", "benchmarks"}
GENERATED = {"_variables.yml", "plotly.min.js"}


def digest(*values) -> str:
    """Digest of plain data."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def kept(path: Path, key: str, make: Callable):
    """What `make()` gives, as JSON can hold it; remembered at `path` for as long as `key` stays the same."""
    try:
        memory = json.loads(path.read_text(encoding="utf-8"))
        if memory["key"] == key:
            return memory["value"]
    except (FileNotFoundError, ValueError, KeyError):
        pass  # never made, or cut short: it is made now
    value = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    paths.write_atomically(path, json.dumps({"key": key, "value": value}, ensure_ascii=False))
    return value


def stamp(path: Path) -> list | None:
    """Size and time of a file; None where there is none."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return [stat.st_size, stat.st_mtime_ns]


def stamps(files: Iterable[Path]) -> dict[str, list | None]:
    return {str(path): stamp(path) for path in files}


def snapshot(root: Path) -> dict[str, list]:
    """Size and time of every file that a book may depend on: the project's, and this package's if it lies elsewhere."""
    found = {}

    def walk(folder: str):
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in PASSED_OVER or entry.name in GENERATED or entry.name.endswith(("_files", ".pyc")):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    walk(entry.path)
                elif entry.is_file():
                    stat = entry.stat()
                    found[entry.path] = [stat.st_size, stat.st_mtime_ns]

    walk(str(root))
    package = Path(__file__).parents[1]
    if not package.is_relative_to(root):
        walk(str(package))
    return found
