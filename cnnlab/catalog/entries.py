"""What the catalogue says of a data set or of weights: its variants in order, and the digests of their files.

A digest is one that the source publishes, or that of a file which was compared with the source's own. Where a source
publishes only an MD5 or the beginning of a SHA-256 that is what is checked, and where it publishes none the file is
taken as it comes: `check` says which.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cnnlab.words import Quantity

MANIFESTS = Path(__file__).parent / "manifests"


@dataclass(frozen=True)
class File:
    """One file. check: "sha256:…", "sha256-prefix:…", "md5:…", or None where no digest is published.

    path: where it lies below the data set's folder, or its name among the weights. url: its official source, or None
    for a file that is not offered on its own. megabytes: its size, as the source states it or as measured.
    """

    path: str
    check: str | None
    url: str | None = None
    megabytes: float | None = None

    def problem(self, path: Path) -> str | None:
        """What is wrong with a file that should be this one; None where nothing is."""
        if self.check is None:
            return None
        kind, _, value = self.check.partition(":")
        found = file_digest(path, "md5" if kind == "md5" else "sha256")
        if found.startswith(value) if kind == "sha256-prefix" else found == value:
            return None
        return f"its {kind.removesuffix('-prefix')} is {found[:16]}…, not {value[:16]}…"


@dataclass(frozen=True)
class Folder:
    """Files listed in a manifest (lines of sha256, bytes and path), below `data/NAME` of a CNNLAB_DATA folder."""

    name: str
    manifest: str

    @cached_property
    def files(self) -> tuple[File, ...]:
        return tuple(File(path, f"sha256:{sha256}", megabytes=size / 1e6) for sha256, size, path in rows(self.manifest))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256((MANIFESTS / f"{self.manifest}.txt").read_bytes()).hexdigest()


@dataclass(frozen=True)
class Files:
    """Files as their source gives them: downloaded where it offers each, or taken from a CNNLAB_DATA folder."""

    name: str
    files: tuple[File, ...]

    @property
    def is_offered(self) -> bool:
        return all(file.url for file in self.files)

    @property
    def sha256(self) -> str | None:
        """Digest of the files, where the SHA-256 of each is known beforehand."""
        if any(file.check is None or not file.check.startswith("sha256:") for file in self.files):
            return None
        return joint([(file.path, file.check.removeprefix("sha256:")) for file in self.files])


@dataclass(frozen=True)
class Shipped:
    """Files that a package of the system puts into `folder`."""

    name: str
    folder: str
    files: tuple[File, ...]
    remedy: str

    @property
    def sha256(self) -> None:
        """Known once the files have been read."""
        return None


@dataclass(frozen=True)
class Entry:
    """A data set or weights. source: who made it, as a reader would cite it."""

    kind: str  # "data" or "weights"
    name: str
    title: Quantity
    variants: tuple[Folder | Files | Shipped, ...]
    licence: Quantity
    source: str

    @property
    def official(self) -> Files | None:
        """The variant that can be downloaded."""
        return next((each for each in self.variants if isinstance(each, Files) and each.is_offered), None)

    @property
    def folder(self) -> str:
        """Where its files lie below a folder that CNNLAB_DATA names."""
        return "weights" if self.kind == "weights" else f"data/{self.name}"

    @property
    def packages(self) -> list[str]:
        """Commands that install the system's packages which ship it."""
        return [each.remedy for each in self.variants if isinstance(each, Shipped)]

    @property
    def remedy(self) -> str:
        """What to do where its source cannot be reached."""
        files = (self.official or self.variants[0]).files
        named = ", ".join(file.path for file in files) if len(files) <= 4 else f"its {len(files)} files"
        by_hand = f"put {named} into {self.folder}/ of a folder that CNNLAB_DATA names"
        return "; or ".join(["try again later", *self.packages, by_hand])

    @property
    def megabytes(self) -> float | None:
        """Size of the download; None where its source does not state one."""
        sizes = [file.megabytes for file in self.official.files] if self.official else [None]
        return None if None in sizes else sum(sizes)


def rows(manifest: str) -> list[tuple[str, int, str]]:
    """The lines of a manifest: sha256, bytes, path."""
    lines = (MANIFESTS / f"{manifest}.txt").read_text(encoding="utf-8").splitlines()
    return [(sha256, int(size), path) for sha256, size, path in (line.split(" ", 2) for line in lines)]


def joint(digests: list[tuple[str, str]]) -> str:
    """One digest for files (path, sha256); that of the file itself where there is only one."""
    if len(digests) == 1:
        return digests[0][1]
    return hashlib.sha256("".join(f"{sha256} {path}\n" for path, sha256 in sorted(digests)).encode()).hexdigest()


def file_digest(path: Path, kind: str = "sha256") -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()
