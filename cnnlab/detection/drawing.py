"""Detections drawn into a picture: boxes with names and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import Any, overload

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cnnlab import look
from cnnlab.data.images import picture_of, pictures_of
from cnnlab.detection.detections import Detections
from cnnlab.detection.names import class_name
from cnnlab.errors import OptionError
from cnnlab.words import Words

INKS = ("#ffffff", "#000000")  # of letters, and of the halo around a line: the one of more contrast
STEP = 9  # numbers of classes after which the colours move on by one
LARGEST_PICTURE = 8192  # pixels of the longer side, to which a picture may be enlarged
FAR = 1e6  # pixels: sides of boxes further outside are drawn there
SMALLEST_FONT = 4  # pixels: a label that does not fit in the picture at this size is left out

Rectangle = tuple[float, float, float, float]  # x1, y1, x2, y2


@dataclass(frozen=True)
class Style:
    """How detections are drawn, see `draw_detections`. Raises OptionError for a value that is not allowed."""

    lang: str
    font_size: int | None
    line_width: int | None
    show_scores: bool
    enlarge_to: int | None

    def __post_init__(self):
        Words(self.lang)  # an unknown language says so
        for name in ("font_size", "line_width", "enlarge_to"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, Integral) or isinstance(value, bool) or value < 1):
                raise OptionError(f"{name}={value!r}", allowed="pixels, a whole number from 1, or None")
        if self.enlarge_to is not None and self.enlarge_to > LARGEST_PICTURE:
            raise OptionError(f"enlarge_to={self.enlarge_to}", allowed=f"1 to {LARGEST_PICTURE} pixels, or None")

    def check(self, longer: int) -> None:
        """OptionError where text or lines would be larger than the picture, whose longer side is given in pixels."""
        for name in ("font_size", "line_width"):
            value = getattr(self, name)
            if value is not None and value > longer:
                raise OptionError(
                    f"{name}={value}", allowed=f"1 to {longer} pixels, the picture's longer side, or None"
                )

    def text(self, name: str, score: float) -> str:
        """What a label says."""
        shown = class_name(" ".join(name.split()), self.lang)  # names read with readlines() end in a line break
        return f"{shown} {Words(self.lang).decimal(score, 2)}" if self.show_scores else shown


@dataclass(frozen=True)
class Label:
    """A label's place in the picture: the rectangle behind its text, its font size and padding in pixels."""

    text: str
    rectangle: Rectangle
    font_size: int
    padding: int


@overload
def draw_detections(
    image: list | tuple,
    detections: Sequence[Detections],
    *,
    lang: str = "en",
    font_size: int | None = None,
    line_width: int | None = None,
    show_scores: bool = True,
    enlarge_to: int | None = None,
) -> list[Image.Image]: ...
@overload
def draw_detections(
    image: Any,
    detections: Detections,
    *,
    lang: str = "en",
    font_size: int | None = None,
    line_width: int | None = None,
    show_scores: bool = True,
    enlarge_to: int | None = None,
) -> Image.Image: ...
def draw_detections(
    image,
    detections,
    *,
    lang="en",
    font_size=None,
    line_width=None,
    show_scores=True,
    enlarge_to=None,
):
    """The picture with a box, a name and a score for each detection.

    image: what `detect` was given; a list of images, with a list of their
    detections, gives a list of pictures. lang: "en" for the names as the
    detector gives them and 0.90, "es" for Spanish ones and 0,90.
    font_size, line_width: in pixels; None: what can be read at full size.
    show_scores: whether labels show scores. enlarge_to: a picture whose
    longer side has fewer pixels is enlarged to so many, and a thin one is
    laid on white; None: the size stays.

    A class has the same colour in all pictures; the highest score lies on
    top. No label leaves the picture: one that is too long is written
    smaller, and left out where it does not fit at all. OptionError,
    DataError for what cannot be used.
    """
    style = Style(lang, font_size, line_width, show_scores, enlarge_to)
    if not isinstance(image, (list, tuple)):
        picture = picture_of(image)
        return drawn(picture, checked(detections), style)[0]
    every = checked_list(detections, len(image))
    pairs = zip(pictures_of(image), every, strict=True)
    return [drawn(picture, each, style)[0] for picture, each in pairs]


def checked_list(detections: object, count: int) -> list[Detections]:
    """The detections of each of `count` pictures; OptionError where they are something else."""
    if isinstance(detections, Detections) or not isinstance(detections, (list, tuple)):
        raise OptionError(f"{type(detections).__name__} for a list of images", allowed="a list of Detections, one each")
    if len(detections) != count:
        raise OptionError(f"{len(detections)} Detections for {count} images", allowed="one for each image")
    return [checked(each) for each in detections]


def checked(detections: object) -> Detections:
    """The detections of one picture; OptionError where they are something else."""
    if not isinstance(detections, Detections):
        raise OptionError(f"detections of type {type(detections).__name__}", allowed="Detections, as detect gives them")
    boxes = detections.boxes
    wrong = ~(np.isfinite(boxes).all(axis=1) & (boxes[:, :2] <= boxes[:, 2:]).all(axis=1))
    if wrong.any():
        raise OptionError(
            f"box {int(wrong.argmax())} of the detections is {boxes[wrong][0].tolist()}",
            allowed="numbers x1, y1, x2, y2 in pixels with x1 ≤ x2 and y1 ≤ y2",
        )
    return detections


def drawn(picture: Image.Image, detections: Detections, style: Style):
    """The picture with its detections, and where the label of each is."""
    picture, scale = enlarged(picture, style.enlarge_to)
    draw, longer = ImageDraw.Draw(picture), max(picture.size)
    style.check(longer)
    boxes = in_reach(scale * detections.boxes.astype(float))
    colours = [colour_of(label) for label in detections.labels.tolist()]
    width = style.line_width or max(2, round(longer / 320))
    draw_boxes(draw, boxes, colours, width)
    texts = [style.text(each.name, each.score) for each in detections]
    font_size = style.font_size or max(15, round(longer / 42))
    labels = place_labels(picture.size, boxes, texts, font_size)
    for label, colour in zip(labels, colours, strict=True):
        if label:
            draw_label(draw, label, colour)
    return picture, labels


def in_reach(boxes: np.ndarray) -> list[list[float]]:
    """Boxes (n, 4) as lists, their sides no further outside than FAR."""
    return boxes.clip(-FAR, FAR).tolist()


def enlarged(picture: Image.Image, longer: int | None) -> tuple[Image.Image, float]:
    """The picture, its longer side at least `longer` pixels, and by what it was enlarged.

    One whose shorter side then has less than a quarter of it has no room for text beside a box: it is laid on white.
    """
    if longer is None:
        return picture, 1.0
    scale = max(1.0, longer / max(picture.size))
    if scale > 1:
        picture = picture.resize([max(1, round(scale * side)) for side in picture.size], Image.Resampling.LANCZOS)
    if min(picture.size) < longer // 4:
        wider = Image.new("RGB", [max(side, longer // 2) for side in picture.size], "white")
        wider.paste(picture)
        picture = wider
    return picture, scale


def colour_of(label: int) -> str:
    """The colour of a class, "#rrggbb", by its number, the same everywhere: one of the report's categorical colours, in
    their dark and in their pale shades. Numbers 12 apart differ, too, as those of table and oven in COCO's list are.
    """
    colours, place = [*look.inks("light")[1], *look.inks("dark")[1]], label - 1
    return colours[(place + place // STEP) % len(colours)]


def ink_on(colour: str) -> str:
    """Of two inks the one with more contrast with a colour."""
    return max(INKS, key=lambda each: look.contrast(each, colour))


def draw_boxes(draw, boxes: list, colours: list[str], width: int) -> None:
    """Draw the boxes on their halos, the first on top."""
    pairs = list(zip(boxes, colours, strict=True))[::-1]
    for (x1, y1, x2, y2), colour in pairs:
        wider = (x1 - width, y1 - width, x2 + width, y2 + width)
        draw.rectangle(wider, outline=ink_on(colour), width=3 * width)
    for (x1, y1, x2, y2), colour in pairs:
        draw.rectangle((x1, y1, x2, y2), outline=colour, width=width)


def draw_label(draw, label: Label, colour: str) -> None:
    """Write a label on a plate of its box's colour."""
    draw.rectangle(label.rectangle, fill=colour)
    x, y, *_ = label.rectangle
    place, letters = (x + label.padding, y), font(label.font_size)
    draw.text(place, label.text, font=letters, fill=ink_on(colour))


def place_labels(
    size: tuple[int, int], boxes: list[list[float]], texts: list[str], font_size: int
) -> list[Label | None]:
    """A place for each label at a corner of its box, inside a picture of `size` (width, height) and apart from those
    before it, if there is such a place; None where the label does not fit in the picture."""
    placed: list[Label | None] = []
    for box, text in zip(boxes, texts, strict=True):
        placed.append(place_label(size, box, text, font_size, [each.rectangle for each in placed if each]))
    return placed


def place_label(
    size: tuple[int, int], box: list[float], text: str, font_size: int, taken: list[Rectangle]
) -> Label | None:
    """A label at a corner of its box where it covers none of the rectangles `taken`, smaller where it must be.

    size: of the image, (width, height) in pixels. None where the label does not fit into the image at all.
    """
    width, height, padding = extent(text, font_size)
    while (width > size[0] or height > size[1]) and font_size > SMALLEST_FONT:
        font_size -= 1
        width, height, padding = extent(text, font_size)
    if width > size[0] or height > size[1]:
        return None
    x1, y1, x2, y2 = box
    corners = [(x1, y1 - height), (x1, y1), (x1, y2), (x1, y2 - height), (x2 - width, y1 - height), (x2 - width, y2)]
    corners += [(x1, y1 + step * height) for step in range(1, 6)]
    inside = [(min(max(x, 0), size[0] - width), min(max(y, 0), size[1] - height)) for x, y in corners]
    rectangles = [(x, y, x + width, y + height) for x, y in inside]
    free = (each for each in rectangles if not any(overlap(each, other) for other in taken))
    return Label(text, next(free, rectangles[0]), font_size, padding)


def extent(text: str, font_size: int) -> tuple[float, int, int]:
    """Width and height of a label's plate, and the space before and after its text, in pixels."""
    ascent, descent = font(font_size).getmetrics()
    padding = max(2, font_size // 5)
    return font(font_size).getlength(text) + 2 * padding, ascent + descent, padding


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The report's own sans-serif, `size` pixels high."""
    return ImageFont.truetype(look.fonts_folder() / "sans-600.ttf", size)


def overlap(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles (x1, y1, x2, y2) have an area in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
