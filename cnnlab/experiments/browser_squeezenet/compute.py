"""The weights of SqueezeNet 1.1 for the reader's browser, how far they change its logits, and what a photo shows there.

Chapter: l8-su-foto.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.data.imagenet import Prediction
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np
    import torch
    from torch import nn

SIDE, SCALED = 224, 256  # pixels: what the network reads, and the shorter side of the photo of which it is the centre
LAYERS = (1, 7, 12)  # torchvision's features.1, .7 and .12: first convolution, fourth and eighth module (fire)
BYTE = 127  # levels of a weight of eight bits


@dataclass(frozen=True)
class Options:
    """photos: of `cnnlab.data.imagenet.PHOTOS`, the centres of which the page holds. channels: maps that are shown of
    each layer. window, stride: of the square that occludes, pixels. calibrated: photos of training, of either insect,
    that set the biases. judged: photos of validation, of either insect; None: all.
    """

    photos: tuple[str, ...] = ("cat", "coffee", "rocket")
    channels: int = 8
    window: int = 48
    stride: int = 16
    calibrated: int = 8
    judged: int | None = None


@dataclass(frozen=True)
class Photo:
    """A photo and its five most probable classes, most probable first."""

    name: str
    top: tuple[Prediction, ...]


@dataclass(frozen=True)
class Form:
    """A way to keep the weights. name: "eight_bits", "half" (float16), "digits" (two of 123) or "shifted", the same
    with the biases set anew. size: of weights, steps and biases, bytes; of the last two, of the file. Differences from
    single precision, over all logits of the photos: difference, the largest one; typical, the root mean square; median,
    of the largest one of each photo. equal: photos of which the most probable class is the same.
    """

    name: str
    size: int
    difference: float
    typical: float
    median: float
    equal: int


@dataclass(frozen=True)
class BrowserSqueezenet(Result):
    """weights, biases, layers: of the network, how many. judged: photos of which the forms are compared. largest: size
    of a logit there. least: the probability of the first photo's class under the window that takes most of it away,
    at row and column `least_at`.

    Arrays: `high` and `low` (weights,), uint8, the two digits of each weight; `steps`, `biases` (kernels,), float32.
    `logits` (photos, 1000), float32, of torch with the weights in single precision, whose first photo has `occlusion`
    (rows, columns), the probability of its class by the place of the window, and `maps_1`, `maps_7`, `maps_12`
    (channels, side, side), uint8: 255 is the layer's `highest` (3,), of the channels `shown` (3, channels), those with
    the largest means, largest first.
    """

    weights: int
    biases: int
    layers: int
    photos: tuple[Photo, ...]
    forms: tuple[Form, ...]
    judged: int
    largest: float
    least: float
    least_at: tuple[int, int]


@experiment(
    "browser_squeezenet",
    options=Options,
    result=BrowserSqueezenet,
    engine="torch",
    data=("hymenoptera",),
    weights=("squeezenet1_1",),
    smoke=dict(photos=("cat",), channels=2, window=112, stride=112, calibrated=1, judged=1),
)
def browser_squeezenet(options: Options, run: Run) -> BrowserSqueezenet:
    """Round the weights in four ways, compare the logits, keep the last; what the page shows of the first photo.

    `cnnlab run browser_squeezenet`: the largest difference is 0.015 with the weights of the page, 0.89 with
    eight bits. One CPU core: 2 minutes. Everything is computed on the CPU, in single precision.
    """
    import numpy as np

    from cnnlab.data.imagenet import class_names, photo, top
    from cnnlab.experiments.browser_squeezenet.quantising import convolutions
    from cnnlab.models.pretrained import squeezenet1_1

    network = squeezenet1_1(run.weights("squeezenet1_1"))
    for name in options.photos:
        run.picture(name, photo(name, SCALED))
    inputs = normalised([kept(run, name) for name in options.photos])
    logits = logits_of(network, inputs)
    odds = np.exp(logits - logits.max(1, keepdims=True))
    probabilities, names = odds / odds.sum(1, keepdims=True), class_names()
    photos = [Photo(*pair) for pair in zip(options.photos, (top(row, names) for row in probabilities), strict=True)]
    run.array("logits", logits)
    keep_maps(network, inputs[:1], options, run)
    covered = occlusion(network, inputs[0], int(logits[0].argmax()), options, run)
    run.array("occlusion", covered)
    row, column = np.unravel_index(covered.argmin(), covered.shape)
    forms, largest, judged = compared(network, options, run)
    layers = convolutions(network)
    return BrowserSqueezenet(
        weights=sum(layer.weight.numel() for layer in layers),
        biases=sum(layer.out_channels for layer in layers),
        layers=len(layers),
        photos=tuple(photos),
        forms=tuple(forms),
        judged=judged,
        largest=largest,
        least=float(covered.min()),
        least_at=(int(row), int(column)),
    )


def kept(run: Run, name: str):
    """A photo (PIL) as it is kept, after its compression: this is what the page classifies."""
    from PIL import Image

    with Image.open(run.staging / f"{name}.webp") as picture:
        return picture.convert("RGB")


def normalised(pictures: list) -> torch.Tensor:
    """Pictures as the network reads them, (n, 3, SIDE, SIDE)."""
    import torch
    from torchvision.transforms import v2

    from cnnlab.data.augment import centre_crop

    transform = centre_crop(SIDE, resized=SCALED)
    return torch.stack([transform(v2.functional.pil_to_tensor(picture)) for picture in pictures])


def logits_of(network: nn.Module, inputs: torch.Tensor) -> np.ndarray:
    """Logits (n, 1000), float32, a photo at a time."""
    import torch

    with torch.inference_mode():
        return torch.cat([network(each[None]) for each in inputs]).numpy()


def keep_maps(network: nn.Module, photo: torch.Tensor, options: Options, run: Run) -> None:
    """Keep the maps of the channels with the largest means, in each of the LAYERS."""
    import numpy as np
    import torch

    from cnnlab.models.hooks import outputs

    with torch.inference_mode():
        found = outputs(network, [f"features.{layer}" for layer in LAYERS], photo)
    shown, highest = [], []
    for layer, maps in zip(LAYERS, found.values(), strict=True):
        values = maps[0].clamp_min(0).numpy()
        channels = np.argsort(-values.mean((1, 2)), kind="stable")[: options.channels]
        shown.append(channels)
        highest.append(values[channels].max())
        run.array(f"maps_{layer}", np.rint(255 * values[channels] / max(highest[-1], 1e-12)).astype(np.uint8))
    run.array("shown", np.array(shown))
    run.array("highest", np.array(highest, np.float32))


def occlusion(network: nn.Module, photo: torch.Tensor, label: int, options: Options, run: Run) -> np.ndarray:
    """The probability of a class by the place of a square of zeros, the mean colour: (rows, columns), float32."""
    import numpy as np

    from cnnlab.evaluation.classification import softmax

    starts = range(0, SIDE - options.window + 1, options.stride)
    out = np.empty((len(starts), len(starts)), np.float32)
    for row, top in run.progress(list(enumerate(starts)), "occlusion"):
        for column, left in enumerate(starts):
            covered = photo.clone()
            covered[:, top : top + options.window, left : left + options.window] = 0
            out[row, column] = softmax(logits_of(network, covered[None]))[0, label]
    return out


def compared(network: nn.Module, options: Options, run: Run) -> tuple[list[Form], float, int]:
    """The forms of the weights, the largest size of a logit, and the number of photos; the last form is kept."""
    import copy

    import numpy as np

    from cnnlab.data import hymenoptera
    from cnnlab.experiments.browser_squeezenet import weights_file
    from cnnlab.experiments.browser_squeezenet.quantising import convolutions, in_steps, quantise

    def photos(split: str, count: int | None) -> torch.Tensor:
        every = hymenoptera.load(run.data("hymenoptera"), split)
        chosen = [[each for each in every if each.label == label][:count] for label in (0, 1)]
        return normalised([each.picture() for part in chosen for each in part])

    judged, calibrating = photos("val", options.judged), photos("train", options.calibrated)
    expected = logits_of(network, judged)
    weights = [layer.weight.detach() for layer in convolutions(network)]
    count, kernels = sum(each.numel() for each in weights), sum(len(each) for each in weights)
    whole, steps = zip(*(in_steps(each, weights_file.LEVELS) for each in weights), strict=True)
    numbers = np.concatenate([each.numpy().ravel() for each in whole]) + weights_file.LEVELS
    digits = weights_file.digits_of(numbers, 2)
    every_step = np.concatenate([each.numpy() for each in steps]).astype(np.float32)
    forms, sizes = [], {"eight_bits": count + 8 * kernels, "half": 2 * (count + kernels), "digits": 0, "shifted": 0}
    for name in run.progress(sizes, "forms"):
        other = copy.deepcopy(network)
        if name == "half":
            other.half().float()
        else:
            levels = BYTE if name == "eight_bits" else weights_file.LEVELS
            quantise(other, levels, calibrating if name == "shifted" else None)
        biases = np.concatenate([layer.bias.detach().numpy() for layer in convolutions(other)])  # type: ignore[union-attr]
        found = logits_of(other, judged)
        differences = np.abs(found - expected)
        forms.append(
            Form(
                name=name,
                size=sizes[name] or len(weights_file.script(digits, every_step, biases)),
                difference=float(differences.max()),
                typical=float(np.sqrt((differences.astype(np.float64) ** 2).mean())),
                median=float(np.median(differences.max(1))),
                equal=int((found.argmax(1) == expected.argmax(1)).sum()),
            )
        )
    for key, values in (("high", digits[:, 0]), ("low", digits[:, 1]), ("steps", every_step), ("biases", biases)):
        run.array(key, values)
    return forms, float(np.abs(expected).max()), len(judged)
