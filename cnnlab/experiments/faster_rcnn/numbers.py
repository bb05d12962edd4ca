"""What prose may say of the result of `faster_rcnn`."""

from cnnlab.experiments.faster_rcnn.compute import FasterRcnn
from cnnlab.words import Quantity, integer


def numbers(result: FasterRcnn) -> dict[str, Quantity]:
    handout, *_, bare = result.instances
    out = {
        "parameters": integer(result.parameters),
        "anchors": integer(sum(each.anchors for each in result.levels)),
        "between": integer(bare.parameters - handout.parameters),
        "frozen": integer(handout.parameters - handout.trained),
        "lines": integer(len(result.printed)),
        "norm_channels": integer(bare.channels),
        "norms": integer(bare.norms),
    }
    return out | {each.path.replace(".", "_"): integer(each.parameters) for each in result.tree if each.path}
