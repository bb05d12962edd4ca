"""Layers of L3's network drawn anew, on digits: whether its maps change.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    from torch import nn

    from cnnlab.models.simple_cnn import SimpleCNN

METHODS = ("occlusion", "gradient", "deconvnet", "guided", "grad-cam")
GROUPS = (("8",), ("6",), ("2",), ("0",))  # of the network as modules: fc2, fc1, conv2, conv1
LAYERS = ("fc2", "fc1", "conv2", "conv1")


@dataclass(frozen=True)
class Options:
    """per_class: test digits of each class, the first ones. window, stride: of occlusion, pixels. held_out: as the
    network was trained. seed: of what is drawn.
    """

    per_class: int = 10
    window: int = 7
    stride: int = 3
    held_out: int = 5000
    seed: int = 0


@dataclass(frozen=True)
class DigitTruth(Result):
    """methods, layers: of the arrays, the layers from the output to the input. difference: the largest one between the
    outputs of the network and of its twin with ReLU modules. refused: what is said of the network itself.

    Arrays: `rank`, `similarity` (methods, layers, digits); `digit` (28, 28), uint8, the first one; `trained`, `drawn`
    (methods, 28, 28), int8, its maps with trained weights and with all layers drawn anew.
    """

    digits: int
    methods: tuple[str, ...]
    layers: tuple[str, ...]
    difference: float
    refused: str


@experiment(
    "map_truth_digits",
    options=Options,
    result=DigitTruth,
    engine="torch",
    data=("mnist",),
    depends_on=("mnist_simple_cnn",),
    smoke=dict(per_class=1, window=14, stride=14, held_out=20),
)
def map_truth_digits(options: Options, run: Run) -> DigitTruth:
    """The network is that of the first seed of `mnist_simple_cnn`. `cnnlab run map_truth_digits`: three minutes on a
    CPU core.
    """
    import numpy as np
    import torch

    from cnnlab.data import mnist
    from cnnlab.data.pixel_batches import Scaling
    from cnnlab.errors import OptionError
    from cnnlab.experiments.inside_maps.kept import small
    from cnnlab.experiments.inside_maps.randomisation import map_of, similarities
    from cnnlab.experiments.small_classifiers.laboratory import WEIGHTS
    from cnnlab.interpret.gradient_maps import input_gradient
    from cnnlab.models.simple_cnn import SimpleCNN
    from cnnlab.models.weights_torch import load

    o = options
    run.seed(o.seed)
    network = load(SimpleCNN(), run.needed("mnist_simple_cnn", WEIGHTS))
    data = mnist.splits(run.data("mnist"), o.held_out)
    test = data.test.first_of_each_class(o.per_class)
    prepare = Scaling.of(data.train, True)
    twin = as_modules(network)
    pixels = torch.from_numpy(test.images).float() / 255

    with torch.inference_mode():
        scores, same = twin(prepare(pixels)), network(prepare(pixels))
    try:
        input_gradient(network, prepare(pixels[:1]), 0, rule="guided")
        refused = ""
    except OptionError as error:
        refused = error.what
    special: dict[str, dict[str, Any]] = {
        "occlusion": {"window": o.window, "stride": o.stride},
        "grad-cam": {"layer": "3"},
    }
    methods = {method: special.get(method, {}) for method in METHODS}
    photos = [(each[None], int(score.argmax())) for each, score in zip(pixels, scores, strict=True)]
    rank, similarity, drawn = similarities(
        twin, GROUPS, photos, methods, prepare=prepare, seed=o.seed, progress=run.progress
    )
    run.array("rank", rank.astype(np.float32))
    run.array("similarity", similarity.astype(np.float32))
    run.array("digit", test.images[0, 0])
    first = [map_of(twin, *photos[0], name, each, prepare) for name, each in methods.items()]
    run.array("trained", np.stack([small(each) for each in first]))
    run.array("drawn", np.stack([small(each) for each in drawn]))
    return DigitTruth(len(photos), METHODS, LAYERS, float((scores - same).abs().max()), refused)


def as_modules(network: SimpleCNN) -> nn.Sequential:
    """The same network, its weights shared, with modules of nn.ReLU in place of the function."""
    from torch import nn

    last = network.fc2
    assert last is not None, "the network of l3-mnist has two dense layers"
    first = [network.conv1, nn.ReLU(), network.conv2, nn.ReLU(), network.pool]
    return nn.Sequential(*first, nn.Flatten(), network.fc1, nn.ReLU(), last).eval()
