"""`build_resnet(50)` with the published ImageNet weights: its predictions for four photos.

Chapters: a05-clasificador, a06-red.
"""

from dataclasses import dataclass

from cnnlab.data.imagenet import Prediction
from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    """photos: of `cnnlab.data.imagenet.PHOTOS`. shown: side in pixels of the pictures that are kept; the network's
    input is 224.
    """

    photos: tuple[str, ...] = ("cat", "coffee", "astronaut", "rocket")
    shown: int = 448


@dataclass(frozen=True)
class Photo:
    """A photo and its five most probable classes, most probable first."""

    name: str
    top: tuple[Prediction, ...]


@dataclass(frozen=True)
class ImageNet(Result):
    """keras_difference: the largest one between our probabilities and those of `keras.applications`."""

    photos: tuple[Photo, ...]
    keras_difference: float


@experiment("imagenet", options=Options, result=ImageNet, engine="tensorflow", weights=("resnet50_keras",))
def imagenet(options: Options, run: Run) -> ImageNet:
    """Classify the photos, and compare with `keras.applications.ResNet50`, given the same weights.

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
    outputs, expected = (np.asarray(model(batch, training=False)) for model in (network, reference))
    for name in options.photos:
        run.picture(name, photo(name, options.shown), quality=82)
    names = class_names()
    return ImageNet(
        photos=tuple(Photo(name, top(output, names)) for name, output in zip(options.photos, outputs, strict=True)),
        keras_difference=float(np.abs(outputs - expected).max()),
    )
