"""What prose may say of the result of `raccoons_yolox`."""

from cnnlab.experiments.raccoons_yolox.compute import Measured, RaccoonsYolox
from cnnlab.words import Quantity, decimal, integer

PRECISIONS = ("ap50", "ap75", "ap")


def numbers(result: RaccoonsYolox) -> dict[str, Quantity]:
    """`zero_`: the network of COCO; with a seed's number: that network; `mean_`, `least_`, `most_`: over the seeds."""
    out = {
        "photos": integer(result.photos),
        "boxes": integer(result.boxes),
        "test_photos": integer(len(result.test)),
        "test_boxes": integer(result.zero_shot.true_positives + result.zero_shot.false_negatives),
        "parameters": integer(result.parameters),
        "epochs": integer(len(result.trained[0].curve)),
        "seeds": integer(len(result.trained)),
        "minutes": decimal(max(each.training_seconds for each in result.trained) / 60, 0),
        **of_network("zero", result.zero_shot),
    }
    for each in result.trained:
        out |= of_network(f"seed_{each.seed}", each.measured)
    for name in PRECISIONS:
        values = [getattr(each.measured.precisions, name).value for each in result.trained]
        out[f"mean_{name}"] = decimal(sum(values) / len(values), 3)
        out[f"least_{name}"], out[f"most_{name}"] = decimal(min(values), 3), decimal(max(values), 3)
    return out


def of_network(name: str, measured: Measured) -> dict[str, Quantity]:
    """The average precisions of a network with the ends of their intervals, and its counts."""
    out = {
        f"{name}_right": integer(measured.true_positives),
        f"{name}_wrong": integer(measured.false_positives),
        f"{name}_missed": integer(measured.false_negatives),
    }
    for each in PRECISIONS:
        interval = getattr(measured.precisions, each)
        out[f"{name}_{each}"] = decimal(interval.value, 3)
        out[f"{name}_{each}_low"] = decimal(interval.low, 3)
        out[f"{name}_{each}_high"] = decimal(interval.high, 3)
    return out
