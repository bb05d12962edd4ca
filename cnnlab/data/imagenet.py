"""ImageNet for a classifier: preprocessing of ResNet v1, names of the 1000 classes, and four photos to classify.

The photos are part of scikit-image (public domain or CC0, see its `data/README.txt`): nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.errors import OptionError

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

PHOTOS = {
    "cat": "chelsea",
    "coffee": "coffee",
    "astronaut": "astronaut",
    "rocket": "rocket",
}  # name here: scikit-image's
MEANS = (103.939, 116.779, 123.68)  # of ImageNet's blue, green and red, 0–255, as subtracted by Caffe's networks
MEAN = tuple(mean / 255 for mean in reversed(MEANS))  # of red, green, blue, 0–1; torchvision's to half a grey level
STD = (0.229, 0.224, 0.225)  # of red, green, blue, 0–1, by which torchvision's networks divide


@dataclass(frozen=True)
class Prediction:
    """A class and its probability, 0–1. index: 0 to 999, in ImageNet's order; label: its English name."""

    index: int
    label: str
    probability: float


def photo(name: str, side: int) -> Image.Image:
    """The centre crop of one of the PHOTOS, as large as possible, resized to `side` × `side` pixels, RGB.

    Raises: OptionError for another name.
    """
    if name not in PHOTOS:
        raise OptionError(f"photo {name!r}", allowed=", ".join(PHOTOS), remedy="choose one of these photos")
    from PIL import Image
    from skimage import data

    whole = Image.fromarray(getattr(data, PHOTOS[name])())
    edge = min(whole.size)
    left, upper = (whole.width - edge) // 2, (whole.height - edge) // 2
    return whole.resize((side, side), Image.Resampling.LANCZOS, box=(left, upper, left + edge, upper + edge))


def prepare(photos: list[Image.Image]) -> np.ndarray:
    """Photos of one size as a batch (n, h, w, 3), float32: blue, green, red, 0–255, with MEANS subtracted.

    The same as `keras.applications.resnet50.preprocess_input`, which the published weights of ResNet v1 expect.
    """
    import numpy as np

    pixels = np.stack([np.asarray(photo.convert("RGB"), np.float32) for photo in photos])
    return pixels[..., ::-1] - np.array(MEANS, np.float32)


def class_names() -> list[str]:
    """The English names of the 1000 classes in ImageNet's order, the same as torchvision's.

    Read from `imagenet_classes.txt`, since torch and TensorFlow crash when loaded in one process.
    """
    return Path(__file__).with_name("imagenet_classes.txt").read_text(encoding="utf-8").splitlines()


def top(probabilities: np.ndarray, names: list[str], count: int = 5) -> tuple[Prediction, ...]:
    """The `count` most probable classes, most probable first; among equals the lower index first.

    probabilities: (classes,), of one picture; names: of the classes, in the same order.
    """
    import numpy as np

    best = np.argsort(-probabilities, kind="stable")[:count]
    return tuple(Prediction(int(k), names[k], float(probabilities[k])) for k in best)
