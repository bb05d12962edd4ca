"""Large files of results: kept on the machine that made them, under their digest, for the experiments that need them.

They are no part of `figures/`: its result.json says their digests, and who lacks one computes the experiment again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from cnnlab import paths
from cnnlab.errors import MissingResultError, OptionError, ResultError, nearest, storage
from cnnlab.results.document import read_document
from cnnlab.results.schema import Result
from cnnlab.results.store import load


def folder_of(name: str) -> Path:
    """Where the large files of an experiment lie."""
    return paths.project_cache() / "large-files" / name


def put(name: str, file: str, write: Callable[[Path], None]) -> dict:
    """Let `write(path)` make a file of an experiment and keep it; {"bytes", "sha256"} of it.

    Raises OptionError for a name that is no file's, ResultError where `write` makes no file.
    """
    folder = folder_of(name)
    if not isinstance(file, str) or file in ("", ".", "..") or set(file) & set("/\\\0"):
        raise OptionError(f"file {file!r} of {name!r}", allowed="the name of a file, without a folder")
    with storage(folder):
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".{os.getpid()}-{file}"
        try:
            write(beside)
            if not beside.is_file():
                raise ResultError(
                    f"{file} of {name!r} was not written", remedy="write a file to the path that is given"
                )
            digest = paths.file_digest(beside)
            os.replace(beside, folder / f"{digest[:16]}-{file}")
        finally:
            if beside.is_dir():
                shutil.rmtree(beside)
            beside.unlink(missing_ok=True)
    return {"bytes": (folder / f"{digest[:16]}-{file}").stat().st_size, "sha256": digest}


def path_of(result: Result, file: str) -> Path:
    """Where a large file of a result lies; MissingResultError where it is not on this machine."""
    if file not in result.record.large_files:
        raise OptionError(
            f"result {result.record.name!r} keeps no file {file!r}",
            allowed=sorted(result.record.large_files) or "none",
            remedy=nearest(file, result.record.large_files),
        )
    path = folder_of(result.record.name) / f"{result.record.large_files[file]['sha256'][:16]}-{file}"
    if not path.is_file() or paths.file_digest(path) != result.record.large_files[file]["sha256"]:
        raise MissingResultError(
            f"{file} of {result.record.name!r} is not on this machine: it is too large for git",
            remedy=f"cnnlab run {result.record.name} --force",
        )
    return path


def result_of(name: str, budget: str) -> Result:
    """The result of an experiment on which another depends: a smoke run takes that of a smoke run."""
    return load(name, paths.project_cache() / "smoke" / name if budget == "smoke" else None)


def remove_unused(name: str) -> None:
    """Remove the large files that neither the kept result nor that of the last smoke run names any more."""
    used = set()
    for folder in (paths.figures_dir() / name, paths.project_cache() / "smoke" / name):
        try:
            files = read_document(folder).get("kept", {})
        except MissingResultError:
            continue
        except ResultError:
            return  # which files a damaged result names is not known
        used |= {f"{entry['sha256'][:16]}-{file}" for file, entry in files.items()}
    for path in folder_of(name).glob("*"):
        if path.name not in used:
            path.unlink(missing_ok=True)
