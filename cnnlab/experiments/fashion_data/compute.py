"""Fashion-MNIST: how many pictures its classes have, a sample of each, and the same data set from files.

Chapter: l2-fashion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnlab.results import Result, Run, experiment
from cnnlab.results.schema import Timing
from cnnlab.training.recipe import ConstantRecipe

RECIPE = ConstantRecipe(epochs=1, batch=32, learning_rate=0.01, weight_decay=0.0, smoothing=0.0, workers=0)


@dataclass(frozen=True)
class Options:
    """shown: pictures of each class that are kept. written: pictures that are written to files and trained with."""

    held_out: int = 5000
    shown: int = 8
    written: int = 4000
    recipe: ConstantRecipe = RECIPE


@dataclass(frozen=True)
class FashionData(Result):
    """counts, held_out_counts, test_counts: pictures of each class, (classes,). mean, deviation: of the values in 0–1
    of the training pictures.

    files: how many pictures were written as PNG and read again; differing: how many of their numbers differ.
    tensor_loss, files_loss: the mean of an epoch of the convolutional network with each, in nats.
    array_ms, files_ms: milliseconds of the processor to read a thousand pictures, from the idx file, which is unpacked,
    and from files.
    tensor_mb, float_mb: 60,000 pictures as bytes and as float32, in 10⁶ bytes.

    Array `samples` (classes, shown, 28, 28): the first training pictures of each class.
    """

    class_names: tuple[str, ...]
    counts: tuple[int, ...]
    held_out_counts: tuple[int, ...]
    test_counts: tuple[int, ...]
    mean: float
    deviation: float
    files: int
    differing: int
    tensor_loss: float
    files_loss: float
    array_ms: Timing
    files_ms: Timing
    tensor_mb: float
    float_mb: float


@experiment(
    "fashion_data",
    options=Options,
    result=FashionData,
    engine="torch",
    data=("fashion_mnist",),
    smoke=dict(held_out=500, shown=2, written=64, recipe=replace(RECIPE, batch=8)),
)
def fashion_data(options: Options, run: Run) -> FashionData:
    """Count and show the pictures, write some to folders, read them, and train an epoch with both.

    `cnnlab run fashion_data`: 0 numbers differ, and both losses are the same. One CPU core: a quarter of a minute.
    """
    import tempfile
    import time
    from pathlib import Path

    import numpy as np

    from cnnlab.data import fashion_mnist
    from cnnlab.data.folders import image_folder, picture_files, write_image_folder
    from cnnlab.data.pixel_batches import Scaling
    from cnnlab.data.pixels import Pixels

    begin = time.process_time()
    data = fashion_mnist.splits(run.data("fashion_mnist"), options.held_out)
    array_seconds = time.process_time() - begin
    every = len(data.train) + len(data.validation)
    tensors = data.train[: options.written]
    with tempfile.TemporaryDirectory() as name:
        write_image_folder(tensors, data.class_names, Path(name))
        begin = time.process_time()
        read, names = image_folder(Path(name))
        files_seconds = time.process_time() - begin
        places = np.array([int(path.stem) for each in picture_files(Path(name)).values() for path in each])
    labels = {each.replace("/", "-"): label for label, each in enumerate(data.class_names)}
    order, renamed = np.argsort(places), np.array([labels[each] for each in names])
    files = Pixels(read.images[order], renamed[read.labels[order]], len(names))
    differing = int((files.images != tensors.images).sum() + (files.labels != tensors.labels).sum())
    run.array("samples", np.stack([data.train.images[data.train.labels == k, 0][: options.shown] for k in range(10)]))
    scaling = Scaling.of(data.train, True)
    return FashionData(
        class_names=data.class_names,
        counts=tuple(int(each) for each in data.train.counts),
        held_out_counts=tuple(int(each) for each in data.validation.counts),
        test_counts=tuple(int(each) for each in data.test.counts),
        mean=float(scaling.mean),
        deviation=float(scaling.deviation),
        files=len(files),
        differing=differing,
        tensor_loss=_loss(tensors, options, run, "tensors"),
        files_loss=_loss(files, options, run, "files"),
        array_ms=1e6 * array_seconds / (every + len(data.test)),
        files_ms=1e6 * files_seconds / len(files),
        tensor_mb=every * 28 * 28 / 1e6,
        float_mb=every * 28 * 28 * 4 / 1e6,
    )


def _loss(pixels, options: Options, run: Run, name: str) -> float:
    """The mean training loss of an epoch of the convolutional network on these pictures."""
    from cnnlab.data.distortion import Distortion
    from cnnlab.data.pixel_batches import PixelBatches, Scaling, whole
    from cnnlab.models.fashion import convolutional
    from cnnlab.training.classifier import smoothed_loss
    from cnnlab.training.loop import train

    run.seed(options.recipe.seed)
    folder = run.checkpoints / name
    folder.mkdir(exist_ok=True)
    examples = PixelBatches(pixels, Scaling.of(pixels, False), Distortion())
    loss_of, network = smoothed_loss(options.recipe.smoothing), convolutional()
    _, curve = train(network, loss_of, examples, options.recipe, folder, device=run.device, collate=whole)
    return curve[-1]["train_loss"]
