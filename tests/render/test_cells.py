"""Cells: how they are written, what their options may be, and how each kind of output stands in the chapter."""

from __future__ import annotations

import base64
import html
import re
from pathlib import PurePosixPath

import panflute as pf
import pytest

from cnnlab.errors import BookError
from cnnlab.render.book.config import Book
from cnnlab.render.book.lines import Line
from cnnlab.render.cells.assembly import Assembly
from cnnlab.render.cells.outputs import PLOTLY, SHOWN
from cnnlab.render.cells.terminal import readable, screen
from cnnlab.render.text.cell_options import CELL_OPTIONS, DEFAULTS
from cnnlab.render.text.cell_source import Cell, split_cells
from cnnlab.render.text.source import Source, check_labels
from cnnlab.render.text.tree import read

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def lines(text: str) -> list[Line]:
    return [Line(line, "uno.qmd", n) for n, line in enumerate(text.split("\n"), 1)]


def parts(text: str) -> list:
    return list(split_cells(lines(text)))


def cell_of(options: str = "", code: str = "1") -> Cell:
    written = "".join(f"#| {line}\n" for line in options.split("\n") if options)
    (cell,) = parts(f"```{{python}}\n{written}{code}\n```")
    return cell


def assembled(tmp_path, cell: Cell, outputs: list, **options) -> str:
    source = Source(PurePosixPath("uno.qmd"), [cell])
    check_labels(source)
    book = Book(tmp_path, "es", {"book": {}, **options})
    return Assembly(source, [outputs], tmp_path / "pictures", book).markdown(str)


def printed(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def shown(data: dict, kind: str = "display_data", **metadata) -> dict:
    return {"output_type": kind, "data": data, "metadata": metadata}


def picture(data: str = PNG, **metadata) -> dict:
    return shown({"image/png": data}, **{"image/png": metadata})


def blocks(markdown: str) -> list:
    """Blocks of Markdown in order, those of divs too."""
    found = []
    kinds = (pf.CodeBlock, pf.Image, pf.Header, pf.Math, pf.Para)
    read(markdown, "test").walk(lambda el, doc: found.append(el) if isinstance(el, kinds) else None)
    return found


def order(markdown: str) -> list[str]:
    """What stands in Markdown, in order: texts of blocks of code, addresses of pictures."""
    names = {pf.CodeBlock: lambda el: el.text, pf.Image: lambda el: el.url}
    return [names[type(el)](el) for el in blocks(markdown) if type(el) in names]


# ---- headers


@pytest.mark.parametrize("header", ["{python}", " {python}", "{python}  "])
def test_a_cell_runs(header):
    (cell,) = parts(f"```{header}\n1\n```")
    assert cell.code == "1"


@pytest.mark.parametrize("header", ["python", "{.python}", '{.python startFrom="3"}', '{startFrom="3"}', "{=html}", ""])
def test_a_block_of_code_is_no_cell(header):
    assert [type(part) for part in parts(f"```{header}\n1\n```")] == [list]


@pytest.mark.parametrize(
    ("header", "cause"),
    [
        ("{python echo=FALSE}", "the header of a cell is {python echo=FALSE}"),
        ("{python, echo=FALSE}", "the header of a cell is {python, echo=FALSE}"),
        ("{python fig-uno}", "the header of a cell is {python fig-uno}"),
        ("{python .clase}", "the header of a cell is {python .clase}"),
        ("{ python }", "the header of a cell is { python }"),
        ("{Python}", "a cell of {Python}"),
        ("{r}", "a cell of {r}"),
        ("{r, echo=FALSE}", "a cell of {r}"),
        ("{julia}", "a cell of {julia}"),
        ("{mermaid}", "a cell of {mermaid}"),
    ],
)
def test_a_header_that_is_refused(header, cause):
    with pytest.raises(BookError, match=re.escape(cause)) as caught:
        parts(f"Texto.\n\n```{header}\n1\n```")
    assert caught.value.where == "uno.qmd:3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```{{python}}\n1\n```", "````{.markdown}\n```{python}\n1\n```\n````"),
        ("```{{r}}\n1\n```", "````{.markdown}\n```{r}\n1\n```\n````"),
        ("```{{{python}}}\n1\n```", "````{.markdown}\n```{{python}}\n1\n```\n````"),
        ("````{{python}}\n```\n````", "`````{.markdown}\n````{python}\n```\n````\n`````"),
        ("  ```{{python}}\n  ```", "  ````{.markdown}\n  ```{python}\n  ```\n  ````"),
        ("````markdown\n```{{python}}\n```\n````", "````markdown\n```{python}\n```\n````"),
    ],
)
def test_doubled_braces_show_a_cell(text, expected):
    (shown_lines,) = parts(text)
    assert "\n".join(line.text for line in shown_lines).replace(" {.markdown}", "{.markdown}") == expected


def test_a_cell_that_is_shown_has_no_label():
    text = "```{{python}}\n#| label: fig-a\n```\n\n```{python}\n#| label: fig-a\n#| fig-cap: A\n1\n```"
    source = Source(PurePosixPath("uno.qmd"), parts(text), lines(text))
    check_labels(source)
    assert [cell.option("label") for cell in source.cells] == ["fig-a"]


# ---- cells in lists


@pytest.mark.parametrize(
    ("before", "indent", "column"),
    [
        ("- uno\n\n", "  ", 2),
        ("- uno\n\n", "    ", 2),
        ("-   uno\n\n", "    ", 4),
        ("1. uno\n\n", "   ", 3),
        ("(a) uno\n\n", "    ", 4),
        ("- uno\n\n    - dos\n\n", "      ", 6),
        ("- uno\n\n    - dos\n\n", "  ", 2),
        ("- uno\n\n  más texto\n\n", "  ", 2),
        ("[^1]: Una nota.\n\n", "    ", 4),
        ("Texto.\n\n", "    ", 0),
        ("- uno\n\nTexto.\n\n", "  ", 0),
    ],
)
def test_a_cell_stands_in_its_list_item(tmp_path, before, indent, column):
    text = before + "\n".join(indent + line for line in ("```{python}", "#| echo: false", "if 1:", "    2", "```"))
    cell = parts(text)[-1]
    assert (cell.code, cell.option("echo"), cell.indent) == ("if 1:\n    2", False, column)
    made = assembled(tmp_path, cell, [printed("a\n\nb")])
    assert {len(line) - len(line.lstrip()) for line in made.split("\n") if line} == {column}


@pytest.mark.parametrize("text", ["- ```{python}\n  1\n  ```", "> ```{python}\n> 1\n> ```", "1. ```{python}\n   ```"])
def test_a_cell_in_a_line_of_text_is_refused(text):
    with pytest.raises(BookError, match="a cell opens in a line of text") as caught:
        parts(text)
    assert caught.value.where == "uno.qmd:1"


# ---- options


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("echo: false", False),
        ("echo: True", True),
        ("echo: fenced", "fenced"),
        ("eval: false", False),
        ("output: asis", "asis"),
        ("code-fold: show", "show"),
        ("fig-cap: 2024", "2024"),
        ("fig-cap: 1.10", "1.10"),
        ("fig-cap: 2024-05-06", "2024-05-06"),
        ("fig-cap: 'true'", "true"),
        ("fig-cap: [uno, 2]", ["uno", "2"]),
        ("fig-cap: 1. Antes", "1. Antes"),
        ("fig-subcap: true", True),
        ("fig-subcap: ['', b]", ["", "b"]),
        ("layout-ncol: 2", 2),
        ("fig-alt: sí # nota", "sí"),
        ("label: fig-día_1", "fig-día_1"),
    ],
)
def test_a_value_of_an_option(written, value):
    assert cell_of(written).option(written.split(":")[0]) == value


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ("echo: no", "true, false, fenced"),
        ("echo: 'false'", "true, false, fenced"),
        ("echo: 0", "true, false, fenced"),
        ("warning: [false]", "true, false"),
        ("error: siempre", "true, false"),
        ("output: markdown", "true, false, asis"),
        ("fig-cap: true", "text, a list of texts"),
        ("fig-cap:", "text, a list of texts"),
        ("fig-cap: {a: b}", "text, a list of texts"),
        ("fig-alt: [[a]]", "text, a list of texts"),
        ("fig-alt: []", "text, a list of texts"),
        ("fig-subcap: uno", "a list of texts, true"),
        ("fig-subcap: false", "a list of texts, true"),
        ("code-summary: [a]", "text"),
        ("layout-ncol: 0", "a number from 1 on"),
        ("layout-ncol: dos", "a number from 1 on"),
        ("layout-ncol: 1.5", "a number from 1 on"),
        ("label: ../fuera", "a name of letters, digits, '-' and '_'"),
        ("label: fig uno", "a name of letters, digits, '-' and '_'"),
    ],
)
def test_a_value_that_an_option_has_not(written, allowed):
    with pytest.raises(BookError) as caught:
        cell_of(f"code-fold: true\n{written}")
    assert (caught.value.where, caught.value.allowed) == ("uno.qmd:3", allowed)
    assert written.split(":")[0] in caught.value.what


@pytest.mark.parametrize(
    ("options", "line", "cause"),
    [
        ("echo: true\nfig-width: 4", 3, "cell option 'fig-width' is not supported"),
        ("echo: true\necho: false", 3, "cell option 'echo' is given twice"),
        ('echo: true\nfig-alt: "a\nwarning: true\nerror: true', 3, "no YAML"),
        ("echo: true\nfig-cap: a: b", 3, "no YAML"),
        ("- echo", 1, "no 'key: value' lines"),
        ("label: fig-a", 1, "'fig-a' has no caption"),
        ("echo: true\nfig-cap: A", 3, "a cell with 'fig-cap' has no label"),
        ("echo: true\nfig-subcap: [a]", 3, "a cell with 'fig-subcap' has no label"),
        ("label: fig-a\ntbl-cap: A\nfig-cap: A", 3, "a cell with 'tbl-cap' has no label"),
    ],
)
def test_options_that_are_refused(tmp_path, options, line, cause):
    with pytest.raises(BookError, match=re.escape(cause)) as caught:
        assembled(tmp_path, cell_of(options), [])
    assert caught.value.where == f"uno.qmd:{line}"


def test_every_option_says_what_it_does():
    assert all(option.does and option.allowed for option in CELL_OPTIONS.values())
    assert DEFAULTS.keys() <= CELL_OPTIONS.keys()


@pytest.mark.parametrize("before", ["", "\n", "# | warning: false\n", "\n\n"])
def test_options_begin_the_cell(before):
    (cell,) = parts(f"```{{python}}\n{before}#| echo: false\n\nx = 1\n```")
    assert (cell.option("echo"), cell.code) == (False, "x = 1")
    assert cell.line.number + cell.length + 1 == before.count("\n") + 4  # the line of x = 1


# ---- what a terminal would show


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mrojo\x1b[0m y \x1b[1;4mnegrita\x1b[0m", "rojo y negrita"),
        ("\x1b[38;5;208mnaranja\x1b[m", "naranja"),
        ("\x1b]8;;http://a.org\x1b\\enlace\x1b]8;;\x07", "enlace"),
        ("\rProgreso 0 %\rProgreso 100 %", "Progreso 100 %"),
        ("línea larga\rcorta", "corta larga"),
        ("50 %|##\x1b[2K\r100 %", "100 %"),
        ("50 %|##\r\x1b[K7", "7"),
        ("uno\r\ndos\r\n", "uno\ndos\n"),
        ("abc\b\bX", "aXc"),
        ("a\tb", "a       b"),
        ("a\x00\x07b", "ab"),
        ("  sangría  ", "  sangría  "),
    ],
)
def test_what_a_terminal_shows(text, left):
    assert screen(text) == left


def test_markdown_without_colours():
    assert readable("\x1b[1m**a**\x1b[0m\n\tb") == "**a**\n\tb"


# ---- kinds of outputs


def test_outputs_stand_in_their_order(tmp_path):
    outputs = [printed("uno"), picture(), printed("dos"), picture(), printed("tres")]
    made = assembled(tmp_path, cell_of("echo: false\nfig-alt: [a, b]"), outputs)
    assert order(made) == ["uno", "cell:cell-1-1.png", "dos", "cell:cell-1-2.png", "tres"]
    assert (tmp_path / "pictures" / "cell-1-2.png").read_bytes() == base64.b64decode(PNG)


def test_pictures_for_both_themes_stand_in_their_order(tmp_path):
    outputs = [printed("uno"), picture(), picture(), printed("dos"), picture(), picture()]
    cell = cell_of("echo: false\nfig-alt: [a, b]\nrenderings: [light, dark]")
    made = assembled(tmp_path, cell, outputs)
    assert order(made) == [
        "uno",
        *(f"cell:cell-1-{n}.png" for n in (1, 2)),
        "dos",
        *(f"cell:cell-1-{n}.png" for n in (3, 4)),
    ]
    assert re.findall(r"light|dark", made) == ["light", "dark"] * 2


def test_headings_that_a_cell_prints_hold_its_pictures(tmp_path):
    outputs = [printed("\n## Uno\n"), picture(), printed("\n## Dos\n"), picture()]
    made = assembled(tmp_path, cell_of("echo: false\noutput: asis\nfig-alt: [a, b]"), outputs)
    kinds = [
        pf.stringify(el) if isinstance(el, pf.Header) else el.url
        for el in blocks(made)
        if hasattr(el, "level") or hasattr(el, "url")
    ]
    assert kinds == ["Uno", "cell:cell-1-1.png", "Dos", "cell:cell-1-2.png"]
    assert isinstance(read(made, "test").content[0], pf.Header)  # in the text, not in a div


def test_pieces_of_a_stream_are_one_text(tmp_path):
    outputs = [printed("\rpaso 1"), printed("\rpaso 2"), printed("e", "stderr"), printed("fin")]
    assert order(assembled(tmp_path, cell_of("echo: false"), outputs)) == ["paso 2", "e", "fin"]


@pytest.mark.parametrize(
    ("latex", "formula"),
    [
        (r"$\displaystyle \frac{1}{2}$", r"\frac{1}{2}"),
        (r"$$x^2$$", "x^2"),
        (r"\[x^2\]", "x^2"),
        (r"\begin{equation}x^2\end{equation}", "x^2"),
        (r"\begin{equation*}x^2\end{equation*}", "x^2"),
        (r"$5\$$", r"5\$"),
        ("$$\nx\n\n+ y\n$$", "x\n+ y"),
    ],
)
def test_a_formula_that_a_cell_shows(tmp_path, latex, formula):
    output = shown({"text/latex": latex, "text/plain": "<IPython object>", "image/png": PNG})
    made = assembled(tmp_path, cell_of("echo: false"), [output])
    (math,) = [el for el in blocks(made) if isinstance(el, pf.Math)]
    assert (math.text.strip(), math.format) == (formula, "DisplayMath")


def test_latex_with_text(tmp_path):
    output = shown({"text/latex": r"El \textbf{valor} $x^2$", "text/plain": "<IPython object>"})
    made = assembled(tmp_path, cell_of("echo: false"), [output])
    assert "El **valor** $x^2$" in made
    assert "IPython" not in made


@pytest.mark.parametrize("latex", [r"a \propio{x} b", r"\begin{tikzpicture}\draw;\end{tikzpicture}"])
def test_latex_without_counterpart_is_refused(tmp_path, latex):
    with pytest.raises(BookError, match="LaTeX that has no counterpart") as caught:
        assembled(tmp_path, cell_of(), [shown({"text/latex": latex})])
    assert caught.value.where == "uno.qmd:1"


@pytest.mark.parametrize("data", [{"a": 1, "ñ": None}, [1, {"b": "c"}], 7, "texto"])
def test_data_are_printed(tmp_path, data):
    import json

    made = assembled(tmp_path, cell_of("echo: false"), [shown({"application/json": data, "text/plain": "<JSON>"})])
    (text,) = order(made)
    assert json.loads(text) == data


@pytest.mark.parametrize(
    "mime",
    [
        "text/html",
        "application/javascript",
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.vegalite.v5+json",
        "application/pdf",
        "video/mp4",
    ],
)
@pytest.mark.parametrize("others", [{}, {"text/plain": "objeto"}])
def test_an_output_of_another_kind_is_refused(tmp_path, mime, others):
    with pytest.raises(BookError, match="HTML" if mime == "text/html" else re.escape(mime)) as caught:
        assembled(tmp_path, cell_of(), [shown({mime: "x", **others})])
    assert (caught.value.where, caught.value.allowed) == ("uno.qmd:1", ", ".join(SHOWN))


@pytest.mark.parametrize("mime", ["text/html", "application/vnd.vegalite.v5+json"])
def test_a_picture_beside_another_kind_is_shown(tmp_path, mime):
    made = assembled(
        tmp_path, cell_of("echo: false\nfig-alt: a"), [shown({mime: "x", "image/png": PNG, "text/plain": "o"})]
    )
    assert order(made) == ["cell:cell-1-1.png"]


def test_what_matplotlib_returns_is_shown_only_without_picture(tmp_path):
    returned = [
        shown({"text/plain": text}, "execute_result")
        for text in ("[<matplotlib.lines.Line2D at 0x7f>]", "(array([1.]), <BarContainer object of 1 artists>)")
    ]
    cell = cell_of("echo: false\nfig-alt: a")
    assert order(assembled(tmp_path, cell, [*returned, picture()])) == ["cell:cell-1-1.png"]
    own = shown({"text/plain": "Text(a=1)"}, "execute_result")
    assert order(assembled(tmp_path, cell_of("echo: false"), [own])) == ["Text(a=1)"]


def test_a_picture_says_itself_what_it_shows(tmp_path):
    made = assembled(tmp_path, cell_of("echo: false"), [picture(alt='un "mapa"', width=200)])
    (image,) = [el for el in blocks(made) if isinstance(el, pf.Image)]
    assert image.attributes == {"fig-alt": 'un "mapa"', "width": "200"}


@pytest.mark.parametrize("options", ["fig-alt: [a]", "fig-alt: [a, b, c]", "echo: true", "fig-alt: ' '"])
def test_pictures_without_alternative_text_are_refused(tmp_path, options):
    with pytest.raises(BookError, match="2 pictures and"):
        assembled(tmp_path, cell_of(options), [picture(), picture()])


@pytest.mark.parametrize("outputs", [[], [printed("texto")], [shown({"text/markdown": "| a |\n|---|"})]])
def test_a_text_for_a_picture_that_is_not_there_is_refused(tmp_path, outputs):
    with pytest.raises(BookError, match="shows no picture") as caught:
        assembled(tmp_path, cell_of("echo: false\nfig-alt: a"), outputs)
    assert caught.value.where == "uno.qmd:3"


def test_a_text_for_a_picture_of_a_cell_that_does_not_run(tmp_path):
    assert "picture" not in assembled(tmp_path, cell_of("eval: false\nfig-alt: picture"), [])


def test_code_that_a_cell_shows_is_its_text(tmp_path):
    bundle = {
        "text/plain": "x = $1",
        "text/html": "<style>a</style>",
        "text/latex": "\\begin{Verbatim}[commandchars=\\\\\\{\\}]\n\\PY{n}{x} = \\PYZdl{}1\n\\end{Verbatim}\n",
    }
    shows = assembled(tmp_path, cell_of("echo: false"), [shown(bundle)])
    (code,) = (each for each in blocks(shows) if isinstance(each, pf.CodeBlock) and "x = $" in each.text)
    assert code.text == "x = $1" and not code.attributes


@pytest.mark.parametrize("latex", [r"\begin{Verbatim}[frame=single]", r"\begin{lstlisting}[language=Python]"])
def test_code_of_latex_is_shown_without_its_options(tmp_path, latex):
    end = latex.partition("[")[0].replace("begin", "end")
    shows = assembled(tmp_path, cell_of("echo: false"), [shown({"text/latex": f"{latex}\na = 1\n{end}\n"})])
    (code,) = (each for each in blocks(shows) if isinstance(each, pf.CodeBlock) and "a" in each.text)
    assert code.text == "a = 1" and not code.attributes


# ---- plotly

FIGURE = {
    "data": [{"y": [1, 2], "text": "</script>"}],
    "layout": {"template": {"a": 1}, "title": {"text": "Una *recta*"}},
    "config": {"plotlyServerURL": "https://plot.ly"},
}


@pytest.mark.parametrize(
    ("options", "alt", "words"),
    [
        ("fig-alt: sube", "sube", "*Figura interactiva*: sube"),
        ("echo: true", "Una *recta*", r"*Figura interactiva*: Una \*recta\*"),
    ],
)
def test_plotly(tmp_path, options, alt, words):
    made = assembled(tmp_path, cell_of(options), [shown({PLOTLY: FIGURE})])
    (page,) = re.findall(r'<div class="plotly-figure" data-plotly role="group" aria-label="(.*?)">', made)
    assert html.unescape(page) == alt
    assert '{"data":[{"y":[1,2],"text":"<\\/script>"}],"layout":{"title":' in made
    assert "plot.ly" not in made and "template" not in made
    assert f'when-format="typst"}}\n{words}\n' in made


def test_plotly_with_a_picture_for_paper(tmp_path):
    made = assembled(tmp_path, cell_of("echo: false\nfig-alt: sube"), [shown({PLOTLY: FIGURE, "image/png": PNG})])
    assert order(made) == ["cell:cell-1-1.png"]
    assert "plotly-figure" in made


def test_plotly_with_a_number(tmp_path):
    made = assembled(tmp_path, cell_of("label: fig-p\nfig-cap: Pie\necho: false"), [shown({PLOTLY: FIGURE})])
    assert "::: {#fig-p}" in made and made.index("plotly-figure") < made.index("Pie")


# ---- captions


@pytest.mark.parametrize(
    "caption",
    [
        "1. Antes de entrenar",
        "(a) Antes",
        "iv) Antes",
        "A. Antes",
        "#. Antes",
        "(@) Antes",
        "- Antes",
        "+ Antes",
        "# Antes",
        "> Antes",
        "| Antes",
        ": Antes",
        "~ Antes",
        "::: Antes",
        "[Nota]: Antes",
        "--- Antes",
        "* * *",
        "2024",
    ],
)
def test_a_caption_is_text(tmp_path, caption):
    cell = cell_of(f"label: fig-a\nfig-cap: '{caption}'\nfig-alt: a\necho: false")
    doc = read(assembled(tmp_path, cell, [picture()]), "test")
    last = doc.content[0].content[-1].content[-1]
    assert isinstance(last, pf.Para)
    assert pf.stringify(last).strip() == caption.replace("--- ", "— ")


@pytest.mark.parametrize("caption", ["*Énfasis*", "`código`", "$x$ e $y$", "[texto]{.provenance}"])
def test_a_caption_keeps_its_marks(tmp_path, caption):
    cell = cell_of(f"label: fig-a\nfig-cap: '{caption}'\nfig-alt: a\necho: false")
    assert f"\n\n{caption}\n" in assembled(tmp_path, cell, [picture()])


def test_a_caption_of_two_paragraphs(tmp_path):
    cell = cell_of("label: fig-a\nfig-cap: |\n  Una\n  frase.\n\n  2. Otra.\nfig-alt: a\necho: false")
    doc = read(assembled(tmp_path, cell, [picture()]), "test")
    caption = doc.content[0].content[-1].content[-1]
    assert pf.stringify(caption).split() == ["Una", "frase.", "2.", "Otra."]
    assert any(isinstance(el, pf.LineBreak) for el in caption.content)


def test_a_list_in_a_caption_is_refused(tmp_path):
    cell = cell_of("label: fig-a\nfig-alt: a\nfig-cap: |\n  - Una\n  - Dos")
    with pytest.raises(BookError, match="'fig-cap' holds a list") as caught:
        assembled(tmp_path, cell, [picture()])
    assert caught.value.where == "uno.qmd:4"


def test_a_list_of_captions_numbers_each_picture(tmp_path):
    cell = cell_of("label: fig-a\nfig-cap: [Uno, 2. Dos]\nfig-alt: [a, b]\necho: false")
    doc = read(assembled(tmp_path, cell, [picture(), printed("texto"), picture()]), "test")
    floats = [el for el in doc.content[0].content if isinstance(el, pf.Div)]
    assert [el.identifier for el in floats] == ["fig-a-1", "", "fig-a-2"]
    assert [pf.stringify(el.content[-1]).strip() for el in (floats[0], floats[2])] == ["Uno", "2. Dos"]


def test_one_caption_in_a_list(tmp_path):
    cell = cell_of(
        "label: fig-a\nfig-cap: [Uno]\nfig-subcap: [a, '1. b']\nfig-alt: [a, b]\necho: false\nlayout-ncol: 2"
    )
    made = assembled(tmp_path, cell, [picture(), picture()])
    assert re.findall(r"\{(#fig-\S+?)(?: layout-ncol=2)?\}", made) == ["#fig-a", "#fig-a-1", "#fig-a-2"]
    assert made.index("&#49;. b") < made.index("Uno")


@pytest.mark.parametrize(
    ("options", "line", "cause"),
    [
        ("fig-cap: [a, b, c]", 3, "2 pictures and 3 captions in 'fig-cap'"),
        ("fig-cap: A\nfig-subcap: [a]", 4, "2 pictures and 1 captions in 'fig-subcap'"),
        ("fig-cap: [a, b]\nfig-subcap: [a, b]", 3, "2 captions in 'fig-cap' beside 'fig-subcap'"),
    ],
)
def test_captions_that_do_not_match(tmp_path, options, line, cause):
    with pytest.raises(BookError, match=cause) as caught:
        assembled(tmp_path, cell_of(f"label: fig-a\n{options}\nfig-alt: [a, b]"), [picture(), picture()])
    assert caught.value.where == f"uno.qmd:{line}"


@pytest.mark.parametrize(
    ("options", "labels"),
    [("tbl-cap: X\ntbl-subcap: [a, b]", ["tbl-a", "tbl-a-1", "tbl-a-2"]), ("tbl-cap: [X, Y]", ["tbl-a-1", "tbl-a-2"])],
)
def test_several_tables_of_one_cell(tmp_path, options, labels):
    outputs = [shown({"text/markdown": f"|a|\n|-|\n|{n}|"}) for n in (1, 2)]
    made = assembled(tmp_path, cell_of(f"label: tbl-a\n{options}"), [outputs[0], printed("x"), outputs[1]])
    assert re.findall(r"\{#(tbl-\S+?)\}", made) == labels
    assert order(made)[1:] == ["x"]


def test_letters_alone(tmp_path):
    cell = cell_of("label: fig-a\nfig-cap: Dos\nfig-subcap: true\nfig-alt: [a, b]")
    made = assembled(tmp_path, cell, [picture(), picture()])
    assert made.count("#fig-a-") == 2 and "True" not in made


def test_columns_without_label(tmp_path):
    cell = cell_of("layout-ncol: 2\nfig-alt: [a, b]\necho: false")
    doc = read(assembled(tmp_path, cell, [picture(), picture()]), "test")
    (layout,) = doc.content[0].content
    assert layout.attributes == {"layout-ncol": "2"} and len(layout.content) == 2


# ---- options of the book, and what is shown of the code


@pytest.mark.parametrize(
    ("options", "book", "code", "warnings"),
    [
        ("", {}, "both", "both"),
        ("", {"execute": {"echo": False, "warning": False}}, "none", "none"),
        ("echo: true", {"execute": {"echo": False}}, "both", "both"),
        ("echo: false\nwarning: false", {}, "none", "none"),
        ("", {"format": {"informe-typst": {"execute": {"echo": False}}}}, "html", "both"),
        ("", {"format": {"informe-typst": {"echo": False, "warning": False}}}, "html", "html"),
        ("", {"execute": {"echo": False}, "format": {"informe-html": {"echo": True}}}, "html", "both"),
        ("echo: true", {"format": {"informe-typst": {"echo": False}}}, "both", "both"),
        ("", {"execute": {"output": False}}, "both", "none"),
        ("", {"execute": {"include": False}}, "none", "none"),
        ("", {"execute": {"echo": None}}, "both", "both"),
    ],
)
def test_options_of_the_book(tmp_path, options, book, code, warnings):
    book = {"format": {"informe-html": {}, "informe-typst": {}}} | book
    made = assembled(tmp_path, cell_of(options, "f(4)"), [printed("aviso", "stderr")], **book)
    for needle, expected in (("f(4)", code), ("aviso", warnings)):
        places = re.findall(rf'(when-format="(\w+)"\}}\n[^:]*(?::::? [^:]*)?)?{re.escape(needle)}', made)
        found = "none" if not places else places[0][1] or "both"
        assert (needle, found) == (needle, expected)


def test_code_as_it_is_written(tmp_path):
    made = assembled(tmp_path, cell_of("echo: fenced\nwarning: false", "print('```')"), [])
    assert order(made) == ["```{python}\n#| warning: false\nprint('```')\n```"]


def test_quotes_of_a_summary(tmp_path):
    made = assembled(tmp_path, cell_of("code-summary: 'Ver \"todo\" el \\ código'"), [])
    (code,) = [el for el in blocks(made) if isinstance(el, pf.CodeBlock)]
    assert code.attributes == {"code-summary": 'Ver "todo" el \\ código'}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("::: {.callout-note}\ntexto", "'::: {.callout-note}' is never closed"),
        (":::", "closes a div that was never opened"),
        ("```\ntexto", "never closed"),
    ],
)
@pytest.mark.parametrize("kind", ["asis", "markdown"])
def test_markdown_that_would_take_in_the_chapter_is_refused(tmp_path, text, cause, kind):
    cell = cell_of("output: asis" if kind == "asis" else "echo: true")
    output = printed(text) if kind == "asis" else shown({"text/markdown": text})
    with pytest.raises(BookError, match=re.escape(cause)) as caught:
        assembled(tmp_path, cell, [output])
    assert caught.value.where == "uno.qmd:1"


# ---- run in a kernel

CHAPTER = """\
# Uno {#sec-uno}

## Parte {#sec-parte}

```{python}
#| eval: false
import modulo_que_falta
```

```{python}
#| error: true
1 / 0
```

```{python}
import sys
print("aviso uno", file=sys.stderr)
print("texto dos")
print("aviso tres", file=sys.stderr)
```

```{python}
#| echo: false
import plotly.graph_objects as go
go.Figure(go.Scatter(y=[1, 2, 3])).show()
```

```{python}
#| echo: false
from sympy import Rational
Rational(1, 2)
```
"""


def test_cells_that_run(minibook):
    minibook.both("uno.qmd", CHAPTER)
    minibook.render(langs=["es"])
    page = minibook.page("chapters/uno.html")
    text = html.unescape(re.sub(r"<[^>]+>", "", page[page.index("<main") : page.index("</main>")]))
    assert "import modulo_que_falta" in text and "ModuleNotFoundError" not in text
    assert "ZeroDivisionError: division by zero" in text and "\x1b" not in text
    assert re.search(r"aviso uno\s+texto dos\s+aviso tres", text.rpartition("file=sys.stderr)")[2])
    assert "plotly-figure" in page and "<mfrac>" in page
    # Options that change what runs are part of what the outputs depend on.
    minibook.edit("_quarto.yml", "bibliography:", "execute: {error: true}\nbibliography:")
    minibook.edit("chapters/uno.qmd", "#| eval: false\n", "")
    minibook.render(langs=["es"])
    assert "ModuleNotFoundError" in minibook.page("chapters/uno.html")


def test_a_cell_fails_after_one_that_may(minibook):
    minibook.both("uno.qmd", CHAPTER + "\n```{python}\n#| echo: false\n\nx = 1\nraise KeyError('b')\n```\n")
    with pytest.raises(BookError, match="KeyError") as caught:
        minibook.render(langs=["es"])
    assert caught.value.where == f"chapters/uno.qmd:{CHAPTER.count(chr(10)) + 6}"
