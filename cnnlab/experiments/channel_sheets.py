"""What the experiments on channels share: the choice of channels, photos to search, grids of images, photo credits.

Chapters: a07-canales, a09-dentro.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from cnnlab.errors import OptionError
from cnnlab.words import Quantity, text

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

    from cnnlab.data.photos import Photo
    from cnnlab.interpret.exemplars import Candidate

STAGES = ("early", "middle", "late")
LAYERS = ("layer1.2", "layer2.3", "layer4.1")  # of ResNet-50, one for each of STAGES
SIDES = (96, 192, 320)  # pixels of a side of what is drawn for each of STAGES
WINDOWS = (56, 128, 256)  # pixels shown: of what is drawn, its centre, without the frame that padding leaves; of photos
CELL = 256  # pixels of an image in a grid of few
SMALL_CELL = 160  # of many
SCIKIT_SIDE = 400  # pixels of scikit-image's photos, which are the largest centred squares


@dataclass(frozen=True)
class Chosen:
    """Channels of a layer. of: how many it has; selectivity: {channel: its selectivity} of those drawn at random, by
    number; shown: the most selective of these, the first the most."""

    of: int
    selectivity: dict[int, float]
    shown: tuple[int, ...]


def drawn_at_random(channels_of_layer: int, count: int = 16, seed: int = 0) -> tuple[int, ...]:
    """`count` different channels of a layer, each as likely as any other, by number.

    Raises: OptionError where the layer has not so many.
    """
    import numpy as np

    if not 1 <= count <= channels_of_layer:
        raise OptionError(f"count={count}", allowed=f"1 to {channels_of_layer}, the channels of the layer")
    drawn = np.random.default_rng(seed).choice(channels_of_layer, count, replace=False)
    return tuple(sorted(map(int, drawn)))


def chosen_channels(
    highest: Mapping[str, np.ndarray], count: int = 16, shown: int = 3, seed: int = 0
) -> dict[str, Chosen]:
    """{layer: `count` channels at random, and which `shown` of them are the most selective}.

    highest: {layer: the channels' highest activation in each photo (photos, channels)}, from 0.

    Raises: OptionError where a layer has fewer channels, for more to show than are drawn, and for negative activations.
    """
    from cnnlab.interpret.selectivity import selectivity

    if not 1 <= shown <= count:
        raise OptionError(f"shown={shown}", allowed=f"1 to {count}, the channels drawn at random")
    found = {}
    for layer, activations in highest.items():
        drawn = drawn_at_random(activations.shape[1], count, seed)
        values = dict(zip(drawn, map(float, selectivity(activations[:, drawn])), strict=True))
        most = sorted(drawn, key=values.__getitem__, reverse=True)
        found[layer] = Chosen(activations.shape[1], values, tuple(most[:shown]))
    return found


def candidates(coco_folder: Path, flowers_folder: Path, per_species: int) -> list[Candidate]:
    """The photos to search: scikit-image's, COCO's, the first `per_species` training photos of each Oxford species.

    coco_folder, flowers_folder: of the catalogue's `coco` and `flowers102`.

    Raises: DataError where a data set cannot be read, with the file.
    """
    from cnnlab.data import flowers, imagenet
    from cnnlab.interpret.exemplars import Candidate

    of_scikit = [
        Candidate("scikit-image", name, f"scikit-image, {name}", imagenet.photo(name, SCIKIT_SIDE))
        for name in imagenet.PHOTOS
    ]
    of_flowers, counts = [], dict.fromkeys(range(len(flowers.names())), 0)
    for photo in cast("Sequence[Photo]", flowers.load(flowers_folder).train):
        counts[photo.label] += 1
        if counts[photo.label] <= per_species:
            name = f"{photo.number:05d}"
            of_flowers.append(Candidate("flowers", name, f"Oxford 102 Flowers, {name}", photo.picture()))
    return [*of_scikit, *coco_candidates(coco_folder), *of_flowers]


def coco_candidates(folder: Path) -> list[Candidate]:
    """The photos of the catalogue's `coco`, each credited by its number and licence.

    Raises: DataError where the data set cannot be read, with the file.
    """
    from cnnlab.data import coco
    from cnnlab.interpret.exemplars import Candidate

    return [
        Candidate("coco", str(each.number), f"COCO {each.number}, {coco.licence_name(each.licence)}", each.picture())
        for each in coco.load(folder).photos
    ]


def image_grid(rows: Sequence[Sequence[Image.Image | np.ndarray]], cell: int, gap: int = 12) -> Image.Image:
    """Images in rows and columns, RGBA, each resized to `cell` × `cell` pixels; the gaps are transparent.

    rows: PIL images or arrays (h, w, 3), uint8; rows may differ in length.
    """
    from PIL import Image

    columns = max(map(len, rows))
    grid = Image.new("RGBA", (columns * (cell + gap) - gap, len(rows) * (cell + gap) - gap))
    for y, row in enumerate(rows):
        for x, each in enumerate(row):
            image = each if isinstance(each, Image.Image) else Image.fromarray(each)
            resized = image.convert("RGB").resize((cell, cell), Image.Resampling.LANCZOS)
            grid.paste(resized, (x * (cell + gap), y * (cell + gap)))
    return grid


def centre(image: np.ndarray, window: int) -> Image.Image:
    """The square of `window` pixels in the centre of a rendered image (h, w, 3), uint8."""
    from PIL import Image

    from cnnlab.interpret.exemplars import crop_around

    return crop_around(Image.fromarray(image), (image.shape[1] / 2, image.shape[0] / 2), window)


def photo_credits(credits: Iterable[str]) -> Quantity:
    """The credits of the photos shown, each once: COCO's by licence and number, the others by their data set."""
    shown = sorted(set(credits))
    by_licence: dict[str, list[str]] = {}
    for credit in shown:
        number, _, licence = credit.removeprefix("COCO ").partition(", ")
        if credit.startswith("COCO "):
            by_licence.setdefault(licence, []).append(number)
    coco = "; ".join(f"{licence}: {', '.join(numbers)}" for licence, numbers in sorted(by_licence.items()))
    scikit = any(credit.startswith("scikit-image") for credit in shown)
    others = ", ".join([f"COCO ({coco})"] * bool(by_licence) + ["scikit-image"] * scikit)
    return text(es=f"{others} y Oxford 102 Flowers", en=f"{others} and Oxford 102 Flowers")


def channel_number(channel: int) -> Quantity:
    """The number of a channel or class, as a name: without a separator of thousands."""
    return text(es=str(channel), en=str(channel))
