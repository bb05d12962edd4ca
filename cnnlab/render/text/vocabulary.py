"""The vocabulary of a chapter: classes and attributes of its divs, spans, code, headings, links and tables.

The tables are the whole of it: a name that is not here has no effect on the page, so it is an error.
"""

from __future__ import annotations

CONDITIONS = {
    "when-format": "shown in this format alone: html or typst",
    "unless-format": "left out in this format",
    "when-profile": "shown in this language alone",
    "unless-profile": "left out in this language",
}
CALLOUT = {
    "title": "its title; without it the kind is printed, or the heading that opens the callout",
    "collapse": "true: folded on the page; false: may be folded",
    "appearance": "default, or simple: without a title of its own",
    "icon": "false; callouts bear no icon",
}
MADE = "made by the renderer"
DIVS: dict[str, tuple[str, dict[str, str]]] = {  # class: what it is, and the attributes that it takes
    **{f"callout-{kind}": ("a callout", CALLOUT) for kind in ("note", "tip", "warning", "important", "caution")},
    "question": ("what the chapter answers, above its text", {"title": "the name of the activity"}),
    "panel-tabset": ("tabs, one for each heading; in the PDF one after another", {}),
    "aside": ("a note in the margin; in the PDF in the text, indented", {}),
    "column-margin": ("the same as aside", {}),
    "column-page": ("a block as wide as text and margin; in the PDF as wide as the text", {}),
    "content-visible": ("content of one language or format", CONDITIONS),
    "content-hidden": ("content that one language or format leaves out", CONDITIONS),
    "columns": ("columns beside each other", {}),
    "column": ("one of them", {"width": "its share of the width, such as 40%"}),
    "light-content": ("what the light theme shows", {}),
    "dark-content": ("what the dark theme shows", {}),
    "static-figure": ("what stands on paper for the interactive figure before it", {}),
    "cell": (MADE, {}),
    "cell-output": (MADE, {}),
    "cell-output-stdout": (MADE, {}),
    "cell-output-stderr": (MADE, {}),
    "cell-output-display": (MADE, {}),
    "cell-output-markdown": (MADE, {}),
    "cell-output-error": (MADE, {}),
}
SPANS: dict[str, tuple[str, dict[str, str]]] = {
    "provenance": ("where a number comes from, small, at the end of a caption", {}),
    "smallcaps": ("small capitals", {}),
    "underline": ("underlined", {}),
    "mark": ("marked, as with a pen", {}),
    "content-visible": ("text of one language or format", CONDITIONS),
    "content-hidden": ("text that one language or format leaves out", CONDITIONS),
}
CODE = {
    "filename": "the name of the file, printed above the code",
    "lst-cap": "the caption of a listing, beside a label #lst-…",
    "code-fold": "true, false or show",
    "code-summary": "the words of the fold",
}
TABLES = {"tbl-colwidths": "shares of the columns, such as [30,70], beside the label of a table"}
HEADINGS = {"unnumbered": "bears no number; {-} is the same", "unlisted": "is left out of the contents"}
LINKS = {"target": "where a browser opens it, as in HTML", "rel": "as in HTML"}
TOGETHER = ("content-visible", "content-hidden", "light-content", "dark-content")  # beside another class
VALUES = {
    "collapse": ("true", "false"),
    "appearance": ("default", "simple"),
    "icon": ("false",),
    "code-fold": ("true", "false", "show"),
}
UNCOLOURED = ("text", "txt", "plaintext", "console", "output", "pycon", "default")  # languages shown as plain text
PLAIN = ("python", "bash", "markdown", "yaml", "json", "typst", "cell-code", "numberLines", *UNCOLOURED)
