"""What messages advise for names that Quarto has and this renderer has not, and for those that are misspelt."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from cnnlab.errors import BookError
from cnnlab.render.advice import ADVICE, advice
from cnnlab.render.book import options
from cnnlab.render.text import cell_options, constructs, source
from cnnlab.render.text.cell_source import split_cells
from cnnlab.render.text.constructs import Constructs
from cnnlab.render.text.floats import Floats
from cnnlab.render.text.source import Line, Source
from cnnlab.render.text.tree import read


def check(text: str) -> Source:
    """Look at a chapter's constructs and floats, as `parse` does."""
    lines = [Line(line, "uno.qmd", n) for n, line in enumerate(text.split("\n"), 1)]
    chapter = Source(PurePosixPath("uno.qmd"), [lines], lines)
    doc = read(text, "uno.qmd")
    for walker in (Constructs(chapter), Floats(chapter)):
        doc = doc.walk(walker.action)
    return doc


TEXTS = {  # name: (text, line, advice)
    "a remark": ("Uno.\n\n::: {.remark}\nDos.\n:::", 3, "{#rem-x}"),
    "a solution": ("::: solution\nDos.\n:::", 1, "{#sol-x}"),
    "a definition": ("::: {.definition}\nDos.\n:::", 1, "{#def-x}"),
    "a proof": ("::: {.proof}\nDos.\n:::", 1, "{#sol-x}"),
    "a callout without kind": ("::: {.callout}\nDos.\n:::", 1, ".callout-note, .callout-tip"),
    "a misspelt class": ("::: {.callout-nota}\nDos.\n:::", 1, "did you mean 'callout-note'"),
    "the name of a theorem": ("::: {#thm-x name='T'}\nDos.\n:::", 1, "a heading inside the div"),
    "a drawing": ("```mermaid\na --> b\n```", 1, "as a picture"),
    "a shell": ("```sh\nls\n```", 1, "write bash"),
    "a language that is like none": ("```pandas\nx\n```", 1, "write text"),
    "a misspelt language": ("```pyhton\nx\n```", 1, "did you mean 'python'"),
    "a caption of code": ('```{.python caption="a"}\nx\n```', 1, "write lst-cap"),
    "a macro": ("Uno.\n\n\\newcommand{\\R}{\\mathbb{R}}", 3, "macros must be written out"),
    "a new page": ("Uno.\n\n\\newpage\n\nDos.", 3, "{{< pagebreak >}}"),
    "a page break": ("Uno \\pagebreak dos.", 1, "{{< pagebreak >}}"),
    "bold text": ("Uno \\textbf{dos}.", 1, "**bold text**"),
    "a reference of TeX": ("Uno \\ref{fig:a}.", 1, "@fig-x"),
    "another command": ("Uno \\foo{dos}.", 1, "formulas in $…$"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_advice_for_a_text(name):
    text, line, words = TEXTS[name]
    with pytest.raises(BookError) as caught:
        check(text)
    assert caught.value.where == f"uno.qmd:{line}" and words in caught.value.remedy


@pytest.mark.parametrize("language", ["txt", "plaintext", "console", "output", "pycon", "text"])
def test_languages_without_colours(language):
    code = check(f"```{language}\n>>> 1\n```").content[0]
    assert code.text == ">>> 1" and code.classes == [language]


@pytest.mark.parametrize(
    ("mark", "printed"),
    [
        ("a {} /* <1> */", "a {}  /* (1) */"),
        ("<b> <!-- <1> -->", "<b>  <!-- (1) -->"),
        ("<b>  <!--<1>-->", "<b>  <!-- (1)-->"),
        ("let x (* <1> *)", "let x  (* (1) *)"),
        ("x = 1  # <1>", "x = 1  # (1)"),
        ("x = 1 // <1>", "x = 1  // (1)"),
        ("(x) ; <1>", "(x)  ; (1)"),
        ("x = 1 ! <1>", "x = 1  ! (1)"),
        ("a <1> b", "a <1> b"),
    ],
)
def test_annotations(mark, printed):
    assert check(f"```\n{mark}\n```\n\n1. Uno.").content[0].text == printed


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("fig-width: 3", "plt.figure(figsize="),
        ("fig-height: 3", "plt.figure(figsize="),
        ("lst-cap: a", "lab.source("),
        ("code-overflow: wrap", "long lines"),
        ("cache: true", "always kept"),
        ("fig-capt: a", "did you mean 'fig-cap'"),
        ("nada: a", "take it out"),
    ],
)
def test_advice_for_an_option_of_a_cell(option, words):
    lines = [Line(line, "uno.qmd", n) for n, line in enumerate(["```{python}", f"#| {option}", "1", "```"], 1)]
    with pytest.raises(BookError) as caught:
        list(split_cells(lines))
    assert caught.value.where == "uno.qmd:2" and words in caught.value.remedy
    assert words.startswith("did") or "did you mean" not in caught.value.remedy


@pytest.mark.parametrize(
    ("header", "words"),
    [("mermaid", "as a picture"), ("dot", "as a picture"), ("pyhton", "did you mean 'python'"), ("r", "in Python")],
)
def test_advice_for_a_cell_of_another_language(header, words):
    lines = [Line(line, "uno.qmd", n) for n, line in enumerate([f"```{{{header}}}", "a", "```"], 1)]
    with pytest.raises(BookError) as caught:
        list(split_cells(lines))
    assert words in caught.value.remedy


@pytest.mark.parametrize(
    ("shortcode", "words"),
    [
        ("kbd Ctrl-C", "<kbd>"),
        ("video https://example.org/a.mp4", "link it"),
        ("embed a.ipynb#b", "include"),
        ("includ a.qmd", "did you mean 'include'"),
        ("fa star", "take it out"),
    ],
)
def test_advice_for_a_shortcode(tmp_path, shortcode, words):
    (tmp_path / "uno.qmd").write_text(f"# Uno\n\nUno {{{{< {shortcode} >}}}}.\n")
    with pytest.raises(BookError) as caught:
        source.read_chapter(tmp_path, PurePosixPath("uno.qmd"))
    assert caught.value.where == "uno.qmd:3" and words in caught.value.remedy


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("crossref: {fig-prefix: Fig.}", "language.crossref-fig-prefix"),
        ("format: {informe-html: {theme: cosmo}}", "light and a dark theme"),
        ("execute: {freeze: auto}", "always kept"),
        ("book: {favicon: a.png}", "no icon"),
        ("format: {informe-html: {fig-width: 3}}", "plt.figure(figsize="),
        ("fig-height: 3", "plt.figure(figsize="),
        ("execute: {ecko: true}", "did you mean 'execute.echo'"),
        ("authors: A", "did you mean 'book.author'"),
        ("pdf-standard: a-2b", "did you mean 'format.*typst.pdf-standard'"),
        ("book: {nada: a}", "take it out: it would have no effect"),
    ],
)
def test_advice_for_an_option_of_the_book(tmp_path, option, words):
    (tmp_path / "_quarto.yml").write_text(f"lang: es\n{option}\n")
    with pytest.raises(BookError) as caught:
        options.check(tmp_path / "_quarto.yml")
    assert caught.value.where == "_quarto.yml:2" and words in caught.value.remedy


def test_a_bad_guess_is_not_offered():
    assert advice("cell option", "fig-wide", ["fig-alt"]) is None
    assert advice("cell option", "fig-atl", ["fig-alt"]) == "did you mean 'fig-alt'?"


def test_nothing_is_advised_against_that_is_supported():
    tables = {
        "cell option": cell_options.CELL_OPTIONS,
        "class of a div": constructs.DIVS,
        "attribute of a block of code": constructs.CODE,
        "language": [*constructs.PLAIN, *constructs.languages()],
        "shortcode": source.SHORTCODES,
        "book option": {name.split(".")[-1] for name in options.SUPPORTED},
    }
    for kind, known in tables.items():
        assert not set(ADVICE[kind]) & set(known)


@pytest.mark.parametrize(
    ("option", "line", "words"),
    [
        ("scripts/nada.py", 3, "does not exist"),
        ("[scripts/uno.py,\n    scripts/nada.py --all]", 4, "'scripts/nada.py --all' of 'pre-render' does not exist"),
        ("no-such-program --all", 3, "does not exist"),
        ("scripts/plain.sh", 3, "cannot be run: Permission denied"),
        ("[scripts/uno.py,\n    scripts/fails.py]", 4, "'scripts/fails.py' failed: no data"),
        ("' '", 3, "does not exist"),
    ],
)
def test_a_script_that_does_not_run(minibook, option, line, words):
    minibook.write("scripts/uno.py", "")
    minibook.write("scripts/fails.py", "raise SystemExit('no data')\n")
    minibook.write("scripts/plain.sh", "echo uno\n")
    minibook.edit("_quarto.yml", "project: {type: book}", f"project:\n  type: book\n  pre-render: {option}")
    error = minibook.refusal()
    assert error.where == f"_quarto.yml:{line}" and words in error.what and error.remedy
