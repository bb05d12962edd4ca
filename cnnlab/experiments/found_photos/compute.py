"""What YOLOX-nano finds in photos that every machine has (row A11)."""

from dataclasses import dataclass

from cnnlab.results import Run, experiment


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
    from cnnlab.models.yolox import YoloX

    run.device, run.device_name = "cpu", runtime.processor()  # where the ONNX runtime computes
    model, told = YoloX(run.weights("yolox_nano")), []
    for name in options.photos:
        pixels = getattr(data, name)()
        run.picture(name, Image.fromarray(pixels))
        found = detect(model, pixels, threshold=options.threshold)
        told.append({"photo": name, **found.plain()})
    return {"photos": told, "threshold": options.threshold}
