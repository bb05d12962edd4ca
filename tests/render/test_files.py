"""Files as they are found: encodings, marks, links, folders; names of projects; chapters of one name."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cnnlab.render.cells import running

UNO = "# Uno {#sec-uno}\n\n"  # cells of a chapter begin at its line 3
PREFACE = "# Prefacio {#prefacio .unnumbered}\n\nTexto.\n"


def cell(*lines: str) -> str:
    return "\n".join(["```{python}", *lines, "```", ""])


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"
FILES = {  # file, content, line (None: the file alone), words
    "chapter in Latin-1": ("chapters/uno.qmd", (UNO + "Niño\n").encode("latin-1"), 3, "in Latin-1 'Niño'"),
    "chapter in Latin-1, ends of Windows": ("chapters/uno.qmd", "# Uno\r\n\r\nNiño\r\n".encode("latin-1"), 3, "0xf1"),
    "chapter in UTF-16": ("chapters/uno.qmd", UNO.encode("utf-16"), 1, "is in UTF-16"),
    "chapter with a zero": ("chapters/uno.qmd", b"# Uno\n\na\0b\n", 3, "character of code 0"),
    "chapter of Git LFS": ("chapters/uno.qmd", LFS, 1, "pointer of Git LFS"),
    "bibliography in Latin-1": ("chapters/references.bib", "@misc{a,\n title={Ñ}}\n".encode("latin-1"), 2, "UTF-8"),
    "bibliography of Git LFS": ("chapters/references.bib", LFS, 1, "pointer of Git LFS"),
    "bibliography cut short": ("chapters/references.bib", b"@misc{he2016,\n  title={a},\n", 3, "unexpected end"),
    "profile in Latin-1": ("_quarto-es.yml", "lang: es\nbook: {title: Ñ}\n".encode("latin-1"), 2, "UTF-8"),
    "profile of Git LFS": ("_quarto-es.yml", LFS, 1, "pointer of Git LFS"),
    "options in Latin-1": ("_quarto.yml", "project: {type: book}\n# ñ\n".encode("latin-1"), 2, "UTF-8"),
    "options with a tab": ("_quarto.yml", b"project:\n\ttype: book\n", 2, "cannot be read"),
    "options with an open quote": ("_quarto.yml", b'project: {type: book}\nbook:\n  author: "N\n', 3, "cannot be read"),
    "options with a bell": ("_quarto.yml", b"project: {type: book}\n\nbook: {author: 'a\x07'}\n", 3, "0x7"),
    "options with no date": ("_quarto.yml", b"project: {type: book}\nbook:\n  date: 2026-13-45\n", 3, "date"),
    "values in Latin-1": ("_variables.yml", "b: 1\na: Ñ\n".encode("latin-1"), 2, "UTF-8"),
    "values that are a list": ("_variables.yml", b"- 1\n", 1, "holds a list"),
}


@pytest.mark.parametrize("name", FILES)
def test_file_that_is_no_text(minibook, name):
    file, content, line, words = FILES[name]
    path = minibook.root / file
    path.write_bytes(content)
    error = minibook.refusal()
    assert error.where == f"{file}:{line}" and words in error.what and str(minibook.root) not in str(error)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_dangling(path: Path) -> None:
    path.symlink_to("nada")


def make_loop(path: Path) -> None:
    path.symlink_to(path.name)


WHERE = {
    "chapters/uno.qmd": "_quarto-es.yml:9",
    "chapters/_parte.qmd": "chapters/dos.qmd:3",
    "chapters/references.bib": "_quarto.yml:3",
    "_quarto-es.yml": "_quarto-es.yml",
    "_variables.yml": "_variables.yml",
}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (make_folder, "is a folder"),
        (make_dangling, "is a link to nada, which leads nowhere"),
        (make_loop, "which leads nowhere"),
    ],
)
@pytest.mark.parametrize("file", WHERE)
def test_something_else_in_place_of_a_file(minibook, file, make, words):
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\n{{< include _parte.qmd >}}\n\n## Parte {#sec-parte}\n")
    minibook.write("chapters/_parte.qmd", "Texto.\n")
    (minibook.root / file).unlink(missing_ok=True)
    make(minibook.root / file)
    error = minibook.refusal()
    assert error.where == WHERE[file] and words in error.what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_that_may_not_be_read(minibook):
    (minibook.root / "chapters/uno.qmd").chmod(0)
    assert "no permission" in minibook.refusal().what


def test_what_does_not_belong_to_the_book_may_be_anything(minibook):
    minibook.render(langs=("es",))
    before = minibook.page("chapters/uno.html")
    make_loop(minibook.root / "lazo")
    make_dangling(minibook.root / "chapters/roto")
    (minibook.root / "arriba").symlink_to("..")
    os.mkfifo(minibook.root / "cola")
    with open(os.fsencode(minibook.root) + b"/ni\xf1o.txt", "w"):
        pass
    minibook.render(langs=("es",))
    assert minibook.page("chapters/uno.html") == before


MARK = "\ufeff"


def test_marks_and_ends_of_lines_change_nothing(minibook):
    text = "# Uno {-}\n\nTexto\\\nsigue [@he2016].\n\n" + cell("print(41 + 1)") + "\n{{< include _parte.qmd >}}\n"
    texts = {"chapters/uno.qmd": text, "chapters/_parte.qmd": "## Parte {#sec-parte}\n\n| a |\n|---|\n| 1 |\n"}
    texts |= {name: (minibook.root / name).read_text() for name in ("_quarto.yml", "_quarto-es.yml")}
    texts |= {"chapters/references.bib": (minibook.root / "chapters/references.bib").read_text()}
    minibook.write("index.qmd", PREFACE)
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n")
    pages = []
    for mark, end in (("", "\n"), (MARK, "\n"), (MARK, "\r\n"), ("", "\r")):
        for name, written in texts.items():
            (minibook.root / name).write_bytes((mark + written).replace("\n", end).encode())
        minibook.render(langs=("es",))
        pages.append(minibook.page("chapters/uno.html"))
    assert '<span class="chapter-number">1</span>&nbsp; <span class="chapter-title">Dos' in pages[0]  # Uno bears none
    assert "42" in pages[0] and pages == pages[:1] * 4


@pytest.mark.parametrize("name", ["_parte.qmd", "../chapters/_parte.qmd", "/chapters/_parte.qmd"])
def test_includes_by_any_path_to_them(minibook, name):
    minibook.only_uno(UNO + f"{{{{< include {name} >}}}}\n")
    minibook.write("chapters/_parte.qmd", "Texto incluido.\n")
    minibook.render(langs=("es",))
    assert "Texto incluido." in minibook.page("chapters/uno.html")
    minibook.write("chapters/_parte.qmd", f"Texto.\n\n{{{{< include {name} >}}}}\n")
    error = minibook.refusal()
    assert (error.where, error.what) == ("chapters/_parte.qmd:3", "chapters/_parte.qmd includes itself")


def test_lines_are_counted_as_editors_do(minibook):
    minibook.only_uno(UNO + "Uno\x0cdos\u2028tres\x85cuatro.\n\n" + cell("1 / 0"))
    assert minibook.refusal().where == "chapters/uno.qmd:6"


# ---- places


@pytest.mark.parametrize("name", ["con espacios y ñ", "a%20b", "100% #1?x&y"])
def test_any_name_of_a_project(minibook, name, monkeypatch):
    root = minibook.root / name
    root.mkdir()
    for entry in list(minibook.root.iterdir()):
        if entry != root:
            entry.rename(root / entry.name)
    monkeypatch.chdir(root)
    minibook.root = root
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\n" + cell("print(41 + 1)"))
    minibook.render(langs=("es",), formats=("html", "pdf"))
    assert "42" in minibook.page("chapters/dos.html") and "Deep Residual" in minibook.page("chapters/referencias.html")
    assert [each.name for each in root.parent.iterdir()] == [name]


def test_a_long_folder_of_temporary_files(minibook, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("t" * 60) / ("u" * 80)
    folder.mkdir()
    monkeypatch.setattr(running.tempfile, "tempdir", str(folder))
    minibook.only_uno(UNO + cell("print(41 + 1)"))
    minibook.render(langs=("es",))
    assert "42" in minibook.page("chapters/uno.html")


def test_the_book_may_be_a_link(minibook):
    (minibook.root / "otro").mkdir()
    (minibook.root / "_book").symlink_to("otro")
    minibook.render()
    assert (minibook.root / "_book").is_symlink() and (minibook.root / "otro/chapters/uno.html").is_file()


def test_a_damaged_cache_of_cells_begins_anew(minibook):
    minibook.only_uno(UNO + cell("print(41 + 1)"))
    minibook.write(".cnnlab/jupyter-cache/global.db", "no database" * 100)
    minibook.render(langs=("es",))
    assert "42" in minibook.page("chapters/uno.html")


# ---- languages


@pytest.mark.parametrize("folders", [("chapters", "chapters/en"), ("es", "en"), ("textos", "texts")])
def test_two_chapters_of_one_name_lead_to_their_own_translations(minibook, folders):
    for lang, folder, output in zip(("es", "en"), folders, ("_book", "_book/en"), strict=True):
        minibook.write(
            f"_quarto-{lang}.yml",
            f"lang: {lang}\nproject: {{output-dir: {output}}}\nbook:\n  title: Libro\n  output-file: libro\n"
            f"  chapters: [index.qmd, {folder}/a/intro.qmd, {folder}/b/intro.qmd]\n",
        )
        for each in "ab":
            minibook.write(f"{folder}/{each}/intro.qmd", f"# Intro {each}\n")
    minibook.write("index.qmd", PREFACE)
    minibook.render()
    for each in "ab":
        for ours, theirs, root in ((folders[0], folders[1], ""), (folders[1], folders[0], "en/")):
            links = re.findall(r'<a[^>]*hreflang="\w+"[^>]*>', minibook.page(f"{root}{ours}/{each}/intro.html"))
            assert links and all(f"{theirs}/{each}/intro.html" in link for link in links)
