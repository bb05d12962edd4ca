"""What `build_resnet(50)` with the published weights of ImageNet sees in four photos (rows A5 and A6)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment


@dataclass(frozen=True)
class Options:
    photos: tuple[str, ...] = ("cat", "coffee", "astronaut", "rocket")
    shown: int = 448  # side in pixels of the pictures that are kept; the network sees them at 224


@experiment("imagenet", options=Options, engine="tensorflow", weights=("resnet50_keras",))
def imagenet(options: Options, run: Run) -> dict:
    """The five likeliest classes of each photo, and the largest difference from `keras.applications.ResNet50`'s
    probabilities with the same weights.

    `cnnlab run imagenet`: the cat is an "Egyptian cat" (near 0.8), the cup an "espresso" (0.99). Seconds on a CPU.
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
    answers, expected = (np.asarray(model(batch, training=False)) for model in (network, reference))
    for name in options.photos:
        run.picture(name, photo(name, options.shown), quality=82)
    names = class_names()
    return {
        "photos": [
            {"name": name, "top": top(answer, names)} for name, answer in zip(options.photos, answers, strict=True)
        ],
        "keras_difference": float(np.abs(answers - expected).max()),
    }
