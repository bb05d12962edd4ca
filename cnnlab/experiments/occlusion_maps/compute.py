"""Occlusion with windows of several sizes and fillings, on a photo of two classes whose places are known.

Chapter: l6-por-dentro.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnlab.experiments.inside_maps.photos import SIDE
from cnnlab.results import Result, Run, experiment

FACTOR = 2  # by which maps are kept smaller than the photo


@dataclass(frozen=True)
class Options:
    """pair: the photos at the left and at the right. windows, stride: pixels. fillings: as `occlusions` takes them.
    rank: of the class that is looked at for scores that are not positive. seed: of the noise.
    """

    pair: tuple[str, str] = ("cat", "377575")
    side: int = SIDE
    windows: tuple[int, ...] = (16, 32, 64)
    stride: int = 16
    fillings: tuple[str, ...] = ("grey", "noise", "blur")
    rank: int = 400
    seed: int = 0


@dataclass(frozen=True)
class OccludedClass:
    """label, alone, whole: a class, its score for its own half alone and for both. half: "left", "right", or "" for
    neither."""

    index: int
    label: str
    half: str
    alone: float
    whole: float


@dataclass(frozen=True)
class OcclusionMap:
    """One map. own_share: of its positive values, what lies in the class's half (of neither: in the right one). lowest,
    highest: scores without a window. low: windows without which the score is 0 or less. agreement: rank correlation of
    the plain form with 004's sum of 1/s, to the letter; share_reciprocal: own_share of 004's, less its least value;
    mean_agreement: of the plain form with the mean of 1/s in place of the sum, 0 where a score is not positive.
    """

    target: int
    window: int
    filling: str
    windows: int
    own_share: float
    lowest: float
    highest: float
    low: int
    agreement: float
    share_reciprocal: float
    mean_agreement: float


@dataclass(frozen=True)
class OcclusionMaps(Result):
    """targets: the most probable class of each half alone; the last is that of the rank given of the whole photo.
    maps: by target, window and filling.

    Arrays, int8, FACTOR times smaller than the photo: `<target>_<window>_<filling>` plain, `…_sum` 004's. Picture:
    `pair`.
    """

    credits: tuple[str, ...]
    targets: tuple[OccludedClass, ...]
    maps: tuple[OcclusionMap, ...]
    evaluations: int

    def map_of(self, target: int, window: int, filling: str) -> OcclusionMap:
        """The numbers of a map."""
        return next(each for each in self.maps if (each.target, each.window, each.filling) == (target, window, filling))


@experiment(
    "occlusion_maps",
    options=Options,
    result=OcclusionMaps,
    engine="torch",
    data=("coco",),
    weights=("resnet50_keras",),
    smoke=dict(side=32, windows=(16, 32), stride=16, rank=4),
)
def occlusion_maps(options: Options, run: Run) -> OcclusionMaps:
    """ResNet-50 on a cat and a dog beside each other. `cnnlab run occlusion_maps`: five minutes on two CPU cores."""
    import numpy as np

    from cnnlab.data.imagenet import class_names
    from cnnlab.experiments.inside_maps.kept import right_share, small
    from cnnlab.experiments.inside_maps.photos import pair, scores_of, squares
    from cnnlab.interpret.map_checks import rank_correlation
    from cnnlab.interpret.map_input import pixels_of
    from cnnlab.interpret.occlusion import occlusion_map, occlusions, reciprocal_sum
    from cnnlab.models.pretrained import resnet50
    from cnnlab.runtime import fastest_precision

    o = options
    run.seed(o.seed)
    network = resnet50(run.weights("resnet50_keras")).to(run.device)
    halves = squares(run.data("coco"), o.pair, o.side)
    both = pair(halves[0].image, halves[1].image)
    run.picture("pair", both)
    alone = [scores_of(network, each.image) for each in halves]
    whole, names = scores_of(network, both), class_names()
    chosen = [
        (int(each.argmax()), half, float(each.max())) for each, half in zip(alone, ("left", "right"), strict=True)
    ]
    ranked = int(whole.argsort(descending=True)[o.rank - 1])
    chosen.append((ranked, "", float(whole[ranked])))
    targets = tuple(OccludedClass(at, names[at], half, one, float(whole[at])) for at, half, one in chosen)
    _, pixels = pixels_of(both, None)
    maps, evaluations = [], 0
    for window in o.windows:
        for filling in o.fillings:
            found = occlusions(
                network,
                pixels,
                window=window,
                stride=o.stride,
                filling=filling,
                precision=fastest_precision(run.device),
                seed=o.seed,
            )
            evaluations += len(found.windows) + 1
            for target in targets:
                plain, scores = occlusion_map(found, target.index), found.scores[:, target.index]
                key = f"{target.index}_{window}_{filling}"
                run.array(key, small(plain, FACTOR))
                literal = np.zeros_like(plain) if (scores == 0).any() else reciprocal_sum(found, target.index)
                run.array(f"{key}_sum", small(literal, FACTOR))
                positive = min(float(scores.min()), target.whole) > 0
                averaged = occlusion_map(found, target.index, "reciprocal") if positive else np.zeros_like(plain)
                shares = [right_share(each) for each in (plain, literal)]
                own, reciprocal = (1 - each if target.half == "left" else each for each in shares)
                maps.append(
                    OcclusionMap(
                        target=target.index,
                        window=window,
                        filling=filling,
                        windows=len(scores),
                        own_share=own,
                        lowest=float(scores.min()),
                        highest=float(scores.max()),
                        low=int((scores <= 0).sum()),
                        agreement=rank_correlation(plain, literal),
                        share_reciprocal=reciprocal,
                        mean_agreement=rank_correlation(plain, averaged),
                    )
                )
    return OcclusionMaps(tuple(each.credit for each in halves), targets, tuple(maps), evaluations)
