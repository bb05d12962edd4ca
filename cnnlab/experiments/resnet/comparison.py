"""Our ResNet-50 against that of `keras.applications`: layers, and outputs with the same weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.results import Run

if TYPE_CHECKING:
    import keras
    import numpy as np

# Intervals from which the normalisations' vectors are drawn, so that every variable of the network matters.
RANGES = {"gamma": (0.6, 1.2), "beta": (-0.2, 0.2), "moving_mean": (-0.2, 0.2), "moving_variance": (0.5, 1.5)}


@dataclass(frozen=True)
class Comparison:
    """layers_equal: layers of the same name, type, output and weights. max_output_difference, compared_largest: of the
    probabilities of `compared_photos` photos. softmax_sum: of our probabilities for the first photo. changed: the
    largest difference between Keras's probabilities and ours after a change of ours that no layer's shape shows:
    "epsilon", 10⁻³ in the normalisations, Keras's default; "padding", conv1's zeros moved by one, 2 before and 4 after.
    """

    layers_compared: int
    layers_equal: int
    max_output_difference: float
    compared_photos: int
    compared_largest: float
    softmax_sum: float
    changed: dict[str, float]


def compare_with_keras(seed: int, photos: int, run: Run) -> Comparison:
    """Build both networks, give them the same random weights, and compare their layers and outputs.

    photos: how many of `PHOTOS` are classified.
    """
    import keras
    import numpy as np

    from cnnlab.data.imagenet import PHOTOS, photo, prepare
    from cnnlab.models.resnet_keras import build_resnet

    run.seed(seed)
    rng = np.random.default_rng(seed)
    ours, theirs = build_resnet(50, init="glorot_uniform"), keras.applications.ResNet50(weights=None)
    _draw_normalisations(ours, rng)
    theirs.set_weights(ours.get_weights())
    batch = prepare([photo(name, 224) for name in list(PHOTOS)[:photos]])
    outputs, expected = (np.asarray(network(batch, training=False)) for network in (ours, theirs))
    pairs = list(zip(_layers(ours), _layers(theirs), strict=True))
    return Comparison(
        layers_compared=len(pairs),
        layers_equal=sum(a == b for a, b in pairs),
        max_output_difference=float(np.abs(outputs - expected).max()),
        compared_photos=len(batch),
        compared_largest=float(expected.max()),
        softmax_sum=float(outputs[0].sum()),
        changed={
            name: float(np.abs(np.asarray(network(batch, training=False)) - expected).max())
            for name, network in _changed(ours)
        },
    )


def _changed(network: keras.Model) -> Iterator[tuple[str, keras.Model]]:
    """The network with one setting changed at a time, in place, and its name."""
    import keras

    normalisations = [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
    epsilon, pad = normalisations[0].epsilon, network.get_layer("conv1_pad")
    for layer in normalisations:
        layer.epsilon = 1e-3
    yield "epsilon", network
    for layer in normalisations:
        layer.epsilon = epsilon
    even, pad.padding = pad.padding, ((2, 4), (2, 4))
    yield "padding", network
    pad.padding = even


def _draw_normalisations(network: keras.Model, rng: np.random.Generator) -> None:
    for variable in network.variables:
        if variable.name in RANGES:
            variable.assign(rng.uniform(*RANGES[variable.name], variable.shape))


def _layers(network: keras.Model) -> list[tuple]:
    """Name, type, shapes of output and weights of each layer but the input's, which has no name of its own."""
    return [
        (layer.name, type(layer).__name__, layer.output.shape, [w.shape for w in layer.weights])
        for layer in network.layers[1:]
    ]
