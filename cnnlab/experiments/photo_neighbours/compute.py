"""Strongest patches of a whole set projected by deconvnet; nearest training photos in the last hidden layer; five
guesses beside one.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image
    from torch import nn

    from cnnlab.data.labelled import Example
    from cnnlab.interpret.exemplars import Candidate

HIDDEN = "avgpool"  # of ResNet-50: what its dense layer reads
CELL, SMALL = 160, 128  # pixels of a picture in the grids of patches and of neighbours
BRIGHTEST = 99.5  # percentile of a projection's magnitudes that is drawn at the end of the scale
PIXELS = 32  # side of the photos whose pixels are compared
INSECTS = (310, 309)  # ImageNet's "ant" and "bee", by the photos' labels


@dataclass(frozen=True)
class Options:
    """layers, windows: of ResNet-50, with the side in pixels of the patches shown. channels: of each layer, at random.
    patches: of each channel. per_species: flowers searched. photo_side: pixels of a photo when it is searched. queries:
    test photos of each species whose nearest training photos are found; train_per_species: among which; None: all.
    shown: queries shown, of species drawn at random. nearest: photos for each. insects: photos of each; None: all.
    """

    layers: tuple[str, ...] = ("layer1.2", "layer2.3", "layer3.5", "layer4.2")
    windows: tuple[int, ...] = (56, 128, 192, 224)
    channels: int = 2
    patches: int = 4
    per_species: int = 2
    photo_side: int = 224
    queries: int = 5
    train_per_species: int | None = None
    shown: int = 5
    nearest: int = 6
    side: int = 224
    insects: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Projected:
    """A channel's patches. inside: of the projections' magnitudes, the mean share that lies in the patch; area: that of
    the photo."""

    layer: str
    channel: int
    activations: tuple[float, ...]
    credits: tuple[str, ...]
    inside: float
    area: float


@dataclass(frozen=True)
class Guesses:
    """Of a network: how many of `count` photos have their class first, and among the five first; 95 % (Wilson)."""

    network: str
    count: int
    first: int
    first_low: float
    first_high: float
    five: int
    five_low: float
    five_high: float


@dataclass(frozen=True)
class PhotoNeighbours(Result):
    """searched: photos in which patches were looked for. same_hidden, same_pixels: of the nearest training photos of
    `queries` test photos, the share of the same species, by the last hidden layer and by pixels; …_low, …_high: 95 %
    (BCa over the test photos). shown: the species of the queries shown and, for each, of its nearest photos.

    Pictures: `patches_<place of the layer>`, a row a channel: patches, then their projections; `neighbours`, a row a
    query: the test photo, then its nearest training photos, that first.
    """

    searched: int
    channels: tuple[Projected, ...]
    queries: int
    train: int
    same_hidden: float
    same_hidden_low: float
    same_hidden_high: float
    same_pixels: float
    same_pixels_low: float
    same_pixels_high: float
    shown: tuple[tuple[str, ...], ...]
    guesses: tuple[Guesses, ...]


@experiment(
    "photo_neighbours",
    options=Options,
    result=PhotoNeighbours,
    engine="torch",
    data=("coco", "flowers102", "hymenoptera"),
    weights=("resnet50_keras", "squeezenet1_1"),
    smoke=dict(
        layers=("layer1.2",),
        windows=(32,),
        channels=1,
        patches=2,
        per_species=1,
        photo_side=64,
        queries=1,
        train_per_species=1,
        shown=2,
        nearest=2,
        side=64,
        insects=2,
    ),
)
def photo_neighbours(options: Options, run: Run) -> PhotoNeighbours:
    """`cnnlab run photo_neighbours`: six minutes on two CPU cores."""
    import numpy as np

    from cnnlab.data import flowers
    from cnnlab.data.labelled import first_of_each_class
    from cnnlab.evaluation.intervals import bca
    from cnnlab.experiments.channel_sheets import candidates, drawn_at_random, image_grid
    from cnnlab.experiments.inside_maps.photos import channels_of
    from cnnlab.interpret.exemplars import strongest_patches
    from cnnlab.models.pretrained import resnet50, squeezenet1_1

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device)
    searched = candidates(run.data("coco"), run.data("flowers102"), o.per_species)
    wanted = {each: list(drawn_at_random(channels_of(network, each), o.channels, o.seed)) for each in o.layers}
    windows = dict(zip(o.layers, o.windows, strict=True))
    photos = run.progress(searched, "photos")
    found = strongest_patches(network, wanted, photos, windows, side=o.photo_side, count=o.patches)
    projected = []
    for place, layer in enumerate(o.layers):
        rows = []
        for channel in wanted[layer]:
            patches = found[layer, channel]
            views = [project(network, layer, channel, each.candidate, windows[layer], o.photo_side) for each in patches]
            rows.append([*(each.image for each in patches), *(view for view, _, _ in views)])
            projected.append(
                Projected(
                    layer,
                    channel,
                    tuple(each.activation for each in patches),
                    tuple(each.candidate.credit for each in patches),
                    float(np.mean([inside for _, inside, _ in views])),
                    float(np.mean([area for _, _, area in views])),
                )
            )
        run.picture(f"patches_{place}", image_grid(rows, CELL))

    data, names = flowers.load(run.data("flowers102")), flowers.names()
    train = first_of_each_class(data.train, o.train_per_species or len(data.train))
    test = first_of_each_class(data.test, o.queries)
    hidden, pixels = {}, {}
    for split, chosen in (("train", train), ("test", test)):
        hidden[split], pixels[split] = features(network, chosen, o.side, run)
    labels = np.array([each.label for each in train])
    own = np.array([each.label for each in test])
    order = {key: nearest(each["test"], each["train"], o.nearest) for key, each in (("h", hidden), ("p", pixels))}
    same = {key: (labels[each] == own[:, None]).mean(axis=1) for key, each in order.items()}
    species = drawn_at_random(len(set(own.tolist())), min(o.shown, len(set(own.tolist()))), o.seed)
    places = [int(np.flatnonzero(own == sorted(set(own.tolist()))[each])[0]) for each in species]
    shown = [[test[at], *(train[each] for each in order["h"][at])] for at in places]
    run.picture("neighbours", image_grid([[square(each) for each in row] for row in shown], SMALL))
    guesses = []
    for name, build, weights in (
        ("resnet50", resnet50, "resnet50_keras"),
        ("squeezenet", squeezenet1_1, "squeezenet1_1"),
    ):
        guesses.append(guessed(name, build(run.weights(weights)).to(run.device), o, run))
    return PhotoNeighbours(
        len(searched),
        tuple(projected),
        len(test),
        len(train),
        float(same["h"].mean()),
        *bca(same["h"]),
        float(same["p"].mean()),
        *bca(same["p"]),
        tuple(tuple(names[each.label] for each in row) for row in shown),
        tuple(guesses),
    )


def project(
    network: nn.Module, layer: str, channel: int, candidate: Candidate, window: int, side: int
) -> tuple[Image.Image, float, float]:
    """What deconvnet gives of a channel's highest activation in a photo: its patch as a picture in which grey is 0 and
    the ends of the scale are the percentile BRIGHTEST of the patch's magnitudes; the share of the magnitudes that lies
    in the patch; the patch's share of the photo.
    """
    import numpy as np
    from PIL import Image

    from cnnlab.interpret.exemplars import crop_around, maps_of
    from cnnlab.interpret.gradient_maps import input_gradient
    from cnnlab.interpret.map_input import pixels_of
    from cnnlab.models.pretrained import normalise

    resized, maps = maps_of(network, [layer], candidate, side)
    values = maps[layer][channel].cpu().numpy()
    row, column = np.unravel_index(np.argmax(values), values.shape)
    centre = ((column + 0.5) / values.shape[1] * resized.width, (row + 0.5) / values.shape[0] * resized.height)
    inputs = normalise(pixels_of(resized, None)[1])
    gradient = input_gradient(network, inputs, channel, rule="deconvnet", layer=layer).cpu().numpy()
    strength = np.abs(gradient).sum(axis=0)
    cut = [crop_around(Image.fromarray(each.astype(np.float32)), centre, window) for each in (*gradient, strength)]
    *colours, shares = (np.asarray(each) for each in cut)
    patch = np.stack(colours, axis=-1)
    brightest = max(float(np.percentile(np.abs(patch), BRIGHTEST)), np.finfo(np.float32).tiny)
    view = Image.fromarray((127.5 * (1 + np.clip(patch / brightest, -1, 1))).astype(np.uint8))
    return view, float(shares.sum() / max(strength.sum(), 1e-20)), shares.size / strength.size


def features(network: nn.Module, photos: list[Example], side: int, run: Run) -> tuple[np.ndarray, np.ndarray]:
    """(n, d) twice: the last hidden layer's outputs for the photos' central squares, and the pixels of these."""
    import numpy as np
    from PIL import Image
    from torch.utils.data import DataLoader

    from cnnlab.data.augment import Transformed, centre_crop
    from cnnlab.interpret.embeddings import layer_points
    from cnnlab.training.classifier import EVAL_BATCH

    loader = DataLoader(Transformed(photos, centre_crop(side, resized=side)), batch_size=EVAL_BATCH)
    batches = (images for images, _ in run.progress(loader, "features"))
    points = layer_points(network, [HIDDEN], batches)[HIDDEN]
    small = [square(each).resize((PIXELS, PIXELS), Image.Resampling.BOX) for each in photos]
    return points, np.stack([np.asarray(each, np.float32).ravel() for each in small])


def square(photo: Example) -> Image.Image:
    """The largest centred square of a photo."""
    from cnnlab.interpret.exemplars import crop_around

    picture = photo.picture()
    return crop_around(picture, (picture.width / 2, picture.height / 2), min(picture.size))


def nearest(points: np.ndarray, others: np.ndarray, count: int) -> np.ndarray:
    """(n, count) for each point the places of the nearest others by Euclidean distance, the nearest first."""
    import numpy as np

    distances = (points**2).sum(1)[:, None] - 2 * points @ others.T + (others**2).sum(1)
    return np.argsort(distances, axis=1, kind="stable")[:, :count]


def guessed(name: str, network: nn.Module, options: Options, run: Run) -> Guesses:
    """How often a network has ants and bees first, and among its five most probable classes."""
    import numpy as np
    from torch.utils.data import DataLoader

    from cnnlab.data import hymenoptera
    from cnnlab.data.augment import Transformed, centre_crop
    from cnnlab.data.labelled import first_of_each_class
    from cnnlab.evaluation.classification import wilson
    from cnnlab.training.classifier import EVAL_BATCH
    from cnnlab.training.classifier_metrics import predict_logits

    photos = hymenoptera.load(run.data("hymenoptera"), "val")
    photos = first_of_each_class(photos, options.insects or len(photos))
    images = Transformed(photos, centre_crop(options.side, resized=round(options.side * 256 / 224)))
    logits = predict_logits(network, run.progress(DataLoader(images, batch_size=EVAL_BATCH), name))
    own = np.array([INSECTS[each.label] for each in photos])
    rank = (logits > logits[np.arange(len(own)), own][:, None]).sum(axis=1)
    first, five = int((rank == 0).sum()), int((rank < 5).sum())
    return Guesses(name, len(own), first, *wilson(first, len(own)), five, *wilson(five, len(own)))
