"""Whether maps of ResNet-50 are true: layers drawn anew, pixels deleted and inserted, boxes pointed at.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnlab.experiments.inside_maps.photos import SIDE, SIX
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

METHODS = ("occlusion", "gradient", "deconvnet", "guided", "grad-cam")
BASELINES = ("edges", "centre", "chance")  # maps that know nothing of the network
GROUPS = (
    ("fc",),
    *(
        (f"layer{stage}.{block}",)
        for stage, blocks in ((4, 3), (3, 6), (2, 4), (1, 3))
        for block in range(blocks)[::-1]
    ),
    ("conv1", "bn1"),
)


@dataclass(frozen=True)
class Options:
    """squares: the photos with which layers are drawn anew. count: photos for the curves and the boxes; None: all.
    window, stride: of occlusion, in pixels; coarse_window, coarse_stride: of it where layers are drawn anew. steps: of
    the curves. groups: how many of GROUPS are drawn. seed: of what is drawn.
    """

    squares: tuple[str, ...] = SIX
    count: int | None = None
    side: int = SIDE
    window: int = 48
    stride: int = 24
    coarse_window: int = 64
    coarse_stride: int = 32
    steps: int = 12
    groups: int = len(GROUPS)
    seed: int = 0


@dataclass(frozen=True)
class Curves:
    """deletion, insertion: the mean over photos of the area below the curve; …_low, …_high: 95 % (BCa)."""

    map: str
    deletion: float
    deletion_low: float
    deletion_high: float
    insertion: float
    insertion_low: float
    insertion_high: float


@dataclass(frozen=True)
class Pointing:
    """hits: how often the highest point lies in a box of the category, over pairs of a photo and a category; share,
    low, high: of all pairs, with 95 % (Wilson). seen: the same of the pairs whose class is among the five most
    probable.
    """

    map: str
    hits: int
    share: float
    low: float
    high: float
    seen: int


@dataclass(frozen=True)
class Pair:
    """A photo and a category with boxes in it. label: of the category's classes of ImageNet that with the highest
    score; rank: of its score among all classes, from 1. area: share of the photo in or near a box.
    """

    number: int
    category: str
    label: str
    rank: int
    area: float


@dataclass(frozen=True)
class MapTruth(Result):
    """methods: of the arrays. layers: drawn anew, one after the other. photos: how many have curves. pairs: pointed at;
    seen: how many of them have a class among the five most probable.

    Arrays: `rank`, `similarity` (methods, layers, squares); `drawn` (methods, h, w), int8, maps of the first square
    with all layers drawn anew. Of methods and BASELINES: `deletion`, `insertion` (maps, steps + 1), mean probabilities;
    `area_deletion`, `area_insertion` (maps, photos); `hits` (maps, pairs), where chance is the share of the area.
    """

    methods: tuple[str, ...]
    layers: tuple[str, ...]
    photos: int
    curves: tuple[Curves, ...]
    pairs: tuple[Pair, ...]
    pointing: tuple[Pointing, ...]
    seen: int


@experiment(
    "map_truth",
    options=Options,
    result=MapTruth,
    engine="torch",
    data=("coco",),
    weights=("resnet50_keras",),
    smoke=dict(
        squares=("377575",),
        count=2,
        side=64,
        window=32,
        stride=32,
        coarse_window=32,
        coarse_stride=32,
        steps=2,
        groups=2,
    ),
)
def map_truth(options: Options, run: Run) -> MapTruth:
    """`cnnlab run map_truth`: twenty-five minutes on two CPU cores."""
    import numpy as np

    from cnnlab.experiments.inside_maps.kept import small
    from cnnlab.experiments.inside_maps.photos import scores_of, squares
    from cnnlab.experiments.inside_maps.randomisation import similarities
    from cnnlab.interpret.map_input import pixels_of
    from cnnlab.models.pretrained import normalise, resnet50
    from cnnlab.runtime import fastest_precision

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device)
    precision = fastest_precision(run.device)
    coarse = {"window": o.coarse_window, "stride": o.coarse_stride, "precision": precision}
    special: dict[str, dict[str, Any]] = {"occlusion": coarse, "grad-cam": {"layer": "layer4"}}
    chosen = squares(run.data("coco"), o.squares, o.side)
    photos = [(pixels_of(each.image, None)[1], int(scores_of(network, each.image).argmax())) for each in chosen]
    groups = GROUPS[: o.groups]
    rank, similarity, drawn = similarities(
        network,
        groups,
        photos,
        {method: special.get(method, {}) for method in METHODS},
        prepare=normalise,
        seed=o.seed,
        progress=run.progress,
    )
    run.array("rank", rank.astype(np.float32))
    run.array("similarity", similarity.astype(np.float32))
    run.array("drawn", np.stack([small(each) for each in drawn]))
    measured = Measured(network, o, precision, run)
    curves, seen_photos = measured.curves()
    pairs, pointing = measured.pointing()
    return MapTruth(
        methods=METHODS,
        layers=tuple(group[0] for group in groups),
        photos=seen_photos,
        curves=curves,
        pairs=pairs,
        pointing=pointing,
        seen=sum(each.rank <= 5 for each in pairs),
    )


class Measured:
    """The curves and the boxes of a network's maps, photo by photo; arrays go to the run."""

    def __init__(self, network, options: Options, precision: str, run: Run):
        self.network, self.options, self.precision, self.run = network, options, precision, run

    def maps(self, pixels, target: int, hidden) -> dict[str, np.ndarray]:
        """{name: map (h, w)} of METHODS and of the first two BASELINES. hidden: the photo's scores by occlusion."""
        from cnnlab.interpret.attribution import raw_map
        from cnnlab.interpret.map_input import resized_map
        from cnnlab.interpret.occlusion import occlusion_map

        height, width = pixels.shape[2:]
        found = {METHODS[0]: occlusion_map(hidden, target)}
        for method in METHODS[1:]:
            options: dict[str, Any] = {"layer": "layer4"} if method == "grad-cam" else {}
            values = raw_map(self.network, pixels, target, method=method, **options)
            found[method] = resized_map(values, height, width)
        return {**found, "edges": edges(pixels), "centre": centred(height, width)}

    def occluded(self, pixels):
        """The scores of a photo without each window, of which maps of any class are made."""
        from cnnlab.interpret.occlusion import occlusions

        o = self.options
        return occlusions(self.network, pixels, window=o.window, stride=o.stride, precision=self.precision)

    def curves(self) -> tuple[tuple[Curves, ...], int]:
        """The areas below the curves of deletion (towards grey) and insertion (from the blurred photo)."""
        import numpy as np

        from cnnlab.evaluation.intervals import bca
        from cnnlab.experiments.inside_maps.photos import scores_of
        from cnnlab.interpret.map_checks import area_under, perturbed_probabilities
        from cnnlab.interpret.map_input import pixels_of
        from cnnlab.interpret.occlusion import filling_of

        o, names = self.options, (*METHODS, *BASELINES)
        photos = self.photos()
        areas: dict[str, list] = {"deletion": [], "insertion": []}
        totals = {kind: np.zeros((len(names), o.steps + 1)) for kind in areas}
        for image in self.run.progress(photos, "curves"):
            _, pixels = pixels_of(image, o.side)
            target = int(scores_of(self.network, image, o.side).argmax())
            maps = self.maps(pixels, target, self.occluded(pixels))
            maps["chance"] = np.random.default_rng(o.seed).random(tuple(pixels.shape[2:]))
            for kind, insert in (("deletion", False), ("insertion", True)):
                filling = filling_of(pixels, "blur" if insert else "grey", o.window, o.seed)
                found = [
                    perturbed_probabilities(
                        *(self.network, pixels, maps[name], target, filling),
                        insert=insert,
                        steps=o.steps,
                        precision=self.precision,
                        seed=o.seed,
                    )
                    for name in names
                ]
                totals[kind] += found
                areas[kind].append([area_under(each) for each in found])
        ends = {}
        for kind, rows in areas.items():
            table = np.array(rows).T
            self.run.array(f"area_{kind}", table.astype(np.float32))
            self.run.array(kind, (totals[kind] / len(photos)).astype(np.float32))
            ends[kind] = [(float(each.mean()), *bca(each)) for each in table]
        both = zip(names, ends["deletion"], ends["insertion"], strict=True)
        return tuple(Curves(name, *deletion, *insertion) for name, deletion, insertion in both), len(photos)

    def photos(self) -> list[Image.Image]:
        """COCO's photos and scikit-image's, whole."""
        from cnnlab.data import coco, imagenet
        from cnnlab.experiments.channel_sheets import SCIKIT_SIDE

        of_coco = [each.picture() for each in coco.load(self.run.data("coco")).photos]
        return [*of_coco, *(imagenet.photo(name, SCIKIT_SIDE) for name in imagenet.PHOTOS)][: self.options.count]

    def pointing(self) -> tuple[tuple[Pair, ...], tuple[Pointing, ...]]:
        """Whether each map's highest point lies in a box, for every photo and category with a class of ImageNet."""
        import numpy as np

        from cnnlab.data import coco
        from cnnlab.data.coco_imagenet import CLASSES
        from cnnlab.data.imagenet import class_names
        from cnnlab.evaluation.classification import wilson
        from cnnlab.experiments.inside_maps.photos import scores_of
        from cnnlab.interpret.map_checks import points_inside, share_inside
        from cnnlab.interpret.map_input import pixels_of

        data, labels = coco.load(self.run.data("coco")), class_names()
        pairs, hits = [], []
        for photo in self.run.progress(data.photos[: self.options.count], "boxes"):
            picture = photo.picture()
            numbers, boxes = coco.corners(data.annotations[photo.number])
            _, pixels = pixels_of(picture, self.options.side)
            scores = scores_of(self.network, picture, self.options.side)
            scale = np.array([*pixels.shape[:1:-1]] * 2) / np.array([*picture.size] * 2)
            present = {data.categories[each]: each for each in numbers}
            named = [each for each in sorted(present) if each in CLASSES]
            hidden = self.occluded(pixels) if named else None
            for category in named:
                own = boxes[numbers == present[category]] * scale
                target = max(CLASSES[category], key=lambda each: float(scores[each]))
                maps = self.maps(pixels, target, hidden)
                area = share_inside(own, (pixels.shape[2], pixels.shape[3]))
                rank = 1 + int((scores > scores[target]).sum())
                pairs.append(Pair(photo.number, category, labels[target], rank, area))
                hits.append([*(float(points_inside(each, own)) for each in maps.values()), area])
        names, table = (*METHODS, *BASELINES), np.array(hits).reshape(-1, len(METHODS) + len(BASELINES)).T
        self.run.array("hits", table.astype(np.float32))
        seen = np.array([each.rank <= 5 for each in pairs], bool)
        found = []
        for name, row in zip(names, table, strict=True):
            right = round(float(row.sum()))
            ends = wilson(right, len(pairs)) if pairs else (0.0, 1.0)
            found.append(Pointing(name, right, right / max(len(pairs), 1), *ends, round(float(row[seen].sum()))))
        return tuple(pairs), tuple(found)


def edges(pixels) -> np.ndarray:
    """The magnitude (h, w) of Sobel's gradient of a photo's brightness, which knows nothing of any network."""
    from skimage.filters import sobel

    return sobel(pixels[0].mean(0).numpy())


def centred(height: int, width: int) -> np.ndarray:
    """A map (h, w) that falls from the photo's centre to its edges."""
    import numpy as np

    rows, columns = np.mgrid[:height, :width] + 0.5
    return -np.hypot(rows - height / 2, columns - width / 2)
