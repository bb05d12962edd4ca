"""What prose may say of the result of `raccoons_yolox`."""

from cnnlab.experiments.raccoons_yolox.compute import RaccoonsYolox
from cnnlab.words import Quantity, decimal, integer


def numbers(result: RaccoonsYolox) -> dict[str, Quantity]:
    """`zero_`: the network of COCO as it comes; `mean_`, `least_`, `most_`: over the seeds of the fine-tuned one."""
    ap = [each.measured.precisions.ap.value for each in result.trained]
    return {
        "test_boxes": integer(result.zero_shot.true_positives + result.zero_shot.false_negatives),
        "epochs": integer(len(result.trained[0].curve)),
        "seeds": integer(len(result.trained)),
        "minutes": decimal(max(each.training_seconds for each in result.trained) / 60, 0),
        "zero_right": integer(result.zero_shot.true_positives),
        "zero_ap": decimal(result.zero_shot.precisions.ap.value, 3),
        "mean_ap": decimal(sum(ap) / len(ap), 3),
        "least_ap": decimal(min(ap), 3),
        "most_ap": decimal(max(ap), 3),
    }
