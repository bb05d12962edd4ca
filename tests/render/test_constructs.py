"""What an author writes in a chapter, as it comes out on the page and in the text for paper; or the refusal of it."""

from __future__ import annotations

import html as entities
import re
from pathlib import Path, PurePosixPath

import pytest

from cnnlab.errors import BookError
from cnnlab.render.book.config import read_book
from cnnlab.render.cells.assembly import Assembly
from cnnlab.render.page import html
from cnnlab.render.paper import typst
from cnnlab.render.text.parse import parse
from cnnlab.render.text.resolve import Context
from cnnlab.render.text.shortcodes import Values
from cnnlab.render.text.source import read_chapter
from cnnlab.render.text.tree import Label

HEAD = "# Uno {#sec-uno}\n\n"  # two lines; what follows begins in the third


def chapter(minibook, text: str, kind: str = "html") -> str:
    """A chapter without cells, as HTML or as Typst."""
    minibook.write("chapters/uno.qmd", HEAD + text + "\n")
    book = read_book(minibook.root, "es")
    page = next(page for page in book.pages if page.source.stem == "uno")
    source = read_chapter(minibook.root, PurePosixPath("chapters/uno.qmd"))
    values = Values(source, {"red": {"exactitud": "98,94"}}, {})
    markdown = values.in_text(Assembly(source, [], minibook.root / "pictures", {}).markdown(values.in_code))
    parsed = parse(book, page, source, markdown)
    labels = {name: Label(**value) for name, value in parsed.labels.items()}
    context = Context(book, page, source, labels, {}, Path("pictures"), None)
    written = (
        html.body(context, parsed, parsed.tree) if kind == "html" else typst.fragment(context, parsed, parsed.tree)
    )
    return written.html if kind == "html" else written.text


def visible(page: str) -> str:
    return " ".join(entities.unescape(re.sub(r"<[^>]+>", "", page)).split())


# name: text, pattern in the page, pattern in the Typst text
SHOWN = {
    "a word that looks like a tag": ("Uno <pad> dos.", r"Uno &lt;pad&gt; dos", r"\\<pad\\?> dos"),
    "a type with an argument": ("Un vector<float> así.", r"vector&lt;float&gt;", r"float"),
    "an end of no element": ("Uno </unk> dos.", r"&lt;/unk&gt;", r"/unk"),
    "a tag in a heading": ("## El <eos> final", r"El &lt;eos&gt; final", r"eos"),
    "a tag in a note": ("Nota^[con <bos> dentro].", r"con &lt;bos&gt; dentro", r"bos"),
    "a break of a line": ("uno<br>dos<BR/>tres", r"uno<br ?/?>\s*dos<br ?/?>\s*tres", r"uno ?\\\s+dos ?\\\s+tres"),
    "a place to break": ("uno<wbr>dos", "uno\u200bdos", "uno(\u200b|\\\\u\\{200b\\})dos"),
    "a rule": ("Uno\n\n<hr>\n\ndos", r"<hr", r"#horizontalrule"),
    "low and high": ("H<sub>2</sub>O y 10<sup>6</sup>", r"H<sub>2</sub>O y 10<sup>6</sup>", r"#sub\[2\].*#super\[6\]"),
    "tags inside tags": (
        "<b>uno <i>dos</i></b>",
        r"<strong>uno <em>dos</em></strong>",
        r"#strong\[uno #emph\[dos\]\]|\*uno _dos_\*",
    ),
    "a key": ("Pulse <kbd>Esc</kbd>.", r"<code>Esc</code>", r'raw\("Esc"\)'),
    "a comment": ("Uno <!-- nada --> dos.\n\n<!-- ni esto -->", r"Uno\s+dos", r"Uno +dos"),
    "what pages alone show": ("```{=html}\n<details>x</details>\n```", r"<details>x</details>", r"\A(?!.*details)"),
    "what pages alone show, in a line": ("Uno `<u>x</u>`{=html}.", r"<u>x</u>", r"\A(?!.*<u>)"),
    "a verse": ("| Verso uno\n| y dos", r"Verso uno<br ?/?>\s*y dos", r"Verso uno ?\\\s+y dos"),
    "a comparison": ("Si a < b y c > d.", r"a &lt; b y c &gt; d", r"a"),
    "an address": ("Vea <https://example.org/a>.", r'href="https://example.org/a"', r"https://example.org/a"),
    "a formula with an alternative text": (
        '$$\nx = 1\n$$ {#eq-x alt="x igual a {uno}"}\n\nVéase @eq-x.',
        r'id="eq-x".*\(1\.1\).*Ecuación',
        r"#math.equation\(block: true, numbering.*alt: \"x igual a \{uno\}\".*<eq-x>",
    ),
    "a formula and a full stop": ("$$ x $$ {#eq-x}.", r"\(1\.1\)</span></span>\.?", r"<eq-x>\."),
    "the own chapter": (
        "Este es el @sec-uno.",
        r'Este es el <a href="#sec-uno"[^>]*>Capítulo\s1</a>',
        r"link\(<sec-uno>\)",
    ),
    "the beginning of a sentence": (
        "## Dos {#sec-d}\n\n@Sec-d sigue. Y @sec-d.",
        r">Sección\s1\.1</a> sigue.*>Sección\s1\.1</a>",
        r"Sección",
    ),
    "a title with a number": (
        '::: {.callout-note title="1. Preparación"}\nCuerpo.\n:::',
        r"1\. Preparación.*Cuerpo",
        r"title: \[.*1\\\\?\. ?Preparación.*Cuerpo",
    ),
    "a title with maths and a reference": (
        '::: {.callout-tip title="Con $x^2$, *énfasis* y @sec-uno"}\nCuerpo.\n:::',
        r"Con <math.*<em>énfasis</em>.*Capítulo.*Cuerpo",
        r"alt: \"x\^2\".*link\(<sec-uno>\)",
    ),
    "a title that begins with +": ('::: {.callout-note title="+ uno"}\nC.\n:::', r"\+ uno", r"\+ uno"),
    "a heading in a callout after its title": (
        '::: {.callout-note title="Uno"}\n### Dos\n\nC.\n:::',
        r"Uno.*<h3[^>]*>Dos</h3>",
        r"Uno",
    ),
    "a callout with a label": (
        '::: {#nte-a .callout-note title="Ojo"}\nC.\n:::\n\nVéase @nte-a.',
        r'id="nte-a".*Nota\s1\.1<?.*Ojo.*Véase <a href="#nte-a"[^>]*>Nota\s1\.1',
        r"<nte-a>#\"Nota\s1\.1: \".*Ojo.*link\(<nte-a>\)",
    ),
    "two callouts of two kinds": (
        (
            "::: {#nte-a .callout-note}\nA.\n:::\n\n::: {#tip-b .callout-tip}\nB.\n:::\n\n"
            "::: {#nte-c .callout-note}\nC.\n:::"
        ),
        r"Nota\s1\.1.*Consejo\s1\.1.*Nota\s1\.2",
        r"Nota\s1\.1.*Consejo\s1\.1.*Nota\s1\.2",
    ),
    "a theorem": (
        "::: {#thm-r}\n## Recta\n\nPor dos puntos.\n:::\n\nSegún @thm-r.",
        r"Teorema\s1\.1 \(Recta\)</strong></span>\s+Por dos puntos.*>Teorema\s1\.1</a>",
        r"Teorema\s1\.1.*Recta.*<thm-r>.*link\(<thm-r>\)",
    ),
    "a definition without a title": (
        "::: {#def-c}\nTexto.\n:::",
        r"Definición\s1\.1</strong></span>\s+Texto",
        r"Definición",
    ),
    "annotations of code": (
        "```python\nx = 1 # <1>\ny = 2  # <2>\n```\n\n1. Asigna x\n2. Asigna y",
        r"# \(1\)(?s:.)*# \(2\)(?s:.)*Asigna y",
        r"# \(1\)(?s:.)*Asigna y",
    ),
    "the name of a file": (
        '```{.python filename="guion.py"}\nz = 3\n```',
        r"guion\.py.*<pre",
        r'#filename\("guion.py"\)',
    ),
    "a shortcode as it is written": (
        "Texto {{{< var red.exactitud >}}} y {{< var red.exactitud >}}.",
        r"Texto \{\{&lt; var red\.exactitud &gt;\}\} y 98,94",
        r"98,94",
    ),
    "shortcodes in code": (
        "`{{< var red.exactitud >}}`\n\n```text\na = {{< var red.exactitud >}}; {{{< pagebreak >}}}\n```",
        r"<code>98,94</code>(?s:.)*a = 98,94; \{\{&lt; pagebreak &gt;\}\}",
        r"98,94",
    ),
    "two columns and a row": (
        '::: {layout="[[1,3],[1]]"}\n\nUno\n\nDos\n\nTres\n:::',
        r"layout-row.*flex-basis: 25\.0%.*Uno.*75\.0%.*Dos.*layout-row.*100\.0%.*Tres",
        r"columned\(\(1fr, 3fr,\),.*Uno.*Dos.*columned\(\(1fr,\),.*Tres",
    ),
    "rows by their number": (
        "::: {layout-nrow=2}\n\nUno\n\nDos\n\nTres\n:::",
        r"layout-row.*50\.0%.*Uno.*Dos.*layout-row.*Tres",
        r"columned\(\(1fr, 1fr,\),.*Uno.*Dos.*columned.*Tres",
    ),
    "columns": (
        '::: {.columns}\n\n::: {.column width="40%"}\nUno\n:::\n\n::: {.column width="60%"}\nDos\n:::\n\n:::',
        r"40\.0%.*Uno.*60\.0%.*Dos",
        r"columned\(\(40fr, 60fr,\),.*Uno.*Dos",
    ),
    "widths of a table's columns": (
        '| a | b |\n|---|---|\n| 1 | 2 |\n\n: T {#tbl-a tbl-colwidths="[30,70]"}',
        r"width: ?30%.*width: ?70%",
        r"columns: \(30%, 70%\)",
    ),
    "signs with a backslash": (r"Un \*\*doble y \$ 5 y \`eso.", r"Un \*\*doble y \$ 5 y `eso", r"doble"),
    "a sign with a backslash at the end": (r"Esto termina con \$", r"termina con \$", r"termina"),
    "a reference in brackets at the beginning": (
        "## Dos {#sec-d}\n\n(@sec-d) muestra.\n\n@sec-d. Sigue.",
        r"\(<a [^>]*>Sección\s1\.1</a>\) muestra.*>Sección\s1\.1</a>\. Sigue",
        r"link\(<sec-d>\).*muestra",
    ),
    "a heading inside a callout": (
        "## Uno\n\n::: {.callout-note}\nTexto.\n\n### Paso\n\nMás.\n:::\n\n## Dos\n\nFin.",
        r'<h3 id="paso">Paso</h3>\s*<p>Más\.</p>\s*</div>.*1\.2</span> Dos',
        r"#block-heading\(3, \[Paso",
    ),
    "a callout for pages alone": (
        '::: {.callout-note .content-visible when-format="html" title="T"}\nSolo.\n:::\n\nFin.',
        r"callout-note.*>T<.*Solo",
        r"\A(?!.*Solo).*Fin",
    ),
    "a bar in a cell": ("| a | b |\n|---|---|\n| `x|y` | $|z|$ |", r"<code>x\|y</code>", r"x\|y"),
    "a number that ends a sentence": ("Nació en\n1984. Fue así.", r"1984\. Fue", r"1984"),
    "money": ("Cuesta US$ 5, o $5.", r"Cuesta US\$ 5, o \$5", r"Cuesta"),
    "a text in another language": ("[deep learning]{lang=en}", r'lang="en"', r"deep"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_shown(minibook, name):
    text, on_page, on_paper = SHOWN[name]
    page, paper = chapter(minibook, text), chapter(minibook, text, "typst")
    assert re.search(on_page, page, re.S), page
    assert re.search(on_paper, paper, re.S), paper


# name: text, line, words of the refusal
REFUSED = {
    "a tag of a page": ("Uno.\n\nDos <a href='x'>tres</a>.", 5, "<a href='x'> is not supported"),
    "a block of a page": ("<details><summary>x</summary>\n\nhola\n\n</details>", 3, "<details>"),
    "a tag without its end": ("Uno <b>dos.", 3, "<b> has attributes, no partner or no place here"),
    "a tag with attributes": ("Uno <sub style='x'>dos</sub>.", 3, "<sub style='x'>"),
    "an end without its tag": ("Uno dos</sup>.", 3, "</sup>"),
    "tags that cross": ("<b>uno <i>dos</b></i>", 3, "</b>"),
    "a path of Windows": ("Uno.\n\nLa ruta C:\\Users\\nombre.", 5, "'\\\\Users' is a command of TeX"),
    "an environment of TeX": ("Uno.\n\n\\begin{tabular}{l}\na\n\\end{tabular}", 5, "command of TeX"),
    "raw text of another format": ("Uno.\n\n```{=docx}\nx\n```", 5, "raw {=docx} is unknown"),
    "an undefined note": ("Uno.\n\nMás[^zz] texto.", 5, "a note without its text, not understood: [^zz]"),
    "an unused note": ("Uno.\n\n[^n]: Nota.", 5, "not used"),
    "a glued div": ("Un párrafo\n::: {.callout-note}\nTexto.\n:::", 4, "the fence of a div, not understood"),
    "attributes of a paragraph": ("Texto {.nota}", 3, "attributes, not understood"),
    "an undefined link": ("Uno.\n\nVea [el sitio][nada] ya.", 5, "a link, not understood: ][nada]"),
    "bold text that does not end": ("Uno.\n\nUn **dato importante.", 5, "bold text, not understood"),
    "code that does not end": ("Uno.\n\nUn `dato importante.", 5, "code, not understood"),
    "maths with a space": ("Uno.\n\nSea $ x$ tal.", 5, "a formula, not understood"),
    "a list without an empty line": ("Uno:\n- dos\n- tres", 4, "a list, not understood"),
    "a table without an empty line": ("Uno:\n| a | b |\n| --- | --- |\n| 1 | 2 |", 4, "a table, not understood"),
    "a quotation without an empty line": ("Uno:\n> dos", 4, "a quotation, not understood"),
    "a heading without a space": ("Uno.\n\n##Dos", 5, "a heading, not understood"),
    "options in the text": ("Uno.\n\n---\ntitulo: x\n---\n\nDos.", 6, "the option 'titulo' stands in a chapter"),
    "a width of a column": ('::: {.columns}\n\n::: {.column width="ancha"}\nA\n:::\n\n:::', 3, "columns with widths"),
    "widths of a table": ('| a | b |\n|---|---|\n| 1 | 2 |\n\n: T {#tbl-a tbl-colwidths="[1,2,3]"}', 7, "2 columns"),
    "an attribute of a table": ("| a |\n|---|\n| 1 |\n\n: T {#tbl-a .striped}", 7, "class 'striped' of a table"),
    "a label of a formula with a class": ("Uno.\n\n$$ y $$ {#eq-y .destacada}", 5, "'.destacada' beside the label"),
    "a formula that does not end": ("Uno.\n\n$$ y\n\nDos.", 5, "a formula, not understood"),
    "a tabset without headings": ("Uno.\n\n::: {.panel-tabset}\n\n**Python**\n\nDos.\n\n:::", 5, "does not begin with"),
    "a tabset with a text before": ("::: {.panel-tabset}\n\nIntro aquí.\n\n### Uno\n\nDos.\n:::", 3, "no tab"),
    "a class of a span": ("Uno [dos]{.rojo}.", 3, "class 'rojo' of a span"),
    "an attribute of a span": ("Uno [dos]{color=red}.", 3, "attribute 'color' of a span"),
    "an attribute of a div": ("::: {.callout-note titel='x'}\nUno.\n:::", 3, "did you mean 'title'"),
    "a value of a div": ("::: {.callout-note collapse=yes}\nUno.\n:::", 3, "collapse of a div is 'yes'"),
    "an icon": ("::: {.callout-note icon=true}\nUno.\n:::", 3, "icon of a div is 'true'"),
    "a class of a heading": ("## Dos {.grande}", 3, "class 'grande' of a heading"),
    "an attribute of a link": ("[x](https://example.org){download=a}", 3, "attribute 'download' of a link"),
    "an unknown language": ("Uno.\n\n```pyhton\nx\n```", 5, "did you mean 'python'"),
    "an attribute of code": ("```{.python linenos=true}\nx\n```", 3, "attribute 'linenos' of a block of code"),
    "a label of another kind": ("::: {#tip-a .callout-note}\nUno.\n:::", 3, "#nte-…"),
    "a label that is no callout": ("::: {#nte-a}\nUno.\n:::", 3, ".callout-note"),
    "a layout without room": ('::: {layout="[1]"}\n\nUno\n\nDos\n:::', 3, "room for 1 of 2 blocks"),
    "a layout that is no layout": ('::: {layout="ancho"}\n\nUno\n:::', 3, "layout='ancho'"),
    "columns of no number": ("::: {layout-ncol=dos}\n\nUno\n:::", 3, "layout-ncol='dos'"),
    "a numbered list without an empty line": ("Uno:\n1. dos\n2. tres", 4, "a list, not understood"),
    "a labelled picture beside text": (
        '![A](a.png){#fig-a fig-alt="a"}\n![B](b.png){#fig-b fig-alt="b"}',
        3,
        "a.png has a label and stands beside text",
    ),
    "a labelled picture without a caption": ('![](a.png){#fig-a fig-alt="a"}', 3, "has a label and no caption"),
    "a header of code": ('Uno.\n\n```python title="a.py"\nx = 1\n```', 5, "the header of a block of code"),
    "a header of another system": ("Uno.\n\n```{note} Título\nx\n```", 5, "the header of a block"),
    "a row with too many cells": ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", 5, "a row of 3 columns in a table of 2"),
    "a separator with too few cells": ("| a | b |\n|---|\n| 1 | 2 |", 4, "a row of 1 columns in a table of 2"),
    "a tab of a higher level": ("::: {.panel-tabset}\n\n### Uno\n\nA.\n\n## Dos\n\nB.\n\n:::", 9, "higher level"),
    "two kinds of div in one": ("::: {.callout-note .column-margin}\nA.\n:::", 3, "both .callout-note and .column-"),
    "a label with a full stop": ('![A](a.png){#fig-a.b fig-alt="a"}', 3, "'fig-a.b' is no label"),
    "a label with a capital": ('![A](a.png){#Fig-x fig-alt="a"}', 3, "'Fig-x' is no label"),
    "a label of a figure on a heading": ("Uno.\n\n## Dos {#fig-x}", 5, "'fig-x' labels a heading"),
    "maths in brackets": ("Uno.\n\nSea \\(a_1\\) así.", 5, "is no formula here"),
    "a callout of another system": ("Uno.\n\n!!! note\n\nDos.", 5, "a callout, not understood"),
    "a comment that does not end": ("Uno.\n\n<!-- dos", 5, "a comment, not understood"),
    "an example": ("Uno.\n\n(@) dos", 5, "an example, not understood"),
    "a class of HTML": ('Texto x.\n\n<div class="x">dos</div>', 5, "class 'x' of a div"),
    "an article": ("Uno.\n\nComo la @sec-uno dice.", 5, "'la Capítulo\u00a01': the article is feminine"),
    "an article in brackets": ("| a |\n|---|\n| 1 |\n\n: T {#tbl-a}\n\nVéase (del @tbl-a).", 9, "is masculine"),
    "an annotation without text": ("Uno.\n\n```python\nx = 1 # <1>\n```\n\nDos.", 6, "annotation <1> has no text"),
    "more annotations than texts": ("```python\nx # <1>\ny # <2>\n```\n\n1. Uno", 5, "<2> has no text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(minibook, name):
    text, line, words = REFUSED[name]
    with pytest.raises(BookError) as error:
        chapter(minibook, text)
    assert words in str(error.value)
    assert error.value.where == f"chapters/uno.qmd:{line}"


def test_code_from_a_file(minibook):
    minibook.write("chapters/guion.py", "print('desde el guion')\n")
    page = chapter(minibook, "```{.python}\n{{{< nada >}}}\n{{< include guion.py >}}\n```")
    assert "desde el guion" in visible(page)
    assert "{{< nada >}}" in visible(page)


def test_title_in_contents_and_list_of_chapters(minibook):
    minibook.both(
        "uno.qmd",
        "# Uno 10^6^ con $\\mathbb{R}^n$ {#sec-uno}\n\n## Lo de @sec-dos[^n]\n\nTexto.\n\n[^n]: Nota.\n\n"
        "## Parte {#sec-parte}\n",
    )
    minibook.edit("chapters/dos.qmd", "Véase @sec-parte", "Véase @sec-uno, @sec-parte")
    minibook.edit("chapters/en/dos.qmd", "Véase @sec-parte", "Véase @sec-uno, @sec-parte")
    minibook.render()
    page = minibook.page("chapters/uno.html")
    sidebar = page[page.index('id="quarto-sidebar"') : page.index('id="quarto-margin-sidebar"')]
    contents = page[page.index('id="TOC"') : page.index("<main")]
    assert re.search(r"10<sup>6</sup> con <math", sidebar)
    assert re.search(r"Lo de Capítulo\s2</a>", contents)
    title = re.search(r"<title>(.*?)</title>", page, re.S)[1]
    assert "<" not in title
    assert "mathbb" not in title
    assert re.search(r'<h1 class="title" id="sec-uno">', page)
