"""The report itself, rendered from a copy of the sources: answers within their lines, no noise, languages alike."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cnnlab.render import build

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".cnnlab", "_book", "__pycache__", "tests", "benchmarks", "*_files")
LIMITS = {"a01-kernel-1x1": 3, "a02-bloques-residuales": 5}  # lines of the answer that the handout allows


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """Folder of a project whose book has just been rendered, from the sources and kept results alone."""
    root = tmp_path_factory.mktemp("report") / "project"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    before = os.getcwd()
    os.chdir(root)
    try:
        build.render(root, None, ["html", "pdf"], say=lambda _: None)
    finally:
        os.chdir(before)
    return root


def answer_lines(lines: list[str]) -> list[str]:
    """Lines of the answer: from its heading to the first empty one."""
    begin = lines.index("Respuesta") + 1
    return lines[begin : lines.index("", begin)]


@pytest.mark.pdf
@pytest.mark.parametrize("name", LIMITS)
def test_answer_keeps_to_its_lines(report, name):
    number = int(name[1:3])
    text = subprocess.run(
        ["pdftotext", "-layout", str(report / "_book" / "informe.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    answers = [
        answer_lines([line.strip() for line in page.splitlines()]) for page in text.split("\f") if "Respuesta" in page
    ]
    assert 0 < len(answers[number - 1]) <= LIMITS[name], answers[number - 1]


def test_no_page_shows_a_warning_or_an_open_reference(report):
    for path in (report / "_book").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "cell-output-stderr" not in text and "?var:" not in text and "?@" not in text, path


def test_both_languages_show_the_same_floats_and_numbers(report):
    for path in sorted((report / "_book" / "chapters").glob("*.html")):
        spanish = path.read_text(encoding="utf-8")
        english = (report / "_book/en/chapters/en" / path.name).read_text(encoding="utf-8")
        for pattern in (
            r'<div id="((?:fig|tbl|lst)-[^"]+)"',
            r'id="(eq-[^"]+)"',
            r'caption-label">\w+\W(\d+\.\d+|[A-Z]\.\d+):',
        ):
            found = re.findall(pattern, spanish)
            assert found == re.findall(pattern, english), (path.name, pattern)


@pytest.mark.pdf
def test_pdf_is_tagged_and_knows_its_language(report):
    for name, lang in (("informe.pdf", "es"), ("en/report.pdf", "en")):
        path = report / "_book" / name
        said = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Tagged:\s+yes", said)
        data = path.read_bytes()
        catalog = re.search(rb"/Type/Catalog.*?/Lang\((\w+)", data)
        assert b"pdfuaid:part" in data and catalog[1].decode() == lang
