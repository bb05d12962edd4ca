"""What prose may say of the result of `raccoon_photos`."""

import numpy as np

from cnnlab.experiments.raccoon_photos.compute import RaccoonPhotos
from cnnlab.words import Quantity, decimal, integer, percent

REPEATED = 0.9  # correlation of two photos above which they are one picture


def numbers(result: RaccoonPhotos) -> dict[str, Quantity]:
    photos, boxes = result.photos, result.arrays["boxes"]
    width = np.array([each.size[0] for each in photos])[result.arrays["photo"].astype(int)]
    shares = (boxes[:, 2] - boxes[:, 0]) / width
    repeated = [each.correlation for each in result.alike if each.correlation > REPEATED]
    apart = [each.correlation for each in result.alike if each.correlation <= REPEATED]
    return {
        "photos": integer(len(photos)),
        "boxes": integer(len(boxes)),
        "single": integer(sum(each.boxes == 1 for each in photos)),
        "width_share": percent(float(np.median(shares)), 0),
        "lowest": integer(min(each.size[1] for each in photos)),
        "highest": integer(max(each.size[1] for each in photos)),
        "repeated": integer(len(repeated)),
        "repeated_least": decimal(min(repeated), 2),
        "apart_most": decimal(max(apart), 2),
        "train_several": integer(sum(each.boxes > 1 for each in photos if each.handout == "train")),
    }
