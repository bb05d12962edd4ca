"""`build_resnet(50)` with the published ImageNet weights: its predictions for four photos.

Chapters: a05-clasificador, a06-red.
"""

from dataclasses import dataclass

from cnnlab.data.imagenet import Prediction
from cnnlab.experiments.imagenet.activation_maps import class_maps
from cnnlab.results import Result, Run, experiment

MAPPED = 2  # classes of each photo whose activation maps are kept


@dataclass(frozen=True)
class Options:
    """photos: of `cnnlab.data.imagenet.PHOTOS`. shown: side in pixels of the pictures that are kept; the network's
    input is 224.
    """

    photos: tuple[str, ...] = ("cat", "coffee", "astronaut", "rocket")
    shown: int = 448


@dataclass(frozen=True)
class Photo:
    """A photo and its five most probable classes, most probable first; of the MAPPED first ones the logits, and the
    biases of the dense layer.
    """

    name: str
    top: tuple[Prediction, ...]
    logits: tuple[float, ...]
    biases: tuple[float, ...]


@dataclass(frozen=True)
class ImageNet(Result):
    """keras_difference: the largest one between our probabilities and those of `keras.applications`. map_difference:
    the largest one between a logit and its map's mean plus the bias. Array `maps` (photos, MAPPED, 7, 7): the class
    activation maps of the most probable classes.
    """

    photos: tuple[Photo, ...]
    keras_difference: float
    map_difference: float


@experiment("imagenet", options=Options, result=ImageNet, engine="tensorflow", weights=("resnet50_keras",))
def imagenet(options: Options, run: Run) -> ImageNet:
    """Classify the photos, map the two most probable classes of each, and compare with `keras.applications.ResNet50`,
    given the same weights.

    `cnnlab run imagenet`: the cat is an "Egyptian cat" (about 0.8), the cup an "espresso" (0.99). Seconds on a CPU.
    """
    import keras
    import numpy as np

    from cnnlab.data.imagenet import class_names, photo, prepare, top
    from cnnlab.models.resnet_keras import build_resnet
    from cnnlab.models.weights_keras import load_weights

    network, reference = build_resnet(50), keras.applications.ResNet50(weights=None)
    load_weights(network, run.weights("resnet50_keras"))
    reference.set_weights(network.get_weights())
    batch = prepare([photo(name, 224) for name in options.photos])
    linear = build_resnet(50, activation=None)
    linear.set_weights(network.get_weights())
    inside = keras.Model(linear.input, [linear.get_layer("conv5_block3_out").output, linear.output])
    outputs, expected = (np.asarray(model(batch, training=False)) for model in (network, reference))
    features, logits = (np.asarray(each) for each in inside(batch, training=False))
    for name in options.photos:
        run.picture(name, photo(name, options.shown), quality=82)
    names = class_names()
    tops = [top(output, names) for output in outputs]
    kernel, bias = (np.asarray(each) for each in linear.get_layer("predictions").weights)
    classes = np.array([[best.index for best in five[:MAPPED]] for five in tops])
    maps, chosen = class_maps(features, kernel, classes), np.take_along_axis(logits, classes, axis=1)
    run.array("maps", maps)
    return ImageNet(
        photos=tuple(
            Photo(*row)
            for row in zip(options.photos, tops, *(_tuples(each) for each in (chosen, bias[classes])), strict=True)
        ),
        keras_difference=float(np.abs(outputs - expected).max()),
        map_difference=float(np.abs(maps.mean(axis=(2, 3)) + bias[classes] - chosen).max()),
    )


def _tuples(values) -> list[tuple[float, ...]]:
    """A row of an array as a tuple."""
    return [tuple(map(float, row)) for row in values]
