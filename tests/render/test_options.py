"""What `_quarto.yml` and the profiles say: honoured, or refused with the file and the line."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from cnnlab.errors import BookError
from cnnlab.render.book import options
from cnnlab.render.book.chapters import first_heading, title_of
from cnnlab.render.book.config import read_book
from cnnlab.render.book.dates import written_date
from cnnlab.render.book.yaml_lines import locate

BOOK, PROFILE = "_quarto.yml", "_quarto-es.yml"
AUTHOR, DATE, FORMAT = "author: Nadie", "date: 2026-11-22", "date-format: long"
BIBLIOGRAPHY, TITLE = "bibliography: chapters/references.bib", "title: Libro"
FIRST, PART = "    - index.qmd", "part: Parte"

# what: file, text to take out, what to put there, place, cause
REFUSED = {
    "filters": (BOOK, BIBLIOGRAPHY, f"filters: [a.lua]\n{BIBLIOGRAPHY}", "_quarto.yml:3", "'filters'"),
    "crossref": (BOOK, BIBLIOGRAPHY, f"{BIBLIOGRAPHY}\ncrossref: {{fig-title: F}}", "_quarto.yml:4", "'crossref'"),
    "theme of a format": (PROFILE, "lang: es", "lang: es\nformat: {html: {theme: x}}", ":2", "'format.html.theme'"),
    "option at another level": (PROFILE, "lang: es", "lang: es\nsubtitle: x", ":2", "'book.subtitle'"),
    "option in the book": (PROFILE, TITLE, f"{TITLE}\n  favicon: a.png", "_quarto-es.yml:5", "'book.favicon'"),
    "no text for a title": (PROFILE, TITLE, "title: 2026", "_quarto-es.yml:4", "book.title"),
    "csl that is missing": (PROFILE, "lang: es", "lang: es\ncsl: apa.csl", ":2", "csl apa.csl does not exist"),
    "csl that is none": (PROFILE, "lang: es", "lang: es\ncsl: index.qmd", ":2", "no style of citations"),
    "bibliography of a profile": (PROFILE, "lang: es", "lang: es\nbibliography: no.bib", ":2", "no.bib does not exist"),
    "second bibliography": (
        BOOK,
        BIBLIOGRAPHY,
        "bibliography:\n  - chapters/references.bib\n  - chapters/no.bib",
        "_quarto.yml:5",
        "no.bib does not exist",
    ),
    "nocite of nothing": (BOOK, BIBLIOGRAPHY, f"{BIBLIOGRAPHY}\nnocite: '@he2017'", ":4", "did you mean 'he2016'"),
    "author with more": (BOOK, AUTHOR, "author: [{name: A,\n  orcid: 1}]", "_quarto.yml:3", "'orcid' of an author"),
    "author without name": (BOOK, AUTHOR, "author: [{affiliation: U}]", "_quarto.yml:2", "has no name"),
    "author that is a number": (BOOK, AUTHOR, "author: [A, 3]", "_quarto.yml:2", "holds 3"),
    "author in pieces": (BOOK, AUTHOR, "author: {name: {given: A}}", "_quarto.yml:2", "more than a text"),
    "authors": (BOOK, AUTHOR, "authors: A", "_quarto.yml:2", "did you mean 'book.author'"),
    "date of files": (BOOK, DATE, "date: last-modified", "_quarto.yml:2", "book.date is 'last-modified'"),
    "date of another form": (BOOK, DATE, "date: 22/11/2026", "_quarto.yml:2", "a date as 2026-11-22"),
    "year alone": (BOOK, DATE, "date: 2026", "_quarto.yml:2", "book.date is 2026"),
    "form of a date": (BOOK, FORMAT, "date-format: full", "_quarto.yml:2", "book.date-format is 'full'"),
    "language of a profile": (PROFILE, "lang: es", "lang: en", "_quarto-es.yml:1", "write 'lang: es'"),
    "name of the PDF": (PROFILE, "file: libro", "file: a/libro", "_quarto-es.yml:5", "a name without folders"),
    "no first page": (PROFILE, FIRST, "", "_quarto-es.yml:6", "no first page"),
    "type": (BOOK, "{type: book}", "{type: website}", "_quarto.yml:1", "builds books"),
    "chapter that is missing": (PROFILE, "chapters/dos.qmd", "chapters/doss.qmd", ":9", "mean 'chapters/dos.qmd'"),
    "chapter outside": (PROFILE, FIRST, f"{FIRST}\n    - ../a.qmd", "_quarto-es.yml:8", "outside of the project"),
    "chapter of another kind": (PROFILE, FIRST, f"{FIRST}\n    - a.ipynb", "_quarto-es.yml:8", "of a kind"),
    "chapter twice": (PROFILE, FIRST, f"{FIRST}\n    - ./chapters/uno.qmd", "_quarto-es.yml:10", "listed twice"),
    "chapter that is a number": (PROFILE, FIRST, f"{FIRST}\n    - 3", "_quarto-es.yml:8", "holds 3"),
    "chapter with a text": (PROFILE, FIRST, f"{FIRST}\n    - file: a.qmd", "_quarto-es.yml:8", "'file'"),
    "part with a text": (PROFILE, PART, f"{PART}\n      text: a", "_quarto-es.yml:9", "'text'"),
    "part that is a number": (PROFILE, PART, "part: 3", "_quarto-es.yml:8", "a part of the book is named 3"),
    "part whose page is missing": (PROFILE, PART, "part: chapters/p.qmd", "_quarto-es.yml:8", "does not exist"),
    "part of the appendices": (PROFILE, TITLE, f"{TITLE}\n  appendices: [part: x]", ":5", "holds {'part': 'x'}"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(minibook, case):
    file, old, new, where, cause = REFUSED[case]
    minibook.edit(file, old, new)
    with pytest.raises(BookError) as caught:
        minibook.render(langs=["es"])
    assert (caught.value.where or "").endswith(where) and cause in str(caught.value), caught.value
    assert not (minibook.root / "_book").exists()


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("author: [Nombre Uno, Nombre Dos]", "Nombre Uno, Nombre Dos"),
        ("author:\n    - Nombre Uno\n    - name: Nombre Dos\n    ", "Nombre Uno, Nombre Dos"),
        ("author: [{name: Nombre Uno, affiliation: 'Universidad, Sur'}, Dos]", "Nombre Uno (Universidad, Sur), Dos"),
        ("author: {name: Solo}", "Solo"),
    ],
)
def test_authors(minibook, given, printed):
    minibook.edit(BOOK, f"{{author: Nadie, {DATE}, {FORMAT}}}", f"\n    {given}\n")
    minibook.render(langs=["es"])
    assert f'<div class="quarto-title-meta"><p>{printed}</p>' in minibook.page("index.html")
    assert f"</span><span>{printed}</span>" in minibook.page("chapters/uno.html")


@pytest.mark.parametrize(
    ("value", "pattern", "spanish", "english"),
    [
        ("2026-01-02", "long", "2 de enero de 2026", "January 2, 2026"),
        ("2026-01-02", "iso", "2026-01-02", "2026-01-02"),
        ("2026-01-02", "DD/MM/YYYY", "02/01/2026", "02/01/2026"),
        ("2026-01-02", "D [de] MMMM [de] YYYY", "2 de enero de 2026", "2 de January de 2026"),
        ("2026-11-12", "M.D.YYYY", "11.12.2026", "11.12.2026"),
        (None, "long", "", ""),
    ],
)
def test_dates(value, pattern, spanish, english):
    assert [written_date(value, pattern, lang) for lang in ("es", "en")] == [spanish, english]


def test_a_date_with_an_hour_is_a_day(minibook):
    minibook.edit(BOOK, DATE, "date: 2026-11-22 10:00:00")
    assert read_book(minibook.root, "es").date == "22 de noviembre de 2026"


ENTRIES = "".join(
    f"@book{{{key}, title={{{title}}}, author={{{name}, N.}}, year={{2020}}}}\n"
    for key, title, name in (("par2020", "Segundo", "Par"), ("oro2020", "Tercero", "Oro"))
)
NUMBERS = """<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>n</title><id>n</id><updated>2020-01-01T00:00:00+00:00</updated><category citation-format="numeric"/></info>
<citation><layout prefix="[" suffix="]" delimiter=","><text variable="citation-number"/></layout></citation>
<bibliography><layout><text variable="citation-number" suffix=". "/><text variable="title"/></layout></bibliography>
</style>
"""


def entries(minibook) -> list[str]:
    """The bibliography as it is read."""
    page = minibook.page("chapters/referencias.html")
    return [
        " ".join(re.sub("<[^>]+>", "", text).split()) for text in re.findall(r"csl-entry[^>]*>(.*?)</div>", page, re.S)
    ]


def test_two_bibliographies(minibook):
    minibook.write("otra.bib", ENTRIES)
    minibook.edit(BOOK, BIBLIOGRAPHY, "bibliography: [chapters/references.bib, otra.bib]")
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\nSegún [@par2020].\n")
    minibook.render(langs=["es"])
    assert [text.split(",")[0] for text in entries(minibook)] == ["He", "Par"]
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\nSegún [@par202].\n")
    with pytest.raises(BookError, match=r"dos.qmd:3: citation @par202 is not in chapters/references.bib, otra.bib"):
        minibook.render(langs=["es"])


@pytest.mark.parametrize(
    ("given", "read"),
    [("'@*'", ["He", "Oro", "Par"]), ("|\n  @par2020,\n  @he2016", ["He", "Par"]), ("['@oro2020']", ["He", "Oro"])],
)
def test_entries_that_no_chapter_cites(minibook, given, read):
    minibook.write("chapters/references.bib", (minibook.root / "chapters/references.bib").read_text() + ENTRIES)
    minibook.edit(BOOK, BIBLIOGRAPHY, f"{BIBLIOGRAPHY}\nnocite: {given}")
    minibook.render(langs=["es"])
    assert [re.split("[,.]", text)[0] for text in entries(minibook)] == read


def test_style_of_citations(minibook):
    """Numbers are those of the bibliography on all pages, in the order of the book."""
    minibook.write("chapters/references.bib", (minibook.root / "chapters/references.bib").read_text() + ENTRIES)
    minibook.write("n.csl", NUMBERS)
    minibook.edit(BOOK, BIBLIOGRAPHY, f"{BIBLIOGRAPHY}\ncsl: n.csl")
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\nSegún [@par2020], [@oro2020; @he2016].\n")
    minibook.render(langs=["es"])
    assert entries(minibook) == ["1. Deep Residual Learning", "2. Segundo", "3. Tercero"]
    page = re.sub("<[^>]+>", "", minibook.page("chapters/dos.html"))
    assert "Según [2], [3,1]." in page
    minibook.write("n.csl", NUMBERS.replace('prefix="["', 'prefix="&lt;"'))
    minibook.render(langs=["es"])
    assert "Según &lt;2]" in re.sub("<[^>]+>", "", minibook.page("chapters/dos.html"))


HEADINGS = {
    "# Uno {-}\n": None,
    "# Uno { - }\n": None,
    "# Uno {- #uno}\n": None,
    "# Uno {.unnumbered #uno}\n": None,
    "\ufeff# Uno {#uno .unnumbered}\r\n": None,
    "Uno {-}\n=======\n": None,
    "Texto.\n\n# Uno # {-}\n": None,
    "<!--\n# Viejo {-}\n-->\n\n# Uno\n": "1",
    "```\n# No {-}\n```\n\n# Uno\n": "1",
    "# Uno -- dos {#a-b}\n": "1",
    "# Uno {#uno}\n\n## Dos {-}\n": "1",
}


@pytest.mark.parametrize("text", HEADINGS)
def test_chapters_without_number(minibook, text):
    minibook.write("chapters/uno.qmd", text)
    pages = {page.source.stem: page for page in read_book(minibook.root, "es").pages}
    assert (pages["uno"].number, pages["dos"].number) == (HEADINGS[text], "2" if HEADINGS[text] else "1")
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\n## Parte\n")
    minibook.write("index.qmd", "# Prefacio {-}\n")
    minibook.render(langs=["es"])
    assert ("chapter-number" in minibook.page("chapters/uno.html").split("<main")[1].split("</main>")[0]) == bool(
        HEADINGS[text]
    )


def test_words_of_a_heading(tmp_path):
    (tmp_path / "a.qmd").write_text("Antes.\n\n# La *primera* de `dos` #1 ## {-}\n")
    assert title_of(first_heading(tmp_path / "a.qmd")) == "La primera de dos #1"
    assert title_of("# Los **nombres** {#sec-n .unnumbered}") == "Los nombres"


PART_PAGE = "# Los *fundamentos* {.unnumbered}\n\nTexto 4718, ver @sec-uno.\n\n## Suelta\n\nMás.\n"


@pytest.fixture
def parts(minibook):
    """A book whose part opens with a page."""
    minibook.edit(PROFILE, PART, "part: chapters/parte.qmd")
    minibook.write("chapters/parte.qmd", PART_PAGE)
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\nVer [la parte](parte.qmd) y [ahí](parte.qmd#suelta).\n")
    return minibook


def test_a_part_that_opens_with_a_page(parts):
    parts.render(langs=["es"])
    page, two = parts.page("chapters/parte.html"), parts.page("chapters/dos.html")
    assert "Texto 4718" in page and "chapter-number" not in page.split("<main")[1].split("</main>")[0]
    assert 'class="header-section-number"' not in page
    section = re.search(r'<li class="sidebar-item sidebar-item-section">.*?</div>', two, re.S)[0]
    assert 'href="parte.html"' in section and "I. <a" in section and "<em>fundamentos</em></span>" in section
    assert two.count('href="parte.html"') == 2 and '<a href="parte.html#suelta">ahí</a>' in two
    assert re.search(r'class="quarto-title-breadcrumbs".*?Parte I. Los fundamentos<', two, re.S)
    assert "quarto-title-breadcrumbs" not in page
    assert re.findall(r'rel="(?:prev|next)" href="([^"]*)"', page) == ["../index.html", "uno.html"]


@pytest.mark.pdf
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler)")
def test_a_part_that_opens_with_a_page_on_paper(parts):
    parts.render(langs=["es"], formats=("pdf",))
    said = subprocess.run(
        ["pdftotext", "-layout", parts.root / "_book/libro.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = [" ".join(page.split()) for page in said.split("\f")]
    at = pages.index("Parte I Los fundamentos")
    assert pages[at + 1].startswith("Texto 4718, ver Capítulo 1. Suelta Más.")
    assert "Parte I. Los fundamentos 1 Uno" in pages[at + 2] and "parte.qmd" not in said
    assert re.search(r"Parte I\. Los fundamentos 1 Uno \d+ 2 Dos", pages[1])


def test_where_an_option_stands(minibook):
    minibook.write(BOOK, "a: {b: 1}\nc:\n  - x\n  - {d: y}\nbook: {title: T}\n")
    minibook.write(PROFILE, "book:\n  title: U\n\n  subtitle: S\n")
    found = [
        locate(minibook.root, "es", *given)
        for given in (("a.b",), ("c", "y"), ("c", "d"), ("book.title",), ("book.title", "T"), ("c", "z"), ("e.f",))
    ]
    assert found == [
        "_quarto.yml:1",
        "_quarto.yml:4",
        "_quarto.yml:4",
        "_quarto-es.yml:2",
        "_quarto.yml:5",
        "_quarto.yml:2",
        "_quarto-es.yml",
    ]


def test_every_option_that_may_be_anything_says_more():
    assert [
        name for name, each in options.SUPPORTED.items() if options.ANYTHING in each.allowed and not each.note
    ] == []
