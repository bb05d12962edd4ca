"""What prose may say of the result of `imagenet`."""

from cnnlab.words import percent, power, text


def numbers(result) -> dict:
    """For each photo the likeliest class and its probability, and the second."""
    out = {"keras_difference": power(result.keras_difference, 1) if result.keras_difference else text(es="0", en="0")}
    for photo in result.photos:
        for place, key in enumerate(("", "_second")):
            best = photo["top"][place]
            out[f"{photo['name']}{key}_label"] = text(es=best["label"], en=best["label"])
            out[f"{photo['name']}{key}"] = percent(best["probability"], 1)
    return out
