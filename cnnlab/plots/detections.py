"""Boxes with their names and scores, drawn into a picture."""

from __future__ import annotations

from functools import cache
from itertools import cycle
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from cnnlab.data.images import picture_of
from cnnlab.detection.detections import Detections
from cnnlab.errors import OptionError
from cnnlab.plots.photo import PALE
from cnnlab.plots.style import contrast, fonts_folder, inks
from cnnlab.words import Words

LEAST = 640  # pixels of the longer side: a smaller picture is enlarged, so that labels have room


def draw_detections(image, detections: Detections, *, lang: str, letters: float | None = None) -> Image.Image:
    """The picture with a box, a name in `lang` ("es", "en") and a score for each detection, the surest on top.

    image: what `detect` was given. In a picture a class has one colour; lines lie on a pale halo and letters on a
    plate, so that both can be read on any background; no plate leaves the picture. A picture whose longer side has less
    than 640 pixels is enlarged. letters: their height as a share of the picture's, 0–1; None: what can be read at full
    size. OptionError, DataError for what cannot be used.
    """
    if letters is not None and not 0 < letters <= 1:
        raise OptionError(f"letters={letters}", allowed="more than 0, at most 1: a share of the picture's height")
    words, picture, categories = Words(lang), picture_of(image), inks("light")[1]
    scale = max(1.0, LEAST / max(picture.size))
    if scale > 1:
        picture = picture.resize([max(1, round(scale * side)) for side in picture.size], Image.Resampling.LANCZOS)
    if min(picture.size) < LEAST // 4:  # no room for letters beside a box: the picture is laid on white
        wider = Image.new("RGB", [max(side, LEAST // 2) for side in picture.size], "white")
        wider.paste(picture)
        picture = wider
    draw = ImageDraw.Draw(picture)
    line = max(2, round(max(picture.size) / 320))
    labels = detections.labels.tolist()
    of_label = dict(zip(dict.fromkeys(labels), cycle(categories), strict=False))
    colours = [of_label[label] for label in labels]
    corners = [[scale * float(side) for side in box] for box in detections.boxes]
    for box in reversed(corners):
        draw.rectangle(grown(box, line), outline=PALE, width=3 * line)
    for box, colour in reversed(list(zip(corners, colours, strict=True))):
        draw.rectangle(box, outline=colour, width=line)
    height = max(4, round(letters * picture.height)) if letters else max(15, round(max(picture.size) / 42))
    taken: list[tuple] = []
    for box, colour, name, score in zip(corners, colours, detections.names, detections.scores, strict=True):
        text = f"{name_in(name, lang)} {words.decimal(float(score), 2)}"
        plate(draw, picture.size, box, text, colour, height, taken)
    return picture


def plate(draw, size: tuple[int, int], box: list[float], text: str, colour: str, height: int, taken: list) -> None:
    """Write a label at a corner of its box where it covers no other label, if there is such a place."""
    wide, high, pad = measured(text, height)
    while (wide > size[0] or high > size[1]) and height > 4:
        height -= 1
        wide, high, pad = measured(text, height)
    x1, y1, x2, y2 = box
    places = [(x1, y1 - high), (x1, y1), (x1, y2), (x1, y2 - high), (x2 - wide, y1 - high), (x2 - wide, y2)]
    places += [(x1, y1 + step * high) for step in range(1, 6)]
    inside = [(min(max(x, 0), size[0] - wide), min(max(y, 0), size[1] - high)) for x, y in places]
    x, y = next(
        (at for at in inside if not any(meet((*at, at[0] + wide, at[1] + high), each) for each in taken)), inside[0]
    )
    taken.append((x, y, x + wide, y + high))
    draw.rectangle((x, y, x + wide, y + high), fill=colour)
    ink = max((PALE, inks("light")[0]["ink"]), key=lambda each: contrast(each, colour))
    draw.text((x + pad, y), text, font=face(height), fill=ink)


def measured(text: str, height: int) -> tuple[float, int, int]:
    """Width and height of a label's plate, and the space before and after its letters, in pixels."""
    ascent, descent = face(height).getmetrics()
    pad = max(2, height // 5)
    return face(height).getlength(text) + 2 * pad, ascent + descent, pad


def side_by_side(pictures: list[Image.Image], height: int = 480, gap: int = 16) -> Image.Image:
    """Pictures in a row, scaled to one height, on white."""
    scaled = [each.resize((round(each.width * height / each.height), height)) for each in pictures]
    whole = Image.new("RGB", (sum(each.width + gap for each in scaled) - gap, height), "white")
    left = 0
    for each in scaled:
        whole.paste(each, (left, 0))
        left += each.width + gap
    return whole


def name_in(name: str, lang: str) -> str:
    """A class's English name in a language; a name that is not in the list stays as it is."""
    return name if lang == "en" else spanish_names().get(name, name)


@cache
def spanish_names() -> dict[str, str]:
    lines = Path(__file__).with_name("class_names.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


@cache
def face(height: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts_folder() / "sans-600.ttf", height)


def grown(box: list[float], by: float) -> list[float]:
    return [box[0] - by, box[1] - by, box[2] + by, box[3] + by]


def meet(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
