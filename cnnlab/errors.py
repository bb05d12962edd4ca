"""One class for each kind of error. A message says what was got, what is allowed, and what to do next.

The command line prints a CnnlabError without a traceback and ends with status 1; anything else that is raised is a bug.
"""

from __future__ import annotations

import contextlib
import difflib
import errno
from collections.abc import Iterable, Iterator
from pathlib import Path


class CnnlabError(Exception):
    """Something that the reader of the message can mend.

    what: what was got, with the argument's name and its value. allowed: what would have been right, as text or as the
    values, or None. remedy: what to do next, or None. where: "file:line" of the cause, or None.
    """

    def __init__(
        self,
        what: str,
        *,
        allowed: str | Iterable[object] | None = None,
        remedy: str | None = None,
        where: str | None = None,
    ):
        super().__init__(what)
        self.what, self.remedy, self.where = what, remedy, where
        self.allowed = ", ".join(map(str, allowed)) if allowed is not None and not isinstance(allowed, str) else allowed

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.allowed:
            lines.append(f"  allowed: {self.allowed}")
        if self.remedy:
            lines.append(f"  to do:   {self.remedy}")
        return "\n".join(lines)


class OptionError(CnnlabError):
    """An option or argument has a value that is not allowed."""


class DataError(CnnlabError):
    """A data set or a file of weights is missing or not what it should be."""


class DownloadError(DataError):
    """A file could not be downloaded, or what came is not what was asked for."""


class ResultError(CnnlabError):
    """A kept result cannot be read or kept."""


class MissingResultError(ResultError):
    """An experiment has no kept result."""


class VerificationError(ResultError):
    """A kept result cannot be compared with what today's code computes."""


class ClaimError(CnnlabError):
    """The results no longer bear out what a chapter says."""


class BookError(CnnlabError):
    """A source of the book is wrong; `where` names the file and line."""


class RenderError(CnnlabError):
    """The book cannot be rendered for a reason that no single line of a source bears."""


class StorageError(CnnlabError):
    """A disk is full or a folder cannot be written."""


class TrainingError(CnnlabError):
    """A training cannot go on: a loss that is not finite, a checkpoint of another model."""


class EngineError(CnnlabError):
    """A framework that an experiment needs is not installed or does not work."""


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The question "did you mean …?" for a name that is close to an allowed one; None where none is."""
    close = difflib.get_close_matches(str(name), list(allowed), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else None


FREE_SPACE = "free some space and run the same command again; what was kept before is untouched"
PERMISSION = "give yourself write permission there, or work in a copy of the project"
STORAGE = {
    errno.ENOSPC: ("the disk is full", FREE_SPACE),
    errno.EDQUOT: ("the quota of the disk is used up", FREE_SPACE),
    errno.EACCES: ("no permission", PERMISSION),
    errno.EPERM: ("no permission", PERMISSION),
    errno.EROFS: ("the file system is read-only", "work in a copy of the project on a disk that can be written"),
}


@contextlib.contextmanager
def storage(path: Path | str) -> Iterator[None]:
    """Turn the system's errors of writing below `path` into StorageError; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in STORAGE:
            raise
        cause, remedy = STORAGE[error.errno]
        raise StorageError(f"{error.filename or path}: {cause}", remedy=remedy) from error
