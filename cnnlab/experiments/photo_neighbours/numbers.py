"""Numbers of `photo_neighbours` for prose and tables."""

from cnnlab.experiments.channel_sheets import channel_number, photo_credits
from cnnlab.experiments.photo_neighbours.compute import PhotoNeighbours
from cnnlab.words import Quantity, integer, percent


def numbers(result: PhotoNeighbours) -> dict[str, Quantity]:
    """`channel_<place>` with `_inside`, `_area`; `same_hidden`, `same_pixels`; `<network>_first`, `_five`; with ends of
    intervals as `…_low`, `…_high`.
    """
    out = {
        "searched": integer(result.searched),
        "queries": integer(result.queries),
        "train": integer(result.train),
        "nearest": integer(result.options.nearest),
        "credits": photo_credits(credit for each in result.channels for credit in each.credits),
    }
    for key in ("same_hidden", "same_pixels"):
        for end in ("", "_low", "_high"):
            out[f"{key}{end}"] = percent(getattr(result, f"{key}{end}"), 0)
    for place, each in enumerate(result.channels):
        out[f"channel_{place}"] = channel_number(each.channel)
        out[f"channel_{place}_inside"], out[f"channel_{place}_area"] = percent(each.inside, 0), percent(each.area, 0)
    for guesses in result.guesses:
        out["insects"] = integer(guesses.count)
        for key in ("first", "five"):
            name = f"{guesses.network}_{key}"
            out[name] = percent(getattr(guesses, key) / guesses.count, 1)
            for end in ("low", "high"):
                out[f"{name}_{end}"] = percent(getattr(guesses, f"{key}_{end}"), 1)
    return out
