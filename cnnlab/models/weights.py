"""Whether a file of weights fits a network: names and shapes compared. Imports no framework."""

from __future__ import annotations

from collections.abc import Mapping

from cnnlab.errors import DataError

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
