"""Several faults told at once: a step goes on with the other chapters, and what is wrong with each is said together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from cnnlab.errors import BookError, CnnlabError


class CombinedError(BookError):
    """Several errors; its own place, cause and remedy are those of the first."""

    def __init__(self, errors: list[CnnlabError]):
        first = errors[0]
        super().__init__(first.what, allowed=first.allowed, remedy=first.remedy, where=first.where)
        self.errors = errors

    def __str__(self) -> str:
        return "\n".join([f"{len(self.errors)} faults", *map(str, self.errors)])


def raise_all(errors: Iterable[CnnlabError]) -> None:
    """Raise what was found, in its order: nothing where nothing was; what two chapters share is told once."""
    found: dict[str, CnnlabError] = {}
    for error in errors:
        for one in error.errors if isinstance(error, CombinedError) else [error]:
            found.setdefault(str(one), one)
    if len(found) == 1:
        raise next(iter(found.values()))
    if found:
        raise CombinedError(list(found.values()))


def each(work: Callable[[Any], Any], items: Iterable[Any], workers: int = os.cpu_count() or 1) -> list[Any]:
    """What `work` gives for each item, in their order, `workers` at a time; all that fail are told together."""

    def one(item: Any) -> tuple[Any, CnnlabError | None]:
        try:
            return work(item), None
        except CnnlabError as error:
            return None, error

    if workers == 1:
        pairs = [one(item) for item in items]
    else:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            pairs = list(pool.map(one, items))
    raise_all(error for _, error in pairs if error is not None)
    return [made for made, _ in pairs]
