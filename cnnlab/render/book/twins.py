"""The same chapter in the other language: found by its path, in which folders of languages count for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from cnnlab.paths import LANGUAGES
from cnnlab.render.book.config import Book, Page


def twin(page: Page, ours: Book, theirs: Book) -> Page | None:
    """The page of book `theirs` that translates one of `ours`; None where there is none, or no way to tell which."""
    found = nearest_page(page, theirs.pages)
    return found if found is not None and nearest_page(found, ours.pages) is page else None


def nearest_page(page: Page, pages: Sequence[Page]) -> Page | None:
    """Of the pages whose file has the same name, the one in the likest folder; None where two are equally like."""
    likeness = [(like(page, other), other) for other in pages if other.source.stem == page.source.stem]
    best = [other for value, other in likeness if value == max(value for value, _ in likeness)]
    return best[0] if len(best) == 1 else None


def like(one: Page, two: Page) -> tuple[bool, int]:
    """Whether two paths are the same but for the language, and how many folders before their names are."""
    first, second = ([part for part in page.source.parts if part not in LANGUAGES] for page in (one, two))
    shared = 0
    while shared < min(len(first), len(second)) and first[-1 - shared] == second[-1 - shared]:
        shared += 1
    return first == second, shared
