"""The sample book says what Quarto 1.10.18 said of the same sources, but for two departures that are meant."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("facts", HERE / "facts.py")
facts = importlib.util.module_from_spec(spec)
spec.loader.exec_module(facts)

EDITIONS = {"es": ("_book", "informe.pdf"), "en": ("_book/en", "report.pdf")}


def expected(lang: str) -> dict:
    return json.loads((HERE / "facts" / f"{lang}.json").read_text(encoding="utf-8"))


def pages_of(book: Path) -> dict[str, dict]:
    own = {
        str(p.relative_to(book)): p for p in sorted(book.rglob("*.html")) if "en" not in p.relative_to(book).parts[:1]
    }
    return {name: facts.page_facts(path) for name, path in own.items()}


@pytest.mark.parametrize("lang", EDITIONS)
def test_pages_say_what_quarto_said(sample, lang):
    theirs, ours = expected(lang)["pages"], pages_of(sample.root / EDITIONS[lang][0])
    assert sorted(ours) == sorted(theirs)
    for name, page in theirs.items():
        for fact, value in page.items():
            if (lang, fact) == ("es", "bibliography"):
                continue  # Quarto prints the Spanish bibliography in English form; ours is below
            assert ours[name][fact] == value, (name, fact)


def test_the_spanish_bibliography_is_spanish(sample):
    entries = pages_of(sample.root / "_book")["chapters/referencias.html"]["bibliography"]
    assert (
        entries[0] == "He, Kaiming, Xiangyu Zhang, Shaoqing Ren, y Jian Sun. 2016. «Deep Residual Learning for Image "
        "Recognition». CVPR, 770-78."
    )
    assert len(entries) == len(expected("es")["pages"]["chapters/referencias.html"]["bibliography"])


@pytest.mark.pdf
@pytest.mark.parametrize("lang", EDITIONS)
def test_pdf_says_what_quarto_said(sample, lang):
    folder, name = EDITIONS[lang]
    theirs, ours = expected(lang)["pdf"], facts.pdf_facts(sample.root / folder / name)
    # In Quarto's PDF an equation's number bears parentheses in references, in its pages none; ours has none in both.
    theirs["references"] = [
        re.sub(r"\((\d+\.\d+)\)", r"\1", text) if text.startswith(("Ecuación", "Equation")) else text
        for text in theirs["references"]
    ]
    for facts_of_one in (ours, theirs):  # on our paper figures move, past listings and tables too
        facts_of_one["captions"].sort()
    assert ours == theirs


def test_nothing_of_the_sample_loads_from_another_host(sample):
    for path in (sample.root / "_book").rglob("*.html"):
        assert not re.search(r'(?:src|href)="(?:https?:)?//', path.read_text(encoding="utf-8").split("<main")[0]), path
