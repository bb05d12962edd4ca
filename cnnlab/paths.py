"""Folders of the project and of the user, environment variables, and operations on files that all layers share."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from cnnlab.errors import OptionError, storage

LANGUAGES = ("es", "en")  # of the report, each with a profile; the first is the default
THEMES = ("light", "dark")  # every figure is drawn in both
NESTED = "CNNLAB_NESTED_RENDER"  # set for a render that another render started


def project_root(start: Path | str | None = None) -> Path:
    """The nearest folder at or above `start` (default: the working folder) that holds `_quarto.yml`.

    Raises OptionError where there is none, or no working folder any more.
    """
    try:
        begin = Path(start or Path.cwd()).resolve()
    except FileNotFoundError:
        raise OptionError("the working folder has been removed", remedy="cd into the project") from None
    for folder in (begin, *begin.parents):
        if (folder / "_quarto.yml").is_file():
            return folder
    raise OptionError(
        f"no project at {begin}: neither it nor a folder above holds _quarto.yml", remedy="cd into the project"
    )


def figures_dir() -> Path:
    """The folder of kept results, `figures/`; it may not exist yet."""
    return project_root() / "figures"


def project_cache() -> Path:
    """The project's folder `.cnnlab/`, created where it is missing: checkpoints, smoke runs, cached cells, locks.

    git ignores it. Raises StorageError where it cannot be created.
    """
    folder = project_root() / ".cnnlab"
    with storage(folder):
        folder.mkdir(exist_ok=True)
    return folder


def site_file(name: str) -> Path:
    """A file of the project's folder `cnnlab_files/`, which is created: pictures and scripts that pages refer to.

    A published site has this folder too, so its name begins with no dot: some hosts leave hidden folders out. git
    ignores it. Raises StorageError where it cannot be created.
    """
    path = project_root() / "cnnlab_files" / name
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    return path


def cells_record(chapter: Path) -> Path:
    """Where the record of what a chapter's cells read is kept when Quarto runs them."""
    name = "-".join(chapter.relative_to(project_root()).with_suffix("").parts)
    return project_cache() / "quarto" / f"{name}.json"


def user_cache() -> Path:
    """The folder of downloads, shared by all projects: `CNNLAB_CACHE`, else the user's cache folder.

    A relative path is resolved as those of `data_folders`.
    """
    chosen = os.environ.get("CNNLAB_CACHE")
    if chosen:
        return from_environment("CNNLAB_CACHE", chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cnnlab"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cnnlab"


def data_folders() -> list[Path]:
    """The folders that `CNNLAB_DATA` names (separated as in PATH), each with `data/NAME/` and `weights/FILE` inside.

    Relative paths are resolved against the project's root. Raises OptionError for the home of an unknown user.
    """
    named = [name for name in os.environ.get("CNNLAB_DATA", "").split(os.pathsep) if name]
    return [from_environment("CNNLAB_DATA", name) for name in named]


def from_environment(variable: str, named: str) -> Path:
    """The folder that a variable of the environment names. Raises OptionError as `data_folders` does."""
    try:
        folder = Path(named).expanduser()
    except RuntimeError as error:  # "~" of a user that is unknown
        raise OptionError(f"{variable} names {named}: {error}", allowed="a path") from None
    return folder if folder.is_absolute() else (project_root() / folder).resolve()


def profile() -> str:
    """The language that is being rendered, from `QUARTO_PROFILE`; "es" by default."""
    active = os.environ.get("QUARTO_PROFILE", "es").split(",")
    return next((lang for lang in LANGUAGES if lang in active), LANGUAGES[0])


def under_quarto() -> bool:
    """Whether Quarto runs this process, as a pre-render or post-render script."""
    return "QUARTO_BIN_PATH" in os.environ


def is_whole_quarto_render() -> bool:
    """Whether Quarto renders the whole project, rather than one language for our post-render script."""
    return "QUARTO_PROJECT_RENDER_ALL" in os.environ and NESTED not in os.environ


def second_edition() -> tuple[str, dict[str, str]]:
    """The `quarto` program that runs this process, and the environment in which it renders the other language.

    `QUARTO_PROJECT_…` variables are left out: with them Quarto takes a nested render for one of the whole project.
    """
    quarto = Path(os.environ.get("QUARTO_BIN_PATH", "")) / "quarto"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("QUARTO_PROJECT_")}
    return (str(quarto) if quarto.is_file() else "quarto"), inherited | {NESTED: "1"}


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file beside `path` and rename it: a reader sees the old content or the new one, never a part.

    Raises StorageError where the disk is full or cannot be written.
    """
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
    """Replace folder `old` by `new`, atomically on Linux and macOS, then delete the old content.

    On other systems `old` is missing for a moment, between two renames. Where the two lie on different disks, or in
    different mounts of one, `new` is copied beside `old` first. Raises StorageError.
    """
    with storage(old):
        old = old.resolve()  # a link goes on leading to the folder
        old.parent.mkdir(parents=True, exist_ok=True)
        try:
            put_in_place(new, old)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            near = Path(tempfile.mkdtemp(dir=old.parent, prefix="."))
            try:
                put_in_place(Path(shutil.copytree(new, near / old.name)), old)
                shutil.rmtree(new)
            finally:
                shutil.rmtree(near)


def put_in_place(new: Path, old: Path) -> None:
    """Rename a folder `new` to `old`, and delete the folder `old` if there is one."""
    if not old.exists():
        os.rename(new, old)
    elif exchange(new, old):
        shutil.rmtree(new)
    else:
        aside = Path(tempfile.mkdtemp(dir=new.parent))
        try:
            os.rename(old, aside / old.name)
        except OSError:
            aside.rmdir()
            raise
        try:
            os.rename(new, old)
        except OSError:
            os.rename(aside / old.name, old)  # as it was
            aside.rmdir()
            raise
        shutil.rmtree(aside)


def exchange(one: Path, two: Path) -> bool:
    """Exchange two folders of one file system atomically; False where the system cannot."""
    if os.name != "posix":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(two)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        here, swap = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
        return library.renameat2(here, first, here, second, swap) == 0
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return library.renamex_np(first, second, 2) == 0  # RENAME_SWAP
    return False


def file_digest(path: Path, algorithm: str = "sha256") -> str:
    """The digest of a file's content, in hexadecimal; algorithm: a name that `hashlib` knows."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


@contextlib.contextmanager
def lock(name: str, guarded: Path | None = None) -> Iterator[None]:
    """Inter-process lock: a second process that asks for it prints a line and waits.

    guarded: the folder that it guards, in which its file lies, so that it holds for all that write there; None: the
    project's cache. The operating system releases the lock of a process that ends. Raises StorageError.
    """
    from filelock import FileLock, Timeout

    folder = (project_cache() if guarded is None else guarded) / "locks"
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
        held = FileLock(folder / f"{name}.lock")
        try:
            held.acquire(timeout=0)
        except Timeout:
            print(f"waiting for another process, which holds the lock {name!r}", file=sys.stderr)
            held.acquire()
    try:
        yield
    finally:
        held.release()
