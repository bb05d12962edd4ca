"""What prose may say of the result of `proposals`."""

from cnnlab.experiments.proposals.compute import Proposals
from cnnlab.words import Quantity, integer


def numbers(result: Proposals) -> dict[str, Quantity]:
    return {
        "after": integer(sum(each.after for each in result.levels)),
        "anchors": integer(sum(each.anchors for each in result.levels)),
        "before": integer(sum(each.before for each in result.levels)),
        "boxes": integer(len(result.arrays["boxes"])),
        "kept": integer(len(result.arrays["kept"])),
        "photos": integer(result.photos),
        "proposals": integer(result.proposals),
        "seconds": integer(round(result.provenance.seconds)),
        "side": integer(result.options.side),
    }
