"""What a render remembers: the output of each stage beside the digest of its input; sizes, times, digests of files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from cnnlab import paths, recorder

NOT_OF_THE_BOOK = {"tests", "benchmarks"}  # folders that a book does not depend on, unless a cell reads from them


def digest(*values) -> str:
    """Digest of plain data."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()


def cached(path: Path, key: str, make: Callable):
    """What `make()` gives, as JSON can hold it; remembered at `path` for as long as `key` stays the same."""
    memory = read_json(path)
    if memory.get("key") == key and "value" in memory:
        return memory["value"]
    value = make()
    write_json(path, {"key": key, "value": value})
    return value


def read_json(path: Path) -> dict:
    """A dictionary that was written as JSON; an empty one where there is none, or it was cut short."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    paths.write_atomically(path, json.dumps(content))  # in ASCII: names of files may be no UTF-8


def stamp(path: Path) -> list | None:
    """Size and time of a file; None where there is none, or it may not be seen."""
    try:
        stat = path.stat()
    except OSError:
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
                if entry.name in NOT_OF_THE_BOOK or recorder.ignored(entry.name):
                    continue
                with contextlib.suppress(OSError):  # a link that leads to itself, a folder that may not be read
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


class Digests:
    """Digests of a project's files by their names, as `recorder` makes them; a file is read again once its size or
    time differ from those in the memory at `path`."""

    def __init__(self, root: Path, path: Path):
        self.root, self.path = root, path
        self.before = read_json(path)
        self.now: dict[str, list] = {}

    def of(self, name: str) -> str | None:
        """The digest of a file, or of a folder whose name ends in "/"; None where there is none."""
        if name not in self.now:
            seen, (*stamped, known) = stamp(self.root / name), self.before.get(name) or [None]
            is_known = seen is not None and seen == stamped and not name.endswith("/")
            self.now[name] = [*(seen or []), known if is_known else recorder.digest(self.root / name)]
        return self.now[name][-1]

    def are(self, read: dict[str, str | None]) -> bool:
        """Whether files still have the digests that a record says."""
        return all(self.of(name) == value for name, value in read.items())

    def save(self) -> None:
        if any(self.before.get(name) != value for name, value in self.now.items()):
            write_json(self.path, self.before | self.now)
