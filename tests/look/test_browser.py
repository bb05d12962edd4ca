"""Pages in a browser: what the scripts do, by mouse and by keyboard, without an error and without another host."""

import functools
import http.server
import json
import shutil
import threading
from pathlib import Path

import pytest
from markupsafe import Markup

from cnnlab.render.page.interface import WORDS
from cnnlab.render.page.site import TEMPLATES, plotly, template

EXTENSION = Path(__file__).resolve().parents[2] / "_extensions" / "informe"
FIGURE = {
    "data": [
        {"type": "bar", "x": [1, 2, 3], "y": [1.5, 2, 3], "name": "uno"},
        {"type": "scatter", "x": [1, 2], "y": [2, 1], "xaxis": "x2", "yaxis": "y2", "line": {"color": "var(--cat-2)"}},
    ],
    "layout": {
        "height": 300,
        "title": {"text": "3 VP"},
        "xaxis": {"domain": [0, 0.45]},
        "xaxis2": {"domain": [0.55, 1], "anchor": "y2"},
        "yaxis2": {"anchor": "x2"},
        "sliders": [
            {
                "currentvalue": {"prefix": "Umbral: "},
                "steps": [
                    {"label": "0,3", "method": "update", "args": [{"y": [[1.5, 2, 3]]}, {"title.text": "3 VP"}, [0]]},
                    {"label": "0,5", "method": "update", "args": [{"y": [[4, 5, 6]]}, {"title.text": "6 VP"}, [0]]},
                ],
            }
        ],
        "updatemenus": [
            {
                "name": "capas",
                "buttons": [
                    {"label": "18", "method": "relayout", "args": [{"height": 300}]},
                    {"label": "50", "method": "relayout", "args": [{"height": 350}]},
                ],
            }
        ],
    },
}
BODY = f"""
<section id="sec-una" class="level2"><h2>Una sección</h2>
<p>Véase <a class="quarto-xref" href="#fig-lejos">figura 1</a>.</p>
<div class="panel-tabset"><ul class="nav nav-tabs" role="tablist">
<li class="nav-item" role="presentation"><a class="nav-link active" id="t-1-tab" role="tab" href="#t-1" aria-controls="t-1" aria-selected="true">Keras</a></li>
<li class="nav-item" role="presentation"><a class="nav-link" id="t-2-tab" role="tab" href="#t-2" aria-controls="t-2" aria-selected="false">Torch</a></li></ul>
<div class="tab-content"><div class="tab-pane active" id="t-1" role="tabpanel" aria-labelledby="t-1-tab"><p>Con Keras.</p></div>
<div class="tab-pane" id="t-2" role="tabpanel" aria-labelledby="t-2-tab"><p>Con Torch.</p></div></div></div>
<div class="sourceCode"><pre class="sourceCode python"><code class="sourceCode python">x = 1</code></pre></div>
<div class="plotly-figure" id="figura" role="img" aria-label="Dos cuadros"><script type="application/json">{json.dumps(FIGURE)}</script></div>
<div class="light-content"><p id="light">claro</p></div><div class="dark-content"><p id="dark">oscuro</p></div>
<div class="column-margin" style="margin-top: 60rem"><p>Al margen.</p></div>
<div id="fig-lejos" class="quarto-float"><figure><figcaption class="quarto-float-caption">Figura 1: lejos.</figcaption></figure></div>
<p style="margin-bottom: 80rem">Fin.</p></section>
"""  # noqa: E501

# What pagefind answers, so that the test needs no index: one page, with hits in a section that begins at its word 2.
PAGEFIND = """
export const options = async () => {};
export const init = async () => {};
const data = async () => ({ url: "/uno.html", meta: { title: "1 Uno" }, excerpt: "nada", content: "1 Uno 1.1 Una sección. Con Keras.",
  locations: [6], anchors: [{ element: "section", id: "sec-una", location: 2 }] });
export const debouncedSearch = async (query) => ({ results: query === "keras" ? [{ data }] : [] });
"""  # noqa: E501


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of one page, served from this machine; its address."""
    root = tmp_path_factory.mktemp("site")
    (root / "lib" / "fonts").mkdir(parents=True)
    for path in (
        *TEMPLATES.glob("site.*"),
        EXTENSION / "tokens.css",
        EXTENSION / "reading.js",
        EXTENSION / "figures.js",
        plotly(),
    ):
        shutil.copy(path, root / "lib")
    shutil.copy(EXTENSION / "elements.scss", root / "lib" / "elements.css")
    for path in (*(EXTENSION / "fonts").glob("*.woff2"), EXTENSION / "fonts" / "fonts.css"):
        shutil.copy(path, root / "lib" / "fonts")
    title = Markup('<span class="chapter-number">1</span>&nbsp; <span class="chapter-title">Uno</span>')
    here = {"title_html": title, "href": "uno.html", "active": True}
    part = {"name": "Primera", "index": 1}
    page = {
        "title_html": title, "plain_title": "Uno", "identifier": "sec-uno", "number": "1", "part": part,
        "description": "", "href": "uno.html", "kind": "chapter",
    }  # fmt: skip
    html = template().render(
        lang="es", root="", home="", assets="lib", words=WORDS["es"], page=page, body=Markup(BODY), opening="",
        book={"title": "Libro", "subtitle": "", "author": "", "date": ""},
        sidebar=[{"part": "Primera", "index": 1, "page": None, "children": [here]}], previous=None, next=here, pdf=None,
        toc=[{"html": "Una sección", "href": "#sec-una", "children": []}], footer_html="",
        other_language={"lang": "en", "label": "English", "href": "one.html"},
    )  # fmt: skip
    (root / "uno.html").write_text(html, "utf-8")
    (root / "pagefind").mkdir()
    (root / "pagefind" / "pagefind.js").write_text(PAGEFIND, "utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/uno.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser, site):
    """The page, opened at 1440 × 900 in light; a message of the console or a request to elsewhere fails the test."""
    troubles = []
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    opened = context.new_page()
    here = (site.rsplit("/", 1)[0], "data:")
    opened.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", lambda asked: None if asked.url.startswith(here) else troubles.append(asked.url))
    opened.goto(site)
    yield opened
    context.close()
    assert not troubles


def drawn(page):
    page.locator("#figura").scroll_into_view_if_needed()
    page.wait_for_selector("#figura .plot-container")
    page.wait_for_selector(".figure-controls")


@pytest.mark.browser
def test_theme_has_three_states_and_is_remembered(page):
    button = page.locator("button.theme")
    seen = []
    for _ in range(3):
        button.click()
        seen.append((page.locator("html").get_attribute("data-theme"), button.inner_text()))
    assert seen == [("light", "Tema claro"), ("dark", "Tema oscuro"), (None, "Tema del sistema")]
    button.click()
    button.click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("#dark").is_visible() and not page.locator("#light").is_visible()


@pytest.mark.browser
def test_search_by_keyboard(page):
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("keras")
    page.wait_for_selector("#quarto-search-results mark")
    links = page.locator("#quarto-search-results a")
    assert page.locator("#quarto-search-results [role=status]").inner_text() == "1 página"
    assert links.evaluate_all("all => all.map(a => a.getAttribute('href'))") == ["/uno.html", "/uno.html#sec-una"]
    assert links.last.inner_text().split() == ["1.1", "Una", "sección", "Con", "Keras."]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.hash") == "#sec-una"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "search"
    assert not page.locator("#quarto-search-results").is_visible()
    page.locator("#search").fill("nada")
    page.wait_for_function("document.querySelector('#quarto-search-results p').textContent === 'Nada con «nada».'")


@pytest.mark.browser
def test_search_without_its_index_says_so(browser, site):
    context = browser.new_context()
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/pagefind.js", lambda route: route.fulfill(status=404))
    page.goto(site)
    page.locator("#search").fill("keras")
    page.get_by_text("La búsqueda no está disponible.").wait_for()
    context.close()
    assert not errors


@pytest.mark.browser
def test_tabs_answer_to_arrows_and_are_remembered(page):
    page.locator("[role=tab]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#t-2").is_visible() and not page.locator("#t-1").is_visible()
    assert page.locator("[role=tab][tabindex='0']").inner_text() == "Torch"
    page.reload()
    assert page.locator("#t-2").is_visible()


@pytest.mark.browser
def test_code_has_a_copy_button_and_sections_a_link(page):
    assert page.locator("div.sourceCode > button.copy").inner_text() == "Copiar"
    assert page.locator("#sec-una h2 > a").get_attribute("href") == "#sec-una"


@pytest.mark.browser
def test_references_are_previewed_on_focus(page):
    page.locator("#quarto-margin-sidebar a").last.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "quarto-xref":
        page.keyboard.press("Tab")
    page.wait_for_selector(".preview")
    assert page.locator(".preview").inner_text() == "Figura 1: lejos."
    page.keyboard.press("Escape")
    assert not page.locator(".preview").count()


@pytest.mark.browser
def test_contents_make_way_for_a_margin_note(page):
    toc = page.locator("#TOC")
    assert "covered" not in (toc.get_attribute("class") or "")
    page.evaluate("document.querySelector('.column-margin').scrollIntoView()")
    page.wait_for_selector("#TOC.covered", state="attached")
    assert page.locator("#TOC a.active").count() == 1


@pytest.mark.browser
def test_other_language_opens_at_the_same_section(page):
    page.evaluate("document.querySelector('#fig-lejos').scrollIntoView()")
    link = page.locator("[data-same-section]")
    link.focus()
    assert link.get_attribute("href") == "one.html#sec-una"


@pytest.mark.browser
def test_chapters_become_a_drawer(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.locator("#quarto-sidebar").is_visible()
    page.locator("button.menu").click()
    assert page.evaluate("document.activeElement.className").startswith("sidebar-item-text")
    page.keyboard.press("Escape")
    assert not page.locator("#quarto-sidebar").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_figures_follow_theme_and_keyboard(page):
    drawn(page)
    inks = "(({ _fullLayout, _fullData }) => [_fullLayout.font.color, _fullData[1].line.color])(figura)"
    light = page.evaluate(inks)
    slider = page.locator(".figure-controls input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "0,5"
    page.wait_for_function("figura.data[0].y[0] === 4")
    status = page.locator(".figure-status")
    assert (status.get_attribute("role"), status.get_attribute("aria-live")) == ("status", "polite")
    assert status.inner_text() == "6 VP" and not page.locator("#figura .gtitle").count()
    page.locator("button.theme").click()
    page.locator("button.theme").click()
    page.wait_for_function("light => figura._fullLayout.font.color !== light", arg=light[0])
    assert page.evaluate(inks)[1] != light[1]
    page.wait_for_function("figura.data[0].y[0] === 4")  # the reader's choice stays
    page.locator(".figure-controls input[type=radio]").last.check()
    page.wait_for_function("figura._fullLayout.height === 350")
    page.locator("#figura").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#figura .hovertext")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#figura .hovertext")


@pytest.mark.browser
def test_figures_write_numbers_in_the_language_of_the_page(page):
    drawn(page)
    assert page.evaluate("figura._fullLayout.separators") == ",\u202f"


@pytest.mark.browser
def test_everything_is_readable_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 900, "height": 900})
    page = context.new_page()
    page.goto(site)
    for selector in ("#t-1", "#t-2", "#quarto-sidebar a", "main h1"):
        assert page.locator(selector).first.is_visible(), selector
    assert not page.locator("button.theme").is_visible()
    context.close()
