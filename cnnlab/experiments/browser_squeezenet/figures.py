"""What the page shows of a photo, drawn for paper, and what its scripts work with."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from PIL import Image

from cnnlab.data.imagenet import MEAN, STD, class_names
from cnnlab.experiments.browser_squeezenet import weights_file
from cnnlab.experiments.browser_squeezenet.compute import LAYERS, SIDE, BrowserSqueezenet
from cnnlab.look import inks, tokens
from cnnlab.plots.class_bars import class_bars
from cnnlab.plots.photo import data_address
from cnnlab.plots.style import inches
from cnnlab.words import Words

FOLDER = Path(__file__).parent
PAGE = FOLDER / "photo.js"
WORKERS = ("resizing.js", "convolution.js", "forward.js")  # one after another, in each worker
MOST = 100_000_000  # pixels of a photo
TEXT, LINE, GAP = 608, 22, 6  # pixels: width, of a line above pictures, between maps
SEEN = 188  # pixels: side of the photo
OPACITY = 0.85  # of the colour where a window takes the whole probability away
SAID = (
    *("again", "camera", "choose", "close", "compared", "examples", "failed", "loading", "lowest", "maps"),
    *("never_lower", "no_camera"),
    *("no_file", "no_weights", "not_picture", "occlude", "occlusion", "occlusion_said", "reading", "said", "seen"),
    *("shoot", "stop", "too_large", "too_narrow", "top", "waiting"),
)


def weights_script(result: BrowserSqueezenet) -> str:
    """The text of the file that the page loads."""
    arrays = result.arrays
    digits = np.stack([arrays["high"], arrays["low"]], 1)
    return weights_file.script(digits, arrays["steps"], arrays["biases"])


def page_data(result: BrowserSqueezenet, words: Words) -> dict:
    """What `photo.js` works with: words, names of classes, example photos with torch's logits, texts of the workers."""
    examples = [
        {
            "name": words(f"photo_{photo.name}").capitalize(),
            "source": data_address(result.picture(photo.name)),
            "logits": [round(float(logit), 4) for logit in logits],
        }
        for photo, logits in zip(result.photos, result.arrays["logits"], strict=True)
    ]
    return {
        "words": {key: words(f"browser_{key}") for key in SAID}
        | {"class": words("class").capitalize(), "probability": words("probability").capitalize()},
        "lang": words.lang,
        "names": class_names(),
        "examples": examples,
        "workers": [(FOLDER / name).read_text(encoding="utf-8") for name in WORKERS],
        "weights": weights_file.NAME,
        "mean": MEAN,
        "deviation": STD,
        "layers": LAYERS,
        "channels": result.options.channels,
        "window": result.options.window,
        "stride": result.options.stride,
        "most": MOST,
    }


def first_photo(result: BrowserSqueezenet, *, words: Words, theme: str) -> Figure:
    """The first photo as the network reads it, its classes, its occlusion map, and maps of three layers."""
    ink, categories = inks(theme)
    channels = result.options.channels
    cell = (TEXT - GAP * (channels - 1)) / channels
    height = LINE + SEEN + len(LAYERS) * (cell + LINE + GAP)
    figure = pyplot.figure(figsize=inches("text", height / TEXT))

    def panel(left: float, top: float, wide: float, tall: float) -> Axes:
        axes = figure.add_axes((left / TEXT, 1 - (top + tall) / height, wide / TEXT, tall / height))
        axes.axis("off")
        return axes

    def title(left: float, top: float, text: str) -> None:
        figure.text(left / TEXT, 1 - (top + LINE - 8) / height, text, fontsize=9.25, color=ink["ink-2"])

    photo, middle, right = result.photos[0], SEEN + 16, TEXT - SEEN
    pixels = seen(result.picture(photo.name))
    grey = Image.fromarray(pixels).convert("L")
    panel(0, LINE, SEEN, SEEN).imshow(pixels, interpolation="lanczos")
    class_bars(panel(middle, LINE, right - middle - 16, SEEN), photo.top, words, theme)
    covered = panel(right, LINE, SEEN, SEEN)
    covered.imshow(np.asarray(grey), cmap="gray", vmin=0, vmax=255, interpolation="lanczos", extent=(0, SIDE, SIDE, 0))
    show_occlusion(covered, result, categories[1])
    title(0, 0, words("browser_seen"))
    title(right, 0, words("browser_occlusion"))
    scale = LinearSegmentedColormap.from_list("sequential", tokens()["sequential"][theme])
    top = LINE + SEEN + GAP
    for layer, chosen in zip(LAYERS, result.arrays["shown"], strict=True):
        maps = result.arrays[f"maps_{layer}"]
        given = {"layer": f"features.{layer}", "side": words.size(*maps.shape[1:])}
        title(0, top, words("browser_maps").format(**given, channels=", ".join(map(str, chosen))))
        for place, values in enumerate(maps):
            axes = panel(place * (cell + GAP), top + LINE, cell, cell)
            axes.imshow(values, cmap=scale, vmin=0, vmax=255, interpolation="nearest")
        top += LINE + cell + GAP
    return figure


def show_occlusion(axes: Axes, result: BrowserSqueezenet, colour: str) -> None:
    """A square in the middle of each window, the more coloured the less of the probability is left, over a photo."""
    options, whole = result.options, result.photos[0].top[0].probability
    covered = result.arrays["occlusion"]
    layer = np.empty((*covered.shape, 4))
    layer[..., :3] = to_rgb(colour)
    layer[..., 3] = OPACITY * np.clip(1 - covered / whole, 0, 1)
    first = (options.window - options.stride) / 2
    last = first + options.stride * len(covered)
    axes.imshow(layer, interpolation="nearest", extent=(first, last, last, first))
    axes.set(xlim=(0, SIDE), ylim=(SIDE, 0))


def seen(path: Path) -> np.ndarray:
    """The centre of a kept photo that the network reads, (SIDE, SIDE, 3), uint8."""
    with Image.open(path) as file:
        picture = file.convert("RGB")
    edge = (picture.width - SIDE) // 2
    return np.asarray(picture)[edge : edge + SIDE, edge : edge + SIDE]
