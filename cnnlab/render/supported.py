"""The page `docs/chapters.md`: all that a book may hold, from the tables by which the renderer refuses the rest.

`python -m cnnlab.render.supported` writes it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cnnlab.render.book import options
from cnnlab.render.book.language import PREFIXES
from cnnlab.render.cells import outputs
from cnnlab.render.text import cell_options, layouts, pictures, source, tags, vocabulary
from cnnlab.render.text.tree import CALLOUT_LABELS, THEOREMS

PAGE = Path(__file__).parents[2] / "docs" / "chapters.md"
HEAD = """\
# What a chapter may hold

`cnnlab render` builds a Quarto book from the same files as Quarto. It accepts what stands on this page and refuses
everything else, with file and line: nothing is dropped or ignored in silence. The page is written from the tables of
`cnnlab/render/` by `python -m cnnlab.render.supported`.

Text is pandoc's Markdown: headings, lists, tables (pipe, grid, simple), notes, quotations, definition lists, formulas
in `$…$` and `$$…$$`, citations `[@key]`, links to chapters (`other.qmd#section`) and to files of the project. A path is
relative to its chapter; one that begins with `/` is relative to the project.
"""
LABELS = """\
A label is given once in a book: `{#fig-x}` after a picture or in a div that ends with its caption, `{#tbl-x}` at the
end of a table's caption, `{#lst-x .python lst-cap="…"}` on code, `{#eq-x}` (and `alt="…"` for the PDF) after a formula,
`{#sec-x}` after a heading, `#| label:` in a cell. `@fig-x` prints its word and number, `[-@fig-x]` the number alone,
`[Word @fig-x]` another word, `@Fig-x` a capital at the beginning of a sentence. Both languages have the same labels.
"""
OUTPUTS = "Outputs stand in the order in which the cell made them. Any other type is refused."
TAGS = """\
Tags of HTML in the text become what they mean, on the page and in the PDF; a word in angle brackets that is no element
of HTML, such as `<pad>`, is printed. What only pages show is written as a block ` ```{=html} `, what only the PDF shows
as ` ```{=typst} `.
"""
FILES = (
    f"Endings: {', '.join(pictures.KINDS)}. Units of lengths: {', '.join(pictures.UNITS)}, %; a number alone is in px."
)


def page() -> str:
    """The page as Markdown."""
    labels = {
        **{f"{kind}-": PREFIXES["en"][kind] for kind in ("fig", "tbl", "lst", "eq", "sec")},
        **{f"{kind}-": f"a callout of the kind {name}" for kind, name in CALLOUT_LABELS.items()},
        **{f"{kind}-": f"a div: {PREFIXES['en'][kind]}; a heading in it is its title" for kind in THEOREMS},
    }
    written = [f"`<{name}>`" for name in (*tags.ALONE, *tags.AROUND)]
    parts = [
        HEAD,
        section(
            "Options of the book", table(("option", "may be", "note"), map(book_option, options.SUPPORTED.items()))
        ),
        section("Labels and references", LABELS, table(("label", "what it names"), coded(labels))),
        section(
            "Cells",
            "A cell is a block ` ```{python} `. Its options are lines `#| name: value` before the code.",
            table(("option", "may be", "what it does"), map(cell_option, cell_options.CELL_OPTIONS.items())),
            OUTPUTS,
            table(("type of output", "shown as"), coded(outputs.SHOWN)),
        ),
        section("Divs", table(("class", "what it is", "attributes"), map(construct, vocabulary.DIVS.items()))),
        section("Attributes of callouts", table(("attribute", "what it does"), coded(vocabulary.CALLOUT))),
        section(
            "Layouts",
            "Of a div without class, and of a figure.",
            table(("attribute", "what it does"), coded(layouts.LAYOUT)),
        ),
        section("Conditions", table(("attribute", "what it does"), coded(vocabulary.CONDITIONS))),
        section("Spans", table(("class", "what it is", "attributes"), map(construct, vocabulary.SPANS.items()))),
        section(
            "Code",
            f"A block of code names a language that pandoc colours, or one of {', '.join(vocabulary.UNCOLOURED)}: "
            "text without colours. Marks such as `# <1>`, in a comment at the end of a line, are the numbers of the "
            "list that follows.",
            table(("attribute", "what it does"), coded(vocabulary.CODE)),
        ),
        section("Pictures", table(("attribute", "what it does"), coded(pictures.ATTRIBUTES)), FILES),
        section("Tables", table(("attribute", "what it does"), coded(vocabulary.TABLES))),
        section("Headings", table(("class", "what it does"), coded(vocabulary.HEADINGS))),
        section("Links", table(("attribute", "what it does"), coded(vocabulary.LINKS))),
        section(
            "Shortcodes",
            table(("shortcode", "what it prints"), coded(source.SHORTCODES)),
            "`{{{< … >}}}` prints a shortcode itself.",
        ),
        section("Tags", TAGS, ", ".join(written) + "."),
    ]
    return "\n".join(parts)


def section(title: str, *parts: str) -> str:
    return "\n".join([f"## {title}\n", *(f"{part.strip()}\n" for part in parts)])


def table(head: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def coded(rows: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((f"`{name}`", text) for name, text in rows.items())


def construct(row: tuple[str, tuple[str, dict[str, str]]]) -> tuple[str, str, str]:
    name, (what, attributes) = row
    return f"`.{name}`", what, ", ".join(f"`{each}`" for each in attributes)


def cell_option(row: tuple[str, cell_options.CellOption]) -> tuple[str, str, str]:
    name, option = row
    return f"`{name}`", option.described, option.does


def book_option(row: tuple[str, options.Option]) -> tuple[str, str, str]:
    name, option = row
    return f"`{name}`", ", ".join(map(said, option.allowed)), option.note


def said(value: object) -> str:
    """A value of an option as YAML writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value).replace("'", "")


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
