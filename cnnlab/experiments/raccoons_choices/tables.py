"""The table of recipes compared."""

from __future__ import annotations

from cnnlab.experiments.raccoons.compute import Interval
from cnnlab.experiments.raccoons.tables import with_interval
from cnnlab.experiments.raccoons_choices.compute import RaccoonsChoices
from cnnlab.experiments.raccoons_choices.differences import name_of
from cnnlab.words import Words


def rows(result: RaccoonsChoices, differences: dict[tuple[str, str, str], Interval], words: Words) -> list[list[str]]:
    """The recipes compared on training photos that are set aside; differences: of the AP from the simplest's."""
    return [
        [
            words(f"recipe_{each.variant}"),
            words(f"weights_{each.weights}"),
            words(f"look_{each.look}"),
            *(words.decimal(value, 3) for value in (each.ap50, each.ap75, each.ap)),
            with_interval(differences[name_of(each)], words) if name_of(each) in differences else "–",
        ]
        for each in result.choices
    ]
