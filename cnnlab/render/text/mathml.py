"""MathML as pandoc writes it, mended: space around the name of a function ("2 ln 9", not "2ln9"), upright \\mathbf."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
APPLY = "\u2061"  # the invisible sign of application, which pandoc writes after each name of a function
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
SCRIPTED = ("msub", "msup", "msubsup", "munder", "mover", "munderover")
WITHOUT = ("mo", "mspace", "mtext")  # signs, brackets among them, and spaces: nothing is set between these and a name
# Pandoc writes \mathbf as slanted as \boldsymbol. It is given another command instead, which keeps the two apart;
# the two spaces tell it from one that an author wrote.
BOLD, STAND_IN = re.compile(r"\\mathbf(?![A-Za-z])"), r"\mathbffrak  "
LETTERS = re.compile(r'mathvariant="bold-fraktur"([^>]*)>([^<]*)<')

ElementTree.register_namespace("", NAMESPACE)


def told_apart(tex: str) -> str:
    """A formula whose upright bold letters `mended` can tell from slanted ones."""
    return tex if r"\mathbffrak" in tex else BOLD.sub(lambda _: STAND_IN, tex)


def mended(html: str) -> str:
    """HTML whose formulas, `told_apart`, have upright bold letters and thin spaces around names of functions."""

    def mend(found: re.Match) -> str:
        text = found[0]
        if STAND_IN in text:
            text = LETTERS.sub(lambda part: f'mathvariant="bold"{part[1]}>{upright(part[2])}<', text)
            text = text.replace(STAND_IN, r"\mathbf")
        return formula(text) if "&#8289;" in text else text

    return FORMULA.sub(mend, html)


def upright(letters: str) -> str:
    """Letters, in whatever style, as upright bold ones."""
    return "".join(map(bold, letters))


def bold(letter: str) -> str:
    style, _, plain = unicodedata.decomposition(letter).partition(" ")
    letter = chr(int(plain, 16)) if style == "<font>" else letter
    name = re.sub(r"^(LATIN|GREEK( LUNATE)?) |LETTER ", "", unicodedata.name(letter, ""))
    try:
        return unicodedata.lookup(f"MATHEMATICAL BOLD {name}")
    except KeyError:
        return letter


def formula(text: str) -> str:
    math = ElementTree.fromstring(text)
    for row in list(math.iter(f"{{{NAMESPACE}}}mrow")):
        parts = list(row)
        for at in range(len(parts) - 1, 0, -1):
            before, after = parts[at - 1], parts[at]
            if (is_name(before) and not is_sign(after)) or (is_name(after) and not is_sign(before)):
                row.insert(at, ElementTree.Element(f"{{{NAMESPACE}}}mspace", {"width": "0.1667em"}))
    return ElementTree.tostring(math, encoding="unicode")


def kind(part: ElementTree.Element) -> str:
    return part.tag.rpartition("}")[2]


def is_name(part: ElementTree.Element) -> bool:
    """Whether a part of a row is the name of a function, alone or with what stands below and above it."""
    if kind(part) in SCRIPTED:
        return is_name(part[0])
    return kind(part) == "mrow" and len(part) > 0 and part[-1].text == APPLY


def is_sign(part: ElementTree.Element) -> bool:
    """Whether a part of a row needs no space beside a name: a sign, a space, or what stands in brackets."""
    if kind(part) == "mrow" and len(part):
        return not is_name(part) and kind(part[0]) in WITHOUT
    return kind(part) in WITHOUT or part.text in ("−", "+", "-")  # pandoc takes the sign of a term for a letter
