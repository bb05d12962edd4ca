"""Pictures and links to files: sizes, kinds, names; each is shown as its author meant it, or refused at its line."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import pytest
from PIL import Image

from cnnlab.errors import BookError
from cnnlab.render.text import pictures

HEAD = "# Uno {#sec-uno}\n\n## Parte {#sec-parte}\n\n"  # four lines; what follows begins in the fifth
SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><rect width="24" height="16"/></svg>'


def raster(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 50).save(file, kind, **options)
    return file.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return raster("JPEG", exif=exif)


SIZES = {
    "in pixels": ('width="500" height="400" viewBox="0 0 5 4"', (500, 400)),
    "with a unit": ('width="500px" height="40pt"', (500, 53.3333)),
    "in millimetres": ('width="120mm" height="8cm"', (453.5433, 302.3622)),
    "in inches, single quotes": ("width='2in' height='1in'", (192, 96)),
    "in ex, as formulas have it": ('width="10ex" height="2ex" viewBox="0 -5 100 20"', (80, 16)),
    "by its box": ('viewBox="0 0 300 200"', (300, 200)),
    "by a box with commas": ('viewBox="-10,-5, 300.5,2e2"', (300.5, 200)),
    "a share of what is around": ('width="100%" height="100%" viewBox="0 0 30 20"', (30, 20)),
    "one side and its box": ('width="60" viewBox="0 0 30 20"', (60, 40)),
    "the other side and its box": ('height="60" viewBox="0 0 30 20"', (90, 60)),
    "a number with an exponent": ('width="1e2" height="50"', (100, 50)),
}


@pytest.mark.parametrize("case", SIZES)
def test_size_of_an_svg(tmp_path, case):
    attributes, size = SIZES[case]
    (tmp_path / "a.svg").write_text('<?xml version="1.0"?>\n<!-- width="7" -->\n' + SVG.format(attributes))
    assert pictures.size(tmp_path / "a.svg") == pytest.approx(size, abs=0.001)


@pytest.mark.parametrize(
    ("name", "data", "size"),
    [
        ("a.png", raster(), (40, 30)),
        ("A.PNG", raster(), (40, 30)),
        ("a.jpeg", raster("JPEG"), (40, 30)),
        ("a.gif", raster("GIF"), (40, 30)),
        ("a.webp", raster("WEBP"), (40, 30)),
        ("turned.jpg", turned(), (30, 40)),
        ("A.SVG", SVG.format('width="3" height="2"').encode(), (3, 2)),
    ],
)
def test_size_of_a_kind(tmp_path, name, data, size):
    (tmp_path / name).write_bytes(data)
    assert pictures.size(tmp_path / name) == size


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 12345\n"
BROKEN = {
    "pointer of LFS": ("a.png", LFS, "git lfs pull"),
    "pointer of LFS for an SVG": ("a.svg", LFS, "git lfs pull"),
    "empty": ("a.png", b"", "is empty"),
    "empty SVG": ("a.svg", b"", "is empty"),
    "truncated PNG": ("a.png", raster(size=(99, 99))[:2000], "is damaged"),
    "truncated JPEG": ("a.jpg", raster("JPEG", (99, 99))[:-900], "is damaged"),
    "JPEG as PNG": ("a.png", raster("JPEG"), "holds a JPEG, not a PNG"),
    "PNG as JPEG": ("a.jpg", raster(), "rename it to a.png"),
    "TIFF as PNG": ("a.png", raster("TIFF"), "holds a TIFF"),
    "page of an error as PNG": ("a.png", b"<!doctype html><p>404", "is no picture"),
    "SVG as PNG": ("a.png", SVG.format("").encode(), "is an SVG"),
    "PNG as SVG": ("a.svg", raster(), "is no SVG|is damaged"),
    "SVG cut short": ("a.svg", SVG.format("")[:60].encode(), "is damaged"),
    "SVG without a size": ("a.svg", SVG.format("").encode(), "has no size"),
    "SVG of size 0": ("a.svg", SVG.format('width="0" height="0"').encode(), "has no size"),
    "SVG without its name space": ("a.svg", b'<svg width="3" height="2"/>', "xmlns"),
    "SVG in Latin-1": (
        "a.svg",
        '<?xml version="1.0" encoding="ISO-8859-1"?><!-- ñ -->'.encode("latin-1")
        + SVG.format('viewBox="0 0 2 2"').encode(),
        "not in UTF-8",
    ),
    "SVG that shows another file": (
        "a.svg",
        SVG.format('viewBox="0 0 2 2"').replace("<rect", '<image href="b.png"/><rect').encode(),
        "another file, b.png",
    ),
    "SVG that holds HTML": (
        "a.svg",
        SVG.format('viewBox="0 0 2 2"').replace("<rect", '<foreignObject width="9"/><rect').encode(),
        "foreignObject",
    ),
    "PNG whose middle is wrong": ("a.png", raster()[:300] + bytes(40) + raster()[340:], "is damaged"),
    "HTML as SVG": ("a.svg", b"<html></html>", "begins with <html>"),
    "PDF": ("a.pdf", b"%PDF-1.4", "of a kind that is not shown"),
    "AVIF": ("a.avif", b"x", "of a kind that is not shown"),
    "no ending": ("a", raster(), "of a kind that is not shown"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_a_picture_that_cannot_be_shown(minibook, case, kind):
    name, data, cause = BROKEN[case]
    minibook.write("img/x", "")
    (minibook.root / "img" / name).write_bytes(data)
    minibook.write("chapters/uno.qmd", f'{HEAD}Texto.\n\n![Pie](../img/{name}){{#fig-a fig-alt="a"}}\n')
    with pytest.raises(BookError, match=cause) as caught:
        minibook.render(langs=["es"], formats=(kind,))
    assert caught.value.where == "chapters/uno.qmd:7"


@pytest.fixture
def book(minibook):
    """A book with pictures and data, of which `show` renders a chapter."""
    for name in ("img/a.png", "img/mi foto.png", "img/año #1.png"):
        minibook.write(name, "")
        (minibook.root / name).write_bytes(raster(size=(400, 300)))
    for name in ("datos/x.csv", "datos/mi dato.csv", "datos/n.ipynb"):
        minibook.write(name, "a,b\n")
    minibook.write("chapters/suelto.qmd", "# Suelto\n")
    (minibook.root / "figs").symlink_to("img")
    (minibook.root / "img/falta.png").symlink_to("nada.png")
    return minibook


def show(book, text: str) -> str:
    book.write("chapters/uno.qmd", f"{HEAD}{text}\n")
    book.render(langs=["es"])
    return book.page("chapters/uno.html")


REFUSED = {
    "unknown attribute": ('![](../img/a.png){fig-alt="a" widht=3cm}', 5, "did you mean 'width'"),
    "attribute of another program": ('![](../img/a.png){fig-alt="a" fig-pos=h}', 5, "'fig-pos'"),
    "class": ('![](../img/a.png){.lightbox fig-alt="a"}', 5, "class 'lightbox'"),
    "unit": ('![](../img/a.png){fig-alt="a" width=3furlong}', 5, "is '3furlong'"),
    "nothing": ('![](../img/a.png){fig-alt="a" width=0}', 5, "width of picture"),
    "less than nothing": ('![](../img/a.png){fig-alt="a" width=-3cm}', 5, "is '-3cm'"),
    "share of no height": ('![](../img/a.png){fig-alt="a" height=50%}', 5, "is '50%'"),
    "place": ('![](../img/a.png){fig-alt="a" fig-align=middle}', 5, "left, center, right"),
    "place in a line": ("Uno ![a](../img/a.png){fig-align=center}", 5, "in a line of text"),
    "second of two": ('![](../img/a.png){fig-alt="a"}\n\n![](../img/a.png){fig-alt="a" width=x}', 7, "is 'x'"),
    "second without text": ('![](../img/a.png){fig-alt="a"}\n\n![](../img/a.png)', 7, "no alternative text"),
    "in a line, without text": ("Uno ![](../img/a.png) dos", 5, "no alternative text"),
    "other letters": ('![](../img/A.png){fig-alt="a"}', 5, "did you mean 'a.png'"),
    "folder": ('![](../img){fig-alt="a"}', 5, "is a folder"),
    "link to nothing": ('![](../img/falta.png){fig-alt="a"}', 5, "is a link to nada.png"),
    "outside by its path": ('![](../../a.png){fig-alt="a"}', 5, "outside of the project"),
    "with a space, missing": ('![](<../img/mi casa.png>){fig-alt="a"}', 5, "img/mi casa.png does not exist"),
    "another host": ('![](//example.org/a.png){fig-alt="a"}', 5, "another host"),
    "within the address": ('![](data:image/png;base64,iVBO){fig-alt="a"}', 5, "not a file of the project"),
    "link to no file": ("[x](../datos/y.csv)", 5, "did you mean 'x.csv'"),
    "link to a folder": ("[x](../datos/)", 5, "is a folder"),
    "link out of the project": ("[x](../../x.csv)", 5, "outside of the project"),
    "link without address": ("Vea [esto]().", 5, "'esto' leads nowhere"),
    "link to a host without https": ("[x](www.example.org)", 5, "write https://"),
    "link to no place here": ("[x](#sec-part)", 5, "did you mean 'sec-parte'"),
    "link to no place there": ("[x](dos.qmd#sec-doss)", 5, "did you mean 'sec-dos'"),
    "link to a page that is not listed": ("[x](suelto.qmd)", 5, "no such chapter"),
    "link to no page of the site": ("[x](tres.html)", 5, "no such file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(book, case):
    text, line, cause = REFUSED[case]
    with pytest.raises(BookError) as caught:
        show(book, text)
    assert caught.value.where == f"chapters/uno.qmd:{line}" and cause in str(caught.value), caught.value


def test_a_folder_that_lies_outside(book, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.png").write_bytes(raster())
    (book.root / "fuera").symlink_to(outside)
    with pytest.raises(BookError, match=r"uno.qmd:5: picture ../fuera/a.png lies outside of the project"):
        show(book, '![](../fuera/a.png){fig-alt="a"}')


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_a_place_that_is_missing_is_refused_in_each_format(book, kind):
    book.write("chapters/uno.qmd", f"{HEAD}Vea [esto](dos.qmd#nada).\n")
    with pytest.raises(BookError, match="uno.qmd:5: link to dos.qmd#nada: the page has no such place"):
        book.render(langs=["es"], formats=(kind,))


STYLES = {
    "width=3cm": "width: 3cm; height: auto",
    "width=200": "width: 200px; height: auto",
    'width="50%"': "width: 50%; height: auto",
    "width=1.5in": "width: 1.5in; height: auto",
    "width=30MM": "width: 30mm; height: auto",
    "height=2cm": "width: auto; height: 2cm",
    "width=3pt height=10em": "width: 3pt; height: 10em",
    "fig-align=center": "margin: 0 auto",
    "width=3cm fig-align=right": "width: 3cm; height: auto; margin: 0 0 0 auto",
    "fig-align=left": None,
}


def test_sizes_on_the_page(book):
    page = show(book, "\n\n".join(f'![](../img/a.png){{fig-alt="a" {given}}}' for given in STYLES))
    tags = re.findall(r"<img[^>]*>", page)
    assert [(found := re.search(r'style="([^"]*)"', tag)) and found[1] for tag in tags] == list(STYLES.values())
    assert all('width="400" height="300"' in tag and "figure-img" in tag for tag in tags)


NAMES = {
    "![](../img/mi%20foto.png)": "../img/mi%20foto.png",
    "![](<../img/mi foto.png>)": "../img/mi%20foto.png",
    "![](<../img/año %231.png>)": "../img/a%C3%B1o%20%231.png",
    "![](/img/a.png)": "../img/a.png",
    "![](./../img/../img/a.png)": "../img/a.png",
    "![](../figs/a.png)": "../figs/a.png",
}


def test_names(book):
    page = show(book, "\n\n".join(f'{written}{{fig-alt="a"}}' for written in NAMES))
    assert re.findall(r'<img src="([^"]*)"', page) == list(NAMES.values())
    for name in ("img/mi foto.png", "img/año #1.png", "img/a.png", "figs/a.png"):
        assert (book.root / "_book" / name).read_bytes() == (book.root / name).read_bytes()


def test_pictures_in_a_line(book):
    text = (
        "Pulse ![el botón](../img/a.png){width=1em} ya.\n\n[![enlace](../img/a.png)](https://example.org)\n\n"
        "![uno](../img/a.png){width=40%} ![dos](../img/a.png){width=40%}\n\n| a |\n|--|\n| ![tres](/img/a.png) |\n\n"
        'Nota^[con ![cuatro](../img/a.png "título")].'
    )
    tags = re.findall(
        r'<img src="../img/a.png" class="img-fluid ([a-z-]*)" alt="([^"]*)"( title="título")?', show(book, text)
    )
    assert tags == [
        ("line-img", "el botón", ""),
        ("figure-img", "enlace", ""),
        ("line-img", "uno", ""),
        ("line-img", "dos", ""),
        ("line-img", "tres", ""),
        ("line-img", "cuatro", ' title="título"'),
    ]


LINKS = {  # address: what the page has, and the file that has to lie in the site
    "../datos/x.csv": ("../datos/x.csv", "datos/x.csv"),
    "/datos/x.csv": ("../datos/x.csv", "datos/x.csv"),
    "../datos/x.csv?v=2": ("../datos/x.csv?v=2", "datos/x.csv"),
    "../datos/x.csv#fila": ("../datos/x.csv#fila", "datos/x.csv"),
    "<../datos/mi dato.csv>": ("../datos/mi%20dato.csv", "datos/mi dato.csv"),
    "../datos/n.ipynb": ("../datos/n.ipynb", "datos/n.ipynb"),
    "dos.qmd": ("dos.html", None),
    "/chapters/dos.qmd#sec-dos": ("dos.html#sec-dos", None),
    "dos.html#eq-x": ("dos.html#eq-x", None),
    "dos.qmd?a=1#eq-x": ("dos.html#eq-x", None),
    "../index.qmd#prefacio": ("../index.html#prefacio", None),
    "uno.qmd#sec-parte": ("#sec-parte", None),
    "#sec-parte": ("#sec-parte", None),
    "mailto:a@example.org": ("mailto:a@example.org", None),
    "https://example.org/x.csv?v=2": ("https://example.org/x.csv?v=2", None),
}


def test_links(book):
    page = show(book, "\n".join(f"- [enlace]({address})" for address in LINKS))
    assert re.findall(r'<a\s+href="([^"]*)"[^>]*>enlace</a>', page) == [href for href, _ in LINKS.values()]
    for _, name in LINKS.values():
        assert name is None or (book.root / "_book" / name).read_text() == "a,b\n"


def test_a_file_that_is_linked_is_copied_again_and_refused_once_it_is_gone(book):
    show(book, "[datos](../datos/x.csv)")
    book.write("datos/x.csv", "otros\n")
    book.render(langs=["es"])
    assert (book.root / "_book/datos/x.csv").read_text() == "otros\n"
    (book.root / "datos/x.csv").unlink()
    with pytest.raises(BookError, match=r"uno.qmd:5: link to ../datos/x.csv does not exist"):
        book.render(langs=["es"])


def words_of(pdf) -> dict[str, tuple[float, float, int]]:
    """Left edge and top, in millimetres, and page of each word of a PDF (the last of those that are the same)."""
    said = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, text=True, check=True).stdout
    out, page = {}, 0
    for line in said.splitlines():
        page += "<page " in line
        if found := re.search(r'xMin="([\d.]+)" yMin="([\d.]+)".*>(.*)</word>', line):
            out[found[3]] = (float(found[1]) * 25.4 / 72, float(found[2]) * 25.4 / 72, page)
    return out


RULER = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100"><text x="0" y="60" font-size="20">{0}i</text>'
    '<text x="300" y="60" font-size="20">{0}d</text></svg>'
)
ON_PAPER = {  # what is given: millimetres between two words that stand three quarters of the width apart
    "": 0.75 * 100,  # 400 px of 608, in a text of 152 mm
    "width=40mm": 30,
    "width=4cm": 30,
    "width=2in": 38.1,
    "width=120pt": 31.75,
    "width=96": 19.05,
    "width=96px": 19.05,
    'width="50%"': 57,
    "height=20mm": 60,
    "width=40mm height=30mm": 30,
    "width=90cm": 114,  # no wider than the text
    "width=40mm fig-align=right": 30,
}


@pytest.mark.pdf
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler)")
def test_on_paper(book):
    for n, _ in enumerate(ON_PAPER):
        book.write(f"img/r{n}.svg", RULER.format(f"r{n}"))
    book.write("img/alto.svg", RULER.format("alto").replace('height="100"', 'height="9000"'))
    text = [f'![](../img/r{n}.svg){{fig-alt="a" {given}}}' for n, given in enumerate(ON_PAPER)]
    text.append(
        "Antes ![](/img/a.png){fig-alt=a width=5%} después, [los datos](../datos/x.csv) y [allí](dos.qmd#parte)."
    )
    text.append('![](../img/alto.svg){fig-alt="a"}')
    book.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\n## Parte {#parte}\n\nFinal.\n")
    book.write("chapters/uno.qmd", "# Uno {#sec-uno}\n\n## Otra {#parte}\n\n" + "\n\n".join(text) + "\n\nAbajo.\n")
    book.render(langs=["es"], formats=("pdf",))
    words = words_of(book.root / "_book/libro.pdf")
    spans = {given: words[f"r{n}d"][0] - words[f"r{n}i"][0] for n, given in enumerate(ON_PAPER)}
    assert spans == pytest.approx(ON_PAPER, abs=0.6)
    assert words["r11i"][0] - words["r1i"][0] == pytest.approx(152 - 40, abs=0.6)
    assert words["después,"][1:] == words["Antes"][1:]  # in the same line
    assert words["después,"][0] - words["Antes"][0] > 7.6
    assert {"datos", "allí."} <= words.keys() and words["altoi"][1] > 0
