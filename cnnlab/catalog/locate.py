"""Finding a data set or weights: CNNLAB_DATA, then the cache, then packages of the system, then the official source."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnlab import paths
from cnnlab.catalog.data import DATA
from cnnlab.catalog.entries import Entry, Files, Folder, Shipped, joint
from cnnlab.catalog.weights import WEIGHTS
from cnnlab.errors import DataError, OptionError, nearest

Variant = Folder | Files | Shipped


@dataclass(frozen=True)
class Found:
    """path: the folder of a data set, or the file of weights. sha256: of the file, or of the list of the files."""

    path: Path
    variant: str
    sha256: str


@dataclass(frozen=True)
class State:
    """Where an entry lies. place: "data folder", "cache", "package" or "missing"; remedy: for the last.

    doubt: why a file there can hardly be the right one, by its size; None where all fit.
    """

    entry: Entry
    place: str
    path: Path | None = None
    variant: str | None = None
    remedy: str | None = None
    doubt: str | None = None


def entry_of(name: str) -> Entry:
    """The entry called `name`. Raises OptionError with the closest names where there is none."""
    known = DATA | WEIGHTS
    if not isinstance(name, str) or name not in known:
        raise OptionError(
            f"the catalogue has no {name!r}", allowed=known, remedy=nearest(name, known) or "cnnlab doctor"
        )
    return known[name]


def find(name: str) -> Found:
    """The files of an entry on this machine, checked; they are downloaded first where there are none.

    Raises OptionError for an unknown name, DataError where a digest is wrong or the source offers no download,
    DownloadError where a download fails.
    """
    entry = entry_of(name)
    for _, variant, folder in places(entry):
        if is_there(variant, folder):
            return checked(entry, variant, folder)
    return fetch(name)


def fetch(name: str) -> Found:
    """Download the official variant of an entry into the cache, unless it is there and right. Raises as `find` does.

    One process downloads at a time, whatever project it belongs to: the cache is the user's.
    """
    from cnnlab.catalog.download import download

    entry = entry_of(name)
    if entry.official is None:
        raise DataError(f"{name} is not on this machine and its source does not offer it", remedy=entry.remedy)
    folder = cache_folder(entry, entry.official)
    if found := whole(entry, entry.official, folder):
        return found
    with paths.lock(f"download-{name}", paths.user_cache()):
        if found := whole(entry, entry.official, folder):  # by the process that held the lock
            return found
        if is_there(entry.official, folder):
            print(f"{name} in {folder} is damaged: it is fetched again", file=sys.stderr)
        download(entry, entry.official, folder)
    return checked(entry, entry.official, folder)


def state(name: str) -> State:
    """Where an entry lies on this machine, or how to get it. Looks at sizes; reads no file and downloads nothing."""
    entry = entry_of(name)
    for place, variant, folder in places(entry):
        if is_there(variant, folder):
            doubts = ((file.path, file.doubt(folder / file.path)) for file in variant.files)
            doubt = next((f"{path}: {why}" for path, why in doubts if why), None)
            path = located(entry, variant, folder)
            return State(entry, place, path, variant.name, remedy_of(entry, folder) if doubt else None, doubt)
    size = f" ({entry.megabytes:,.0f} MB)" if entry.megabytes else ""
    return State(entry, "missing", remedy="; or ".join([f"cnnlab fetch {name}{size}", *entry.packages]))


def digests(name: str) -> dict[str, str | None]:
    """{variant: digest of its files}; None where it is not known before they are read."""
    return {variant.name: variant.sha256 for variant in entry_of(name).variants}


def places(entry: Entry) -> Iterator[tuple[str, Variant, Path]]:
    """Where variants of an entry may lie, in the order of the search: (place, variant, folder)."""
    local = [variant for variant in entry.variants if not isinstance(variant, Shipped)]
    for base in paths.data_folders():
        yield from (("data folder", variant, base / entry.folder) for variant in local)
    yield from (("cache", each, cache_folder(entry, each)) for each in local if isinstance(each, Files))
    yield from (("package", each, Path(each.folder)) for each in entry.variants if isinstance(each, Shipped))


def cache_folder(entry: Entry, variant: Variant) -> Path:
    """The folder of the user's cache that holds a variant."""
    return paths.user_cache() / entry.kind / entry.name / variant.name.replace(" ", "-")


def is_there(variant: Variant, folder: Path) -> bool:
    """Whether all files of a variant lie in a folder; their content is not read."""
    return all((folder / file.path).is_file() for file in variant.files)


def located(entry: Entry, variant: Variant, folder: Path) -> Path:
    """What a user is given: the folder of a data set, or the file of weights in it."""
    return folder / variant.files[0].path if entry.kind == "weights" else folder


def whole(entry: Entry, variant: Variant, folder: Path) -> Found | None:
    """The variant in a folder; None where a file is missing or has a wrong digest."""
    try:
        return checked(entry, variant, folder) if is_there(variant, folder) else None
    except DataError:
        return None


def checked(entry: Entry, variant: Variant, folder: Path) -> Found:
    """The variant in a folder, its files checked. Raises DataError where a digest is wrong."""
    for file in variant.files:
        problem = file.problem(folder / file.path)
        if problem:
            raise DataError(
                f"{folder / file.path} is not the file of {entry.name} ({variant.name}): {problem}",
                remedy=remedy_of(entry, folder),
            )
    sha256 = variant.sha256 or joint([(file.path, paths.file_digest(folder / file.path)) for file in variant.files])
    return Found(located(entry, variant, folder), variant.name, sha256)


def remedy_of(entry: Entry, folder: Path) -> str:
    """What to do about a file that is not the right one: the cache's is replaced, one of the user's never."""
    if folder.is_relative_to(paths.user_cache()):
        return f"cnnlab fetch {entry.name} replaces it"
    return f"remove it and fetch it again: cnnlab fetch {entry.name}"
