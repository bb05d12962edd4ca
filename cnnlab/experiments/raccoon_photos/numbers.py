"""What prose may say of the result of `raccoon_photos`."""

import numpy as np

from cnnlab.experiments.raccoon_photos.compute import RaccoonPhotos
from cnnlab.words import Quantity, integer, percent

LEFT_OUT, TRAIN = "left out", "train"


def numbers(result: RaccoonPhotos) -> dict[str, Quantity]:
    photos, boxes = result.photos, result.arrays["boxes"]
    width = np.array([each.size[0] for each in photos])[result.arrays["photo"].astype(int)]
    shares = (boxes[:, 2] - boxes[:, 0]) / width
    return {
        "photos": integer(len(photos)),
        "boxes": integer(len(boxes)),
        "single": integer(sum(each.boxes == 1 for each in photos)),
        "width_share": percent(float(np.median(shares)), 0),
        "lowest": integer(min(each.size[1] for each in photos)),
        "highest": integer(max(each.size[1] for each in photos)),
        "train_several": integer(sum(each.boxes > 1 for each in photos if each.handout == TRAIN)),
        "test_several": integer(sum(each.boxes > 1 for each in photos if each.handout == "test")),
    }
