"""What prose may say of the result of `proposals`."""

import numpy as np

from cnnlab.evaluation.boxes import iou
from cnnlab.experiments.proposals.compute import DRAWN, SURE, Proposals
from cnnlab.words import Quantity, integer


def numbers(result: Proposals) -> dict[str, Quantity]:
    scores, best = result.arrays["scores"], result.arrays["before"][:DRAWN]
    return {
        "anchors": integer(sum(each.anchors for each in result.levels)),
        "before": integer(sum(each.before for each in result.levels)),
        "boxes": integer(len(scores)),
        "drawn": integer(DRAWN),
        "after": integer(sum(each.after for each in result.levels)),
        "kept": integer(len(result.arrays["kept"])),
        "photos": integer(result.photos),
        "proposals": integer(result.proposals),
        "repeats": integer(int((np.triu(iou(best, best), 1) > result.limits.first_iou).sum())),
        "seconds": integer(round(result.provenance.seconds)),
        "side": integer(result.options.side),
        "sure_after": integer(int((scores[result.arrays["kept"]] >= SURE).sum())),
        "sure_before": integer(int((scores >= SURE).sum())),
    }
