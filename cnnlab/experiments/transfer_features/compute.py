"""Frozen networks on both sets: ImageNet's own classes, a support vector machine, how many photos it takes.

Chapter: l5-transferencia.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnlab.experiments.transfer_features.options import Options
from cnnlab.experiments.transfer_features.result import Counts, Frozen, Prepared, TransferFeatures
from cnnlab.results import Run, experiment

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

    from cnnlab.data.augment import Transform
    from cnnlab.data.labelled import LabelledSplits

SPLITS = ("train", "validation", "test")
LAYERS = {"resnet50": "layer4", "squeezenet": "features.12"}  # whose channels are averaged
PHOTOS, THUMBNAIL = 4, 112  # of each class that are kept; their side in pixels


@experiment(
    "transfer_features",
    options=Options,
    result=TransferFeatures,
    engine="torch",
    data=("hymenoptera", "catsdogs"),
    weights=("resnet50_keras", "squeezenet1_1"),
    smoke=dict(
        sets=(("insects", 2, 64), ("pets", 2, 64)), costs=(0.1, 10.0), folds=2, sizes=(2, 4), draws=2, per_class=4
    ),
)
def transfer_features(options: Options, run: Run) -> TransferFeatures:
    """Networks run forward only; the features of each photo are computed once and kept for other experiments.

    Nothing is chosen with test photos: costs are chosen by cross-validation among those that a machine is fitted on.
    `cnnlab run transfer_features`: near 0.98 of the test photos of either set. Two CPU cores: 5 minutes.
    """
    import numpy as np

    from cnnlab.experiments.transfer.photos import SETS, splits
    from cnnlab.experiments.transfer_features.preparations import EXPECTED, preparations
    from cnnlab.experiments.transfer_features.samples import nearest
    from cnnlab.models.pretrained import resnet50, squeezenet1_1
    from cnnlab.training.classifier_metrics import labels_of

    run.seed(options.seed)
    networks = {
        "resnet50": resnet50(run.weights("resnet50_keras")),
        "squeezenet": squeezenet1_1(run.weights("squeezenet1_1")),
    }
    ways = {name: preparations(side) for name, _, side in options.sets}
    sets = {name: splits(name, run.data(SETS[name].data), out, options.per_class) for name, out, _ in options.sets}
    counts, frozen, kept, expected = [], [], {}, {}  # type: ignore[var-annotated]
    for name, data in sets.items():
        labels = {split: labels_of(getattr(data, split)) for split in SPLITS}
        counts.append(Counts(name, data.class_names, *(tuple(np.bincount(labels[s]).tolist()) for s in SPLITS)))
        for network, module in networks.items():
            found, each = of_network(module, network, name, data, ways[name][EXPECTED], (options, run))
            frozen.append(each)
            expected[name, network] = found
            kept |= {f"{name}_{network}_{split}": values.astype(np.float16) for split, values in found.items()}
        kept |= {f"{name}_{split}_label": values.astype(np.uint8) for split, values in labels.items()}
        both = np.concatenate([kept[f"{name}_resnet50_{split}"] for split in SPLITS[:2]])
        run.array(f"{name}_nearest", nearest(both, kept[f"{name}_resnet50_test"]).astype(np.float32))
        run.array(f"{name}_label", labels["test"].astype(np.uint8))
        run.array(f"{name}_photos", first_photos(data))
    run.keep("features.npz", lambda path: np.savez(path, allow_pickle=False, **kept))
    prepared = compared(networks["resnet50"], sets["pets"], expected["pets", "resnet50"], ways["pets"], (options, run))
    return TransferFeatures(counts=tuple(counts), frozen=tuple(frozen), prepared=prepared)


def of_network(
    module: nn.Module,
    network: str,
    name: str,
    data: LabelledSplits,
    transform: Transform,
    of_run: tuple[Options, Run],
) -> tuple[dict[str, np.ndarray], Frozen]:
    """(features by split, what a frozen network reaches); its predictions for the test photos are kept.

    of_run: the experiment's options and run.
    """
    import time

    import numpy as np
    from torch.utils.data import DataLoader

    from cnnlab.data.augment import Transformed
    from cnnlab.evaluation.classification import softmax
    from cnnlab.experiments.transfer.features import last_features
    from cnnlab.experiments.transfer.photos import SETS
    from cnnlab.experiments.transfer.result import share
    from cnnlab.experiments.transfer_features.samples import group_predicted, samples
    from cnnlab.training.classifier import EVAL_BATCH
    from cnnlab.training.classifier_metrics import labels_of, predict_logits
    from cnnlab.training.linear_svm import linear_svm, unit_rows

    options, run = of_run
    module, begin = module.to(run.device), time.monotonic()
    labels = {split: labels_of(getattr(data, split)) for split in SPLITS}
    found = {
        split: last_features(module, LAYERS[network], getattr(data, split), transform, run, f"{name}, {split}")
        for split in SPLITS
    }
    seconds = time.monotonic() - begin
    batches = DataLoader(Transformed(data.test, transform), batch_size=EVAL_BATCH)
    logits = predict_logits(module, run.progress(batches, f"{name}, ImageNet's classes"))
    own, likeliest = group_predicted(softmax(logits), SETS[name].groups)
    machine = linear_svm(unit_rows(found["train"]), labels["train"], options.costs, folds=options.folds)
    predicted = {split: machine.predicted(unit_rows(found[split])) for split in SPLITS[1:]}
    run.array(f"{name}_{network}_imagenet", own.astype(np.uint8))
    run.array(f"{name}_{network}_svm", predicted["test"].astype(np.uint8))
    training = (np.concatenate([each[split] for split in SPLITS[:2]]) for each in (found, labels))
    return found, Frozen(
        set=name,
        network=network,
        features=found["test"].shape[1],
        imagenet=share(own, labels["test"]),
        exact=share(likeliest, labels["test"]),
        svm=share(predicted["test"], labels["test"]),
        validation=share(predicted["validation"], labels["validation"]),
        cost=machine.cost,
        samples=samples(tuple(training), (found["test"], labels["test"]), options),  # type: ignore[arg-type]  # of two
        seconds=seconds,
    )


def compared(
    module: nn.Module,
    data: LabelledSplits,
    expected: dict[str, np.ndarray],
    ways: dict[str, Transform],
    of_run: tuple[Options, Run],
) -> tuple[Prepared, ...]:
    """A machine for each way to prepare photos, on photos prepared alike; then that of the expected way on test photos
    prepared in each other way. expected: features by split of photos prepared as expected.
    """
    from cnnlab.experiments.transfer.features import last_features
    from cnnlab.experiments.transfer.result import share
    from cnnlab.experiments.transfer_features.preparations import EXPECTED
    from cnnlab.training.classifier_metrics import labels_of
    from cnnlab.training.linear_svm import linear_svm, unit_rows

    options, run = of_run
    machines, tested = {}, {}
    for name, transform in ways.items():
        found = expected
        if name != EXPECTED:
            found = {
                split: last_features(
                    module, LAYERS["resnet50"], getattr(data, split), transform, run, f"{name}, {split}"
                )
                for split in ("train", "test")
            }
        train, tested[name] = unit_rows(found["train"]), unit_rows(found["test"])
        machines[name] = linear_svm(train, labels_of(data.train), options.costs, folds=options.folds)
    pairs = [(name, name) for name in ways] + [(EXPECTED, name) for name in ways if name != EXPECTED]
    return tuple(
        Prepared(training, test, share(machines[training].predicted(tested[test]), labels_of(data.test)))
        for training, test in pairs
    )


def first_photos(data: LabelledSplits) -> np.ndarray:
    """(classes, PHOTOS or fewer, 3, THUMBNAIL, THUMBNAIL), uint8: the first training photos of each class."""
    import numpy as np

    from cnnlab.training.classifier_metrics import thumbnail

    rows = [[each for each in data.train if each.label == label][:PHOTOS] for label in range(len(data.class_names))]
    side = (THUMBNAIL, THUMBNAIL)
    shown = [[np.moveaxis(np.asarray(thumbnail(each).resize(side)), 2, 0) for each in row] for row in rows]
    return np.array(shown)
