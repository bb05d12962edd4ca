"""How much training pictures that are all in memory are changed at random. It imports no framework."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Distortion:
    """Random changes of a picture, drawn anew in each epoch; by default none.

    shift: pixels by which it is moved at most, along either axis; what comes in is 0. mirrored: left and right change
    places in half of the cases. rotation: degrees at most, either way. scale: its size changes by at most this share.
    erased: side in pixels of a square, anywhere, that takes the mean value.
    """

    shift: int = 0
    mirrored: bool = False
    rotation: float = 0.0
    scale: float = 0.0
    erased: int = 0


NO_DISTORTION = Distortion()
