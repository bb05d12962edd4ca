"""Error classes. A message says which value was given, which are allowed, and what to do next.

The command line prints a CnnlabError without a traceback and ends with status 1; anything else that is raised is a bug.
"""

from __future__ import annotations

import contextlib
import difflib
import errno
import sys
from collections.abc import Iterable, Iterator
from numbers import Integral
from pathlib import Path

INSTALL = f"{sys.executable} -m pip install -r requirements.txt -c constraints.txt"  # in the environment that runs


class CnnlabError(Exception):
    """An error that the user of the package or of the command line can mend.

    what: the argument's name and its value, or what failed. allowed: the allowed values, or text that describes them.
    remedy: what to do next. where: "file:line" of the cause. Each but `what` may be None.
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
    """A data set or a file of weights is missing, damaged or not the expected one."""


class DownloadError(DataError):
    """A file could not be downloaded, or its digest is not the expected one."""


class ResultError(CnnlabError):
    """A result cannot be read or written, or does not fit its type."""


class MissingResultError(ResultError):
    """An experiment has no kept result."""


class ExperimentError(CnnlabError):
    """The module of an experiment cannot be imported, or does not declare it."""


class VerificationError(ResultError):
    """A kept result cannot be verified: its commit or what its smoke run needs is not there."""


class ClaimError(CnnlabError):
    """A statement that a chapter makes about the results does not hold."""


class BookError(CnnlabError):
    """A source of the book is wrong: a chapter, `_quarto.yml`, a profile. `where` names its file and line."""


class RenderError(CnnlabError):
    """The book cannot be rendered, for a reason that lies in no single line of a source."""


class StorageError(CnnlabError):
    """A disk is full or a folder cannot be written."""


class TrainingError(CnnlabError):
    """Training cannot continue: the loss is not finite, a checkpoint is damaged or of another model."""


class EngineError(CnnlabError):
    """A framework that an experiment needs is not installed or does not work."""


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """The question "did you mean …?" with the allowed names closest to `name`, in capitals or not; None for none."""
    known = {each.casefold(): each for each in allowed}
    close = difflib.get_close_matches(str(name).casefold(), list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(repr(known[each]) for each in close)}?" if close else None


def check_whole(least: int, **arguments: object) -> None:
    """Raise OptionError for the first of some arguments that is no whole number from `least`; True is none."""
    for name, value in arguments.items():
        if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < least:
            raise OptionError(f"{name}={value!r}", allowed=f"a whole number from {least}")


FETCH_AGAIN = "fetch the data again: cnnlab doctor says where they are"
FREE_SPACE = "free some space and run the same command again; what was kept before is untouched"
MOUNT = "mount the folder above instead, or work in a copy of the project"
PERMISSION = "give yourself write permission there, or work in a copy of the project"
STORAGE = {
    errno.ENOSPC: ("the disk is full", FREE_SPACE),
    errno.EDQUOT: ("the quota of the disk is used up", FREE_SPACE),
    errno.EACCES: ("no permission", PERMISSION),
    errno.EPERM: ("no permission", PERMISSION),
    errno.EEXIST: ("a file lies where a folder is needed", "move the file away"),
    errno.ENOTDIR: ("a file lies where a folder is needed", "move the file away"),
    errno.EROFS: ("the file system is read-only", "work in a copy of the project on a disk that can be written"),
    errno.EISDIR: ("a folder lies where a file is needed", "move the folder away"),
    errno.EXDEV: ("it is a mount of its own, in which no file of another takes its place", MOUNT),
    errno.EBUSY: ("it is in use, or a mount of its own", MOUNT),
    errno.ENAMETOOLONG: ("its name is too long for the disk", "work in a folder with a shorter path"),
    errno.EFBIG: ("the file is larger than the disk or the system allows", FREE_SPACE),
    errno.ELOOP: ("a link leads back to itself", "mend the link"),
    errno.EMFILE: ("too many files are open", "close programs, or raise the limit: ulimit -n"),
    errno.EIO: ("the disk does not answer", "look at the disk; what was kept before is untouched"),
    errno.ESTALE: ("the disk on the network has gone", "connect it again, and run the same command again"),
}


@contextlib.contextmanager
def storage(path: Path | str) -> Iterator[None]:
    """Context that turns the system's errors of writing below `path` into StorageError; other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in STORAGE:
            raise
        cause, remedy = STORAGE[error.errno]
        raise StorageError(f"{error.filename or path}: {cause}", remedy=remedy) from error
