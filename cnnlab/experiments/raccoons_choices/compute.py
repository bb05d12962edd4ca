"""Recipes of the raccoon detector, compared on training photos that are set aside. No test photo is used.

Chapter: a12-mapaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cnnlab.experiments.raccoons.compute import RECIPE
from cnnlab.experiments.raccoons.compute import Options as Training
from cnnlab.results import Result, Run, Timing, experiment

SHORT = replace(RECIPE, epochs=12, averaging=0.998)
BASE = Training(recipe=SHORT, pairs=0.0)
VARIANTS = (
    ("base", BASE),
    ("pairs", replace(BASE, pairs=0.3)),
    ("whole", replace(BASE, whole_epochs=4)),
)


@dataclass(frozen=True)
class Look:
    """How a picture is looked at: see `cnnlab.detection.fusion.SeveralLooks`."""

    sides: tuple[int, ...]
    mirrored: bool


LOOKS = (
    ("one", Look((256,), False)),
    ("mirror", Look((256,), True)),
    ("sizes", Look((224, 256, 320), True)),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """variants: names and how each trains. looks: names, and how each looks at a photo. every: which training photos
    are set aside, the last of so many. photos: how many training photos are used; None: all."""

    variants: tuple[tuple[str, Training], ...] = VARIANTS
    looks: tuple[tuple[str, Look], ...] = LOOKS
    every: int = 5
    photos: int | None = None


@dataclass(frozen=True)
class Choice:
    """What a training gives on the photos set aside. weights: "last" or "average"; look: its name. The numbers are
    COCO's."""

    variant: str
    weights: str
    look: str
    ap50: float
    ap75: float
    ap: float


@dataclass(frozen=True, kw_only=True)
class RaccoonsChoices(Result):
    """photos, held_out, boxes: numbers of photos trained on, photos set aside and their boxes.

    Array `found-N` for the N-th row of `choices`: its detections, as training.detector.COLUMNS says.
    """

    photos: int
    held_out: int
    boxes: int
    epochs: int
    choices: tuple[Choice, ...]
    training_seconds: Timing


SMOKE = replace(BASE, recipe=replace(SHORT, epochs=2), side=64)


@experiment(
    "raccoons_choices",
    options=Options,
    result=RaccoonsChoices,
    engine="torch",
    data=("raccoon",),
    weights=("detector_start",),
    smoke=dict(
        variants=(("base", SMOKE), ("pairs", replace(SMOKE, pairs=0.5, whole_epochs=1))),
        looks=(("one", Look((64,), False)), ("sizes", Look((64, 96), True))),
        photos=5,
    ),
)
def raccoons_choices(options: Options, run: Run) -> RaccoonsChoices:
    """Each variant is trained once, with one seed, in half the epochs of `raccoons`; both its last weights and their
    moving average are evaluated with each look.

    `cnnlab run raccoons_choices`: an hour and a half on two CPU cores, one of them busy.
    """
    from cnnlab.data import raccoons as data
    from cnnlab.experiments.raccoons.compute import initial_network
    from cnnlab.training.detector import fine_tune

    photos = data.load(run.data("raccoon")).train[: options.photos]
    held_out = photos[options.every - 1 :: options.every]
    train = [each for place, each in enumerate(photos) if place % options.every != options.every - 1]
    choices: list[Choice] = []
    seconds = 0.0
    for name, how in run.progress(options.variants, "variants"):
        run.seed(how.recipe.seed)
        folder = run.checkpoints / name
        folder.mkdir(exist_ok=True)
        last = initial_network(how, run)
        average, log = fine_tune(
            last, how.examples(train), (), how.recipe, folder, device=run.device, progress=run.progress
        )
        seconds += sum(row["train_seconds"] for row in log)
        for weights, network in (("last", last.eval()), ("average", average)):
            for look, precisions, found in evaluated(network, options, held_out):
                run.array(f"found-{len(choices)}", found)
                choices.append(Choice(name, weights, look, *precisions))
    return RaccoonsChoices(
        photos=len(train),
        held_out=len(held_out),
        boxes=sum(len(each.boxes) for each in held_out),
        epochs=options.variants[0][1].recipe.epochs,
        choices=tuple(choices),
        training_seconds=seconds,
    )


def evaluated(network, options: Options, photos: list) -> Iterator[tuple]:
    """(name, (AP50, AP75, AP), detections) with each look."""
    from cnnlab.detection.fusion import SeveralLooks
    from cnnlab.training.detector import network_detections, precisions

    for name, look in options.looks:
        seen = SeveralLooks(network, look.sides, mirrored=look.mirrored)
        found = network_detections(seen, photos)
        values = precisions(found, photos)
        yield name, (float(values[0]), float(values[5]), float(values.mean())), found
