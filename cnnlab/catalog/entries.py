"""Entries of the catalogue: the variants of a data set or of weights, in order of preference, with their digests.

A digest is one that the source publishes, or a project that checks what it downloads from there (TensorFlow Datasets,
PyTorch's tutorials, GoMLX), or was computed of a file that had been compared with the source's. Where only an MD5 or
the beginning of a SHA-256 is published, that is checked; where nothing is, size and kind of the file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cnnlab.paths import file_digest
from cnnlab.words import Quantity

MANIFESTS = Path(__file__).parent / "manifests"
ROUNDING = 0.06  # of a stated size: the share by which the file's may differ
BEGINNINGS = {  # of files, by the end of their names: what is another thing is no such file
    ".zip": b"PK",
    ".gz": b"\x1f\x8b",
    ".tgz": b"\x1f\x8b",
    ".h5": b"\x89HDF",
    ".jpg": b"\xff\xd8",
}
PAGE = (b"<!doctype html", b"<html", b"<head", b"<body")
INSTEAD = {  # what comes in the place of a file, by its first bytes in small letters
    "a web page": PAGE,
    "what stands for a large file in git (LFS)": (b"version https://git-lfs.github.com/",),
}


@dataclass(frozen=True)
class File:
    """One file. check: "sha256:…", "sha256-prefix:…", "md5:…", or None where no digest is known.

    path: where it lies below the data set's folder, or its name among the weights. url: its official source, or None
    for a file that is not offered on its own. megabytes: its size, as the source states it or as measured.
    """

    path: str
    check: str | None
    url: str | None = None
    megabytes: float | None = None

    def problem(self, path: Path) -> str | None:
        """Why the file at `path` is not this one; None where its digest is right, or size and kind if it is unknown."""
        if self.check is None:
            return self.doubt(path) or self.another_kind(path)
        kind, _, value = self.check.partition(":")
        found = file_digest(path, "md5" if kind == "md5" else "sha256")
        if found.startswith(value) if kind == "sha256-prefix" else found == value:
            return None
        return f"its {kind.removesuffix('-prefix')} is {found[:16]}…, not {value[:16]}…"

    def doubt(self, path: Path) -> str | None:
        """Why the file at `path` can hardly be this one: its size. None where that fits or is not stated."""
        if self.megabytes is None or not path.is_file():
            return None
        found = path.stat().st_size / 1e6
        if not found:
            return "it is empty"
        if abs(found - self.megabytes) <= max(ROUNDING * self.megabytes, 0.01):
            return None
        return f"it has {found:.3g} MB, not {self.megabytes:.3g}"

    def another_kind(self, path: Path) -> str | None:
        """Why the file at `path` is of another kind than its name says: how it begins. None where that fits."""
        expected = BEGINNINGS.get(path.suffix.lower(), b"")
        with path.open("rb") as content:
            begins = content.read(512)
        for what, signs in INSTEAD.items():
            if begins.lstrip().lower().startswith(signs):
                return f"it is {what}"
        begins = begins[: len(expected)]
        return None if begins == expected else f"it begins with {begins!r}, which no {path.suffix} does"


@dataclass(frozen=True)
class Folder:
    """Files that a manifest lists (lines of SHA-256, bytes and path), below `data/NAME` of a CNNLAB_DATA folder."""

    name: str
    manifest: str

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The files that the manifest lists."""
        return tuple(File(path, f"sha256:{sha256}", megabytes=size / 1e6) for sha256, size, path in rows(self.manifest))

    @cached_property
    def sha256(self) -> str:
        """Digest of the manifest, which names the digest of each file."""
        return hashlib.sha256((MANIFESTS / f"{self.manifest}.txt").read_bytes()).hexdigest()


@dataclass(frozen=True)
class Photos:
    """The photos (.jpg) of a manifest, identical to the files of their source.

    base: the URL that replaces `folder`, with which their paths begin.
    """

    manifest: str
    base: str
    folder: str = ""

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The files that the manifest lists; it is read when they are asked for."""
        return tuple(
            File(path, f"sha256:{sha256}", self.base + path.removeprefix(self.folder), size / 1e6)
            for sha256, size, path in rows(self.manifest)
            if path.endswith(".jpg")
        )


@dataclass(frozen=True)
class Files:
    """Files as their source publishes them: downloaded where each has a URL, or taken from a CNNLAB_DATA folder."""

    name: str
    listed: tuple[File, ...]
    photos: Photos | None = None

    @property
    def files(self) -> tuple[File, ...]:
        """The photos, then the other files."""
        return (*(self.photos.files if self.photos else ()), *self.listed)

    @property
    def is_offered(self) -> bool:
        """Whether each file has a URL."""
        return all(file.url for file in self.files)

    @property
    def sha256(self) -> str | None:
        """Digest of the list of files; None where the SHA-256 of one is not published."""
        published = [(file.path, *(file.check or "").split(":")) for file in self.files]
        if any(kind != "sha256" for _, kind, *_ in published):
            return None
        return joint([(path, digest) for path, _, digest in published])


@dataclass(frozen=True)
class Shipped:
    """Files that a package of the operating system installs in `folder`; remedy: the command that installs it."""

    name: str
    folder: str
    files: tuple[File, ...]
    remedy: str

    @property
    def sha256(self) -> None:
        """None: the digest is computed when the files are read."""
        return None


@dataclass(frozen=True)
class Entry:
    """A data set or weights.

    kind: "data" or "weights". title, licence: for the report, in both languages. variants: in order of preference.
    source: the publications to cite, as keys of chapters/references.bib.
    """

    kind: str
    name: str
    title: Quantity
    variants: tuple[Folder | Files | Shipped, ...]
    licence: Quantity
    source: tuple[str, ...]

    @property
    def official(self) -> Files | None:
        """The variant that can be downloaded."""
        return next((each for each in self.variants if isinstance(each, Files) and each.is_offered), None)

    @property
    def urls(self) -> list[str]:
        """Where its files other than photos are downloaded from."""
        return [file.url for file in self.official.listed if file.url] if self.official else []

    @property
    def folder(self) -> str:
        """The folder of its files, relative to one that CNNLAB_DATA names."""
        return "weights" if self.kind == "weights" else f"data/{self.name}"

    @property
    def packages(self) -> list[str]:
        """Commands that install it as a package of the operating system."""
        return [each.remedy for each in self.variants if isinstance(each, Shipped)]

    @property
    def remedy(self) -> str:
        """What to do when its source cannot be reached."""
        files = (self.official or self.variants[0]).files
        named = ", ".join(file.path for file in files) if len(files) <= 4 else f"its {len(files)} files"
        by_hand = f"put {named} into {self.folder}/ of a folder that CNNLAB_DATA names"
        return "; or ".join(["try again later", *self.packages, by_hand])

    @property
    def megabytes(self) -> float | None:
        """Size of the download in MB; None where it is not stated."""
        sizes = [file.megabytes for file in self.official.files] if self.official else []
        stated = [size for size in sizes if size is not None]
        return sum(stated) if stated and len(stated) == len(sizes) else None


def rows(manifest: str) -> list[tuple[str, int, str]]:
    """The lines of a manifest: SHA-256, bytes, path."""
    lines = (MANIFESTS / f"{manifest}.txt").read_text(encoding="utf-8").splitlines()
    return [(sha256, int(size), path) for sha256, size, path in (line.split(" ", 2) for line in lines)]


def joint(digests: list[tuple[str, str]]) -> str:
    """Digest of a list of files (path, SHA-256), whatever their order; that of the file itself where there is one."""
    if len(digests) == 1:
        return digests[0][1]
    return hashlib.sha256("".join(f"{sha256} {path}\n" for path, sha256 in sorted(digests)).encode()).hexdigest()
