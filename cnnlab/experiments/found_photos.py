"""What YOLOX-nano finds in photos that every machine has (row A11)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment
from cnnlab.words import decimal, integer


@dataclass(frozen=True)
class Options:
    photos: tuple[str, ...] = ("coffee", "astronaut", "chelsea")  # scikit-image's names
    threshold: float = 0.3


@experiment("found_photos", options=Options, weights=("yolox_nano",), engine="torch")
def found_photos(options: Options, run: Run) -> dict:
    """The photos, and of each detection its box, COCO's number and name of its class, and its score.

    `cnnlab run found_photos`: seconds.
    """
    from PIL import Image
    from skimage import data

    from cnnlab import runtime
    from cnnlab.detection.detect import detect
    from cnnlab.detection.yolox import YoloX

    run.device, run.device_name = "cpu", runtime.processor()  # where the ONNX runtime computes
    model, told = YoloX(run.weights("yolox_nano")), []
    for name in options.photos:
        pixels = getattr(data, name)()
        run.picture(name, Image.fromarray(pixels))
        found = detect(model, pixels, threshold=options.threshold)
        told.append({"photo": name, **found.plain()})
    return {"photos": told, "threshold": options.threshold}


def numbers(result) -> dict:
    told = {"threshold": decimal(result.threshold, 1)}
    for each in result.photos:
        told[f"{each['photo']}_count"] = integer(len(each["scores"]))
        for place, score in enumerate(each["scores"], 1):
            told[f"{each['photo']}_{place}"] = decimal(score, 2)
    return told
