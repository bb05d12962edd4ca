"""Numbers of `map_truth` for prose and tables."""

from cnnlab.experiments.map_truth.compute import MapTruth
from cnnlab.words import Quantity, decimal, integer, percent, text


def numbers(result: MapTruth) -> dict[str, Quantity]:
    """`<map>_deletion`, `_insertion` with `_interval`; `<map>_hits`, `_share`, `_interval_share`, `_seen`;
    `<method>_rank_<place>`, `<method>_ssim_<place>`: means over photos after the first, the middle and the last layer.
    """
    out = {
        "photos": integer(result.photos),
        "pairs": integer(len(result.pairs)),
        "seen": integer(result.seen),
        "squares": integer(len(result.options.squares)),
        "layers": integer(len(result.layers)),
        "steps": integer(result.options.steps),
    }
    for each in result.curves:
        for kind in ("deletion", "insertion"):
            out[f"{key(each.map)}_{kind}"] = decimal(getattr(each, kind), 3)
            ends = getattr(each, f"{kind}_low"), getattr(each, f"{kind}_high")
            out[f"{key(each.map)}_{kind}_interval"] = interval(*ends, 3)
    for point in result.pointing:
        name = key(point.map)
        out[f"{name}_hits"], out[f"{name}_seen"] = integer(point.hits), integer(point.seen)
        out[f"{name}_share"] = percent(point.share, 0)
        out[f"{name}_share_low"], out[f"{name}_share_high"] = percent(point.low, 0), percent(point.high, 0)
    return out | of_layers(result.arrays, result.methods, result.layers)


def of_layers(arrays, methods: tuple[str, ...], layers: tuple[str, ...]) -> dict[str, Quantity]:
    """Means over photos of both measures, after the first, the middle and the last layer that is drawn anew."""
    places = {"first": 0, "middle": len(layers) // 2, "last": len(layers) - 1}
    out = {}
    for name, place in places.items():
        out[f"layer_{name}"] = text(es=f"`{layers[place]}`", en=f"`{layers[place]}`")
        for at, method in enumerate(methods):
            out[f"{key(method)}_rank_{name}"] = decimal(float(arrays["rank"][at, place].mean()), 2)
            out[f"{key(method)}_ssim_{name}"] = decimal(float(arrays["similarity"][at, place].mean()), 2)
    return out


def key(name: str) -> str:
    """A method's name as part of a key."""
    return name.replace("-", "_")


def interval(low: float, high: float, places: int) -> Quantity:
    """The ends of an interval."""
    return Quantity(lambda words: words.interval(low, high, lambda each: words.decimal(each, places)))
