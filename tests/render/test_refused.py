"""What a chapter must not hold stops the build with file, line and cause, and leaves the last good book as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnlab.errors import BookError, CnnlabError, RenderError
from cnnlab.render.book import options

HEAD = "# Uno {#sec-uno}\n\n## Parte {#sec-parte}\n\n"  # four lines; what follows begins in the fifth
CASES = {
    "unknown reference": ("Véase @fig-nada.", "uno.qmd:5", "@fig-nada leads nowhere"),
    "near reference": ("Véase @sec-part.", "uno.qmd:5", "did you mean 'sec-parte'"),
    "unknown citation": ("Según @he2017.", "uno.qmd:5", "did you mean 'he2016'"),
    "duplicate label": ("## Otra {#sec-parte}", "uno.qmd:5", "'sec-parte' is used twice"),
    "label of another chapter": ("## Otra {#sec-dos}", "dos.qmd:1", "'sec-dos' is used in two chapters"),
    "two cells with one label": (
        "```{python}\n#| label: x\n1\n```\n\n```{python}\n#| label: x\n1\n```",
        "uno.qmd:11",
        "'x' is used twice",
    ),
    "failing cell": ("```{python}\n#| echo: false\nx = 1\n1 / 0\n```", "uno.qmd:8", "ZeroDivisionError"),
    "cell that is no Python": ("```{python}\nx = = 1\n```", "uno.qmd:6", "SyntaxError"),
    "missing picture": ('![](no.png){fig-alt="a"}', "uno.qmd:5", "no.png does not exist"),
    "picture without text": ("![](no.png)", "uno.qmd:5", "no alternative text"),
    "picture of another host": ('![](https://example.org/a.png){fig-alt="a"}', "uno.qmd:5", "another host"),
    "figure of a cell without text": (
        "```{python}\n#| label: fig-a\n#| fig-cap: A\nimport matplotlib.pyplot as plt\nplt.plot([1]); plt.show()\n```",
        "uno.qmd:5",
        "alternative text",
    ),
    "picture with a caption and no label": ('![Pie](no.png){fig-alt="a"}', "uno.qmd:5", "no"),
    "table without label": ("| a |\n|---|\n| 1 |\n\n: Una tabla", "uno.qmd:9", "has no label"),
    "listing without caption": ("```{#lst-a .python}\nx\n```", "uno.qmd:5", "'lst-a' has no caption"),
    "float without caption": ("::: {#fig-a}\n```{python}\n1\n```\n:::", "uno.qmd:5", "'fig-a' has no caption"),
    "figure cell without caption": ("```{python}\n#| label: fig-a\n1\n```", "uno.qmd:5", "has no caption"),
    "figure cell that shows nothing": (
        "```{python}\n#| label: fig-a\n#| fig-cap: A\nx = 1\n```",
        "uno.qmd:5",
        "shows nothing",
    ),
    "unclosed div": ("::: {.callout-note}\nTexto", "uno.qmd:5", "never closed"),
    "div closed twice": (":::", "uno.qmd:5", "never opened"),
    "unclosed code": ("```python\nx", "uno.qmd:5", "never closed"),
    "unknown div class": ("::: {.callout-nota}\nTexto\n:::", "uno.qmd:5", "class 'callout-nota' of a div"),
    "options that are no YAML": ('```{python}\n#| echo: "a\n1\n```', "uno.qmd:6", "no YAML"),
    "unknown option": ("```{python}\n#| fig-capt: A\n1\n```", "uno.qmd:6", "did you mean 'fig-cap'"),
    "option after code": ("```{python}\nx = 1\n#| echo: false\n```", "uno.qmd:7", "options come first"),
    "cell in another language": ("```{r}\n1\n```", "uno.qmd:5", "cell of {r}"),
    "inline code": ("Son `{python} x`.", "uno.qmd:5", "inline `{python}`"),
    "unknown shortcode": ("{{< video a.mp4 >}}", "uno.qmd:5", "not supported"),
    "unknown variable": ("Son {{< var red.exactitud >}}.", "uno.qmd:5", "red.exactitud has no value"),
    "missing include": ("{{< include nada.qmd >}}", "uno.qmd:5", "does not exist"),
    "include of itself": ("{{< include uno.qmd >}}", "uno.qmd:5", "includes itself"),
    "link to no chapter": ("[dos](doss.qmd)", "uno.qmd:5", "no such chapter"),
    "link to no section": ("[dos](dos.qmd#nada)", "uno.qmd:5", "no such place"),
    "HTML from a cell": (
        "```{python}\nfrom IPython.display import HTML\nHTML('<b>a</b>')\n```",
        "uno.qmd:5",
        "shows HTML",
    ),
    "second title": ("# Otro", "uno.qmd:5", "two titles"),
    "label in one format": (
        '::: {.content-visible when-format="html"}\n::: {#tbl-a}\n| a |\n|---|\n| 1 |\n\nPie\n:::\n:::',
        "uno.qmd:6",
        "one format only",
    ),
    "unknown condition": ('::: {.content-visible when-meta="a"}\nTexto\n:::', "uno.qmd:5", "when-meta"),
    "raw LaTeX": ("```{=latex}\nx\n```", "uno.qmd:5", "{=latex}"),
    "citation beside a reference": ("Según [@he2016; @sec-parte].", "uno.qmd:5", "share brackets"),
    "renderings that do not match": (
        (
            "```{python}\n#| renderings: [light, dark]\n#| fig-alt: A\n"
            "import matplotlib.pyplot as plt\nplt.plot([1]); plt.show()\n```"
        ),
        "uno.qmd:5",
        "renderings",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refused(minibook, case):
    addition, where, cause = CASES[case]
    minibook.both("uno.qmd", HEAD + addition + "\n")
    with pytest.raises(CnnlabError) as caught:
        minibook.render()
    message = str(caught.value)
    assert where in message and cause in message, message
    assert not (minibook.root / "_book").exists()


OPTIONS = {
    "unknown": ("nonsense: 1", 7, "'nonsense' is not supported"),
    "near": ("numer-sections: true", 7, "did you mean 'number-sections'"),
    "nested": ("execute:\n  ecko: false", 8, "did you mean 'execute.echo'"),
    "at another level": ("pdf-standard: a-2b", 7, "did you mean 'format.*typst.pdf-standard'"),
    "without numbers": ("number-sections: false", 7, "sections always bear numbers"),
    "without contents": ("toc: false", 7, "contents always stand beside it"),
    "value of another kind": ("toc-title: [a]", 7, "allowed: text"),
    "of another format": ("execute: true", 7, "allowed: 'key: value' lines: cache, echo, error"),
    "twice": ("toc: true\ntoc: true", 8, "given twice"),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_an_option_without_effect_is_refused(minibook, case):
    addition, line, cause = OPTIONS[case]
    minibook.write("_quarto.yml", f"{(minibook.root / '_quarto.yml').read_text()}{addition}\n")
    with pytest.raises(BookError) as caught:
        minibook.render()
    message = str(caught.value)
    assert f"_quarto.yml:{line}: " in message and cause in message, message


def test_an_option_of_a_profile(minibook):
    minibook.write("_quarto-en.yml", f"{(minibook.root / '_quarto-en.yml').read_text()}theme: cosmo\n")
    with pytest.raises(BookError, match=r"_quarto-en.yml:\d+: option 'theme' is not supported"):
        minibook.render()


def test_every_option_of_this_report_is_in_the_table():
    for path in Path(__file__).parents[2].glob("_quarto*.yml"):
        options.check(path)


@pytest.mark.parametrize("text", ["# Uno {#sec-uno}\n\nTexto [@he2016].\n", "# Uno {#sec-uno}\n\n::: {#refs}\n:::\n"])
def test_no_bibliography(minibook, text):
    quarto = minibook.root / "_quarto.yml"
    quarto.write_text(quarto.read_text().replace("bibliography: chapters/references.bib\n", ""))
    minibook.both("uno.qmd", text)
    minibook.both("referencias.qmd", "# Referencias {.unnumbered}\n")
    with pytest.raises(BookError, match="uno.qmd:3: there is no bibliography"):
        minibook.render()


def test_bibliography_that_does_not_exist(minibook):
    (minibook.root / "chapters/references.bib").unlink()
    with pytest.raises(BookError, match="_quarto.yml:3: bibliography references.bib does not exist"):
        minibook.render()


def test_last_good_book_stays(minibook):
    minibook.render()
    before = minibook.files()
    minibook.both("uno.qmd", HEAD + "Véase @fig-nada.\n")
    with pytest.raises(BookError):
        minibook.render()
    assert minibook.files() == before


def test_header_of_its_own(minibook):
    minibook.both("uno.qmd", "---\ntitle: Uno\n---\n")
    with pytest.raises(BookError, match="uno.qmd:1: a chapter's own YAML header"):
        minibook.render()


def test_chapter_without_title(minibook):
    minibook.both("uno.qmd", "Texto.\n")
    with pytest.raises(BookError, match="has no title"):
        minibook.render()


def test_missing_translation(minibook):
    (minibook.root / "chapters/en/dos.qmd").unlink()
    with pytest.raises(BookError, match="chapters/en/dos.qmd is listed and does not exist"):
        minibook.render()


def test_translation_that_is_not_listed(minibook):
    profile = minibook.root / "_quarto-en.yml"
    profile.write_text(profile.read_text().replace(", chapters/en/dos.qmd", ""))
    minibook.write("chapters/en/uno.qmd", "# Uno {#sec-uno}\n")
    with pytest.raises(BookError, match="dos.qmd has no translation"):
        minibook.render()


def test_label_missing_in_the_translation(minibook):
    minibook.write("chapters/en/uno.qmd", "# Uno {#sec-uno}\n\n## Parte {#sec-parte}\n")
    with pytest.raises(BookError, match="'tbl-uno' is missing in chapters/en/uno.qmd"):
        minibook.render()


def test_yaml_of_the_book(minibook):
    minibook.write("_quarto.yml", "project: {type: book\nbook: [\n")
    with pytest.raises(BookError, match=r"_quarto.yml:\d"):
        minibook.render()


def test_citations_without_a_bibliography(minibook):
    for folder in ("chapters", "chapters/en"):
        minibook.write(f"{folder}/referencias.qmd", "# Referencias {.unnumbered}\n")
    with pytest.raises(BookError, match="no page holds the bibliography"):
        minibook.render()


def test_unknown_format(minibook):
    with pytest.raises(RenderError, match="allowed"):
        build_formats("html,docx")


def build_formats(text):
    from cnnlab.render.build import formats

    return formats(text)


SHAPES = {
    "a list for the project": ("_quarto.yml", "project: {type: book}", "project: []", r"project is \["),
    "a number for chapters": (None, None, "book: {title: T, output-file: t, chapters: 3}", "chapters is 3"),
    "a number in a part": (
        None,
        None,
        "book: {title: T, output-file: t, chapters: [index.qmd, {part: x, chapters: 3}]}",
        "chapters is 3",
    ),
    "a number for appendices": (None, None, "book: {appendices: 3}", "appendices is 3"),
    "a date that does not exist": (None, None, "book: {date: 2026-13-45}", "cannot be read: month must be in 1..12"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_options_of_another_shape(minibook, name):
    file, old, new, message = SHAPES[name]
    file = file or "_quarto-es.yml"
    if old:
        minibook.edit(file, old, new)
    else:
        minibook.write(file, "project: {output-dir: _book}\n" + new + "\n")
    with pytest.raises(BookError, match=message) as caught:
        minibook.render()
    assert caught.value.where.startswith("_quarto")


def test_options_in_another_encoding(minibook):
    (minibook.root / "_quarto-es.yml").write_bytes("book: {title: Año}\n".encode("latin-1"))
    with pytest.raises(BookError, match="_quarto-es.yml is not in UTF-8"):
        minibook.render()
