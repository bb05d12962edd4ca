"""The norm of the gradient along a network at initialisation, with and without shortcuts.

Chapter: a02-bloques-residuales.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab import paths
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import keras
    import numpy as np


@dataclass(frozen=True)
class Options:
    """side: of the input in pixels, small since the depth matters here and not the content of the photos."""

    depths: tuple[int, ...] = (18, 34, 50, 101, 152)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    side: int = 64
    batch: int = 16


@dataclass(frozen=True)
class GradientNorms:
    """Norms of the gradient in a network. first, last: of the first and the last layer, mean over the seeds.

    ratio: first / last, geometric mean over the seeds; ratio_least, ratio_most: its extremes over them. growth: the
    factor by which a layer's norm exceeds the next one's, ratio ** (1 / (layers - 1)). layers: convolutions.
    """

    depth: int
    shortcuts: bool
    first: float
    last: float
    ratio: float
    ratio_least: float
    ratio_most: float
    growth: float
    layers: int


@dataclass(frozen=True)
class Shortcuts(Result):
    """depths: with batch normalisation over the batch; unnormalised: the same networks with its initial statistics.

    side, batch: of the input; seeds: how many.
    """

    side: int
    batch: int
    seeds: int
    depths: tuple[GradientNorms, ...]
    unnormalised: tuple[GradientNorms, ...]


@experiment(
    "shortcuts",
    options=Options,
    result=Shortcuts,
    engine="tensorflow",
    smoke=dict(depths=(18,), seeds=(0,), side=32, batch=4),
)
def shortcuts(options: Options, run: Run) -> Shortcuts:
    """The norm of the loss's gradient with respect to the kernel of every convolution, from the input to the output.

    Networks of each depth with and without shortcuts, at initialisation (He's normal); loss: cross-entropy of a batch
    of random crops from four photos, with random classes of 1000. Each is evaluated twice: with batch normalisation
    over the batch, as in training, and with its initial statistics (mean 0, variance 1), which is the identity but for
    epsilon. Kernels of projections are left out, so that both networks of a depth have the same list.

    Arrays: `with_<depth>` and `without_<depth>`, (seeds, layers), the same with `unnormalised_` before them, and
    `sides_<depth>`, (layers,), the sides of the kernels.

    `cnnlab run shortcuts`: with normalisation the plain network's gradient grows exponentially towards the input (ratio
    near 2 with 18 layers, above 1e9 with 152), with shortcuts far less (some hundreds to thousands with 152). CPU: 6
    minutes.
    """
    import numpy as np

    rows: dict[str, list[GradientNorms]] = {"": [], "unnormalised_": []}
    for depth in run.progress(options.depths, "depth"):
        run.array(f"sides_{depth}", [layer.kernel_size[0] for layer in _convolutions(depth, True, options)[1]])
        for residual in (True, False):
            # (seeds, 2, layers): with and without normalisation
            norms = np.stack([_resumed(depth, residual, seed, options, run) for seed in options.seeds])
            for at, key in enumerate(rows):
                run.array(f"{key}{_name(residual)}_{depth}", norms[:, at])
                rows[key].append(_summary(depth, residual, norms[:, at]))
    return Shortcuts(
        side=options.side,
        batch=options.batch,
        seeds=len(options.seeds),
        depths=tuple(rows[""]),
        unnormalised=tuple(rows["unnormalised_"]),
    )


def _name(residual: bool) -> str:
    return "with" if residual else "without"


def _resumed(depth: int, residual: bool, seed: int, options: Options, run: Run) -> np.ndarray:
    """`_norms`, read from the checkpoint of an interrupted run where there is one."""
    import numpy as np

    path = run.checkpoints / f"{depth}-{_name(residual)}-{seed}.npy"
    if not path.exists():
        buffer = io.BytesIO()
        np.save(buffer, _norms(depth, residual, seed, options, run))
        paths.write_atomically(path, buffer.getvalue())
    return np.load(path)


def _norms(depth: int, residual: bool, seed: int, options: Options, run: Run) -> np.ndarray:
    """Norms (2, layers): with batch normalisation over the batch, and with its initial statistics."""
    import numpy as np
    import tensorflow as tf

    run.seed(seed)
    network, convolutions = _convolutions(depth, residual, options)
    kernels = [layer.kernel.value for layer in convolutions]
    crops = tf.constant(_crops(options, np.random.default_rng(seed)))
    classes = np.random.default_rng(seed).integers(1000, size=options.batch)
    norms = []
    for training in (True, False):
        with tf.GradientTape() as tape:
            logits = network(crops, training=training)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(classes, logits))
        norms.append([float(tf.norm(gradient)) for gradient in tape.gradient(loss, kernels)])
    return np.array(norms)


def _convolutions(depth: int, residual: bool, options: Options) -> tuple[keras.Model, list[keras.layers.Conv2D]]:
    """A network that returns logits, and its convolutions from the input to the output, projections left out."""
    import keras

    from cnnlab.models.resnet_keras import build_resnet

    network = build_resnet(depth, input_size=options.side, shortcuts=residual, activation=None)
    return network, [
        layer
        for layer in network.layers
        if isinstance(layer, keras.layers.Conv2D) and not layer.name.endswith("_0_conv")
    ]


def _crops(options: Options, rng: np.random.Generator) -> np.ndarray:
    """Random crops (batch, side, side, 3) of the four photos at 256 px, prepared as for ImageNet and divided by 128."""
    import numpy as np

    from cnnlab.data.imagenet import PHOTOS, photo, prepare

    photos = prepare([photo(name, 256) for name in PHOTOS]) / 128
    corners = rng.integers(256 - options.side, size=(options.batch, 2))
    return np.stack(
        [photos[k % len(photos), y : y + options.side, x : x + options.side] for k, (y, x) in enumerate(corners)]
    )


def _summary(depth: int, residual: bool, norms: np.ndarray) -> GradientNorms:
    """norms: (seeds, layers)."""
    import numpy as np

    ratios = norms[:, 0] / norms[:, -1]
    ratio = float(np.exp(np.log(ratios).mean()))
    return GradientNorms(
        depth=depth,
        shortcuts=residual,
        first=float(norms[:, 0].mean()),
        last=float(norms[:, -1].mean()),
        ratio=ratio,
        ratio_least=float(ratios.min()),
        ratio_most=float(ratios.max()),
        growth=ratio ** (1 / (norms.shape[1] - 1)),
        layers=norms.shape[1],
    )
