"""ImageNet's side of a classifier: photos as its networks of 2015 take them, and the names of its 1000 classes.

The photos ship with scikit-image (public domain or CC0, see its `data/README.txt`): nothing is downloaded.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from cnnlab.errors import OptionError

PHOTOS = {
    "cat": "chelsea",
    "coffee": "coffee",
    "astronaut": "astronaut",
    "rocket": "rocket",
}  # our name: scikit-image's
MEANS = (103.939, 116.779, 123.68)  # of ImageNet's blue, green and red, 0–255, as subtracted by Caffe's networks
MEAN = tuple(mean / 255 for mean in reversed(MEANS))  # of red, green, blue, 0–1; torchvision's to half a grey level
STD = (0.229, 0.224, 0.225)  # of red, green, blue, 0–1, by which torchvision's networks divide


def photo(name: str, side: int) -> Image.Image:
    """The largest centred square of one of the PHOTOS, `side` × `side` pixels, RGB."""
    if name not in PHOTOS:
        raise OptionError(f"photo {name!r}", allowed=", ".join(PHOTOS), remedy="choose one of these photos")
    from skimage import data

    whole = Image.fromarray(getattr(data, PHOTOS[name])())
    edge = min(whole.size)
    left, upper = (whole.width - edge) // 2, (whole.height - edge) // 2
    return whole.resize((side, side), Image.Resampling.LANCZOS, box=(left, upper, left + edge, upper + edge))


def prepare(photos: list[Image.Image]) -> np.ndarray:
    """Photos of one size as a batch (n, h, w, 3), float32: blue, green, red, the mean of each subtracted.

    The same as `keras.applications.resnet50.preprocess_input`, which the published weights of ResNet v1 expect.
    """
    pixels = np.stack([np.asarray(photo.convert("RGB"), np.float32) for photo in photos])
    return pixels[..., ::-1] - np.array(MEANS, np.float32)


def class_names() -> list[str]:
    """The English names of the 1000 classes in ImageNet's order, the same as torchvision's.

    They stand in a file beside this one, since torchvision cannot be imported in a process that has loaded TensorFlow.
    """
    return Path(__file__).with_name("imagenet_classes.txt").read_text(encoding="utf-8").splitlines()


def top(probabilities: np.ndarray, names: list[str], count: int = 5) -> list[dict]:
    """The `count` likeliest classes of one picture, likeliest first: {"class", "label", "probability"}."""
    best = np.argsort(-probabilities, kind="stable")[:count]
    return [{"class": int(k), "label": names[k], "probability": float(probabilities[k])} for k in best]
