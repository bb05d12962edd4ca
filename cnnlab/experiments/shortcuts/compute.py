"""How the gradient's norm changes through a network before training, with and without shortcuts (row A2)."""

import io
from dataclasses import dataclass

from cnnlab import paths
from cnnlab.results import Run, experiment


@dataclass(frozen=True)
class Options:
    depths: tuple[int, ...] = (18, 34, 50, 101, 152)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    side: int = 64  # pixels: the network's depth matters here, not what it sees
    batch: int = 16


@experiment("shortcuts", options=Options, engine="tensorflow", smoke=dict(depths=(18,), seeds=(0,), side=32, batch=4))
def shortcuts(options: Options, run: Run) -> dict:
    """The norm of the loss's gradient with respect to the kernel of every convolution, from the input to the output.

    Networks of each depth with and without shortcuts, at initialisation (He's normal); loss: cross-entropy of a batch
    of 16 random crops of 64 px from four photos, with random classes of 1000. Each is taken twice: with batch
    normalisation over the batch, as in training, and with its initial statistics (mean 0, variance 1), which amounts to
    none. The kernels of projections are left out, so that both networks of a depth have the same list; `sides_<depth>`
    are the sides of the kernels. `ratio` is the norm at the first layer over that at the last, geometric mean over the
    seeds; `growth`, the factor by which a layer's norm exceeds the next one's.

    `cnnlab run shortcuts`: with normalisation the plain network's gradient grows exponentially towards the input (ratio
    near 2 with 18 layers, above 1e9 with 152), with shortcuts far less (some hundreds to thousands with 152). CPU: 6
    minutes.
    """
    import numpy as np

    rows = {"": [], "unnormalised_": []}
    for depth in run.progress(options.depths, "depth"):
        run.array(f"sides_{depth}", [layer.kernel_size[0] for layer in _convolutions(depth, True, options)[1]])
        for kept in (True, False):
            # (seeds, 2, layers): with and without normalisation
            measured = np.stack([_checkpointed(depth, kept, seed, options, run) for seed in options.seeds])
            for at, key in enumerate(rows):
                run.array(f"{key}{'with' if kept else 'without'}_{depth}", measured[:, at])
                rows[key].append({"depth": depth, "shortcuts": kept, **_summary(measured[:, at])})
    return {
        "side": options.side,
        "batch": options.batch,
        "seeds": len(options.seeds),
        "depths": rows[""],
        "unnormalised": rows["unnormalised_"],
    }


def _checkpointed(depth: int, kept: bool, seed: int, options: Options, run: Run):
    """`_norms`, read back where a run that was cut short has left it."""
    import numpy as np

    path = run.checkpoints / f"{depth}-{'with' if kept else 'without'}-{seed}.npy"
    if not path.exists():
        buffer = io.BytesIO()
        np.save(buffer, _norms(depth, kept, seed, options, run))
        paths.write_atomically(path, buffer.getvalue())
    return np.load(path)


def _norms(depth: int, kept: bool, seed: int, options: Options, run: Run):
    """Norms (2, layers): with batch normalisation over the batch, and with its initial statistics."""
    import numpy as np
    import tensorflow as tf

    run.seed(seed)
    network, convolutions = _convolutions(depth, kept, options)
    kernels = [layer.kernel.value for layer in convolutions]
    crops = tf.constant(_crops(options, np.random.default_rng(seed)))
    classes = np.random.default_rng(seed).integers(1000, size=options.batch)
    norms = []
    for training in (True, False):
        with tf.GradientTape() as tape:
            scores = network(crops, training=training)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(classes, scores))
        norms.append([float(tf.norm(gradient)) for gradient in tape.gradient(loss, kernels)])
    return np.array(norms)


def _convolutions(depth: int, kept: bool, options: Options) -> tuple:
    """A network that gives scores, and its convolutions from the input to the output, projections left out."""
    import keras

    from cnnlab.models.resnet_keras import build_resnet

    network = build_resnet(depth, input_size=options.side, shortcuts=kept, activation=None)
    return network, [
        layer
        for layer in network.layers
        if isinstance(layer, keras.layers.Conv2D) and not layer.name.endswith("_0_conv")
    ]


def _crops(options: Options, rng):
    """Random squares (batch, side, side, 3) of the four photos at 256 px, prepared as for ImageNet and brought near
    ±1."""
    import numpy as np

    from cnnlab.data.imagenet import PHOTOS, photo, prepare

    photos = prepare([photo(name, 256) for name in PHOTOS]) / 128
    corners = rng.integers(256 - options.side, size=(options.batch, 2))
    return np.stack(
        [photos[k % len(photos), y : y + options.side, x : x + options.side] for k, (y, x) in enumerate(corners)]
    )


def _summary(norms) -> dict:
    """Of norms (seeds, layers): first and last layer, their ratio with its extremes over the seeds, growth a layer."""
    import numpy as np

    ratios = norms[:, 0] / norms[:, -1]
    ratio = float(np.exp(np.log(ratios).mean()))
    return {
        "first": float(norms[:, 0].mean()),
        "last": float(norms[:, -1].mean()),
        "ratio": ratio,
        "ratio_least": float(ratios.min()),
        "ratio_most": float(ratios.max()),
        "growth": ratio ** (1 / (norms.shape[1] - 1)),
        "layers": norms.shape[1],
    }
