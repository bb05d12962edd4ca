"""The training of `raccoons` again, with two other seeds and with the author's split.

Chapter: a12-mapaches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.experiments.raccoons.compute import RECIPE, Precisions
from cnnlab.experiments.raccoons.compute import Options as Training
from cnnlab.results import Result, Run, Timing, experiment

TRAINING = Training()


@dataclass(frozen=True, kw_only=True)
class Options:
    """how: every training but for seed and split. trainings: (split, seed) of each."""

    how: Training = TRAINING
    trainings: tuple[tuple[str, int], ...] = (("handout", 1), ("handout", 2), ("author", 0))


@dataclass(frozen=True)
class Again:
    """A training. photos, boxes: of training; test_photos, test_boxes: of the test, which is looked at once, after the
    last epoch. true_positives, false_positives, false_negatives: with one look, at a score and an IoU of at least 0.5.
    """

    split: str
    seed: int
    photos: int
    boxes: int
    test_photos: int
    test_boxes: int
    one_look: Precisions
    several_looks: Precisions
    true_positives: int
    false_positives: int
    false_negatives: int
    seconds: Timing


@dataclass(frozen=True, kw_only=True)
class RaccoonsSeeds(Result):
    """trainings: in the order of the options.

    Arrays `found-K`, `looks-K` for the K-th: its detections with one look and with several, columns as
    training.detector.COLUMNS says.
    """

    trainings: tuple[Again, ...]


@experiment(
    "raccoons_seeds",
    options=Options,
    result=RaccoonsSeeds,
    engine="torch",
    data=("raccoon",),
    weights=("detector_start",),
    smoke=dict(
        how=Training(recipe=replace(RECIPE, epochs=2), side=64, photos=4, bootstrap_samples=10),
        trainings=(("handout", 1), ("author", 0)),
    ),
)
def raccoons_seeds(options: Options, run: Run) -> RaccoonsSeeds:
    """Each training goes on where it was interrupted. `cnnlab run raccoons_seeds`: three hours on two CPU cores."""
    from cnnlab.data import raccoons as data
    from cnnlab.experiments.raccoons.compute import precisions_of, several_looks, trained
    from cnnlab.training.detector import metrics, network_detections

    out = []
    for place, (split, seed) in enumerate(run.progress(options.trainings, "trainings")):
        how = replace(options.how, split=split, recipe=replace(options.how.recipe, seed=seed))
        run.seed(seed)
        photos = data.load(run.data("raccoon"), split)
        train, test = photos.train[: how.photos], photos.test[: how.photos]
        folder = run.checkpoints / f"{split}-{seed}"
        folder.mkdir(exist_ok=True)
        network, log = trained(train, (), how, run, folder)
        found, looks = network_detections(network, test), several_looks(network, test, how)
        counts = metrics(found, test)
        run.array(f"found-{place}", found)
        run.array(f"looks-{place}", looks)
        out.append(
            Again(
                split=split,
                seed=seed,
                photos=len(train),
                boxes=sum(len(each.boxes) for each in train),
                test_photos=len(test),
                test_boxes=sum(len(each.boxes) for each in test),
                one_look=precisions_of(found, test, how),
                several_looks=precisions_of(looks, test, how),
                true_positives=counts["true_positives"],
                false_positives=counts["false_positives"],
                false_negatives=counts["false_negatives"],
                seconds=sum(row["train_seconds"] for row in log),
            )
        )
    return RaccoonsSeeds(trainings=tuple(out))
