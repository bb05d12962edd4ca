"""Small maps with their numbers, windows of a kernel, kernels over photos; what the reader's browser draws."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from cnnlab.experiments.fundamentals import printed
from cnnlab.experiments.fundamentals.compute import PHOTOS, Fundamentals
from cnnlab.experiments.fundamentals.kernels import KERNELS
from cnnlab.look import inks, tokens
from cnnlab.models.convolution import cross_correlation, output_size
from cnnlab.plots.photo import data_address
from cnnlab.plots.style import bare, inches, legible
from cnnlab.words import MINUS, Words

TEXT = 608  # pixels
SIDE = 7  # of the input whose windows are drawn
SIZES = Path(__file__).with_name("sizes.js")
EDITOR = Path(__file__).with_name("kernel.js")
WAYS = ((3, 1, 0, 1), (3, 1, 1, 1), (3, 2, 1, 1), (3, 1, 0, 2), (2, 2, 0, 1), (5, 4, 0, 1))  # kernel, stride, …
CONTROLS = (("kernel", 3, 1, 5), ("stride", 2, 1, 4), ("padding", 1, 0, 3), ("dilation", 1, 1, 3))  # …, first, range


def padded_example(result: Fundamentals, *, words: Words, theme: str) -> Figure:
    """The padded 5×5 of 002, its kernel and the whole output; what the first output reads is marked."""
    cell, height = 32, 262
    figure, axes = _canvas(height)
    grids = (
        (np.pad(np.array(printed.IMAGE), 1), words("input")),
        (np.array(printed.SHARPEN), words("kernel")),
        (result.arrays["padded"], words("output")),
    )
    left = 4.0
    for place, (values, name) in enumerate(grids):
        rows = len(values)
        top = 30 + (7 - rows) * cell / 2
        axes.text(left, top - 13, name.capitalize(), fontweight=600, va="center")
        marked = {(i, j) for i in range(3) for j in range(3)} if rows == 7 else {(0, 0)} if rows == 5 else set()
        frame = {(i, j) for i in range(7) for j in range(7) if {i, j} & {0, 6}} if rows == 7 else set()
        _grid(axes, values, (left, top, cell), theme, marked=marked, frame=frame)
        left += rows * cell
        if place < 2:
            axes.text(left + 18, 30 + 3.5 * cell, ("", "=")[place], ha="center", va="center", fontsize=13)
            left += 36
    return figure


def edge_tensor(*, words: Words, theme: str) -> Figure:
    """001's tensor, and what the two edge detectors give on it, number by number."""
    cell, height = 17, 178
    figure, axes = _canvas(height)
    image, left = np.array(printed.EDGE), 4.0
    maps = [(image, "input")]
    for name in ("vertical", "horizontal"):
        kernel = np.array(getattr(printed, name.upper()))
        maps.append((cross_correlation(image, kernel), f"kernel_{name}"))
    for values, name in maps:
        axes.text(left, 14, words(name).capitalize(), fontweight=600, va="center")
        marked = {tuple(at) for at in np.argwhere(values < 0).tolist()}
        _grid(axes, values, (left, 30, cell), theme, marked=marked, size=8.25)
        left += values.shape[1] * cell + 42
    return figure


def edges_on_photos(result: Fundamentals, *, words: Words, theme: str) -> Figure:
    """Each photo, and its maps of the vertical and of the horizontal detector."""
    figure, panels = pyplot.subplots(2, 3, figsize=inches("text", 0.72))
    scale = diverging(theme)
    for row, name in zip(panels, PHOTOS, strict=True):
        grey = levels(result.picture(name))
        row[0].imshow(grey, cmap="gray", vmin=0, vmax=255)
        for axes, kernel in zip(row[1:], (printed.VERTICAL, printed.HORIZONTAL), strict=True):
            values = correlated(grey, np.array(kernel))
            axes.imshow(values, cmap=scale, vmin=-200, vmax=200)
    for axes, title in zip(panels[0], ("photo", "kernel_vertical", "kernel_horizontal"), strict=True):
        axes.set_title(words(title).capitalize())
    for axes in panels.flat:
        axes.axis("off")
    figure.subplots_adjust(left=0, right=1, top=0.93, bottom=0, wspace=0.03, hspace=0.04)
    return figure


def windows(*, words: Words, theme: str) -> Figure:
    """An input of 7×7, the window of the second output (copper), what no window reads, and the output, six times."""
    wide, tall = TEXT / 3, 158
    figure, axes = _canvas(2 * tall)
    for place, way in enumerate(WAYS):
        _setting(axes, 2 + wide * (place % 3), 4 + tall * (place // 3), way, words, theme)
    return figure


def _setting(axes: Axes, left: float, top: float, way: tuple[int, int, int, int], words: Words, theme: str) -> None:
    """One setting: its names, the padded input, the output."""
    ink, categories = inks(theme)
    kernel, stride, padding, dilation = way
    out, whole, cell = output_size(SIDE, *way), SIDE + 2 * padding, 10
    names = f"{words('kernel')} {kernel}, {words('stride')} {stride}"
    axes.text(left, top + 10, names, va="center", fontweight=600)
    more = f"{words('padding')} {padding}, {words('dilation')} {dilation}: {SIDE} → {out}"
    axes.text(left, top + 28, more, va="center", color=ink["ink-2"])
    top += 46
    column = min(1, out - 1)
    rows = [k * dilation for k in range(kernel)]
    columns = [column * stride + k * dilation for k in range(kernel)]
    read = {at * stride + k for at in range(out) for k in rows}
    for y in range(whole):
        for x in range(whole):
            inside = padding <= min(x, y) and max(x, y) < padding + SIDE
            face = categories[1] if y in rows and x in columns else ink["surface"] if inside else "none"
            dash = "-" if inside else (0, (2, 2))
            square = Rectangle((left + cell * x, top + cell * y), cell, cell, linewidth=0.7)
            square.set(facecolor=face, edgecolor=ink["rule-strong"], linestyle=dash)
            axes.add_patch(square)
            if inside and not {y, x} <= read:
                low, high = 0.2 * cell, 0.8 * cell
                ends = [left + cell * x + low, left + cell * x + high], [top + cell * y + high, top + cell * y + low]
                axes.plot(*ends, color=ink["ink-2"], linewidth=0.9)
    left += cell * whole + 16
    for y in range(out):
        for x in range(out):
            face = categories[1] if (y, x) == (0, column) else ink["select"]
            square = Rectangle((left + cell * x, top + cell * y), cell, cell, linewidth=0.7)
            square.set(facecolor=face, edgecolor=ink["rule-strong"])
            axes.add_patch(square)


def kernels_on_photo(result: Fundamentals, *, words: Words, theme: str) -> Figure:
    """The first photo under each of the kernels that are written by hand, with its weights."""
    picture, wide, tall = 136, TEXT / 3, 178
    figure, axes = _canvas(2 * tall)
    ink, _ = inks(theme)
    grey = levels(result.picture(PHOTOS[0]))
    for place, (name, weights) in enumerate(KERNELS.items()):
        left, top, kernel = wide * (place % 3), tall * (place // 3), np.array(weights)
        axes.text(left, top + 12, words(name).capitalize(), fontweight=600, va="center")
        extent = (left, left + picture, top + 26 + picture, top + 26)
        axes.imshow(shown(grey, kernel), cmap="gray", vmin=0, vmax=255, extent=extent, zorder=1)
        for (i, j), weight in np.ndenumerate(kernel):
            text = "1/9" if 0 < abs(weight) < 1 else str(round(weight)).replace("-", MINUS)
            at = left + picture + 14 + 18 * j, top + 38 + 18 * i
            axes.text(*at, text, ha="center", va="center", fontsize=8.5, color=ink["ink-2"])
    bare(axes, TEXT, 2 * tall)
    axes.set_aspect("auto")
    return figure


def sizes_data(words: Words) -> dict:
    """What `sizes.js` draws from."""
    controls = [
        {"name": name, "label": words(name).capitalize(), "value": value, "least": least, "most": most}
        for name, value, least, most in CONTROLS
    ]
    said = {
        "side": words("output_side"),
        "parameters": words("parameters_with_bias"),
        "place": words("output_place"),
        "row_column": words("row_column"),
        "does_not_fit": words("does_not_fit"),
    }
    return {"side": SIDE, "controls": controls, "words": said}


def editor_data(result: Fundamentals, words: Words) -> dict:
    """What `kernel.js` draws from: the photos in it, as addresses that hold them."""
    keys = ("kernel", "photo", "weights", "weight", "sum", "map")
    names = {"map": "map_out", "own": "kernel_own", "sum": "weights_sum"}
    said = {key: words(names.get(key, key)).capitalize() for key in (*keys, "own")}
    said |= {key: words(key) for key in ("row_column", "grey_is_zero", "black_is_zero")}
    return {
        "words": said,
        "spanish": words.lang == "es",
        "kernels": [
            {"name": words(name).capitalize(), "weights": [[round(each, 4) for each in row] for row in weights]}
            for name, weights in KERNELS.items()
        ],
        "photos": [
            {"name": words(f"photo_{name}").capitalize(), "source": data_address(result.picture(name))}
            for name in PHOTOS
        ],
    }


def levels(path: Path) -> np.ndarray:
    """The grey levels of a photo, (h, w), 0 to 255."""
    with Image.open(path) as file:
        return np.asarray(file.convert("L"), float)


def correlated(grey: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """`cross_correlation` of a photo with a small odd kernel, padded to the same size: a sum of moved photos, fast."""
    margin = len(kernel) // 2
    padded, (height, width) = np.pad(grey, margin), grey.shape
    return sum(weight * padded[i : i + height, j : j + width] for (i, j), weight in np.ndenumerate(kernel))  # type: ignore[return-value]


def shown(grey: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """A map as grey levels, 0 to 255, cut at both ends.

    Where the weights add up to 0 the middle grey is 0, and of a hundred outputs the one farthest from it is cut.
    """
    values = correlated(grey, kernel)
    if abs(kernel.sum()) < 1e-6:
        bound = float(np.quantile(np.abs(values), 0.99)) or 1.0
        values = 127.5 * (1 + values / bound)
    return values.clip(0, 255)


def diverging(theme: str) -> LinearSegmentedColormap:
    """The report's scale for values of both signs."""
    return LinearSegmentedColormap.from_list("diverging", tokens()["diverging"][theme])


def _canvas(height: float) -> tuple[Figure, Axes]:
    """A figure of the text's width whose axes count pixels."""
    figure = pyplot.figure(figsize=inches("text", height / TEXT))
    axes = figure.add_axes((0, 0, 1, 1))
    bare(axes, TEXT, height)
    return figure, axes


def _grid(
    axes: Axes, values: np.ndarray, place: tuple[float, float, float], theme: str, *, marked=(), frame=(), size=9.0
) -> None:
    """Numbers in squares: those of `marked` in copper, those of `frame` (padding) with dashed sides.

    place: left, top, side of a square, in pixels.
    """
    ink, categories = inks(theme)
    left, top, cell = place
    copper = legible(categories[1], theme)
    for (i, j), value in np.ndenumerate(values):
        x, y, bold = left + cell * j, top + cell * i, (i, j) in marked
        square = Rectangle((x, y), cell, cell, linewidth=0.8, facecolor="none", edgecolor=ink["rule-strong"])
        if (i, j) in frame:
            square.set(linestyle=(0, (2, 2)))
        else:
            square.set(facecolor=ink["surface"])
        axes.add_patch(square)
        colour = copper if bold else ink["ink-3"] if (i, j) in frame else ink["ink"]
        text = str(round(value)).replace("-", MINUS)
        middle = x + cell / 2, y + cell / 2
        axes.text(*middle, text, ha="center", va="center", fontsize=size, color=colour, fontweight=600 if bold else 400)
