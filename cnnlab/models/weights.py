"""Whether a file of weights fits a network: names, shapes, values. Imports no framework."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from cnnlab.errors import DataError, OptionError

REMEDY = "take the file of the same network that the catalogue names: cnnlab doctor"
NAMES_SHOWN = 3  # of those that differ, in a message

Shapes = Mapping[str, tuple[int, ...]]


def check_shapes(network: Shapes, file: Shapes, *, network_name: str, file_name: str) -> None:
    """Compare a network's variables with a file's; both are {name: shape}. Nothing is returned where they are equal.

    network_name, file_name: for the message.

    Raises: DataError with the first names that only one of them has, or that have another shape.
    """
    differing = sorted(name for name in network.keys() | file.keys() if network.get(name) != file.get(name))
    if differing:
        raise DataError(
            f"{file_name} does not fit {network_name}: {len(differing)} names or shapes differ, "
            f"first {', '.join(differing[:NAMES_SHOWN])}",
            remedy=REMEDY,
        )


def check_values(values: Iterable[tuple[str, str, bool]], *, file_name: str) -> None:
    """Refuse values of a file that are to become weights, given as (name, type, whether all are finite).

    Raises: DataError, which names the first that holds anything but finite floating-point numbers.
    """
    for name, kind, finite in values:
        if "float" not in kind or not finite:
            what = kind if finite else f"{kind}, some of them NaN or infinite"
            allowed = "finite floating-point numbers; whole numbers of 8 bits are quantised weights"
            raise DataError(f"{file_name}: {name} holds {what}", allowed=allowed, remedy=REMEDY)


def present(path: Path | str) -> Path:
    """The path of a file of weights. Raises: DataError where there is no file, OptionError for what is no path."""
    if not isinstance(path, (str, os.PathLike)):
        raise OptionError(f"path={path!r}", allowed="the path of a file of weights")
    path = Path(path)
    if not path.is_file():
        what = f"{path} is a folder" if path.is_dir() else f"{path} is not there"
        raise DataError(what, allowed="a file of weights", remedy="check the path; cnnlab doctor names the catalogue's")
    return path
