"""Which files of a project a process reads: what the outputs of a chapter's cells depend on.

A notebook's kernel records while it runs; the renderer, or Quarto's pre-render hook, compares later. The renderer may
import this module, beside `errors` and `paths`, because both sides must agree on what a record says. It imports the
standard library alone, so that it can start before anything else is imported.

A record is {"read": {name: digest}, "written": [name]}, names relative to the project's root. The name of a folder
that was listed ends in "/"; None is the digest of what was not there. Seen are files opened in Python, folders listed
in Python and modules imported; not what a program started by a cell reads. Hidden and generated files (caches, the
book, `.venv`) are not recorded, nor what the process wrote before.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

IGNORED = {"__pycache__", "_book", "cnnlab_files", "node_modules", "_variables.yml", "plotly.min.js"}
CHANGED_MEANWHILE = "changed while it was read"  # as a digest: equal to none
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

_recorder: Recorder | None = None


class Recorder:
    """Notes what this process opens, lists and writes below `root`, from `start` on."""

    def __init__(self, root: Path | str):
        self.roots = list(dict.fromkeys((os.path.abspath(root), os.path.realpath(root))))
        self.environment = os.path.realpath(sys.prefix)
        self.begin = time.time_ns()
        self.read: set[str] = set()
        self.written: set[str] = set()
        self.paused = False

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        """The audit hook: it must be fast, and must never raise."""
        if event == "open":
            path, _, flags = args
            flags = flags if isinstance(flags, int) else 0
            if not flags & WRITES or (flags & os.O_RDWR and not flags & os.O_TRUNC):
                self._note(path, self.read)
            if flags & WRITES:
                self._note(path, self.written)
        elif event == "sqlite3.connect":
            self._note(args[0], self.read)
        elif event == "os.rename":
            self._note(args[1], self.written)
        elif event in ("os.listdir", "os.scandir") and not _by_import_system(sys._getframe(1)):
            self._note(args[0] or ".", self.read, folder=True)

    def _note(self, path: object, names: set[str], folder: bool = False) -> None:
        if self.paused or not isinstance(path, (str, bytes, os.PathLike)):
            return
        name = self.name(os.fsdecode(path))
        if name is None or (names is self.read and (ignored(name) or name in self.written)):
            return  # what the process wrote before it read it depends on nothing else
        names.add(f"{name}/" if folder else name)

    def name(self, path: str) -> str | None:
        """A path relative to the root; None for one outside it, or of the Python environment inside it."""
        whole = os.path.abspath(path)
        for root in self.roots:
            if whole == root:
                return "."
            if whole.startswith(root + os.sep):
                if whole.startswith(self.environment + os.sep) or "__pycache__" in whole:
                    return None
                return whole[len(root) + 1 :].replace(os.sep, "/")
        return None

    def modules(self) -> set[str]:
        """The files of the modules imported from below the root."""
        files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        names = {self.name(file) for file in files if isinstance(file, str)}
        return {name for name in names if name is not None and not ignored(name)}

    def record(self) -> dict[str, Any]:
        """What was read, with digests, and which of the files that were written are still there."""
        with self.pause():
            root = Path(self.roots[0])
            names = sorted(self.read | self.modules())
            read = {name: self._digest(root / name, name) for name in names}
            return {"read": read, "written": sorted(name for name in self.written if (root / name).exists())}

    @contextlib.contextmanager
    def pause(self) -> Iterator[None]:
        """Note nothing for a while: the recorder's own reading and writing."""
        before, self.paused = self.paused, True
        try:
            yield
        finally:
            self.paused = before

    def _digest(self, path: Path, name: str) -> str | None:
        others = name not in self.written and not name.endswith("/")
        if others and path.is_file() and path.stat().st_mtime_ns > self.begin:
            return CHANGED_MEANWHILE
        return digest(path)


def _by_import_system(frame: Any) -> bool:
    """Whether a folder is listed to find modules or installed packages: what is found is recorded by itself."""
    return "importlib" in frame.f_code.co_filename


def ignored(name: str) -> bool:
    """Whether a file or folder of a project, named relative to its root, is hidden or generated."""
    return any(
        part in IGNORED or (part.startswith(".") and part != ".") or part.endswith((".pyc", ".egg-info"))
        for part in name.split("/")
    )


def digest(path: Path) -> str | None:
    """SHA-256 of a file; of a folder's names, sorted, hidden and generated ones left out; None for neither."""
    try:
        if path.is_dir():
            names = sorted(name for name in os.listdir(path) if not ignored(name))
            return hashlib.sha256("\n".join(names).encode()).hexdigest()
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def start(root: Path | str) -> Recorder:
    """Record from now to the end of this process. A second call changes nothing: an audit hook cannot be removed."""
    global _recorder
    if _recorder is None:
        _recorder = Recorder(root)
        sys.addaudithook(_recorder.hook)
    return _recorder


def record() -> dict[str, Any]:
    """What was recorded since `start`."""
    if _recorder is None:
        raise RuntimeError("recorder.start() was not called")
    return _recorder.record()


def keep(root: Path | str, file: Path) -> None:
    """In a kernel that has no recorder yet (Quarto's): start one, and keep its record in `file` after every cell."""
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if _recorder is not None or not hasattr(shell, "kernel"):
        return
    recorder = start(root)

    def write(*_: object) -> None:
        with recorder.pause():
            file.parent.mkdir(parents=True, exist_ok=True)
            beside = file.with_name(f".{file.name}.{os.getpid()}")
            beside.write_text(json.dumps(recorder.record(), indent=1), encoding="utf-8")
            os.replace(beside, file)

    shell.events.register("post_run_cell", write)
