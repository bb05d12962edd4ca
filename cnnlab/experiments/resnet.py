"""The five networks of table 1 read off live models: sizes, parameters, multiply-adds; and ResNet-50 against Keras's
(A4–A6)."""

import math
from dataclasses import dataclass

from cnnlab.results import Run, experiment
from cnnlab.words import Words, decimal, integer, percent, power, size, text

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
    from cnnlab.nets.resnet_keras import SPECIFICATION, WIDTHS, block_convolutions, build_resnet

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

    from cnnlab.nets.cost_keras import cost

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
    from cnnlab.nets.cost_keras import cost

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

    from cnnlab.nets.cost_keras import cost

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

    from cnnlab.nets.imagenet import PHOTOS, photo, prepare
    from cnnlab.nets.resnet_keras import build_resnet

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

    from cnnlab.nets.imagenet import PHOTOS, class_names, photo, prepare, top
    from cnnlab.nets.resnet_keras import build_resnet

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


def numbers(result) -> dict:
    """Parameters, multiply-adds sizes and comparisons that the text names."""
    fifty, random = result.depths["50"], result.random
    heaviest = max(fifty.stages, key=lambda stage: stage["multiply_adds"])
    largest = max(fifty.stages, key=lambda stage: stage["parameters"])
    last = fifty.blocks[-1]["size"]
    out = {
        "parameters": integer(fifty.parameters),
        "trainable": integer(fifty.trainable),
        "non_trainable": integer(fifty.non_trainable),
        "biases": integer(fifty.biases),
        "torchvision_parameters": integer(result.torchvision_parameters),
        "blocks": integer(len(fifty.blocks)),
        "convolutions": integer(fifty.convolutions),
        "heaviest_stage": _same(f"{heaviest['name']}_x"),
        "heaviest_share": percent(heaviest["multiply_adds"] / fifty.multiply_adds, 0),
        "largest_stage": _same(f"{largest['name']}_x"),
        "largest_share": percent(largest["parameters"] / fifty.parameters, 0),
        "features": integer(last[2]),
        "classifier_parameters": integer(fifty.stages[-1]["parameters"]),
        "classifier_share": percent(fifty.stages[-1]["parameters"] / fifty.parameters, 0),
        "flatten_parameters": integer((math.prod(last) + 1) * 1000),
        "layers_compared": integer(result.layers_compared),
        "layers_equal": integer(result.layers_equal),
        "max_output_difference": power(result.max_output_difference, 1) if result.max_output_difference else integer(0),
        "softmax_sum": decimal(result.softmax_sum, 6),
        "receptive_field": integer(result.receptive_field["1x1"]),
        "receptive_field_3x3": integer(result.receptive_field["3x3"]),
        "unread_fraction": percent(result.unread["1x1"]["fraction"], 0),
        "unread_fraction_3x3": percent(result.unread["3x3"]["fraction"], 0),
        "unread_millions": decimal(result.unread["1x1"]["multiply_adds"] / 1e6, 0),
        "unread_share": percent(result.unread["1x1"]["share"], 1),
        "multiply_adds_1x1": integer(result.stride_in_1x1),
        "multiply_adds_3x3": integer(result.stride_in_3x3),
        "flops_1x1": _flops(result.stride_in_1x1, 2),
        "flops_3x3": _flops(result.stride_in_3x3, 2),
        "stride_difference": percent(result.stride_in_3x3 / result.stride_in_1x1 - 1, 0),
        "stride_difference_millions": decimal((result.stride_in_3x3 - result.stride_in_1x1) / 1e6, 0),
        "projection_millions": decimal(fifty.projections / 1e6, 0),
        "random_uniform": percent(random.uniform, 1),
        "random_seeds": integer(len({row["seed"] for row in random.seeds})),
    }
    out |= {f"size_{block['stage']}": size(*block["size"]) for block in fifty.blocks}
    for key, rows in (
        ("he", [row for row in random.seeds if row["init"] == "he_normal"]),
        ("glorot", [row for row in random.seeds if row["init"] == "glorot_uniform"]),
        ("batch", random.batch),
    ):
        tops, effective = [row["top"][0]["probability"] for row in rows], [row["effective"] for row in rows]
        out |= {
            f"random_label_{key}": _same(rows[0]["top"][0]["label"]),
            f"random_top_{key}": percent(tops[0], 1),
            f"random_least_{key}": percent(min(tops), 1),
            f"random_most_{key}": percent(max(tops), 1),
            f"random_effective_{key}": decimal(effective[0], 0),
            f"random_effective_least_{key}": decimal(min(effective), 0),
            f"random_effective_most_{key}": decimal(max(effective), 0),
            f"random_classes_{key}": integer(len({row["top"][0]["class"] for row in rows})),
        }
    for depth, row in result.depths.items():
        out |= {
            f"parameters_{depth}": integer(row["parameters"]),
            f"millions_{depth}": decimal(row["parameters"] / 1e6, 1),
            f"multiply_adds_{depth}": integer(row["multiply_adds"]),
            f"flops_{depth}": _flops(row["multiply_adds"], 2),
            f"flops_{depth}_3x3": _flops(row["stride_in_3x3"], 2),
            f"flops_{depth}_without_projections": _flops(row["multiply_adds"] - row["projections"], 2),
            f"printed_{depth}": _flops(row["printed"], 1),
        }
    return out


def _flops(count: float, places: int):
    """As table 1 prints them, always in units of 10⁹: "11,28 × 10⁹"."""
    return text(**{lang: f"{Words(lang).decimal(count / 1e9, places)} × 10⁹" for lang in ("es", "en")})


def _same(name: str):
    """A name that both languages write alike."""
    return text(es=name, en=name)
