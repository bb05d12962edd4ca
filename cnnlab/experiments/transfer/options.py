"""How networks are trained on the two sets of photos. It imports no framework."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.errors import OptionError, check_whole
from cnnlab.training.recipe import Recipe

SIDES = {"insects": 224, "pets": 192}  # pixels: what the networks expect; no more than the photos of cats and dogs have
HELD_OUT = {"insects": 24, "pets": 100}  # training photos of each class
STAGES = (  # as in chapter a08-flores: multipliers of the learning rate, 0 freezes
    *(("conv1", 0.0), ("bn1", 0.0), ("layer1", 0.0), ("layer2", 0.0)),
    *(("layer3", 0.5), ("layer4", 1.0), ("fc", 5.0)),
)
FINE = Recipe(
    epochs=4,
    batch=16,
    learning_rate=1e-4,
    learning_rate_multipliers=STAGES,
    warmup=1.0,
    smoothing=0.0,
    frozen_norms=True,
)
SCRATCH = Recipe(epochs=30, batch=32, learning_rate=1e-3, warmup=3.0, weight_decay=0.1)


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A way to train. pretrained: ResNet-50 with ImageNet's weights, else ResNet-18 with random ones. augmented: the
    training photos, each time anew; else their centre. side: pixels of what is trained with; eval_size: of what is
    evaluated; min_area: of a random crop, as a share of the photo's. Raises: OptionError for sizes that no crop has.
    """

    recipe: Recipe
    pretrained: bool = True
    augmented: bool = True
    side: int
    eval_size: int
    min_area: float = 0.4

    def __post_init__(self):
        check_whole(1, side=self.side, eval_size=self.eval_size)
        if not 0 < self.min_area <= 1:
            raise OptionError(f"min_area={self.min_area!r}", allowed="above 0 to 1")


def alternatives(fine: Recipe, scratch: Recipe, side: int) -> tuple[tuple[str, Alternative], ...]:
    """From scratch, fine-tuned without and with augmentation, by these recipes. side: of what is fine-tuned with."""
    return (
        ("scratch", Alternative(recipe=scratch, pretrained=False, side=80, eval_size=96)),
        ("plain", Alternative(recipe=fine, augmented=False, side=side, eval_size=side)),
        ("augmented", Alternative(recipe=fine, side=side, eval_size=side)),
    )


def smaller(trained: tuple[tuple[str, Alternative], ...], side: int = 48) -> tuple[tuple[str, Alternative], ...]:
    """The same with an epoch of batches of 4 photos of `side` pixels, for a smoke run."""
    return tuple(
        (name, replace(each, recipe=replace(each.recipe, epochs=1, batch=4, warmup=0.5), side=side, eval_size=side))
        for name, each in trained
    )


@dataclass(frozen=True, kw_only=True)
class TrainingOptions:
    """alternatives: names and how each trains. held_out, per_class: see `transfer.photos.splits`. misread: test photos
    that are kept, of `thumbnail` pixels. Raises: OptionError for no alternative, and sizes that no thumbnail has.
    """

    alternatives: tuple[tuple[str, Alternative], ...]
    held_out: int
    seeds: tuple[int, ...] = (0, 1, 2)
    per_class: int | None = None
    misread: int = 10
    thumbnail: int = 96

    def __post_init__(self):
        check_whole(0, misread=self.misread)
        check_whole(1, thumbnail=self.thumbnail)
        check_names([name for name, _ in self.alternatives])


def check_names(names: list[str]) -> None:
    """Raise OptionError for names of alternatives that are none, equal, or none of a folder and an array."""
    if not names or len(set(names)) < len(names) or not all(map(str.isidentifier, names)):
        raise OptionError(f"alternatives={names}", allowed="one or more, each of another name, of letters and digits")
