"""First kernels of ResNet-50 and SqueezeNet, and their strongest activation maps for a photo.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.data.imagenet import Prediction
from cnnlab.results import Result, Run, experiment

NETWORKS = {"resnet50": ("conv1", "resnet50_keras"), "squeezenet": ("features.0", "squeezenet1_1")}


@dataclass(frozen=True)
class Options:
    """photo: a name of scikit-image's or a number of COCO's. layers: of each network, from first to last, after their
    ReLU. strongest: channels that are kept of each layer, by their highest activation. seed: nothing is drawn.
    """

    photo: str = "377575"
    resnet50: tuple[str, ...] = ("relu", "layer1.2", "layer2.3", "layer3.5", "layer4.2")
    squeezenet: tuple[str, ...] = ("features.1", "features.4", "features.7", "features.12")
    strongest: int = 8
    seed: int = 0


@dataclass(frozen=True)
class LayerMaps:
    """size: height and width of the maps. zeros: share of the activations that are 0. silent: share of the channels
    that are 0 throughout. strongest: channels, that with the highest activation first; highest: their activations.
    """

    layer: str
    channels: int
    size: tuple[int, int]
    zeros: float
    silent: float
    strongest: tuple[int, ...]
    highest: tuple[float, ...]


@dataclass(frozen=True)
class NetworkSeen:
    """kernels: how many the first layer has; grey: how many of them have nine tenths of their squares or more along
    the grey axis; faint: how many have less than a hundredth of the largest kernel's norm. top: of the photo.
    """

    name: str
    kernels: int
    side: int
    grey: int
    faint: int
    top: tuple[Prediction, ...]
    layers: tuple[LayerMaps, ...]


@dataclass(frozen=True)
class InsideLayers(Result):
    """Arrays: `<network>_kernels` (n, 3, k, k); `<network>_<place of the layer>` (strongest, h, w), uint8, each map
    from 0 to its highest activation. Picture: `photo`.
    """

    credit: str
    networks: tuple[NetworkSeen, ...]


@experiment(
    "inside_layers",
    options=Options,
    result=InsideLayers,
    engine="torch",
    data=("coco",),
    weights=("resnet50_keras", "squeezenet1_1"),
    smoke=dict(strongest=2),
)
def inside_layers(options: Options, run: Run) -> InsideLayers:
    """`cnnlab run inside_layers`: seconds on a CPU."""
    import numpy as np
    import torch

    from cnnlab.experiments.inside_maps.photos import scores_of, squares, top_of
    from cnnlab.interpret.activations import activations
    from cnnlab.interpret.map_input import pixels_of
    from cnnlab.models import pretrained

    run.seed(options.seed)
    (photo,) = squares(run.data("coco"), [options.photo])
    run.picture("photo", photo.image)
    inputs = pretrained.normalise(pixels_of(photo.image, None)[1]).to(run.device)
    seen = []
    for name, (first, weights) in NETWORKS.items():
        build = pretrained.resnet50 if name == "resnet50" else pretrained.squeezenet1_1
        network = build(run.weights(weights)).to(run.device)
        kernels = network.get_parameter(f"{first}.weight").detach().cpu().numpy()
        run.array(f"{name}_kernels", kernels)
        names = getattr(options, name)
        with torch.inference_mode():
            found = activations(network, names, inputs)
        layers = []
        for place, each in enumerate(names):
            maps = found[each][0].float().cpu().numpy()
            highest = maps.max(axis=(1, 2))
            order = np.argsort(-highest, kind="stable")[: options.strongest]
            levels = 255 * maps[order] / np.maximum(highest[order], 1e-12)[:, None, None]
            run.array(f"{name}_{place}", levels.round().astype(np.uint8))
            layers.append(
                LayerMaps(
                    each,
                    len(maps),
                    (maps.shape[1], maps.shape[2]),
                    float((maps <= 0).mean()),
                    float((highest <= 0).mean()),
                    tuple(map(int, order)),
                    tuple(map(float, highest[order])),
                )
            )
        squares_of = (kernels**2).sum(axis=(1, 2, 3))
        grey = (kernels.sum(axis=1) ** 2).sum(axis=(1, 2)) / 3  # along (1, 1, 1) / √3
        faint = squares_of < 1e-4 * squares_of.max()
        seen.append(
            NetworkSeen(
                name,
                len(kernels),
                kernels.shape[-1],
                int((grey[~faint] >= 0.9 * squares_of[~faint]).sum()),
                int(faint.sum()),
                top_of(scores_of(network, photo.image)),
                tuple(layers),
            )
        )
    return InsideLayers(photo.credit, tuple(seen))
