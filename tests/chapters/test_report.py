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
LIMITS = {  # lines that the handout allows, by chapter and by the title of what it asks for
    ("a01-kernel-1x1", "Respuesta"): 3,
    ("a02-bloques-residuales", "Respuesta"): 5,
    ("a10-detector", "Respuesta"): 10,
    ("a10-detector", "Respuesta: backbone"): 5,
    ("a10-detector", "Respuesta: feature pyramid network (FPN)"): 5,
    ("a10-detector", "Respuesta: region proposal network (RPN)"): 5,
}
SPANISH, ENGLISH = ("informe.pdf", "Actividad"), ("en/report.pdf", "Activity")


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


def answer_lines(text: str, activity: str, title: str) -> list[str]:
    """Lines of an answer in the PDF's text: from its title, which stands alone on a line, to the first empty one."""
    lines = [line.strip() for line in text.replace("\f", "\n\n").splitlines()]
    begin = lines.index(title, lines.index(activity)) + 1
    return lines[begin : lines.index("", begin)]


@pytest.mark.pdf
@pytest.mark.parametrize(("pdf", "activity", "answer"), [(*SPANISH, "Respuesta"), (*ENGLISH, "Answer")])
@pytest.mark.parametrize(("name", "title"), LIMITS)
def test_answer_keeps_to_its_lines(report, pdf, activity, answer, name, title):
    text = subprocess.run(
        ["pdftotext", "-layout", str(report / "_book" / pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    number = int(name[1:].partition("-")[0])
    lines = answer_lines(text, f"{activity} {number}", title.replace("Respuesta", answer))
    assert 0 < len(lines) <= LIMITS[name, title], lines


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


@pytest.mark.pdf
@pytest.mark.parametrize(("pdf", "second"), [(SPANISH[0], "Parte II"), (ENGLISH[0], "Part II")])
def test_no_page_of_the_first_part_holds_a_few_lines_alone(report, tmp_path, pdf, second):
    image = pytest.importorskip("PIL.Image")
    path = str(report / "_book" / pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    end = next(n for n, page in enumerate(text.split("\f")) if page.strip().splitlines()[:1] == [second])
    subprocess.run(["pdftoppm", "-r", "20", "-gray", "-l", str(end), path, str(tmp_path / "page")], check=True)
    filled = {}
    for number, file in enumerate(sorted(tmp_path.glob("page-*")), 1):
        page = image.open(file)
        top, foot = round(page.height * 30 / 297), round(page.height * 268 / 297)
        ink = page.crop((0, top, page.width, foot)).point(lambda grey: 255 * (grey < 225)).getbbox()
        filled[number] = ink[3] / (foot - top)
    assert len(filled) > 40
    assert {number: share for number, share in filled.items() if share < 0.2} == {}
