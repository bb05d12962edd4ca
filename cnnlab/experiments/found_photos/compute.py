"""Detections of YOLOX-nano in photos that scikit-image ships. Chapter: a11-encontrar."""

from dataclasses import asdict, dataclass

from cnnlab.detection.detections import StoredDetections
from cnnlab.results import Result, Run, experiment


@dataclass(frozen=True)
class Options:
    photos: tuple[str, ...] = ("coffee", "astronaut", "chelsea")  # scikit-image's names
    threshold: float = 0.3  # lowest score of a detection that is kept


@dataclass(frozen=True)
class PhotoDetections(StoredDetections):
    """The detections in one photo; photo: its name, that of a kept picture, too."""

    photo: str


@dataclass(frozen=True)
class FoundPhotos(Result):
    """The detections with a score of at least `threshold`, photo by photo."""

    photos: tuple[PhotoDetections, ...]
    threshold: float


@experiment("found_photos", options=Options, result=FoundPhotos, weights=("yolox_nano",), engine="onnxruntime")
def found_photos(options: Options, run: Run) -> FoundPhotos:
    """The photos, and of each detection its box, COCO's number and name of its class, and its score.

    `cnnlab run found_photos`: seconds.
    """
    from PIL import Image
    from skimage import data

    from cnnlab.detection.inference import detect
    from cnnlab.models.yolox import YoloX

    model, photos = YoloX(run.weights("yolox_nano")), []
    for name in options.photos:
        pixels = getattr(data, name)()
        run.picture(name, Image.fromarray(pixels))
        found = detect(model, pixels, options.threshold)
        photos.append(PhotoDetections(photo=name, **asdict(found.stored())))
    return FoundPhotos(tuple(photos), options.threshold)
