"""The five networks of table 1 read off live models: sizes, parameters, multiply-adds; and ResNet-50 against Keras's
(A4–A6)."""

import math
from dataclasses import dataclass

from cnnlab.results import Run, experiment

PRINTED_FLOPS = {18: 1.8e9, 34: 3.6e9, 50: 3.8e9, 101: 7.6e9, 152: 11.3e9}  # table 1 of the paper, last row
TORCHVISION_PARAMETERS = 25_557_032  # of its ResNet-50, as published: no biases before a normalisation
STAGES = ("conv1", "conv2", "conv3", "conv4", "conv5", "predictions")  # how the names of their layers begin


@dataclass(frozen=True)
class Options:
    depths: tuple[int, ...] = (18, 34, 50, 101, 152)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)  # of the random weights
    photo: str = "cat"
    compared: int = 4  # pictures given to our ResNet-50 and to Keras's


@experiment("resnet", options=Options, engine="tensorflow", smoke=dict(depths=(18, 50), seeds=(0,), compared=1))
def resnet(options: Options, run: Run) -> dict:
    """Sizes after every block, parameters and multiply-adds by stage of the five networks at 224 px; the paper's FLOPs
    beside our counts; ResNet-50's layers and outputs against `keras.applications.ResNet50(weights=None)`; what random
    weights answer.

    `cnnlab run resnet`: 25,636,712 parameters for 50 layers, 53,120 not trainable; outputs within 1e-5. CPU: 1 minute.
    """
    from cnnlab.models.resnet_keras import SPECIFICATION, WIDTHS, block_convolutions, build_resnet

    depths = {}
    for depth in run.progress(options.depths, "depth"):
        depths[str(depth)] = _anatomy(build_resnet(depth)) | {
            "stride_in_3x3": _multiply_adds(build_resnet(depth, stride_in="3x3")),
            "printed": PRINTED_FLOPS[depth],
        }
    network = build_resnet(50)
    return {
        "specification": [
            {
                "depth": depth,
                "kind": kind,
                "blocks": list(blocks),
                "convolutions": [
                    [[side, channels] for channels, side, _ in block_convolutions(kind, width)] for width in WIDTHS
                ],
            }
            for depth, (kind, blocks) in SPECIFICATION.items()
        ],
        "depths": depths,
        "flops_table": {str(depth): flops for depth, flops in PRINTED_FLOPS.items()},
        "stride_in_1x1": _multiply_adds(network),
        "stride_in_3x3": _multiply_adds(build_resnet(50, stride_in="3x3")),
        "receptive_field": {
            stride: _receptive_fields(build_resnet(50, stride_in=stride))[-1]["pixels"] for stride in ("1x1", "3x3")
        },
        "unread": {stride: _unread(build_resnet(50, stride_in=stride)) for stride in ("1x1", "3x3")},
        "torchvision_parameters": TORCHVISION_PARAMETERS,
        **_compare(options, run),
        **_random(options, run),
    }


def _anatomy(network) -> dict:
    """Parameters by kind, blocks with their sizes, stages with their cost."""
    import keras

    from cnnlab.models.cost_keras import cost

    convolutions = [layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    fields = {row["name"]: row["pixels"] for row in _receptive_fields(network)}
    blocks = []
    for layer in network.layers:
        if layer.name.endswith("_out"):
            stage, block = layer.name.removesuffix("_out").split("_block")
            blocks.append(
                {
                    "name": layer.name.removesuffix("_out"),
                    "stage": int(stage[4:]),
                    "block": int(block),
                    "size": list(layer.output.shape[1:]),
                    "receptive_field": fields[layer.name],
                }
            )
    stages = []
    for stage in STAGES:
        layers = [layer for layer in network.layers if layer.name.startswith(stage)]
        stages.append({"name": stage, **cost(layers), "output": list(layers[-1].output.shape[1:])})
    whole = cost(network.layers)
    moving = sum(weight.shape[0] for weight in network.non_trainable_weights)
    return {
        "parameters": whole["parameters"],
        "trainable": whole["parameters"] - moving,
        "non_trainable": moving,
        "biases": sum(layer.filters for layer in convolutions),
        "multiply_adds": whole["multiply_adds"],
        "projections": cost([layer for layer in convolutions if layer.name.endswith("_0_conv")])["multiply_adds"],
        "convolutions": len(convolutions),
        "blocks": blocks,
        "stages": stages,
    }


def _multiply_adds(network) -> int:
    from cnnlab.models.cost_keras import cost

    return cost(network.layers)["multiply_adds"]


def _receptive_fields(network) -> list[dict]:
    """Pixels of the picture's side that one position after each layer can see, along the path without projections."""
    pixels, apart, rows = 1, 1, []
    for layer in network.layers:
        side = (getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None) or (1,))[0]
        stride = (getattr(layer, "strides", None) or (1,))[0]
        if not layer.name.endswith("_0_conv"):
            pixels, apart = pixels + (side - 1) * apart, apart * stride
        if layer.name == "avg_pool":
            return rows
        rows.append({"name": layer.name, "pixels": pixels})
    raise AssertionError("a ResNet ends in avg_pool and predictions")


def _unread(network) -> dict:
    """What the last block of a stage computes and the next stage never reads, because both its branches skip positions.

    `fraction`: share of the positions of conv2's output on which the output of conv3_block1 does not depend (its
    gradient is exactly zero); `multiply_adds`: those spent on such positions in the 3×3 and the last 1×1 of conv2,
    conv3 and conv4.
    """
    import keras
    import numpy as np
    import tensorflow as tf

    from cnnlab.models.cost_keras import cost

    ends = {}
    for layer in network.layers:
        if layer.name.endswith("_out"):
            ends[layer.name.split("_")[0]] = layer.name.removesuffix("_out")  # the last block of each stage
    before = network.get_layer(f"{ends['conv2']}_out").output
    block = keras.Model(before, network.get_layer("conv3_block1_out").output)
    x = tf.constant(np.random.default_rng(0).random((1, *before.shape[1:]), np.float32))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(block(x, training=False))
    reached = np.abs(np.asarray(tape.gradient(y, x))).max(axis=-1) > 0
    fraction = float(1 - reached.mean())
    spent = cost(
        [network.get_layer(f"{ends[stage]}_{part}_conv") for stage in ("conv2", "conv3", "conv4") for part in (2, 3)]
    )
    wasted = round(fraction * spent["multiply_adds"])
    return {"fraction": fraction, "multiply_adds": wasted, "share": wasted / _multiply_adds(network)}


def _compare(options: Options, run: Run) -> dict:
    """Our ResNet-50 and Keras's: layers (name, kind, size of the output, sizes of the weights), and outputs with the
    same weights.

    Kernels are random and the normalisations' four vectors too, so that every number of the network matters.
    """
    import keras
    import numpy as np

    from cnnlab.data.imagenet import PHOTOS, photo, prepare
    from cnnlab.models.resnet_keras import build_resnet

    run.seed(options.seeds[0])
    rng = np.random.default_rng(options.seeds[0])
    ours, theirs = build_resnet(50, init="glorot_uniform"), keras.applications.ResNet50(weights=None)
    ranges = {"gamma": (0.6, 1.2), "beta": (-0.2, 0.2), "moving_mean": (-0.2, 0.2), "moving_variance": (0.5, 1.5)}
    for variable in ours.variables:
        if variable.name in ranges:
            variable.assign(rng.uniform(*ranges[variable.name], variable.shape))
    theirs.set_weights(ours.get_weights())
    batch = prepare([photo(name, 224) for name in list(PHOTOS)[: options.compared]])
    answer, reference = (np.asarray(network(batch, training=False)) for network in (ours, theirs))

    def layers(network):  # the input layer has no name of its own
        return [
            (layer.name, type(layer).__name__, layer.output.shape, [w.shape for w in layer.weights])
            for layer in network.layers[1:]
        ]

    pairs = list(zip(layers(ours), layers(theirs), strict=True))
    return {
        "layers_compared": len(pairs),
        "layers_equal": sum(a == b for a, b in pairs),
        "max_output_difference": float(np.abs(answer - reference).max()),
        "compared_photos": len(batch),
        "compared_largest": float(reference.max()),
        "softmax_sum": float(answer[0].sum()),
    }


def _random(options: Options, run: Run) -> dict:
    """What ResNet-50 answers to a photo before any training, for several seeds and two ways of drawing the weights:
    `seeds`, with the normalisations' initial statistics (mean 0, variance 1); `batch`, with those of the four photos,
    as while training.

    `effective` is e to the entropy: as many equally likely classes would be as undecided (1 = certain, 1000 = uniform).
    """
    import keras
    import numpy as np

    from cnnlab.data.imagenet import PHOTOS, class_names, photo, prepare, top
    from cnnlab.models.resnet_keras import build_resnet

    names, photos, initial, batch = class_names(), prepare([photo(name, 224) for name in PHOTOS]), [], []
    seen = list(PHOTOS).index(options.photo)
    for init in ("he_normal", "glorot_uniform"):
        for seed in run.progress(options.seeds, init):
            run.seed(seed)
            network = build_resnet(50, init=init, activation=None)
            inside = keras.Model(network.input, [network.get_layer("avg_pool").output, network.output])
            for rows, training in ((initial, False), (batch, True)):
                features, scores = (np.asarray(output, float)[seen] for output in inside(photos, training=training))
                answer = np.exp(scores - scores.max())
                answer /= answer.sum()
                entropy = -sum(p * math.log(p) for p in answer if p > 0)
                rows.append(
                    {
                        "init": init,
                        "seed": seed,
                        "top": top(answer, names),
                        "effective": math.exp(entropy),
                        "sum": float(answer.sum()),
                        "scores_std": float(scores.std()),
                        "features_mean": float(features.mean()),
                    }
                )
    return {"random": {"photo": options.photo, "uniform": 1 / len(names), "seeds": initial, "batch": batch}}
