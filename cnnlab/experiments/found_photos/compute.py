"""Detections of YOLOX-nano in three photos of COCO with many classes. Chapter: a11-encontrar."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cnnlab.detection.detections import StoredDetections
from cnnlab.results import Result, Run, experiment

if TYPE_CHECKING:
    from cnnlab.detection.detections import Detections


@dataclass(frozen=True)
class Options:
    photos: int = 3  # how many are shown
    most: int = 10  # detections in a photo that is shown, so that their names can be read
    threshold: float = 0.3  # lowest score of a detection that is kept


@dataclass(frozen=True)
class PhotoDetections(StoredDetections):
    """The detections in one photo. number: COCO's; its picture is kept as photo-NUMBER; licence: its name."""

    number: int
    licence: str


@dataclass(frozen=True)
class FoundPhotos(Result):
    """The detections with a score of at least `threshold`, photo by photo. among: how many they were chosen from."""

    photos: tuple[PhotoDetections, ...]
    among: int
    threshold: float


@experiment(
    "found_photos",
    options=Options,
    result=FoundPhotos,
    data=("coco",),
    weights=("yolox_nano",),
    engine="onnxruntime",
)
def found_photos(options: Options, run: Run) -> FoundPhotos:
    """Of the photos with few detections those that show most classes, and among equals most detections: of each
    detection its box, COCO's number and name of its class, and its score.

    `cnnlab run found_photos`: ten seconds.
    """
    import numpy as np

    from cnnlab.data import coco
    from cnnlab.detection.inference import detect
    from cnnlab.models.yolox import YoloX

    model, data = YoloX(run.weights("yolox_nano")), coco.load(run.data("coco"))
    pixels = [np.asarray(photo.picture()) for photo in data.photos]
    found = [detect(model, each, options.threshold) for each in run.progress(pixels, "photos")]
    photos = []
    for place in busiest(found, options.photos, options.most):
        photo = data.photos[place]
        run.picture(f"photo-{photo.number}", photo.picture())
        stored = asdict(found[place].stored())
        photos.append(PhotoDetections(**stored, number=photo.number, licence=coco.licence_name(photo.licence)))
    return FoundPhotos(tuple(photos), len(found), options.threshold)


def busiest(found: list[Detections], count: int, most: int) -> list[int]:
    """The places of the `count` photos with most classes, then most detections, of those with at most `most`."""
    able = [place for place, each in enumerate(found) if len(each) <= most]
    return sorted(able, key=lambda place: (-len(set(found[place].names)), -len(found[place])))[:count]
