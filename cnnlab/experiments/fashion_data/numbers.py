"""Numbers of `fashion_data` for prose and tables."""

from cnnlab.experiments.fashion_data.compute import FashionData
from cnnlab.words import Quantity, decimal, integer


def numbers(result: FashionData) -> dict[str, Quantity]:
    """How many pictures, in all and of each class; what was written to files, and what differs; times and sizes."""
    return {
        "train": integer(sum(result.counts)),
        "held_out": integer(sum(result.held_out_counts)),
        "test": integer(sum(result.test_counts)),
        "classes": integer(len(result.class_names)),
        "fewest": integer(min(result.counts)),
        "most": integer(max(result.counts)),
        "held_out_fewest": integer(min(result.held_out_counts)),
        "held_out_most": integer(max(result.held_out_counts)),
        "test_each": integer(max(result.test_counts)),
        "mean": decimal(result.mean, 4),
        "deviation": decimal(result.deviation, 4),
        "files": integer(result.files),
        "numbers": integer(result.files * 28 * 28),
        "differing": integer(result.differing),
        "tensor_loss": decimal(result.tensor_loss, 6),
        "files_loss": decimal(result.files_loss, 6),
        "array_ms": decimal(result.array_ms, 0),
        "files_ms": decimal(result.files_ms, 0),
        "slower": decimal(result.files_ms / result.array_ms, 0),
        "tensor_mb": decimal(result.tensor_mb, 0),
        "float_mb": decimal(result.float_mb, 0),
    }
