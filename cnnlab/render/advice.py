"""What to do about names that Quarto has and this renderer has not, and about names that are misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

NO_EFFECT = "take it out: it would have no effect"
DRAW = "draw it as a picture: keep a file in the project, or let a cell of Python draw it"
SIZE = "let the cell's code say it: plt.figure(figsize=(7, 5)), in inches"
KEPT = "take it out: outputs are always kept, and a cell runs again when what it reads has changed"
LISTING = "let lab.source(…, label='lst-…', caption='…') be the cell's last line, or write a block of code {#lst-…}"
WRITE_TEXT = "write text: '```text'"
WIDE = ".column-page makes a block as wide as text and margin"
SLIDES = "take it out: it is for slides"

# kind of name: name: what to do
ADVICE: dict[str, dict[str, str]] = {
    "book option": {
        "crossref": "language.crossref-fig-prefix, language.crossref-tbl-prefix and so on give the words",
        "theme": "take it out: pages always have a light and a dark theme",
        "freeze": KEPT,
        "favicon": "take it out: pages bear no icon",
        "fig-width": SIZE,
        "fig-height": SIZE,
        "fig-dpi": "take it out: figures of cells are drawings, without dots",
        "jupyter": "take it out: cells run in the Python that renders",
        "engine": "take it out: cells run in the Python that renders",
        "enabled": "take it out, or write 'eval: false' so that cells do not run",
    },
    "cell option": {
        "fig-width": SIZE,
        "fig-height": SIZE,
        "out-width": SIZE,
        "out-height": SIZE,
        "fig-dpi": "take it out: figures of cells are drawings, without dots",
        "fig-format": "take it out: figures of cells are drawings, without dots",
        "lst-cap": LISTING,
        "lst-label": LISTING,
        "code-overflow": "take it out: break the long lines of the code",
        "code-line-numbers": NO_EFFECT,
        "cache": KEPT,
        "freeze": KEPT,
        "layout": "layout-ncol says how many columns the outputs stand in",
        "layout-nrow": "layout-ncol says how many columns the outputs stand in",
        "results": "output says what is shown: true, false or asis",
        "message": "warning says whether messages are shown",
        "fig-align": NO_EFFECT,
    },
    "class of a div": {
        "theorem": "write {#thm-x} in its place: a label makes it a theorem",
        "lemma": "write {#lem-x} in its place: a label makes it a lemma",
        "corollary": "write {#cor-x} in its place: a label makes it a corollary",
        "proposition": "write {#prp-x} in its place: a label makes it a proposition",
        "conjecture": "write {#cnj-x} in its place: a label makes it a conjecture",
        "definition": "write {#def-x} in its place: a label makes it a definition",
        "example": "write {#exm-x} in its place: a label makes it an example",
        "exercise": "write {#exr-x} in its place: a label makes it an exercise",
        "solution": "write {#sol-x} in its place: a label makes it a solution",
        "remark": "write {#rem-x} in its place: a label makes it a remark",
        "algorithm": "write {#alg-x} in its place: a label makes it an algorithm",
        "proof": "write the proof as text that begins with its word, or as a solution with a label, {#sol-x}",
        "callout": "name its kind: .callout-note, .callout-tip, .callout-warning, .callout-important, .callout-caution",
        "grid": "write .columns with a .column for each, or {layout-ncol=2}",
        "column-screen": WIDE,
        "column-body": "take it out: it is where text stands",
        "column-body-outset": WIDE,
        "column-page-inset": WIDE,
        "incremental": SLIDES,
        "nonincremental": SLIDES,
        "notes": SLIDES,
        "fragment": SLIDES,
        "hidden": "write it as a comment, <!-- … -->",
        "mermaid": DRAW,
    },
    "attribute of a div": {
        "name": "write it as a heading inside the div: the title of a theorem",
        "fig-cap": "write the caption as the last paragraph of the div",
        "tbl-cap": "write the caption as the last paragraph of the div",
    },
    "attribute of a block of code": {
        "caption": "write lst-cap beside a label #lst-…",
        "code-line-numbers": "take it out, or write the class .numberLines",
        "code-overflow": "take it out: break the long lines of the code",
    },
    "attribute of a picture": {
        "fig-cap": "write the caption in the brackets: ![caption](picture.png){#fig-…}",
        "alt": "write fig-alt",
        "scale": "write width, such as width=50%",
    },
    "language": {
        "mermaid": DRAW,
        "graphviz": DRAW,
        "shell": "write bash",
        "sh": "write bash",
        "py": "write python",
        "python3": "write python",
        "ipython": "write python",
        "env": WRITE_TEXT,
        "conf": WRITE_TEXT,
        "log": WRITE_TEXT,
        "plain": WRITE_TEXT,
        "none": WRITE_TEXT,
    },
    "language of a cell": {
        "mermaid": DRAW,
        "dot": DRAW,
        "graphviz": DRAW,
        "ojs": "let a cell of Python return a figure of plotly: it is interactive on the page",
        "bash": "write a block of code, '{.bash}', or call the program in Python with subprocess.run",
    },
    "shortcode": {
        "kbd": "write <kbd>Ctrl</kbd>",
        "video": "link it: [title](https://…)",
        "embed": "write the cell in the chapter itself, or include a file with it",
        "env": "write the value into _variables.yml, and {{< var name >}}",
    },
    "command of TeX": {
        **dict.fromkeys(
            ("newcommand", "renewcommand", "providecommand", "def", "DeclareMathOperator"),
            "macros must be written out in each formula",
        ),
        **dict.fromkeys(("newpage", "pagebreak", "clearpage"), "write {{< pagebreak >}}, in a line of its own"),
        **dict.fromkeys(("ref", "eqref", "autoref", "cref"), "refer to a label with @fig-x, @eq-x, @sec-x"),
        **dict.fromkeys(("cite", "citep", "citet", "parencite", "textcite"), "cite with [@key], or @key in a sentence"),
        "label": "write the label in braces: {#fig-x}, {#eq-x}, {#sec-x}",
        "textbf": "write **bold text**",
        "textit": "write *text*",
        "emph": "write *text*",
        "texttt": "write `code`",
        "textsc": "write [text]{.smallcaps}",
        "underline": "write [text]{.underline}",
        "footnote": "write ^[the note]",
        "includegraphics": "write ![caption](picture.png){#fig-x}",
        "href": "write [text](https://…)",
        "url": "write <https://…>",
    },
}
CLOSE = 0.75  # of 1, how alike two names are for one to be a misspelling of the other


def advice(
    kind: str, name: str, known: Iterable[str], otherwise: str | None = None, full: Mapping[str, str] | None = None
) -> str | None:
    """What to do about a name. kind: one of ADVICE. known: the names that there are, one of which may be meant.

    full: how such a name is written in full.
    """
    if name in ADVICE.get(kind, {}):
        return ADVICE[kind][name]
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=CLOSE)
    return f"did you mean {' or '.join(repr((full or {}).get(each, each)) for each in close)}?" if close else otherwise
