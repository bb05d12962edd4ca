"""Formulas: TeX made fit for pandoc before it writes them, and what it wrote made fit for Typst and for browsers."""

from __future__ import annotations

import re

import panflute as pf

from cnnlab.errors import BookError, RenderError
from cnnlab.render import pandoc
from cnnlab.render.text import mathml, tables
from cnnlab.render.text.source import Source
from cnnlab.render.text.tree import dumped

# Commands of TeX that MathJax knows and pandoc does not: what stands for each.
SPELLED = {
    "And": r"\&",
    "Bar": r"\bar",
    "Hat": r"\hat",
    "P": r"\text{¶}",
    "S": r"\text{§}",
    "Tilde": r"\tilde",
    "bmod": r"\mathbin{\operatorname{mod}}",
    "copyright": r"\text{©}",
    "degree": r"{}^{\circ}",
    "diagdown": r"\backslash",
    "diagup": "/",
    "doublecap": r"\Cap",
    "doublecup": r"\Cup",
    "idotsint": r"\int\cdots\int",
    "injlim": r"\operatorname*{inj\,lim}",
    "mathbbm": r"\mathbb",
    "mathstrut": "{}",
    "nshortmid": r"\nmid",
    "nshortparallel": r"\nparallel",
    "projlim": r"\operatorname*{proj\,lim}",
    "shortmid": r"\mid",
    "shortparallel": r"\parallel",
    "surd": r"\text{√}",
    "textnormal": r"\text",
    "thickapprox": r"\approx",
    "thicksim": r"\sim",
    "thinspace": r"\,",
    "varinjlim": r"\underrightarrow{\lim}",
    "varliminf": r"\underline{\lim}",
    "varlimsup": r"\overline{\lim}",
    "varprojlim": r"\underleftarrow{\lim}",
    "vcentcolon": ":",
}

# Commands that pandoc drops or does not know, and that the book writes otherwise: what to do instead.
REFUSED = {
    "cline": "take the rule out: arrays are drawn without rules",
    "color": "take the colour out: formulas are of the colour of the text",
    "colorbox": "take the colour out: formulas are of the colour of the text",
    "eqref": "write @eq-… in the text, outside of the formula",
    "hdashline": "take the rule out: arrays are drawn without rules",
    "hline": "take the rule out: arrays are drawn without rules",
    "intertext": "end the formula, write the text, and begin another formula",
    "label": "write {#eq-…} after the formula",
    "ref": "write @eq-… in the text, outside of the formula",
    "tag": "write {#eq-…} after the formula, which then bears the next number",
    "textcolor": "take the colour out: formulas are of the colour of the text",
}

# Names that pandoc 3.9 writes and Typst 0.15 no longer knows, or warns of: the sign that each stands for.
GIVEN_UP = {
    "Kai": "Ϗ",
    "angle.oblique": "⦦",
    "angle.right.sq": "⦜",
    "angle.spheric.top": "⦡",
    "backslash.circle": "⦸",
    "bar.v.circle": "⦶",
    "brace.l.double": "⦃",
    "brace.r.double": "⦄",
    "bracket.l.double": "⟦",
    "bracket.r.double": "⟧",
    "dash.circle": "⊝",
    "div.circle": "⨸",
    "dot.circle": "⊙",
    "dot.circle.big": "⨀",
    "eq.circle": "⊜",
    "franc": "₣",
    "gt.circle": "⧁",
    "gt.tri": "⊳",
    "gt.tri.eq": "⊵",
    "gt.tri.eq.not": "⋭",
    "gt.tri.not": "⋫",
    "integral.sect": "⨙",
    "join": "⨝",
    "join.l": "⟕",
    "join.l.r": "⟗",
    "join.r": "⟖",
    "kai": "ϗ",
    "lt.circle": "⧀",
    "lt.tri": "⊲",
    "lt.tri.eq": "⊴",
    "lt.tri.eq.not": "⋬",
    "lt.tri.not": "⋪",
    "minus.circle": "⊖",
    "parallel.circle": "⦷",
    "paren.l.double": "⦅",
    "paren.r.double": "⦆",
    "perp.circle": "⦹",
    "planck.reduce": "ħ",
    "plus.circle.arrow": "⟴",
    "quote.angle.l.double": "«",
    "quote.angle.l.single": "‹",
    "quote.angle.r.double": "»",
    "quote.angle.r.single": "›",
    "sect": "∩",
    "sect.and": "⩄",
    "sect.big": "⋂",
    "sect.dot": "⩀",
    "sect.double": "⋒",
    "sect.sq": "⊓",
    "sect.sq.big": "⨅",
    "sect.sq.double": "⩎",
    "shell.l.double": "⟬",
    "shell.r.double": "⟭",
    "tack.b.double": "⫪",
    "tack.l.double": "⫤",
    "tack.r.double": "⊨",
    "tack.r.double.not": "⊭",
    "tack.t.double": "⫫",
    "times.circle": "⊗",
    "times.circle.big": "⨂",
    "√": r"\√",  # bare, the sign of a root asks for what stands under it
    "∛": r"\∛",
    "∜": r"\∜",
}

COMMAND = re.compile(r"\\(?:([A-Za-z]+)|.)", re.DOTALL)
NORM = re.compile(r"(?<!\\)(\\(?:left|right|[bB]igg?[lrm]?)\s*)?\\\|")
# Words inside a formula, which keep their commas, or a comma that parts the digits of one number.
COMMA = re.compile(r"(\\(?:text\w*|mbox|operatorname\*?)\s*\{[^{}]*\})|(?<=\d)(?:,|\{,\})(?=\d)")
NUMBER_TYPST = re.compile(r'\d+(?: upright\(","\) \d+)+')
NUMBER_MATHML = re.compile(r"</mn>(<mtext[^>]*>,</mtext>|<mi>,</mi>)<mn>")
NAME = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[A-Za-z]+(?:\.[A-Za-z]+)*|[√∛∜]')
UNKNOWN = re.compile(r"Could not convert TeX math (.*?), rendering as TeX:\s*(.*?)(?=\[WARNING\]|\Z)", re.DOTALL)
CUT = "// cut"


def check(el: pf.Element, source: Source) -> None:
    """Raise BookError for a formula of which pandoc would leave something out."""
    if not isinstance(el, pf.Math):
        return
    for found in COMMAND.finditer(el.text):
        if found[1] in REFUSED:
            raise at_fault(f"{found[0]} in a formula is not supported", el.text, found, source, REFUSED[found[1]])
    for found in tables.EDGE.finditer(el.text):
        name, columns = found["begin"] or found["given"] or "", found["spec"]
        if found["given"] == "array" and not re.fullmatch("[lcr]+", tables.columns_of(columns)):
            remedy = "take the bars out: arrays are drawn without rules" if "|" in columns else None
            raise at_fault(f"an array has the columns {columns!r}", el.text, found, source, remedy, "l, c and r")
        if name.endswith("matrix*"):
            raise at_fault(f"{name} is not supported", el.text, found, source, f"write {name[:-1]}, or an array")


def at_fault(
    what: str, tex: str, found: re.Match, source: Source, remedy: str | None, allowed: str | None = None
) -> BookError:
    """The error of a part of a formula, at the line of the chapter that holds it."""
    first, last = tex.rfind("\n", 0, found.start()) + 1, tex.find("\n", found.start())
    line = tex[first : last if last >= 0 else len(tex)].strip()
    return source.error(what, line, found[0], remedy=remedy, allowed=allowed)


def spelled(tex: str) -> str:
    """TeX that pandoc knows how to read, in which a comma between digits belongs to the number ("1, 2" are two)."""
    tex = COMMAND.sub(lambda found: spelled_command(found, tex), tex)
    return COMMA.sub(lambda found: found[1] or r"\text{,}", norms(tex))


def norms(tex: str) -> str:
    """TeX in which the double bars around a term are a pair of brackets: Typst takes others for signs of parallels."""
    bars = [found for found in NORM.finditer(tex) if not found[1]]
    terms = [tex[a.end() : b.start()] for a, b in zip(bars[::2], bars[1::2], strict=False)]
    if len(bars) % 2 or any(crosses(term) for term in terms):
        return tex
    for n, found in reversed(list(enumerate(bars))):
        tex = f"{tex[: found.start()]}\\{'lr'[n % 2]}Vert {tex[found.end() :]}"
    return tex


def spelled_command(found: re.Match, tex: str) -> str:
    word = SPELLED.get(found[1] or "")
    if word is None:
        return found[0]
    return word + " " * (word[-1].isalpha() and tex[found.end() : found.end() + 1].isalpha())


def crosses(term: str) -> bool:
    """Whether round brackets of a term are closed or opened outside of it."""
    while (inner := re.sub(r"\([^()]*\)", "", term)) != term:
        term = inner
    return "(" in term or ")" in term


def typst(formulas: list[tuple[str, str]], source: Source) -> list[str]:
    """Formulas, each a format ("DisplayMath" or "InlineMath") and its TeX, as Typst; BookError at one that is none."""
    if not formulas:
        return []
    blocks: list[pf.Block] = []
    found: dict[str, str] = {}  # formulas as their author wrote them, by what is given to pandoc
    listed = []
    for kind, tex in formulas:
        plain, of_formula = tables.as_matrices(spelled(tex))
        found[plain.strip()] = tex
        listed.append(of_formula)
        blocks += [pf.RawBlock(CUT, format="typst"), pf.Para(pf.Math(plain, format=kind))]
    try:
        text = pandoc.typst(dumped(pf.Doc(*blocks)), str(source.path))
    except RenderError as error:
        raise refusal(error, source, found) from None
    parts = [part.strip() for part in text.split(CUT)[1:]]
    return [renamed(tables.restored(part, each)) for part, each in zip(parts, listed, strict=True)]


def renamed(text: str) -> str:
    """A formula as pandoc wrote it in names that Typst knows."""
    text = NUMBER_TYPST.sub(lambda found: '"' + found[0].replace(' upright(",") ', ",") + '"', text)
    return NAME.sub(lambda found: GIVEN_UP.get(found[0], found[0]), text)


def html(doc: pf.Doc, source: Source) -> str:
    """A tree, its formulas `spelled`, as HTML with their numbers in one piece; BookError at a formula that is none."""
    doc = doc.walk(tell_bold_apart)
    try:
        text = pandoc.html(dumped(doc), str(source.path))
    except RenderError as error:
        raise refusal(error, source) from None
    return mathml.mended(NUMBER_MATHML.sub(",", text).replace(r"\text{,}", "{,}"))


def tell_bold_apart(el: pf.Element, doc: pf.Doc) -> None:
    if isinstance(el, pf.Math):
        el.text = mathml.told_apart(el.text)


def refusal(error: RenderError, source: Source, written: dict[str, str] | None = None) -> BookError | RenderError:
    """The error of a formula that pandoc cannot read, at its line; any other error as it is.

    written: formulas as their author wrote them, by what was given to pandoc."""
    found = UNKNOWN.search(error.what)
    if not found:
        return error
    tex = (written or {}).get(found[1].strip(), found[1].replace(r"\text{,}", ",").replace(mathml.STAND_IN, r"\mathbf"))
    lines = sorted((line.strip() for line in tex.splitlines()), key=len, reverse=True)
    cause = re.search(r"unexpected (.*)", found[2])
    return source.error(
        f"a formula cannot be read: {' '.join(tex.split())}" + (f" (unexpected {cause[1].strip()})" if cause else ""),
        *lines,
        remedy="mend it, or write it with commands of amsmath",
    )
