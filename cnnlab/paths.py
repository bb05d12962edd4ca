"""Where things lie: the project, kept results, caches, data. The only reader of environment variables."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from cnnlab.errors import OptionError, storage

LANGUAGES = ("es", "en")  # of the report: each has its profile, the first is the default
THEMES = ("light", "dark")  # that every figure is drawn in
NESTED = "CNNLAB_NESTED_RENDER"  # set for a render that a render of ours begins


def project_root(start: Path | str | None = None) -> Path:
    """The nearest folder at or above `start` (default: the working folder) that holds `_quarto.yml`."""
    begin = Path(start or Path.cwd()).resolve()
    for folder in (begin, *begin.parents):
        if (folder / "_quarto.yml").is_file():
            return folder
    raise OptionError(
        f"no project at {begin}: neither it nor a folder above holds _quarto.yml", remedy="cd into the project"
    )


def figures_dir() -> Path:
    """The folder of kept results, `figures/`."""
    return project_root() / "figures"


def project_cache() -> Path:
    """The project's folder for caches, checkpoints, locks and work in progress, `.cnnlab/`; git ignores it."""
    folder = project_root() / ".cnnlab"
    with storage(folder):
        folder.mkdir(exist_ok=True)
    return folder


def cells_record(chapter: Path) -> Path:
    """Where the record of what a chapter's cells read is kept when Quarto runs them."""
    name = "-".join(chapter.relative_to(project_root()).with_suffix("").parts)
    return project_cache() / "quarto" / f"{name}.json"


def user_cache() -> Path:
    """Where downloads are kept for all projects: `CNNLAB_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("CNNLAB_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cnnlab"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cnnlab"


def data_folders() -> list[Path]:
    """Folders named by `CNNLAB_DATA` (separated as in PATH), each with `data/NAME/` and `weights/FILE` inside.

    Relative ones start at the project's root, wherever the process works.
    """
    named = [Path(name).expanduser() for name in os.environ.get("CNNLAB_DATA", "").split(os.pathsep) if name]
    return [folder if folder.is_absolute() else (project_root() / folder).resolve() for folder in named]


def profile() -> str:
    """The language being rendered, from `QUARTO_PROFILE`; Spanish by default."""
    active = os.environ.get("QUARTO_PROFILE", "es").split(",")
    return next((lang for lang in LANGUAGES if lang in active), "es")


def under_quarto() -> bool:
    """Whether Quarto runs this process, as a script of the project."""
    return "QUARTO_BIN_PATH" in os.environ


def is_whole_quarto_render() -> bool:
    """Whether Quarto renders the whole project, and not as the second edition of a render of ours."""
    return "QUARTO_PROJECT_RENDER_ALL" in os.environ and NESTED not in os.environ


def second_edition() -> tuple[str, dict[str, str]]:
    """The Quarto that runs this process, and the environment in which it renders the other edition.

    Quarto hands its own project's variables down, which would make it take any nested render for a whole one.
    """
    quarto = Path(os.environ.get("QUARTO_BIN_PATH", "")) / "quarto"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("QUARTO_PROJECT_")}
    return (str(quarto) if quarto.is_file() else "quarto"), inherited | {NESTED: "1"}


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    with storage(path):
        try:
            beside.write_bytes(data)
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def replace_folder(new: Path, old: Path) -> None:
    """Put folder `new` in the place of `old` in one step, then delete what was there.

    Linux and macOS can exchange two folders at once; elsewhere there is a moment between two renames.
    """
    with storage(old):
        old.parent.mkdir(parents=True, exist_ok=True)
        if not old.exists():
            os.rename(new, old)
        elif exchange(new, old):
            shutil.rmtree(new)
        else:
            aside = Path(tempfile.mkdtemp(dir=new.parent)) / old.name
            os.rename(old, aside)
            os.rename(new, old)
            shutil.rmtree(aside.parent)


def exchange(one: Path, two: Path) -> bool:
    """Exchange two folders of one file system atomically; False where the system cannot."""
    library = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    first, second = os.fsencode(one), os.fsencode(two)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        here, swap = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return library.renameat2(here, first, here, second, swap) == 0
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return library.renamex_np(first, second, 2) == 0  # RENAME_SWAP
    return False


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Let one process at a time through; others say so and wait. The lock of a process that dies is released."""
    from filelock import FileLock, Timeout

    folder = project_cache() / "locks"
    with storage(folder):
        folder.mkdir(exist_ok=True)
        held = FileLock(folder / f"{name}.lock")
        try:
            held.acquire(timeout=0)
        except Timeout:
            print(f"another process works on {name}: waiting for it", file=sys.stderr)
            held.acquire()
    try:
        yield
    finally:
        held.release()
