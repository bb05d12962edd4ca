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
    "sign", ["+", "-", "=", "==", "/", "1.", "12.", "//", "/*", "#", "*", "_", "@a", "<b>", "~", "$", "`", "'"]
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
    ],
)
def test_a_fault_that_typst_finds_is_told_at_the_line_of_its_author(minibook, text, line, says):
    with pytest.raises(BookError) as caught:
        rendered(minibook, text)
    assert str(caught.value).startswith(f"chapters/dos.qmd:{line}: in the PDF: ")
    assert says in str(caught.value)
    assert "book.typ" not in str(caught.value)


def test_all_signs_that_no_font_has_are_told_at_once(minibook):
    with pytest.raises(CombinedError) as caught:
        rendered(minibook, "Hola 😀 mundo.\n\nTexto.\n\nAdiós 🦝 mundo.\n")
    assert [error.where for error in caught.value.errors] == ["chapters/dos.qmd:11", "chapters/dos.qmd:15"]
