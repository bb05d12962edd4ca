"""The look's tokens: the sheets written from them are current, legible, and the only source of colours."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "_extensions" / "informe"
PAGE = ROOT / "cnnlab" / "render" / "page"
TOOL = EXTENSION / "tools" / "tokens.py"
SHEETS = [EXTENSION / "elements.scss", EXTENSION / "quarto.scss", PAGE / "site.css"]


@pytest.fixture(scope="module")
def tokens():
    return json.loads((EXTENSION / "tokens.json").read_text(encoding="utf-8"))


@pytest.fixture
def copy(tmp_path):
    """A project that holds the tokens alone."""
    folder = tmp_path / "_extensions" / "informe"
    folder.mkdir(parents=True)
    shutil.copy(EXTENSION / "tokens.json", folder)
    return tmp_path


def tool():
    spec = importlib.util.spec_from_file_location("tokens_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two colours, "#rrggbb"."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_sheets_are_current():
    done = subprocess.run([sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_main_writes_what_is_not_current(copy):
    assert tool().main(copy, check=True) == ["light.scss", "dark.scss", "tokens.css"]
    assert not list((copy / "_extensions" / "informe").glob("*.scss"))
    assert tool().main(copy) == ["light.scss", "dark.scss", "tokens.css"]
    assert tool().main(copy) == []
    for name in ("light.scss", "dark.scss", "tokens.css"):
        assert (copy / "_extensions" / "informe" / name).read_text("utf-8") == (EXTENSION / name).read_text("utf-8")


def test_a_changed_colour_makes_its_sheets_stale(copy):
    tool().main(copy)
    path = copy / "_extensions" / "informe" / "tokens.json"
    tokens = json.loads(path.read_text("utf-8"))
    tokens["colour"]["dark"]["link"] = "#123456"
    path.write_text(json.dumps(tokens), "utf-8")
    assert tool().main(copy, check=True) == ["dark.scss", "tokens.css"]


def test_paper_is_always_light():
    css = (EXTENSION / "tokens.css").read_text("utf-8")
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    assert "color-scheme: dark" not in light
    assert dark.count("color-scheme: dark") == 2 and "\n@media screen {" in dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_legible(tokens, theme):
    ink = tokens["colour"][theme]
    for name in ("ink", "ink-2", "ink-3", "link", "answer", "note", "tip", "warn"):
        assert contrast(ink[name], ink["paper"]) >= 4.5, name
    for name, colour in tokens["code"][theme].items():
        assert contrast(colour, ink["surface"]) >= 4.5, name
    assert contrast(ink["rule-strong"], ink["paper"]) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_rules_take_colours_from_tokens(sheet):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", sheet.read_text("utf-8"), flags=re.S)
    named = set(re.findall(r"var\((--[\w-]+)", text))
    given = set(re.findall(r"(--[\w-]+):", (EXTENSION / "tokens.css").read_text("utf-8") + text))
    assert named <= given
    colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*[;,)])", text))
    assert colours <= {"#fff"}  # printed paper


def test_elements_are_css_as_they_stand():
    """Quarto compiles elements.scss, the book's own renderer serves it: nothing of Sass may slip in."""
    text = (EXTENSION / "elements.scss").read_text("utf-8")
    assert text.startswith("/*-- scss:rules --*/\n")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    for foreign in (r"\$\w", r"#\{", r"@(use|mixin|include|function|if|for|each|extend)\b", r"^\s*//", r"&[-_\w]"):
        assert not re.search(foreign, text, flags=re.M), foreign
    assert text.count("{") == text.count("}")


def test_nothing_comes_from_another_host():
    scripts = [
        EXTENSION / "figures.js",
        EXTENSION / "interface.js",
        EXTENSION / "reading.js",
        PAGE / "site.js",
        EXTENSION / "fonts" / "fonts.css",
    ]
    for path in [*SHEETS, *scripts]:
        assert not re.search(r"https?://|url\(\s*[\"']?//", path.read_text("utf-8")), path.name


def test_every_font_face_is_there():
    css = (EXTENSION / "fonts" / "fonts.css").read_text("utf-8")
    names = re.findall(r'url\("([^"]+)"\)', css)
    assert names and all((EXTENSION / "fonts" / name).is_file() for name in names)
    lua = (EXTENSION / "after.lua").read_text("utf-8")
    assert all(name.removesuffix(".woff2") in lua for name in names)


def test_quarto_can_read_the_partials():
    """Quarto gives them to pandoc as templates, in which a dollar sign opens a variable."""
    for name in ("numbering.typ", "page.typ", "typst-template.typ"):
        assert "$" not in (EXTENSION / name).read_text(encoding="utf-8"), name
