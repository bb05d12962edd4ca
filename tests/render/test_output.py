"""A render replaces its output folder as a whole: one that holds anything but a former book is refused."""

import pytest

from cnnlab.errors import BookError


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("chapters", "holds chapters/uno.qmd, a source of the book"),
        ("data", "holds files that no render made"),
        ("../precious", "does not lie inside the project"),
        (".", "does not lie inside the project"),
        ("..", "does not lie inside the project"),
        ("/tmp", "does not lie inside the project"),
        ("notes.txt", "is a file"),
        ("web", "holds files that no render made"),  # a site made by hand
    ],
)
def test_an_output_folder_with_other_files_is_refused_and_nothing_is_lost(minibook, output, message):
    files = ["data/measurements.csv", "../precious/thesis.txt", "notes.txt", "web/index.html"]
    for name in files:
        (minibook.root / name).parent.mkdir(exist_ok=True)
        (minibook.root / name).write_text("years of work")
    sources = sorted((minibook.root / "chapters").rglob("*.qmd"))
    minibook.edit("_quarto-es.yml", "output-dir: _book", f"output-dir: {output}")
    with pytest.raises(BookError, match=r"_quarto-es\.yml:\d+: output-dir: .*" + message):
        minibook.render()
    assert [(minibook.root / name).read_text() for name in files] == ["years of work"] * 4
    assert sorted((minibook.root / "chapters").rglob("*.qmd")) == sources


def test_another_language_beside_the_first_is_refused(minibook):
    minibook.edit("_quarto-en.yml", "output-dir: _book/en", "output-dir: _english")
    with pytest.raises(BookError, match="_quarto-en.yml:.*does not lie inside that of the first language, _book"):
        minibook.render()


def test_a_new_folder_an_empty_one_and_a_former_book_are_taken(minibook):
    (minibook.root / "_book").mkdir()
    minibook.render()
    minibook.write("chapters/dos.qmd", (minibook.root / "chapters/dos.qmd").read_text() + "\nOtra frase.\n")
    minibook.render()
    assert "Otra frase." in (minibook.root / "_book/chapters/dos.html").read_text()
