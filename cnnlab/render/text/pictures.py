"""Pictures of the project: which files may be shown, how large each is, and what may be written beside it."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import panflute as pf

from cnnlab.errors import BookError
from cnnlab.render.advice import NO_EFFECT, advice
from cnnlab.render.book.reading import LFS
from cnnlab.render.text.addresses import SCHEME, written
from cnnlab.render.text.source import Source
from cnnlab.render.text.tree import is_label

KINDS = {  # endings of names, small or capital: the kind that the content has to be
    ".svg": "SVG",
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".gif": "GIF",
    ".webp": "WEBP",
}
ATTRIBUTES = {
    "fig-alt": "what the picture shows, for those who do not see it; has to be there",
    "width": "how wide it is shown: a length, or a share of the text's width as 50%",
    "height": "how high it is shown: a length; the other side follows unless it is given too",
    "fig-align": "where a picture of its own paragraph stands: left (as without it), center, right",
}
UNITS = {  # of lengths, in CSS pixels; a number without unit is in px
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "em": 16.0,
}
ALIGNMENTS = ("left", "center", "right")
LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(%|[a-z]*)", re.IGNORECASE)
LENGTHS = f"a number with one of {', '.join(UNITS)}"


@dataclass(frozen=True)
class Length:
    """A length as it was written: 3 cm, 50 %."""

    number: float
    unit: str

    @property
    def css(self) -> str:
        return f"{self.number:g}{self.unit}"

    @property
    def typst(self) -> str:
        """Typst knows neither px nor pc: in points, at 96 px to the inch as in browsers."""
        known = self.unit in ("%", "pt", "mm", "cm", "in", "em")
        return self.css if known else f"{self.number * UNITS[self.unit] * 0.75:g}pt"


def length(text: str) -> Length | None:
    """A length that is larger than zero; None for any other text."""
    found = LENGTH.fullmatch(text.strip())
    if found is None or float(found[1]) == 0:
        return None
    unit = found[2].lower() or "px"
    return Length(float(found[1]), unit) if unit in UNITS or unit == "%" else None


# ---- what is written beside a picture


def check_image(image: pf.Image, source: Source) -> None:
    """Refuse a picture of another host, without alternative text, or with attributes that would have no effect."""
    check_place(image, source)
    alone = is_alone(image)
    if SCHEME.match(image.url) and not image.url.startswith("cell:"):
        problem = "is on another host" if "//" in image.url else "is not a file of the project"
        raise source.error(f"picture {image.url[:80]} {problem}", image.url, remedy="keep pictures in the project")
    has_caption = any(isinstance(up, pf.Figure) for up in (image.parent, image.parent.parent))
    if not image.attributes.get("fig-alt") and not has_caption:
        image.attributes["fig-alt"] = pf.stringify(image).strip()  # what stands in its brackets
    if not image.attributes.get("fig-alt", "").strip():
        raise refusal(
            image,
            source,
            f"picture {image.url} has no alternative text",
            lacks="fig-alt",
            remedy='write {fig-alt="what it shows"} after it',
        )
    if image.classes:
        raise refusal(
            image,
            source,
            f"class {image.classes[0]!r} of picture {image.url} is not supported",
            has=f".{image.classes[0]}",
            remedy="take it out: it would have no effect",
        )
    for name, value in image.attributes.items():
        if name not in ATTRIBUTES:
            raise refusal(
                image,
                source,
                f"attribute {name!r} of picture {image.url} is not supported",
                has=f"{name}=",
                allowed=", ".join(ATTRIBUTES),
                remedy=advice("attribute of a picture", name, ATTRIBUTES, NO_EFFECT),
            )
        if (allowed := values(name, value, alone)) is not None:
            raise refusal(image, source, f"{name} of picture {image.url} is {value!r}", has=f"{name}=", allowed=allowed)


def check_place(image: pf.Image, source: Source) -> None:
    """Refuse a label of a picture that is no figure: it has no caption, or no paragraph of its own."""
    if not is_label(image.identifier):
        return
    if is_alone(image):
        what, remedy = "has a label and no caption", "write the caption in the brackets: ![Caption](…){#fig-…}"
    else:
        what, remedy = "has a label and stands beside text", "leave an empty line before and after the picture"
    raise refusal(image, source, f"picture {image.url} {what}", has=f"#{image.identifier}", remedy=remedy)


def values(name: str, value: str, alone: bool) -> str | None:
    """The values that an attribute may have, in words, where this is none of them."""
    if name in ("width", "height"):
        given = length(value)
        if given is None or (name == "height" and given.unit == "%"):
            return LENGTHS + (", or a share of the text's width as 50%" if name == "width" else "")
    if name == "fig-align" and not alone:
        return "nothing here: a picture in a line of text stands where the text has it"
    if name == "fig-align" and value not in ALIGNMENTS:
        return ", ".join(ALIGNMENTS)
    return None


def refusal(
    image: pf.Image, source: Source, what: str, *, has: str = "", lacks: str = "\n", allowed=None, remedy=None
) -> BookError:
    """An error at the line that shows the picture; of several, the one that has one text and lacks another."""
    lines = [line for line in source.lines if any(name in line.text for name in written(image.url))]
    chosen = [line for line in lines if has in line.text and lacks not in line.text] or lines
    shown = f"![{pf.stringify(image)}]"
    if chosen and "](" not in chosen[0].text and any(shown in line.text for line in source.lines):
        chosen = []  # the address stands in a definition below; the picture where its name is
    where = chosen[0].where if chosen else source.locate(shown, *([has] if has else []), image.url)
    return BookError(what, where=where, allowed=allowed, remedy=remedy)


def is_alone(image: pf.Image) -> bool:
    """Whether a picture has its paragraph for itself, outside of tables; others stand in a line of text."""
    block = image.parent
    while isinstance(block, pf.Link | pf.Span):
        if len(block.content) > 1:
            return False
        block = block.parent
    return (
        isinstance(block, pf.Para | pf.Plain) and len(block.content) == 1 and not isinstance(block.parent, pf.TableCell)
    )


# ---- files


def size(path: Path) -> tuple[float, float]:
    """Width and height of a picture in CSS pixels. BookError, without a place, for a file that cannot be shown."""
    stat = path.stat()
    return size_of(path, stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=1024)
def size_of(path: Path, count: int, _time: int) -> tuple[float, float]:
    """The size of a file of `count` bytes; read once for the page and for paper."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise BookError(
            f"picture {path.name} is of a kind that is not shown",
            allowed=", ".join(KINDS),
            remedy="save it as SVG (pdftocairo -svg makes one of a page of PDF) or as PNG",
        )
    with path.open("rb") as file:
        head = file.read(256)
    if count == 0:
        raise BookError(f"picture {path.name} is empty: it has no bytes", remedy="put the picture there again")
    if head.startswith(LFS):
        raise BookError(
            f"picture {path.name} is a pointer of Git LFS in place of the picture",
            remedy="run 'git lfs pull', which fetches the picture",
        )
    return svg_size(path, head) if kind == "SVG" else raster_size(path, kind)


def raster_size(path: Path, kind: str) -> tuple[float, float]:
    from PIL import Image

    try:
        with Image.open(path) as picture:
            found = {"MPO": "JPEG"}.get(picture.format or "", picture.format)  # of cameras that put two in one file
            turned = picture.getexif().get(0x0112, 1) > 4  # browsers and Typst turn it as the camera was held
            picture.load()
            width, height = picture.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, Image.UnidentifiedImageError):
            looks = "an SVG" if b"<svg" in path.read_bytes()[:1000] else "no picture"
            raise BookError(
                f"picture {path.name} is {looks}, for all its name", remedy=f"put a {kind} file there, or rename it"
            ) from None
        raise BookError(
            f"picture {path.name} is damaged: {error}", remedy="put the picture there again: part of it is missing"
        ) from None
    if found != kind:
        raise BookError(
            f"picture {path.name} holds a {found}, not a {kind}",
            remedy=" or ".join([f"rename it to {path.stem}{s}" for s, k in KINDS.items() if k == found][:1])
            or f"save it as {kind}",
        )
    return (float(height), float(width)) if turned else (float(width), float(height))


def svg_size(path: Path, head: bytes) -> tuple[float, float]:
    """The size of the outermost element, by its width and height, else by its viewBox."""
    try:
        root = ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        known = b"<" in head
        what = f"is damaged: {error}" if known else "is no SVG, for all its name"
        raise BookError(f"picture {path.name} {what}", remedy="export it again as SVG") from None
    if root.tag not in ("svg", "{http://www.w3.org/2000/svg}svg"):
        raise BookError(f"picture {path.name} is no SVG: it begins with <{root.tag}>", remedy="export it as SVG")
    if root.tag == "svg":
        raise BookError(
            f'picture {path.name} is an SVG that browsers do not show: it lacks xmlns="http://www.w3.org/2000/svg"',
            remedy="write that into its element <svg>",
        )
    check_content(path, root)
    width, height = (absolute(root.get(side)) for side in ("width", "height"))
    box = [float(number) for number in re.findall(r"-?\d*\.?\d+(?:[eE][+-]?\d+)?", root.get("viewBox", ""))]
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        if width is None and height is None:
            width, height = box[2], box[3]
        width = width or (height or 0) * box[2] / box[3]
        height = height or width * box[3] / box[2]
    if not width or not height:
        raise BookError(
            f"picture {path.name} has no size",
            remedy='write width="…" and height="…" (larger than 0), or a viewBox, into its element <svg>',
        )
    return width, height


def check_content(path: Path, root: ElementTree.Element) -> None:
    """Refuse an SVG that is not shown whole, by browsers or on paper."""
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BookError(f"picture {path.name} is not in UTF-8", remedy="save it again in UTF-8") from None
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        target = element.get("href") or element.get("{http://www.w3.org/1999/xlink}href") or ""
        if tag == "foreignObject":
            raise BookError(
                f"picture {path.name} holds HTML (a foreignObject), which paper does not show",
                remedy="export it again with its texts as texts of SVG, or as PNG",
            )
        if tag in ("image", "feImage") and not target.startswith(("data:", "#")):
            raise BookError(
                f"picture {path.name} shows another file, {target or '(none)'}, which browsers do not load",
                remedy="export it again with pictures embedded",
            )


def absolute(text: str | None) -> float | None:
    """A length of an SVG in CSS pixels; None where it has none of its own."""
    if text is None or text.strip().endswith("%"):
        return None
    found = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(\w*)\s*", text)
    unit = (UNITS | {"": 1.0, "ex": 8.0}).get(found[2].lower()) if found else None
    return float(found[1]) * unit if found and unit else None


# ---- on the page


def css(attributes: dict[str, str]) -> list[str]:
    """The style of a picture whose size or place is given."""
    sides = {side: given.css for side in ("width", "height") if (given := length(attributes.get(side, "")))}
    style = [f"{side}: {sides.get(side, 'auto')}" for side in ("width", "height")] if sides else []
    margins = {"center": "margin: 0 auto", "right": "margin: 0 0 0 auto"}
    return [*style, *([margins[place]] if (place := attributes.get("fig-align", "left")) in margins else [])]
