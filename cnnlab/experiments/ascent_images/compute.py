"""Activation maximisation with blur (Yosinski et al. 2015) and without, and DeepDream.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnnlab.experiments.inside_maps.photos import SIX
from cnnlab.results import Result, Run, experiment

CELL = 224  # pixels of a picture that is kept
WAYS: dict[str, dict[str, Any]] = {"blur": {}, "plain": {"blur": 0.0, "decay": 0.0}}  # with regularisers; with none


@dataclass(frozen=True)
class Options:
    """classes: of ImageNet. layers: of each, `count` channels drawn at random. size, steps: of what is drawn. photo: a
    square that is dreamt on, at `dream_side` pixels. dream_layers: of which the activations grow. squares: photos whose
    scores are compared with. seed: of the noise.
    """

    classes: tuple[int, ...] = (285, 267, 23, 963)
    layers: tuple[str, ...] = ("layer2.3", "layer3.5")
    count: int = 4
    size: int = 224
    steps: int = 200
    photo: str = "cat"
    dream_side: int = 336
    dream_layers: tuple[str, ...] = ("layer2.3", "layer3.5")
    dream_steps: int = 10
    squares: tuple[str, ...] = SIX
    seed: int = 0


@dataclass(frozen=True)
class Ascended:
    """A class or channel. plain, blur: its activation in the picture that is kept, without and with regularisers: a
    class's score, or a channel's mean. roughness_…: the mean difference of neighbouring pixels, in levels of 0–255.
    """

    layer: str
    channel: int
    label: str
    plain: float
    blur: float
    roughness_plain: float
    roughness_blur: float


@dataclass(frozen=True)
class AscentImages(Result):
    """roughness_photo: of the photo at the size of what is drawn. photo_scores: for each class its highest score in the
    photos `squares`. Pictures: `ascent_<place>`, a row a way, for the classes and then for each layer; `photo`,
    `dream_<place>`.
    """

    credit: str
    ascended: tuple[Ascended, ...]
    roughness_photo: float
    photo_scores: tuple[float, ...]


@experiment(
    "ascent_images",
    options=Options,
    result=AscentImages,
    engine="torch",
    data=("coco",),
    weights=("resnet50_keras",),
    smoke=dict(classes=(1, 2), count=2, size=32, steps=4, dream_side=48, dream_steps=1, squares=("377575",)),
)
def ascent_images(options: Options, run: Run) -> AscentImages:
    """`cnnlab run ascent_images`: ten minutes on two CPU cores."""
    import numpy as np
    from PIL import Image

    from cnnlab.data.imagenet import class_names
    from cnnlab.experiments.channel_sheets import drawn_at_random, image_grid
    from cnnlab.experiments.inside_maps.photos import channels_of, scores_of, squares
    from cnnlab.interpret.ascent import ascend_blurred, dream
    from cnnlab.interpret.map_input import pixels_of
    from cnnlab.models.hooks import LABELS
    from cnnlab.models.pretrained import resnet50
    from cnnlab.runtime import fastest_precision

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device)
    precision, names = fastest_precision(run.device), class_names()
    widths = {layer: channels_of(network, layer) for layer in o.layers}
    wanted = {LABELS: o.classes, **{layer: drawn_at_random(width, o.count, o.seed) for layer, width in widths.items()}}
    ascended = []
    for place, (layer, channels) in enumerate(wanted.items()):
        found = {
            way: ascend_blurred(
                network,
                layer,
                channels,
                size=o.size,
                steps=o.steps,
                seed=o.seed,
                precision=precision,
                progress=run.progress,
                **changes,
            )
            for way, changes in WAYS.items()
        }
        run.picture(f"ascent_{place}", image_grid([list(pictures) for pictures, _ in found.values()], CELL))
        for at, channel in enumerate(channels):
            values = {way: float(activation[at]) for way, (_, activation) in found.items()}
            rough = {f"roughness_{way}": roughness(pictures[at]) for way, (pictures, _) in found.items()}
            label = names[channel] if layer == LABELS else ""
            ascended.append(Ascended(layer=layer, channel=channel, label=label, **values, **rough))
    (photo,) = squares(run.data("coco"), [o.photo], o.dream_side)
    run.picture("photo", photo.image)
    _, pixels = pixels_of(photo.image, None)
    for place, layer in enumerate(o.dream_layers):
        dreamt = dream(network, layer, pixels, steps=o.dream_steps, seed=o.seed, precision=precision)
        run.picture(f"dream_{place}", Image.fromarray(dreamt))
    seen = squares(run.data("coco"), o.squares, o.size)
    scores = [scores_of(network, each.image).numpy() for each in seen]
    highest = tuple(float(max(each[index] for each in scores)) for index in o.classes)
    shown = np.asarray(photo.image.resize((o.size, o.size), Image.Resampling.LANCZOS))
    return AscentImages(photo.credit, tuple(ascended), roughness(shown), highest)


def roughness(picture) -> float:
    """The mean magnitude of the difference of neighbouring pixels of a picture (h, w, 3), in levels of 0–255."""
    import numpy as np

    values = picture.astype(np.float32)
    return float((np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean()) / 2)
