"""Transforms of a user's own: a closure, an object, and one that cannot be told from another."""


def shifted(by):
    return lambda pictures: pictures.roll(by, -1)


class Shift:
    def __init__(self, by):
        self.by = by

    def __call__(self, pictures):
        return pictures.roll(self.by, -1)


class Unseen(Shift):
    """What it keeps besides its attributes cannot be told."""

    __slots__ = ("by",)
