"""Licensed photos as squares, two of them in one, and their classes.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cnnlab.data.imagenet import Prediction
from cnnlab.errors import DataError
from cnnlab.words import Quantity, text

if TYPE_CHECKING:
    import torch
    from PIL import Image
    from torch import nn

    from cnnlab.interpret.exemplars import Candidate

SIX = ("cat", "377575", "229997", "205401", "160012", "415748")  # scikit-image's by name, COCO's by number
SIDE = 224


def squares(folder: Path, names: Sequence[str], side: int = SIDE) -> list[Candidate]:
    """The largest centred squares of photos of scikit-image and of the catalogue's `coco`, `side` pixels wide.

    Raises: DataError for a number that COCO's subset does not have.
    """
    from PIL import Image

    from cnnlab.data import coco, imagenet
    from cnnlab.interpret.exemplars import Candidate

    by_number = {str(each.number): each for each in coco.load(folder).photos}
    found = []
    for name in names:
        if name in imagenet.PHOTOS:
            found.append(Candidate("scikit-image", name, f"scikit-image, {name}", imagenet.photo(name, side)))
            continue
        if name not in by_number:
            raise DataError(f"photo {name} of COCO is not in {folder}", allowed=", ".join(by_number))
        photo = by_number[name]
        whole, credit = photo.picture(), f"COCO {name}, {coco.licence_name(photo.licence)}"
        edge = min(whole.size)
        left, upper = (whole.width - edge) // 2, (whole.height - edge) // 2
        box = (left, upper, left + edge, upper + edge)
        found.append(Candidate("coco", name, credit, whole.resize((side, side), Image.Resampling.LANCZOS, box=box)))
    return found


def pair(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two squares of one size beside each other, as one photo."""
    from PIL import Image

    both = Image.new("RGB", (left.width + right.width, left.height))
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    return both


def scores_of(network: nn.Module, image: Image.Image, side: int | None = None) -> torch.Tensor:
    """(classes,) the network's scores for a photo, float32, computed in it; side: as in `pixels_of`."""
    import torch

    from cnnlab.interpret.arguments import device_of
    from cnnlab.interpret.map_input import pixels_of
    from cnnlab.models.pretrained import normalise

    with torch.inference_mode():
        return network(normalise(pixels_of(image, side)[1]).to(device_of(network)))[0].float().cpu()


def top_of(scores: torch.Tensor, count: int = 5) -> tuple[Prediction, ...]:
    """The most probable classes of a photo from its scores."""
    from cnnlab.data.imagenet import class_names, top

    return top(scores.softmax(0).numpy(), class_names(), count)


def channels_of(network: nn.Module, layer: str) -> int:
    """How many channels a layer's maps have."""
    import torch

    from cnnlab.interpret.activations import activations
    from cnnlab.interpret.arguments import device_of

    with torch.inference_mode():
        return activations(network, [layer], torch.zeros(1, 3, 64, 64, device=device_of(network)))[layer].shape[1]


def credits_of(names: Sequence[str]) -> Quantity:
    """The credits of photos, each once, in their order."""
    every = "; ".join(dict.fromkeys(names))
    return text(es=every, en=every)
