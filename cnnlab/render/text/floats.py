"""Pictures, tables, listings, equations and divs of a chapter to their one form, and what is refused in them."""

from __future__ import annotations

import re

import panflute as pf

from cnnlab.render.advice import advice
from cnnlab.render.text.layouts import check_layout, has_layout
from cnnlab.render.text.pictures import check_image
from cnnlab.render.text.source import Source
from cnnlab.render.text.tags import EXPLICIT
from cnnlab.render.text.tree import FLOATS, inlines_of, is_label

TEX = "write formulas in $…$; a backslash itself as \\\\, or in `code`"


class Floats:
    """A walker over a chapter's tree. `images`: the addresses of pictures seen."""

    def __init__(self, source: Source):
        self.source = source
        self.images: list[str] = []

    def action(self, el, doc):
        if isinstance(el, pf.Image):
            self.images.append(el.url)
            check_image(el, self.source)
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
        elif isinstance(el, pf.RawBlock | pf.RawInline) and el.format not in ("html", EXPLICIT, "typst"):
            is_tex = el.format == "tex"
            raise self.source.error(
                f"{el.text.splitlines()[0]!r} is a command of TeX" if is_tex else f"raw {{={el.format}}} is unknown",
                el.text.splitlines()[0],
                f"={el.format}",
                allowed="{=html}, {=typst}",
                remedy=advice("command of TeX", command_of(el.text), (), TEX) if is_tex else None,
            )
        return None

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
        """The formula and the label that follows it as one span; `alt`, for the PDF, may stand beside the label."""
        content = list(para.content)
        for n, el in enumerate(content):
            begins = isinstance(el, pf.Str) and el.text.startswith("{#eq-") and n
            if not begins or not any(isinstance(e, pf.Math) for e in content[max(0, n - 2) : n]):
                continue
            at = n - 1 if isinstance(content[n - 1], pf.Math) else n - 2
            ends = (k for k in range(n, len(content)) if isinstance(content[k], pf.Str) and "}" in content[k].text)
            if (end := next(ends, None)) is None:
                continue
            text = "".join(pf.stringify(e) for e in content[n : end + 1])
            attributes, _, rest = text.removeprefix("{#").rpartition("}")
            label, *others = re.findall(r'[^\s"]*"[^"]*"|\S+', attributes)
            alt = next((other[5:-1] for other in others if other.startswith('alt="')), "")
            if unknown := [other for other in others if not other.startswith('alt="')]:
                raise self.source.error(
                    f"{unknown[0]!r} beside the label {label!r} is not supported", f"#{label}", allowed='alt="…"'
                )
            span = pf.Span(content[at], identifier=label, classes=["equation"], attributes={"alt": alt} if alt else {})
            para.content = [*content[:at], span, *([pf.Str(rest)] if rest else []), *content[end + 1 :]]
            return self.equation(para) or para
        return None

    def div(self, el: pf.Div):
        if el.identifier.partition("-")[0] not in FLOATS or not is_label(el.identifier):
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
        if has_layout(attributes):
            check_layout(attributes, len(content), label, self.source)
        blocks = [pf.Plain(*block.content) if isinstance(block, pf.Para) else block for block in caption]
        return pf.Div(
            *content,
            pf.Div(*blocks, classes=["float-caption"]),
            identifier=label,
            classes=["float"],
            attributes={"kind": label.partition("-")[0], **attributes},
        )


def command_of(tex: str) -> str:
    """The name of the command that a text of TeX begins with."""
    found = re.match(r"\\([A-Za-z]+)", tex)
    return found[1] if found else ""
