"""Numbers of `browser_squeezenet` for prose and tables."""

from cnnlab.experiments.browser_squeezenet.compute import BrowserSqueezenet
from cnnlab.experiments.browser_squeezenet.weights_file import BASE, LEVELS
from cnnlab.words import Quantity, decimal, integer, percent, text


def numbers(result: BrowserSqueezenet) -> dict[str, Quantity]:
    """Of the network its parameters and convolutions; of each form its size and differences; of each photo its
    first class; of the first one the least probability under a window."""
    options = result.options
    out = {
        "parameters": integer(result.weights + result.biases),
        "layers": integer(result.layers),
        "base": integer(BASE),
        "levels": integer(LEVELS),
        "values": integer(2 * LEVELS + 1),
        "single_bytes": decimal(4 * (result.weights + result.biases) / 1e6, 2),
        "judged": integer(result.judged),
        "calibrated": integer(2 * options.calibrated),
        "largest": decimal(result.largest, 1),
        "window": integer(options.window),
        "stride": integer(options.stride),
        "channels": integer(options.channels),
        "windows": integer(result.arrays["occlusion"].size),
        "least": percent(result.least, 1),
    }
    for place, name in zip(result.least_at, ("top", "left"), strict=True):
        out[f"least_{name}"] = integer(options.stride * place + options.window // 2)
    for form in result.forms:
        out[f"{form.name}_size"] = integer(form.size)
        out[f"{form.name}_megabytes"] = decimal(form.size / 1e6, 2)
        for measure in ("difference", "typical", "median"):
            out[f"{form.name}_{measure}"] = decimal(getattr(form, measure), 4)
        out[f"{form.name}_equal"] = integer(form.equal)
    for photo in result.photos:
        out[f"{photo.name}_label"] = text(es=photo.top[0].label, en=photo.top[0].label)
        out[photo.name] = percent(photo.top[0].probability, 1)
    return out
