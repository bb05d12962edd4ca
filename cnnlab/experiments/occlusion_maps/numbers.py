"""Numbers of `occlusion_maps` for prose and tables."""

from cnnlab.experiments.inside_maps.photos import credits_of
from cnnlab.experiments.occlusion_maps.compute import OcclusionMaps
from cnnlab.words import Quantity, decimal, integer, percent, text

NAMES = ("left", "right", "low")  # of the targets, in their order


def numbers(result: OcclusionMaps) -> dict[str, Quantity]:
    """`<target>_label`, `_alone`, `_whole`; `<target>_<window>_<filling>_share`, `_lowest`, `_low`, `_agreement`,
    `_share_sum`, `_windows`; of each target the least and largest share and agreement.
    """
    out = {
        "credits": credits_of(result.credits),
        "evaluations": integer(result.evaluations),
        "rank": integer(result.options.rank),
        "stride": integer(result.options.stride),
    }
    for name, target in zip(NAMES, result.targets, strict=True):
        out[f"{name}_label"] = text(es=target.label, en=target.label)
        out[f"{name}_alone"], out[f"{name}_whole"] = decimal(target.alone, 1), decimal(target.whole, 1)
        own = [each for each in result.maps if each.target == target.index]
        for each in own:
            key = f"{name}_{each.window}_{each.filling}"
            out[f"{key}_share"] = percent(each.own_share, 0)
            out[f"{key}_share_sum"] = percent(each.share_reciprocal, 0)
            out[f"{key}_lowest"], out[f"{key}_highest"] = decimal(each.lowest, 1), decimal(each.highest, 1)
            out[f"{key}_low"], out[f"{key}_windows"] = integer(each.low), integer(each.windows)
            out[f"{key}_agreement"] = decimal(each.agreement, 2)
        for end, pick in (("least", min), ("most", max)):
            out[f"{name}_share_{end}"] = percent(pick(each.own_share for each in own), 0)
            out[f"{name}_agreement_{end}"] = decimal(pick(each.agreement for each in own), 2)
            out[f"{name}_mean_agreement_{end}"] = decimal(pick(each.mean_agreement for each in own), 2)
        out[f"{name}_low_most"] = integer(max(each.low for each in own))
    return out
