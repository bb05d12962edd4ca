"""What AlexNet makes of pictures of CIFAR-10 without their centre, or of their centre alone.

Chapter: l4-cifar.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.errors import OptionError, check_whole
from cnnlab.results import Result, Run, experiment

SIDE = 32  # of a picture, in pixels
BORDER = 4  # pixels of it on each side whose colour is kept


@dataclass(frozen=True)
class Options:
    """sides: of the central square, in pixels, 0 to 32. per_class: test pictures of each class; None: all. held_out: as
    the network was trained. seed: no random number is drawn.

    Raises: OptionError for other sides or none, and a number of pictures below 1.
    """

    sides: tuple[int, ...] = (0, 8, 12, 16, 20, 24, 28)
    per_class: int | None = None
    held_out: int = 5000
    seed: int = 0

    def __post_init__(self):
        check_whole(0, **{f"sides[{place}]": side for place, side in enumerate(self.sides)})
        if not self.sides or max(self.sides) > SIDE:
            raise OptionError(f"sides={self.sides!r}", allowed=f"one or more, 0 to {SIDE}, the side of a picture")
        if self.per_class is not None:
            check_whole(1, per_class=self.per_class)


@dataclass(frozen=True)
class Masked:
    """side: of the central square. area: its share of the picture. hidden, shown: accuracy on test pictures without
    that square, and on the square alone; the rest has the mean value of the training pictures. …_low, …_high: 95 %.
    """

    side: int
    area: float
    hidden: float
    hidden_low: float
    hidden_high: float
    shown: float
    shown_low: float
    shown_high: float


@dataclass(frozen=True)
class Background(Result):
    """masked: by side. pictures: how many were classified.

    Arrays: `hidden_matrix`, `shown_matrix` (sides, classes, classes): test pictures by actual and predicted class;
    `border` (n, 3): mean red, green and blue of each, 0 to 255, in the BORDER pixels along its sides.
    """

    class_names: tuple[str, ...]
    pictures: int
    masked: tuple[Masked, ...]


@experiment(
    "cifar_background",
    options=Options,
    result=Background,
    engine="torch",
    data=("cifar10",),
    depends_on=("cifar_alexnet",),
    smoke=dict(sides=(0, 16), per_class=2, held_out=40),
)
def cifar_background(options: Options, run: Run) -> Background:
    """The network is that of the first seed of `cifar_alexnet`; it was never trained on such pictures.

    `cnnlab run cifar_background`: without the central 24 × 24 pixels still more than twice as many are right as by
    chance. One CPU core: 3 minutes.
    """
    import numpy as np

    from cnnlab.data import cifar10
    from cnnlab.data.pixel_batches import EvaluationBatches, Scaling
    from cnnlab.evaluation.classification import confusion_matrix, wilson
    from cnnlab.experiments.small_classifiers.laboratory import WEIGHTS
    from cnnlab.models.alexnet_cifar import AlexNetCifar
    from cnnlab.models.weights_torch import load
    from cnnlab.training.classifier_metrics import predict_logits

    run.seed(options.seed)
    network = load(AlexNetCifar(), run.needed("cifar_alexnet", WEIGHTS)).to(run.device)
    data = cifar10.splits(run.data("cifar10"), options.held_out)
    test = data.test.first_of_each_class(options.per_class or len(data.test))
    batches = EvaluationBatches(test, Scaling.of(data.train, True))
    labels, classes = test.labels, len(data.class_names)
    matrices: dict[bool, list] = {True: [], False: []}  # by whether the square is hidden
    masked = []
    for side in run.progress(options.sides, "sides"):
        values = {}
        for hidden, found in matrices.items():
            masks = ((masked_centre(inputs, side, hidden), each) for inputs, each in batches)
            predicted = predict_logits(network, masks).argmax(axis=1)
            found.append(confusion_matrix(predicted, labels, classes))
            right = int((predicted == labels).sum())
            values[hidden] = (right / len(labels), *wilson(right, len(labels)))
        masked.append(Masked(side, side * side / SIDE**2, *values[True], *values[False]))
    run.array("hidden_matrix", np.array(matrices[True], np.int32))
    run.array("shown_matrix", np.array(matrices[False], np.int32))
    outside = np.ones((SIDE, SIDE), bool)
    outside[BORDER:-BORDER, BORDER:-BORDER] = False
    run.array("border", test.images[:, :, outside].mean(axis=2, dtype=np.float32))
    return Background(data.class_names, len(labels), tuple(masked))


def masked_centre(inputs, side: int, hidden: bool):
    """Pictures (b, c, h, w), scaled to mean 0, whose central square of `side` pixels, or all around it, is 0."""
    top, left = (inputs.shape[2] - side) // 2, (inputs.shape[3] - side) // 2
    square = (..., slice(top, top + side), slice(left, left + side))
    out = inputs.clone() if hidden else inputs.new_zeros(inputs.shape)
    out[square] = 0 if hidden else inputs[square]
    return out
