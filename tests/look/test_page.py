"""The page around a text: what is printed for each kind of page, and that it has all its words."""

import re

import pytest
from bs4 import BeautifulSoup

from cnnlab.render.page.interface import WORDS
from cnnlab.render.page.site import TEMPLATES, template

KINDS = {"home": None, "chapter": "6", "appendix": "A", "references": None}


def show(kind="chapter", lang="es", **changes):
    from markupsafe import Markup

    def entry(number, title, active=False):
        mark = f'<span class="chapter-number">{number}</span>&nbsp; ' if number else ""
        return {
            "title_html": Markup(f'{mark}<span class="chapter-title">{title}</span>'),
            "href": "x.html",
            "active": active,
        }

    number = KINDS[kind]
    here = entry(number, "La red", active=True)
    context = dict(
        lang=lang,
        root="../",
        home="../",
        assets="../site_libs/informe",
        words=WORDS[lang],
        book={"title": "Libro", "subtitle": "Subtítulo", "author": "Autora", "date": "hoy"},
        page={
            "title_html": here["title_html"],
            "plain_title": "La red",
            "identifier": "sec-red",
            "number": number,
            "description": 'dice "algo"',
            "part": {"name": "Primera", "index": 1} if kind == "chapter" else None,
            "href": "x.html",
            "kind": kind,
        },
        sidebar=[
            entry(None, "Prefacio"),
            {"part": "Primera", "index": 1, "page": None, "children": [here]},
            {"part": "Apéndices", "index": None, "page": None, "children": [entry("A", "Datos")]},
        ],
        toc=[
            {
                "html": Markup("Una sección"),
                "href": "#una",
                "children": [{"html": "Otra", "href": "#otra", "children": []}],
            }
        ],
        opening=Markup('<div class="question"><p>¿Qué?</p></div>'),
        body=Markup("<p>Texto.</p>"),
        previous=entry("5", "Antes"),
        next=None,
        other_language={"lang": "en", "label": "English", "href": "en/x.html"},
        pdf="informe.pdf",
        footer_html=Markup("commit"),
    )
    return BeautifulSoup(template().render(**context | changes), "html.parser")


def text(node) -> str:
    return re.sub(r"\s+", " ", node.get_text().replace("\u00a0", " ")).strip()


def test_both_languages_have_all_the_words():
    named = set(re.findall(r"\bwords\.(\w+)", (TEMPLATES / "page.html").read_text("utf-8")))
    script = (TEMPLATES / "site.js").read_text("utf-8")
    named |= set(re.findall(r'\bsay\("(\w+)"', script)) | {
        "search_failed",
        "search_server",
        "theme_light",
        "theme_dark",
    }
    for lang, words in WORDS.items():
        assert named <= set(words), f"{lang}: {named - set(words)}"


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_page(kind, lang):
    page = show(kind, lang)
    assert page.html["lang"] == lang
    assert len(page.select("h1")) == 1
    assert len({element["id"] for element in page.select("[id]")}) == len(page.select("[id]"))
    assert [text(t) for t in page.select("#quarto-sidebar .menu-text")][:2] == ["Prefacio", "Primera"]
    assert bool(page.select(".folio")) == (KINDS[kind] is not None)
    assert bool(page.select(".quarto-title-breadcrumbs")) == (kind in ("chapter", "appendix"))


def test_names_that_other_tools_read():
    page = show()
    assert text(page.select_one("main h1.title")) == "6 La red"
    assert [text(a) for a in page.select("#TOC a")] == ["Una sección", "Otra"]
    assert [text(a) for a in page.select(".nav-page a")] == ["5 Antes"]  # the word before it stands outside of the link
    assert [text(p) for p in page.select("main p")] == ["¿Qué?", "Texto."]
    assert not page.select("main h2")


def test_what_is_missing_leaves_no_trace():
    page = show(other_language=None, pdf=None, toc=[], previous=None, footer_html="", opening="")
    assert not page.select("[hreflang], [type='application/pdf'], #TOC, .toc-inline, .nav-page a, .colophon")


def test_interactive_figures_bring_their_script():
    assert not show().select("script[src$='figures.js']")
    assert show(body='<div class="plotly-figure"></div>').select("script[src$='figures.js']")


def test_text_of_the_context_is_escaped():
    page = show(book={"title": "A < B & C", "subtitle": "", "author": "", "date": ""})
    assert "A < B & C" in page.title.get_text()
    assert page.select_one("meta[name=description]")["content"] == 'dice "algo"'


def test_nothing_is_loaded_from_another_host():
    page = show()
    loaded = [element.get("src") or element.get("href") for element in page.select("script[src], link[href], img[src]")]
    assert all(not re.match(r"(https?:)?//", url) for url in loaded)
