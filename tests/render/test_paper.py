"""The PDF: text is never taken for markup, faults name the author's line, nothing runs off a page, pages are full."""

import re
import shutil
import subprocess

import pytest

from cnnlab.errors import BookError
from cnnlab.render.faults import CombinedError

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler)")
TITLE = "# Dos {#sec-dos}\n\nVéase @sec-parte.\n\n$$\nx = 1\n$$ {#eq-x}\n\nY @eq-x.\n\n"


def pages(project) -> list[str]:
    """The text of each page of the Spanish PDF."""
    command = ["pdftotext", "-raw", project.root / "_book/libro.pdf", "-"]
    text = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return [re.sub(r"\s+", " ", page).strip() for page in text.split("\f")][:-1]


def rendered(project, text: str) -> list[str]:
    """Pages of the book whose second chapter goes on with a text."""
    project.both("dos.qmd", TITLE + text)
    project.render(formats=("pdf",), langs=("es",))
    return pages(project)


# ---- text that Typst would take for markup

TEXTS = """\
| a | b |
|---|---|
| % celda: b | x |
| *%* | y |

: % leyenda: b {#tbl-x}

- % punto: b

[% enlace: b](https://example.org)

Fin^[% nota: b] de\\
% línea: b

[% tramo: b]{.smallcaps}

## % sección: b {#sec-y}

Véase @tbl-x.
"""


@pytest.mark.parametrize(
    "sign", ["+", "-", "=", "==", "/", "1.", "12.", "//", "/*", "#", "*", "_", "@a", "<b>", "~", "'"]
)
def test_a_text_may_begin_with_any_sign(minibook, sign):
    written = "".join("\\" + c if c in "+-=/#*_@<>~$`.'" else c for c in sign)
    minibook.edit("_quarto-es.yml", "part: Parte", f'part: "{sign} parte: b"')
    minibook.edit("_quarto-es.yml", "title: Libro", f'title: "{sign} libro: b"')
    text = TEXTS.replace("%", written)
    shown = " ".join(rendered(minibook, text)).translate(str.maketrans("’‘", "''"))
    for word in ("parte", "libro", "celda", "leyenda", "punto", "enlace", "nota", "línea", "tramo", "sección"):
        assert re.search(rf"(?:\s|^|1){re.escape(sign)} {word}: b", shown), word


# ---- faults of Typst at the author's line


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("Hola 😀 mundo.\n", 11, "could not be displayed"),
        ("| a |\n|---|\n| uno 😀 |\n", 13, "could not be displayed"),
        ("Texto.\n\n```python\nx = '😀'\n```\n", 14, "could not be displayed"),
        ("Texto.\n\n## Uno\n\n#### Salto de nivel\n\nFin.\n", 15, "skipped from heading level 2 to 4"),
        ("Salto\n\n## Uno\n\n#### Salto\n\nFin.\n", 15, "skipped from heading level 2 to 4"),
        ("### Salto *de* nivel\n\nFin.\n", 11, "skipped from heading level 1 to 3"),
        ("$$\nx = \\text{😀}\n$$\n", 12, "could not be displayed"),
        ("```{=typst}\n#nada\n```\n", 12, "unknown variable: nada"),
        ("```{=typst}\n#v(1cm)\n\n#text(1)\n```\n", 14, "expected content, found integer"),
        ("```{=typst}\n/* nunca\n```\n", 12, "a comment /* is never closed"),
        ("::: {#fig-x}\n```{=html}\n<b>x</b>\n```\n\nPie\n:::\n\nVéase @fig-x.\n", 11, "has no content on paper"),
        (
            "Texto.\n\n::: {#fig-x}\n::: {.content-visible when-format='html'}\nx\n:::\n\nPie\n:::\n\nVéase @fig-x.\n",
            13,
            "has no content on paper",
        ),
    ],
)
def test_a_fault_that_typst_finds_is_told_at_the_line_of_its_author(minibook, text, line, says):
    with pytest.raises(BookError) as caught:
        rendered(minibook, text)
    assert str(caught.value).startswith(f"chapters/dos.qmd:{line}: ")
    assert says in str(caught.value)
    assert "book.typ" not in str(caught.value)


def test_all_signs_that_no_font_has_are_told_at_once(minibook):
    with pytest.raises(CombinedError) as caught:
        rendered(minibook, "Hola 😀 mundo.\n\nTexto.\n\nAdiós 🦝 mundo.\n")
    assert [error.where for error in caught.value.errors] == ["chapters/dos.qmd:11", "chapters/dos.qmd:15"]


@pytest.mark.parametrize("emoji", ["👩‍🔬", "🏳️‍🌈"])
def test_the_parts_of_a_sign_of_several_are_told_at_its_line(minibook, emoji):
    with pytest.raises(CombinedError) as caught:
        rendered(minibook, f"Hola.\n\nMundo {emoji}.\n")
    assert {error.where for error in caught.value.errors} == {"chapters/dos.qmd:13"}


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("#pagebreak(", 16),
        ("#strong[", 16),
        ("]", 16),
        ("$ x", 16),
        ('#text("a)', 16),
        ("#v(1cm)\n#let a = (1,", 17),
        ("#v(1cm)\n#let = 2", 17),
    ],
)
def test_of_raw_text_that_does_not_end_only_the_first_fault_is_told(minibook, raw, line):
    blocks = "```{=typst}\n#v(1cm)\n```\n\n```{=typst}\n%s\n```\n\n```{=typst}\n#v(1cm)\n```\n"
    with pytest.raises(BookError) as caught:
        rendered(minibook, blocks % raw + "\n## Otra\n\nFin *de* $x$ (b) `c`.\n")
    assert not isinstance(caught.value, CombinedError)
    assert caught.value.where == f"chapters/dos.qmd:{line}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fin [@he2016]'s a, it's.", "(He 2016)’s a, it’s."),
        ("Fin @he2016's a.", "He (2016)’s a."),
        ("Fin @eq-x's a.", "Ecuación 2.1’s a."),
        ("Fin `c`'s **b**'s $x$'s [a](#sec-dos)'s a.", "c’s b’s 𝑥’s a’s a."),
        ("Fin l'Étoile rock 'n' roll 'cita' a.", "l’Étoile rock ‘n’ roll ‘cita’ a."),
    ],
)
def test_after_a_word_stands_an_apostrophe(minibook, text, shown):
    assert f"Fin {shown}".replace("‘", "'") in " ".join(rendered(minibook, text)).replace("‘", "'")


# ---- nothing runs off a page, nothing short is parted


def words(count: int, name: str = "Párrafo") -> str:
    return "".join(f"{name} {n}.\n\n" for n in range(count))


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("::: {.callout-important}\n", ":::"),
        ("::: {.callout-note title='Nota'}\n", ":::"),
        ("::: {.callout-note}\n::: {.callout-tip}\n", ":::\n:::"),
        ("::: {#fig-x}\n\n", "Pie de figura\n:::\n\nVéase @fig-x."),
        ("::: {.question title='Pregunta'}\n", ":::"),
        ("::: {.column-margin}\n", ":::"),
        ("> ", ""),
    ],
)
def test_what_is_longer_than_a_page_goes_on_over_the_next(minibook, begin, end):
    body = words(90)
    shown = rendered(
        minibook, begin + (body.replace("\n\n", "\n>\n> ") if begin == "> " else body) + end + "\n\nFin.\n"
    )
    for n in range(90):
        assert f"Párrafo {n}." in " ".join(shown)
    assert sum("Párrafo" in page for page in shown) > 1


@pytest.mark.parametrize("before", (17, 21, 25))
@pytest.mark.parametrize(
    "block",
    [
        "::: {.callout-important}\nComienza.\n\nSigue.\n\nSigue.\n\nAcaba.\n:::\n",
        "::: {.callout-note}\nComienza.\n\nSigue.\n\nSigue.\n\nAcaba.\n:::\n",
        "```python\nComienza = 0\n" + "a = 1\n" * 18 + "Acaba = 0\n```\n",
        "| Comienza |\n|---|\n" + "| a |\n" * 12 + "| Acaba |\n",
    ],
)
def test_a_short_block_is_not_parted_nor_is_its_heading_from_it(minibook, before, block):
    shown = rendered(minibook, words(before) + "## Título\n\n" + block + "\nFin.\n")
    page = next(page for page in shown if "Comienza" in page)
    assert "Acaba" in page
    assert "Título" in page


def test_a_long_table_repeats_its_header_and_a_shorter_one_stays_whole(minibook):
    rows = "".join(f"| fila {n} |\n" for n in range(70))
    shown = rendered(minibook, f"Texto.\n\n| Cabecera |\n|---|\n{rows}\n: Larga {{#tbl-x}}\n\nVéase @tbl-x.\n")
    parts = [page for page in shown if "fila" in page]
    assert len(parts) > 1
    assert all("Cabecera" in page for page in parts)
    assert all(f"fila {n}" in " ".join(parts) for n in range(70))
    short = words(20) + f"| Cabecera |\n|---|\n{rows[: rows.index('| fila 30')]}\n: Corta {{#tbl-x}}\n\nVéase @tbl-x.\n"
    assert sum("fila" in page for page in rendered(minibook, short)) == 1


def test_a_function_of_a_long_listing_stays_whole(minibook):
    code = "".join(f"def comienza_{n}():\n" + "    a = 1\n" * 20 + f"    acaba_{n}\n\n\n" for n in range(5))
    shown = rendered(minibook, f"Texto.\n\n```python\n{code}```\n")
    assert len([page for page in shown if "comienza" in page]) > 1
    for n in range(5):
        assert f"acaba_{n}" in next(page for page in shown if f"comienza_{n}" in page)


def lines(project) -> list[str]:
    command = ["pdftotext", "-layout", project.root / "_book/libro.pdf", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().splitlines()


def test_code_of_88_columns_fits_and_a_longer_line_goes_on_further_in(minibook):
    fits, longer = "    x = '" + "a" * 78 + "'", "    largo(" + "argumento, " * 12 + "fin)"
    assert len(fits) == 88
    rendered(minibook, f"```python\ndef f():\n{fits}\n```\n\nTexto.\n\n```python\ndef g():\n{longer}\n```\n")
    text = lines(minibook)
    assert any("a" * 78 + "'" in line for line in text)
    at = next(n for n, line in enumerate(text) if "largo(" in line)
    assert "fin)" in text[at + 1]
    assert text[at + 1].index("argumento") > text[at].index("largo") + 2  # by four letters, as pdftotext sees it


def test_a_word_longer_than_the_line_is_broken(minibook):
    rendered(minibook, "```\n" + "a" * 150 + "\n```\n")
    runs = [len(run) for line in lines(minibook) for run in re.findall("a{20,}", line)]
    assert (len(runs), sum(runs)) == (2, 150)


@pytest.mark.parametrize(
    "code", ["torch.nn.functional.scaled_dot_product_attention", "chapters/images/flowers/f(x=10,y=11).png"]
)
def test_code_longer_than_its_column_is_broken_at_its_signs_and_copied_without_spaces(minibook, code):
    rows = f"| a | b | c | d |\n|---|---|---|---|\n| x | y | z | `{code}` |\n"
    table = f'{rows}\n: T {{#tbl-x tbl-colwidths="[25,25,25,25]"}}\n\nVéase @tbl-x.\n'
    text = " ".join(rendered(minibook, table))
    assert code not in text
    assert code in text.replace(" ", "")
    assert "\u200b" not in text


# ---- full pages

RECTANGLE = '<rect width="608" height="520" fill="#888"/>'
PICTURE = f'<svg xmlns="http://www.w3.org/2000/svg" width="608" height="520">{RECTANGLE}</svg>'


def feet(project, tmp_path) -> list[float]:
    """How far down each page of the second chapter is filled, of 1."""
    image = pytest.importorskip("PIL.Image")
    subprocess.run(["pdftoppm", "-r", "20", "-gray", project.root / "_book/libro.pdf", tmp_path / "page"], check=True)
    begin = next(n for n, page in enumerate(pages(project)) if "Y Ecuación 2.1" in page)
    end = next(n for n, page in enumerate(pages(project)) if page.startswith("Referencias"))
    out = []
    for path in sorted(tmp_path.glob("page-*"))[begin:end]:
        page = image.open(path)
        top, foot = round(page.height * 30 / 297), round(page.height * 268 / 297)
        box = page.crop((0, top, page.width, foot)).point(lambda grey: 255 * (grey < 225)).getbbox()
        out.append(box[3] / (foot - top))
    return out


def test_text_goes_on_around_figures_so_that_no_page_is_half_empty(minibook, tmp_path):
    minibook.write("chapters/a.svg", PICTURE)
    minibook.write("chapters/en/a.svg", PICTURE)
    text = "".join(
        f"{words(9)}![Pie {n}](a.svg){{#fig-{n} fig-alt='Gris'}}\n\nVéase @fig-{n}.\n\n{words(7)}" for n in range(6)
    )
    rendered(minibook, text)
    filled = feet(minibook, tmp_path)
    assert len(filled) > 4
    assert min(filled[:-1]) > 0.6


@pytest.mark.parametrize("height", (280, 300, 320))
def test_text_goes_on_before_a_figure_that_has_no_room_for_the_space_above_it(minibook, tmp_path, height):
    minibook.both("a.svg", PICTURE.replace("520", str(height)))
    rendered(minibook, f"{words(9)}![Pie](a.svg){{#fig-x fig-alt='Gris'}}\n\nVéase @fig-x.\n\n{words(25)}")
    assert min(feet(minibook, tmp_path)[:-1]) > 0.9


def test_only_a_chapter_whose_figures_find_no_place_is_left_to_typst(minibook, monkeypatch):
    import typst

    given, compiled = [], typst.compile_with_warnings

    def recorded(source, **options):
        given.append(options.get("sys_inputs"))
        return compiled(source, **options)

    monkeypatch.setattr(typst, "compile_with_warnings", recorded)
    minibook.both("a.svg", PICTURE.replace("520", "240"))
    chain = "".join(f"{words(2)}![Pie {n}](a.svg){{#fig-{n} fig-alt='Gris'}}\n\nVéase @fig-{n}.\n\n" for n in range(14))
    minibook.both("uno.qmd", (minibook.root / "chapters/uno.qmd").read_text(encoding="utf-8") + "\n" + chain)
    rendered(minibook, f"{words(1)}![Pie](a.svg){{#fig-x fig-alt='Gris'}}\n\nVéase @fig-x.\n")
    assert given == [None, {"unsettled": "chapters-uno"}]


@pytest.mark.parametrize("before", (1, 5, 9, 13))
def test_a_figure_stands_below_the_heading_of_its_section_and_after_the_figures_before_it(minibook, before):
    for name, height in (("a", 450), ("b", 150), ("c", 300)):
        minibook.both(f"{name}.svg", PICTURE.replace("520", str(height)))
    shown = rendered(
        minibook,
        "".join(
            f"## Sección {n}\n\n{words(before)}![Pie {n}]({name}.svg){{#fig-{n} fig-alt='Gris'}}\n\n"
            f"Véase @fig-{n}.\n\n{words(3)}"
            for n, name in enumerate("abc")
        ),
    )
    text = " ".join(shown)
    places = [text.index(f": Pie {n}") for n in range(3)]
    assert places == sorted(places)
    for n in range(3):
        assert places[n] > text.rindex(f"Sección {n}")
        if n < 2:
            assert places[n] < text.index(f": Pie {n + 1}")


@pytest.mark.parametrize("before", range(16, 19))
@pytest.mark.parametrize("follows", ["\n$$\ny = 1\n$$\n", "$$\ny = 1\n$$ {#eq-y}\n", "\n```python\ny = 1\n```\n"])
def test_a_page_does_not_end_between_a_colon_and_what_it_announces(minibook, before, follows):
    refers = "\nY @eq-y.\n" if "#eq-y" in follows else ""
    shown = rendered(minibook, f"{words(before)}Se anuncia así:\n{follows}{refers}\nFin.\n")
    assert re.search(r"[y𝑦] = 1", next(page for page in shown if "Se anuncia" in page))


@pytest.mark.parametrize("before", (4, 9, 14, 19))
def test_a_listing_breaks_outside_of_signatures_and_docstrings_with_eight_lines_on_each_side(minibook, before):
    signature = "def f(\n" + "".join(f"    firma_{n},\n" for n in range(9)) + "):\n"
    doc = '    """Comienza.\n\n' + "".join(f"    doc {n}\n\n" for n in range(5)) + '    acaba.\n    """\n'
    body = "".join(f"    paso_{n} = ({n},\n        par_{n})\n" + "\n" * (n % 3 == 2) for n in range(16))
    shown = rendered(minibook, f"{words(before)}```python\n{signature}{doc}{body}```\n")
    parts = [page for page in shown if re.search("firma_|paso_", page)]
    assert len(parts) > 1
    for first, last in (("firma_0", "acaba."), *((f"paso_{n} =", f"par_{n})") for n in range(16))):
        assert last in next(page for page in shown if first in page)
    assert "paso_12 =" in parts[-1]


def test_a_listing_with_gaps_breaks_between_statements_though_its_brackets_stay_open(minibook):
    code = "".join(f"x = Conv2D(# hueco {n}\nx = BatchNormalization()(x)\nx = fin_{n}(x)\n\n" for n in range(8))
    shown = rendered(minibook, f"{words(11)}```python\n{code}```\n")
    parts = [page for page in shown if "hueco" in page]
    assert len(parts) == 2
    for n in range(8):
        assert f"fin_{n}" in next(page for page in parts if f"hueco {n}" in page)


def test_columns_are_as_wide_as_their_words_whatever_the_dashes_of_the_source(minibook):
    long = "palabras que dan la vuelta " * 6
    rendered(minibook, f"| Nombre | Dato | Texto |\n|-|-|---------|\n| uno bfloat16 | 1 h 6 min | {long} |\n")
    assert any("uno bfloat16" in line and "1 h 6 min" in line for line in lines(minibook))


def test_given_shares_of_columns_are_kept(minibook):
    table = "| Nombre bfloat16 | Dato |\n|---|---|\n| uno bfloat16 dos | x |\n\n"
    rendered(minibook, f'{table}: T {{#tbl-t tbl-colwidths="[10,90]"}}\n\nVéase @tbl-t.\n')
    assert not any("uno bfloat16" in line for line in lines(minibook))


# ---- nothing runs over the edge


def edges(project) -> tuple[float, float]:
    """The outermost edges of words in the PDF, in millimetres."""
    command = ["pdftotext", "-bbox", project.root / "_book/libro.pdf", "-"]
    boxes = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    found = [tuple(map(float, pair)) for pair in re.findall(r'<word xMin="([\d.]+)".*?xMax="([\d.]+)"', boxes)]
    return min(left for left, _ in found) * 25.4 / 72, max(right for _, right in found) * 25.4 / 72


@pytest.mark.parametrize(
    "text",
    [
        "Ruta `" + "a" * 120 + "` larga.\n",
        "Dirección <https://example.org/" + "a" * 120 + ">.\n",
        "Palabra " + "a" * 200 + ".\n",
        "```python\nx = '" + "a" * 120 + "'\n```\n",
        "$$\n" + " + ".join("abcdefghijklmnopqrstuvwxyz" * 2) + "\n$$\n",
        "$$\n" + " + ".join("abcdefghijklmnopqrstuvwxyz" * 2) + "\n$$ {#eq-y}\n\nVéase @eq-y.\n",
        "| electroencefalografista " * 8 + "|\n" + "|---" * 8 + "|\n" + "| otorrinolaringología " * 8 + "|\n",
    ],
)
def test_nothing_runs_over_the_edge_of_the_text(minibook, text):
    rendered(minibook, text)
    left, right = edges(minibook)
    assert left > 28.9
    assert right < 181.5
