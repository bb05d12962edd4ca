"""Reading on a screen: where citations lead, what scrolls sideways and says so, pictures that open large."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from cnnlab.render.page.site import LIBRARY

PROJECT = Path(__file__).parents[2]
WIDE = "x" * 75
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="456pt" height="100pt" viewBox="0 0 456 100"><path d="M0 0h456v100H0z" fill="%s"/></svg>'  # noqa: E501
PLOT = '<div class="plotly-figure" aria-label="Dos puntos"><script type="application/json">{"data": [{"y": [1, 2]}]}</script></div>'  # noqa: E501
CHAPTER = f"""\
# Uno {{#sec-uno}}

Texto [@he2016].

::: {{.light-content}}
![](claro.svg){{fig-alt="Un cuadro"}}
:::

::: {{.dark-content}}
![](oscuro.svg){{fig-alt="Un cuadro"}}
:::

![](foto.png){{fig-alt="Una foto"}}

```python
{WIDE}
```

```python
{WIDE}{WIDE}
```

$$
a_1 = b_1 + c_1 + d_1 + e_1 + f_1 + g_1 + h_1 + i_1 + j_1 + k_1 + l_1 + m_1
$$ {{#eq-larga}}

$$
a_1 = b_1 + c_1 + d_1 + e_1 + f_1 + g_1 + h_1 + i_1 + j_1 + k_1 + l_1 + m_1
$$

| Red | uno | dos | tres | cuatro |
|---|---|---|---|---|
| larga | 1 | 2 | 3 | 4 |

: Números {{#tbl-uno}}

Relleno.

~~~{{=html}}
<div style="height: 1500px"></div>
~~~

## Parte {{#sec-parte}}

~~~{{=html}}
{PLOT}
~~~

Véase @eq-larga y @tbl-uno.

~~~{{=html}}
<div style="height: 1500px"></div>
~~~
"""

OTHERS = f"""\
# Dos {{#sec-dos}}

Con ![](foto.png){{fig-alt="Dentro" width="20px"}} en la línea, y [![](foto.png){{fig-alt="Enlace"}}](uno.qmd).

1. Un paso:

    ```python
    {WIDE}{WIDE}
    ```

::: {{.callout-note collapse="true"}}
## Plegada

| Una clave que ocupa casi toda la línea del teléfono | uno | dos | tres | cuatro |
|:---|---|---|---|---|
| larga | 1 | 2 | 3 | 4 |
:::
"""


def parsed(project, name: str) -> BeautifulSoup:
    return BeautifulSoup(project.page(name), "html.parser")


# ---- where citations lead


def shown_entry(project, folder: str, page: str):
    """The entry that a page's citation leads to, and whether some element around it hides it."""
    link = parsed(project, f"{folder}/{page}").select_one(".citation a")
    name, _, anchor = link["href"].partition("#")
    entry = parsed(project, f"{folder}/{name or page}").find(id=anchor)
    hidden = any("display: none" in (each.get("style") or "") for each in [entry, *entry.parents])
    return name, anchor, hidden


@pytest.mark.parametrize("folder", ["chapters", "en/chapters/en"])
@pytest.mark.parametrize("place", ["{#refs}", '{#refs lang="es"}', "{ #refs }"])
def test_a_citation_leads_to_its_entry_on_the_page_of_references(minibook, folder, place):
    minibook.both("referencias.qmd", f"# Referencias {{.unnumbered}}\n\n::: {place}\n:::\n")
    minibook.render()
    assert shown_entry(minibook, folder, "uno.html") == ("referencias.html", "ref-he2016", False)


def test_a_citation_of_the_page_of_references_leads_down_the_page(minibook):
    minibook.both("referencias.qmd", "# Referencias {.unnumbered}\n\nVéase [@he2016].\n\n::: {#refs}\n:::\n")
    minibook.render()
    assert shown_entry(minibook, "chapters", "referencias.html") == ("", "ref-he2016", False)


def test_every_citation_of_several_works_leads_to_one_entry(minibook):
    entry = "@article{olah2017, title={Visualization}, author={Olah, Chris}, year={2017}, journal={Distill}}\n"
    minibook.write("chapters/references.bib", (minibook.root / "chapters/references.bib").read_text("utf-8") + entry)
    minibook.both("dos.qmd", "# Dos {#sec-dos}\n\nComo @olah2017 [véase también @he2016, p. 3; @olah2017].\n")
    minibook.render()
    links = [link["href"] for link in parsed(minibook, "chapters/dos.html").select(".citation a")]
    assert links == [f"referencias.html#ref-{key}" for key in ("olah2017", "he2016", "olah2017")]
    ids = [element["id"] for element in parsed(minibook, "chapters/referencias.html").select(".csl-entry")]
    assert sorted(ids) == ["ref-he2016", "ref-olah2017"]


def test_pages_keep_the_entries_that_they_cite_for_the_preview(minibook):
    minibook.render()
    hidden = parsed(minibook, "chapters/uno.html").select_one("#refs.hidden-references")
    assert [entry["id"] for entry in hidden.select(".csl-entry")] == ["ref-he2016"]
    assert not parsed(minibook, "chapters/dos.html").select("#refs")


# ---- what a page loads


def test_pages_load_the_shared_script_and_plotly_only_by_it(minibook):
    minibook.both("dos.qmd", f"# Dos {{#sec-dos}}\n\n~~~{{=html}}\n{PLOT}\n~~~\n")
    minibook.render()
    for name, extra in (("uno", []), ("dos", ["figures.js"])):
        page = parsed(minibook, f"chapters/{name}.html")
        loaded = [script["src"].rsplit("/", 1)[1] for script in page.select("script[src]")]
        assert loaded == ["reading.js", "site.js", *extra]
    assert (minibook.root / "_book" / LIBRARY / "reading.js").is_file()


def test_the_active_entry_of_the_list_is_no_wider_than_another():
    from cnnlab.render.page.site import TEMPLATES

    rule = re.search(r"\.sidebar-link\.active \{([^}]*)\}", (TEMPLATES / "site.css").read_text("utf-8"))
    assert rule and not re.search(r"font|padding|margin|border|letter-spacing", rule[1])


# ---- where no line may end


def test_short_code_short_cells_and_percentages_are_not_broken(minibook):
    long = "una celda de diecisiete letras o más"
    table = f"| Uno | Intervalo de 95 % |\n|---|---|\n| fox squirrel | {long} |\n"
    address = "<https://www.example.org/learning-features-2009.pdf>"
    text = f"Con `--force`, `{WIDE}`, ResNet-50, {address} y 5 % o 7 %."
    minibook.both("dos.qmd", f"# Dos {{#sec-dos}}\n\n{text}\n\n{table}")
    minibook.render()
    main = parsed(minibook, "chapters/dos.html").main
    assert [code.get_text() for code in main.select(".nw > code")] == ["--force"]
    assert [each.get_text() for each in main.select("span.nw") if not each.code] == ["ResNet-50,"]
    assert [cell.get_text() for cell in main.select("th.nw, td.nw")] == ["Uno", "fox squirrel"]
    assert main.select_one("p").get_text().endswith("y 5\u202f% o 7\u202f%.")
    assert "Intervalo de 95\u202f%" in main.select_one("table").get_text()


@pytest.mark.parametrize(
    ("tex", "spaces"),
    [(r"\ln 1000", 1), (r"2 \ln 1000", 2), (r"-\ln p_i", 1), (r"\ln\ln n", 2), (r"\log_2 n", 1), (r"x^{\ln n}", 1)]
    + [(tex, 0) for tex in (r"\ln(x)", r"\ln\left(x\right)", r"f(x)", r"\frac{\ln}{x}", r"a + \sin(x)")],
)
def test_names_of_functions_stand_apart_from_what_they_are_applied_to(tex, spaces):
    from cnnlab.render.page.blocks import mathml

    assert mathml(tex).count('<mspace width="0.1667em"') == spaces


# ---- in a browser


@pytest.fixture(scope="module")
def book(minibook_of_module):
    from PIL import Image

    minibook = minibook_of_module
    minibook.both("uno.qmd", CHAPTER)
    minibook.both("dos.qmd", OTHERS)
    for folder in ("chapters", "chapters/en"):
        minibook.write(f"{folder}/claro.svg", DRAWING % "white")
        minibook.write(f"{folder}/oscuro.svg", DRAWING % "black")
        Image.new("RGB", (400, 400), "green").save(minibook.root / folder / "foto.png")
    minibook.render()
    return minibook


@pytest.fixture
def visit(browser, book):
    """Opens the chapter at a width and in a theme; a message of the console or an error fails the test."""
    contexts, troubles = [], []

    def visit(width: int, scheme: str = "light", name: str = "chapters/uno.html", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        context.set_default_timeout(4000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
        page.goto((book.root / "_book" / name).as_uri())
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not troubles


AREAS = {"code": "pre", "table": ".table-scroll", "equation": ".math-scroll", "figure": ".light-content .figure-scroll"}
EDGES = "area => [...area.parentElement.classList].filter(name => name.startsWith('more')).sort()"


def scrolled(area, place: str) -> list[str]:
    """The edges that say that there is more, with the area scrolled to a place."""
    area.evaluate(f"area => {{ area.scrollLeft = {place}; area.dispatchEvent(new Event('scroll')); }}")
    return area.evaluate(EDGES)


@pytest.mark.browser
def test_what_is_wide_says_so_until_its_end(visit):
    page = visit(390)
    for kind, selector in AREAS.items():
        area = page.locator(selector).last if kind == "code" else page.locator(selector).first
        assert scrolled(area, "0") == ["more-after"], kind
        assert scrolled(area, "20") == ["more-after", "more-before"] or kind == "equation", kind
        assert scrolled(area, "area.scrollWidth") == ["more-before"], kind
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_what_fits_says_nothing(visit):
    page = visit(1400)
    for selector in (".table-scroll", ".figure-scroll", "pre >> nth=0"):
        area = page.locator(selector).first
        assert area.evaluate(EDGES) == []
        assert area.get_attribute("tabindex") is None


@pytest.mark.browser
def test_areas_that_scroll_are_reached_by_keyboard(visit):
    page = visit(390)
    for kind in ("code", "table", "equation"):
        area = page.locator(AREAS[kind]).last if kind == "code" else page.locator(AREAS[kind]).first
        assert area.get_attribute("tabindex") == "0"
        assert area.get_attribute("aria-label") == "Contenido que se desplaza de lado"
    assert page.locator(".light-content .figure-scroll button").count() == 1  # the button in it takes the focus


@pytest.mark.browser
def test_75_columns_of_code_fit_and_150_do_not(visit):
    page = visit(1400)
    rooms = page.locator("main pre").evaluate_all("all => all.map(pre => pre.scrollWidth - pre.clientWidth)")
    assert rooms[0] <= 0 < rooms[1]
    code, text = (page.locator(selector).first.bounding_box() for selector in ("main pre code", "main section > p"))
    assert code["x"] == pytest.approx(text["x"], abs=1)


@pytest.mark.browser
def test_the_first_column_of_a_wide_table_stays(visit):
    page = visit(390)
    key, other = page.locator("tbody td").nth(0), page.locator("tbody td").nth(1)
    before = key.bounding_box()["x"], other.bounding_box()["x"]
    assert scrolled(page.locator(".table-scroll"), "60") == ["more-after", "more-before"]
    after = key.bounding_box()["x"], other.bounding_box()["x"]
    assert after[0] == before[0] and after[1] == before[1] - 60


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 700])
def test_drawings_are_as_wide_as_they_were_drawn(visit, width):
    page = visit(width)
    assert page.locator(".light-content img").bounding_box()["width"] == pytest.approx(608, abs=0.1)
    assert page.locator("img[src$='foto.png']").bounding_box()["width"] <= width - 40


@pytest.mark.browser
def test_pictures_in_a_line_or_in_a_link_open_nothing(visit):
    page = visit(1400, name="chapters/dos.html")
    assert page.locator("main img").count() == 2 and not page.locator("main button:has(img)").count()


@pytest.mark.browser
def test_code_in_a_list_stays_in_its_column(visit):
    page = visit(1400, name="chapters/dos.html")
    code, item = page.locator("main pre").bounding_box(), page.locator("main ol > li").bounding_box()
    assert code["x"] >= item["x"] and code["x"] + code["width"] <= item["x"] + item["width"]
    assert page.locator("main pre").evaluate(EDGES) == ["more-after"]


@pytest.mark.browser
def test_a_table_that_was_folded_says_that_it_scrolls_once_it_is_open(visit):
    page = visit(390, name="chapters/dos.html")
    page.locator(".callout summary").click()
    page.wait_for_selector(".callout .more-after")
    assert page.locator(".callout .table-scroll").get_attribute("tabindex") == "0"


@pytest.mark.browser
def test_nothing_is_cut_on_paper(visit):
    page = visit(390)
    page.emulate_media(media="print")
    assert page.locator("main .scrolls").evaluate_all(
        "all => all.every(area => getComputedStyle(area).overflowX === 'visible')"
    )
    assert not page.locator("dialog").count()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_opens_large_and_closes(visit, scheme):
    page = visit(1400, scheme)
    button = page.get_by_role("button", name="Un cuadro")
    assert button.count() == 1  # the other theme's is not shown
    button.focus()
    at = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Un cuadro")
    shown = dialog.locator("img:visible")
    assert shown.get_attribute("alt") == "Un cuadro"
    assert shown.get_attribute("src") == {"light": "claro.svg", "dark": "oscuro.svg"}[scheme]
    assert shown.bounding_box()["width"] > 1200
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(100)
    assert page.evaluate("scrollY") == at
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert button.evaluate("button => button === document.activeElement")
    page.get_by_role("button", name="Una foto").locator("img").click()
    page.get_by_role("dialog", name="Una foto").get_by_role("button", name="Cerrar").click()
    assert not page.locator("dialog").is_visible()


@pytest.mark.browser
def test_plotly_is_loaded_when_its_figure_comes_near(visit):
    page = visit(1400)
    loaded = "[...document.scripts].some(script => script.src.endsWith('plotly.min.js'))"
    page.wait_for_timeout(200)
    assert not page.evaluate(loaded)
    assert page.locator(".plotly-figure").get_attribute("aria-label") == "Dos puntos"
    page.locator("#sec-parte").scroll_into_view_if_needed()
    page.wait_for_selector(".plotly-figure .plot-container", state="attached", timeout=30_000)
    assert page.evaluate(loaded)


@pytest.mark.browser
def test_a_citation_is_previewed_and_followed(visit):
    page = visit(1400)
    link = page.locator(".citation a")
    link.hover()
    page.wait_for_selector(".preview")
    assert "Deep Residual Learning" in page.locator(".preview").inner_text()
    link.click()
    page.wait_for_url("**/referencias.html#ref-he2016")
    assert page.locator("#ref-he2016").is_visible()


@pytest.mark.browser
def test_a_tap_on_a_citation_follows_it(visit):
    page = visit(390, has_touch=True, is_mobile=True)
    page.locator(".citation a").tap()
    page.wait_for_url("**/referencias.html#ref-he2016")


@pytest.mark.browser
def test_the_other_language_opens_at_the_same_section(visit):
    page = visit(1400)
    page.locator("#sec-parte").evaluate("section => section.scrollIntoView({ behavior: 'instant' })")
    box = page.locator("[data-same-section]").bounding_box()  # playwright's own click would scroll the page first
    page.mouse.click(box["x"] + 5, box["y"] + 20)
    page.wait_for_url("**/en/chapters/en/uno.html#sec-parte")


@pytest.mark.browser
def test_quarto_pages_open_the_other_language_at_the_same_section(browser, tmp_path):
    """A page with what Quarto writes around the text: its script finds the twin, the shared one the section."""
    for name in ("interface.js", "reading.js"):
        shutil.copy(PROJECT / "_extensions" / "informe" / name, tmp_path / name)
    template = (
        '<html lang="{lang}"><head><meta name="quarto:offset" content="{offset}">'
        '<script src="{root}interface.js"></script><script src="{root}reading.js"></script></head><body>'
        '<header id="quarto-header"><nav><a class="nav-link" href="{href}">{word}</a></nav></header>'
        '<main><section id="sec-a" style="height: 2000px"></section></main></body></html>'
    )
    pages = {  # its language, its root, the scripts' folder, the link that Quarto writes, where it is to lead
        "chapters/x.html": ("es", "../", "../", "../en/index.html", "en/chapters/en/x.html#sec-a"),
        "en/chapters/en/x.html": ("en", "../../", "../../../", "../../../index.html", "chapters/x.html#sec-a"),
        "index.html": ("es", "./", "./", "./en/index.html", "en/index.html#sec-a"),
    }
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    for name, (lang, offset, root, href, wanted) in pages.items():
        word = {"es": "English", "en": "Español"}[lang]
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(template.format(lang=lang, offset=offset, root=root, href=href, word=word), "utf-8")
        page.goto(path.as_uri())
        page.locator(".nav-link").focus()
        assert page.locator(".nav-link").evaluate("link => link.href") == f"{tmp_path.as_uri()}/{wanted}"
    page.close()
