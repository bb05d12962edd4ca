"""Numbers of `attribution_maps` for prose and tables."""

from cnnlab.experiments.attribution_maps.compute import AttributionMaps
from cnnlab.experiments.inside_maps.photos import credits_of
from cnnlab.words import Quantity, decimal, percent, power, text


def numbers(result: AttributionMaps) -> dict[str, Quantity]:
    """`left_score`, `right_score`; `<network>_<place>_<statistic>_<half>_share`, `_positive`, `_reached`;
    `<rule>_<half>_share`, `<rule>_between`; `photo_<place>_label`, `_probability`, `_label_squeezenet`, …;
    `untrained_<method>_rank`, `_ssim`.
    """
    out = {
        "credits": credits_of([each.credit for each in result.photos]),
        "spread": small_number(result.spread),
        "statistics_difference": small_number(result.statistics_difference),
    }
    for half, label, score in zip(("left", "right"), result.pair_labels, result.pair_scores, strict=True):
        out[f"{half}_label"], out[f"{half}_score"] = text(es=label, en=label), decimal(score, 1)
    places = {"resnet50": result.options.layers, "squeezenet": result.options.squeezenet_layers}
    for each in result.weighted:
        key = f"{each.network}_{places[each.network].index(each.layer)}_{each.statistic}_{each.half}"
        out[f"{key}_share"], out[f"{key}_positive"] = percent(each.own_share, 0), percent(each.positive, 0)
        out[f"{key}_reached"] = percent(each.reached, 0)
    for one in result.rules:
        out[f"{one.rule}_{one.half}_share"] = percent(one.own_share, 0)
        out[f"{one.rule}_between"] = decimal(one.between, 2)
    for place, photo in enumerate(result.photos):
        for network, top in (("", photo.top), ("_squeezenet", photo.top_squeezenet)):
            out[f"photo_{place}_label{network}"] = text(es=top[0].label, en=top[0].label)
            out[f"photo_{place}_probability{network}"] = percent(top[0].probability, 0)
    for random in result.untrained:
        key = f"untrained_{random.method.replace('-', '_')}"
        out[f"{key}_rank"], out[f"{key}_ssim"] = decimal(random.rank, 2), decimal(random.similarity, 2)
    return out


def small_number(value: float) -> Quantity:
    """A difference as a power of ten, or 0."""
    return power(value, 1) if value else text(es="0", en="0")
