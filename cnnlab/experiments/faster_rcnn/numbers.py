"""What prose may say of the result of `faster_rcnn`."""

from cnnlab.experiments.faster_rcnn.compute import FasterRcnn
from cnnlab.words import Quantity, integer


def numbers(result: FasterRcnn) -> dict[str, Quantity]:
    out = {
        "parameters": integer(result.parameters),
        "anchors": integer(sum(each.anchors for each in result.levels)),
    }
    return out | {each.path.replace(".", "_"): integer(each.parameters) for each in result.tree if each.path}
