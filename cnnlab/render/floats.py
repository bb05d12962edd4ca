"""Pictures, tables, listings, equations and divs of a chapter to their one form, and what is refused in them."""

from __future__ import annotations

import re
from pathlib import Path

import panflute as pf

from cnnlab.errors import nearest
from cnnlab.render.source import Source
from cnnlab.render.tree import inlines_of, is_label

CALLOUTS = ("note", "tip", "warning", "important", "caution")
CLASSES = {  # of divs, all that a chapter may use
    *(f"callout-{kind}" for kind in CALLOUTS),
    "question",
    "panel-tabset",
    "aside",
    "column-margin",
    "column-page",
    "content-visible",
    "content-hidden",
    "cell",
    "cell-output",
    "cell-output-stdout",
    "cell-output-stderr",
    "cell-output-display",
    "cell-output-markdown",
    "light-content",
    "dark-content",
}


class Floats:
    """A walker over a chapter's tree. folder: what the paths of pictures are relative to; `images`: those seen."""

    def __init__(self, folder: Path, source: Source):
        self.folder, self.source = folder, source
        self.images: list[str] = []

    def action(self, el, doc):
        if isinstance(el, pf.Image):
            self.check_image(el)
        elif isinstance(el, pf.Figure):
            if not is_label(el.identifier):
                image = next(iter(self.images[-1:]), "")
                raise self.source.error(
                    "a picture with a caption has no label", f"]({image}", image, remedy="write {#fig-…} after it"
                )
            return self.float(el.identifier, list(el.content), el.caption.content, {})
        elif isinstance(el, pf.Table):
            return self.table(el)
        elif isinstance(el, pf.CodeBlock) and el.identifier.startswith("lst-"):
            label, caption = el.identifier, el.attributes.pop("lst-cap", None)
            if not caption:
                raise self.source.error(
                    f"listing {label!r} has no caption", label, remedy='write lst-cap="…" beside its label'
                )
            el.identifier = ""
            return self.float(label, [el], [pf.Plain(*inlines_of(caption))], {})
        elif isinstance(el, pf.Para | pf.Plain):
            return self.equation(el)
        elif isinstance(el, pf.Div):
            return self.div(el)
        elif isinstance(el, pf.RawBlock | pf.RawInline) and el.format not in ("html", "typst"):
            raise self.source.error(
                f"raw {{={el.format}}} is not supported", f"={el.format}", allowed="{=html}, {=typst}"
            )
        elif isinstance(el, pf.LineBlock):
            raise self.source.error("line blocks ('| text') are not supported", remedy="write a list or paragraphs")
        return None

    def check_image(self, image: pf.Image) -> None:
        self.images.append(image.url)
        if "://" in image.url:
            raise self.source.error(
                f"picture {image.url} is on another host", image.url, remedy="keep pictures in the project"
            )
        if not image.attributes.get("fig-alt"):
            raise self.source.error(
                f"picture {image.url} has no alternative text",
                f"]({image.url}",
                image.url,
                remedy='write {fig-alt="what it shows"} after it',
            )
        if not image.url.startswith("cell:"):
            file = (self.folder / image.url).resolve()
            if not file.is_file():
                raise self.source.error(
                    f"picture {image.url} does not exist",
                    f"]({image.url}",
                    image.url,
                    remedy=f"its path is relative to {self.source.path.parent}",
                )

    def table(self, table: pf.Table):
        label, caption = table.identifier, list(table.caption.content)
        if not label and not caption:
            return None
        text = pf.stringify(table.caption).strip()
        if not is_label(label):
            raise self.source.error(
                f"the table captioned {text[:40]!r} has no label", text[:20], remedy="end its caption with {#tbl-…}"
            )
        table.identifier = ""
        table.caption = pf.Caption()
        return self.float(label, [table], caption, {})

    def equation(self, para):
        content = list(para.content)
        for n, el in enumerate(content):
            label = re.match(r"\{#(eq-[\w-]+)\}(.*)", el.text) if isinstance(el, pf.Str) else None
            if label and n and any(isinstance(e, pf.Math) for e in content[max(0, n - 2) : n]):
                at = n - 1 if isinstance(content[n - 1], pf.Math) else n - 2
                rest = [pf.Str(label[2])] if label[2] else []
                para.content = [
                    *content[:at],
                    pf.Span(content[at], identifier=label[1], classes=["equation"]),
                    *rest,
                    *content[n + 1 :],
                ]
                return self.equation(para) or para
        return None

    def div(self, el: pf.Div):
        unknown = [
            name for name in el.classes if name not in CLASSES and name not in ("float", "float-caption", "unnumbered")
        ]
        if unknown:
            raise self.source.error(
                f"div class {unknown[0]!r} is not supported",
                f".{unknown[0]}",
                allowed=", ".join(sorted(CLASSES)),
                remedy=nearest(unknown[0], sorted(CLASSES)),
            )
        if "float" in el.classes or not is_label(el.identifier):
            return None
        label, content = el.identifier, list(el.content)
        caption = content.pop() if content else None
        if not isinstance(caption, pf.Para) or all(isinstance(e, pf.Image) for e in caption.content):
            raise self.source.error(
                f"{label!r} has no caption",
                f"#{label}",
                label,
                remedy="end the div with a paragraph that is its caption",
            )
        return self.float(label, content, [pf.Plain(*caption.content)], dict(el.attributes))

    def float(self, label: str, content: list, caption, attributes: dict) -> pf.Div:
        unknown = [key for key in attributes if key != "layout-ncol"]
        if unknown:
            raise self.source.error(
                f"attribute {unknown[0]!r} of {label!r} is not supported", unknown[0], allowed="layout-ncol"
            )
        blocks = [pf.Plain(*block.content) if isinstance(block, pf.Para) else block for block in caption]
        return pf.Div(
            *content,
            pf.Div(*blocks, classes=["float-caption"]),
            identifier=label,
            classes=["float"],
            attributes={"kind": label.partition("-")[0], **attributes},
        )
