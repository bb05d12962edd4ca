"""By how much each row of `raccoons_choices` is better than the simplest recipe, in the photos set aside."""

from __future__ import annotations

import numpy as np

from cnnlab.experiments.raccoon_photos.compute import RaccoonPhotos
from cnnlab.experiments.raccoons.compute import Interval
from cnnlab.experiments.raccoons.outcomes import Truth, gain
from cnnlab.experiments.raccoons_choices.compute import Choice, RaccoonsChoices

SIMPLEST = ("base", "last", "one")  # variant, weights and look
SAMPLES = 1000  # of the photos


def truth_set_aside(result: RaccoonsChoices, photos: RaccoonPhotos) -> Truth:
    """The ground truth of the training photos set aside, by number: the last of every so many."""
    every = result.options.every
    train = [place for place, each in enumerate(photos.photos) if each.handout == "train"][: result.options.photos]
    held_out = np.array(train[every - 1 :: every])
    chosen = np.isin(photos.arrays["photo"], held_out)
    return Truth(
        np.searchsorted(held_out, photos.arrays["photo"][chosen]), photos.arrays["boxes"][chosen], len(held_out)
    )


def differences(result: RaccoonsChoices, photos: RaccoonPhotos) -> dict[tuple[str, str, str], Interval]:
    """By (variant, weights, look): the AP of each row less SIMPLEST's, with its BCa interval over the photos."""
    truth = truth_set_aside(result, photos)
    found = {name_of(each): result.arrays[f"found-{place}"] for place, each in enumerate(result.choices)}
    return {
        name: gain(each, found[SIMPLEST], truth, samples=SAMPLES) for name, each in found.items() if name != SIMPLEST
    }


def name_of(row: Choice) -> tuple[str, str, str]:
    """What tells a row from the others."""
    return row.variant, row.weights, row.look
