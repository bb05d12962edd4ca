"""Messages of runs that fail: the author's file and line, every fault, no traceback; the last book stays."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from cnnlab import cli
from cnnlab.errors import BookError, CnnlabError
from cnnlab.render import build, preview, progress, running

UNO = "# Uno {#sec-uno}\n\n"  # cells of a chapter begin at its line 3
REFERENCES = "# Prefacio {#prefacio .unnumbered}\n\nTexto.\n"


def refusal(book, *, langs=("es",)) -> BookError:
    with pytest.raises(CnnlabError) as caught:
        book.render(langs=langs)
    assert "Traceback" not in str(caught.value) and "ipykernel" not in str(caught.value)
    return caught.value


def only_uno(book, text: str) -> None:
    """Leave a single chapter beside the first page."""
    for lang, folder, output in (("es", "chapters", "_book"), ("en", "chapters/en", "_book/en")):
        book.write(
            f"_quarto-{lang}.yml",
            f"lang: {lang}\nproject: {{output-dir: {output}}}\nbook:\n  title: Libro\n  output-file: libro\n"
            f"  chapters:\n    - index.qmd\n    - {folder}/uno.qmd\n",
        )
    book.write("index.qmd", REFERENCES)
    book.write("chapters/uno.qmd", text)
    book.write("chapters/en/uno.qmd", UNO)


def cell(*lines: str) -> str:
    return "\n".join(["```{python}", *lines, "```", ""])


# name: (cells of the chapter, line that is named, words of the message)
CELLS = {
    "last line": (cell("a = 1", "a / 0"), 5, "ZeroDivisionError: division by zero"),
    "after options and blanks": (cell("#| echo: false", "", "", "nada"), 7, "NameError: name 'nada' is not defined"),
    "in a function of another cell": (cell("def f():", "    return nada") + "\n" + cell("f()"), 5, "NameError"),
    "in a library": (cell("import json", "", "json.loads('{')"), 6, "JSONDecodeError"),
    "cause named first": (
        cell("try:", "    1 / 0", "except Exception as error:", "    raise ValueError('dos') from error"),
        7,
        "ValueError: dos",
    ),
    "syntax": (cell("a = 1", "", "def f(:", "    pass"), 6, "SyntaxError"),
    "indentation": (cell("if True:", "        a = 1", "    b = 2"), 6, "IndentationError"),
    "after an empty cell": (cell("") + "\n" + cell("a = 1", "a.nada"), 9, "AttributeError"),
    "text of many characters": (cell("raise ValueError('a' * 5000)"), 4, "ValueError: aaa"),
    "sys.exit": (cell("import sys", "a = 1", "sys.exit(2)"), 6, "a cell ends the Python that runs it"),
    "exit before another cell": (cell("a = 1", "exit()") + "\n" + cell("b = 2"), 5, "a cell ends the Python"),
    "os._exit": (cell("a = 1", "import os", "os._exit(3)"), 6, "a cell ends the Python"),
    "crash": (cell("import ctypes", "a = 1", "ctypes.string_at(0)"), 6, "Segmentation fault"),
    "interrupted by itself": (cell("a = 1", "raise KeyboardInterrupt"), 5, "KeyboardInterrupt"),
}


@pytest.mark.parametrize("name", CELLS)
def test_cell_that_fails(minibook, name):
    text, line, words = CELLS[name]
    only_uno(minibook, UNO + text)
    error = refusal(minibook)
    assert error.where == f"chapters/uno.qmd:{line}"
    assert words in error.what and len(error.what) < 900 and ".py, line" not in error.what
    assert error.remedy and "long work" not in error.remedy


def test_cell_of_an_included_file(minibook):
    only_uno(minibook, UNO + "{{< include _parte.qmd >}}\n")
    minibook.write("chapters/_parte.qmd", "Texto.\n\n" + cell("#| echo: false", "", "a = 1", "a.nada"))
    assert refusal(minibook).where == "chapters/_parte.qmd:7"


def test_time_limit(minibook, monkeypatch):
    monkeypatch.setattr(running, "LONGEST", 1)
    only_uno(minibook, UNO + cell("import time", "time.sleep(30)"))
    error = refusal(minibook)
    assert (error.where, error.what) == ("chapters/uno.qmd:4", "a cell has not ended after 1 s")
    assert "cnnlab run" in error.remedy


def test_what_cells_do_to_print_is_no_matter(minibook):
    only_uno(minibook, UNO + cell("print(41 + 1)", "print = None"))
    minibook.render(langs=("es",))
    assert "42" in minibook.page("chapters/uno.html")


def test_every_cell_that_fails_is_told_in_the_order_of_the_book(minibook):
    minibook.both("dos.qmd", "# Dos {#sec-dos}\n\n" + cell("1 / 0"))
    minibook.write("chapters/uno.qmd", UNO + cell("nada"))
    error = refusal(minibook, langs=None)
    places = ["chapters/uno.qmd:4", "chapters/dos.qmd:4", "chapters/en/dos.qmd:4"]
    assert [each.where for each in error.errors] == places
    assert re.findall(r"^(\S+:\d+): a cell fails", str(error), re.MULTILINE) == places
    assert str(error).startswith("3 faults\n")


def test_cells_and_pictures_are_told_together(minibook):
    minibook.write("chapters/uno.qmd", UNO + '![a](nada.png){#fig-a fig-alt="a"}\n')
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\n" + cell("1 / 0"))
    assert [each.where for each in refusal(minibook).errors] == ["chapters/uno.qmd:3", "chapters/dos.qmd:4"]


def test_what_is_read_is_told_of_all_editions(minibook):
    minibook.write("chapters/uno.qmd", UNO + ":::\n")
    minibook.write("chapters/en/dos.qmd", "# Dos\n\nTexto.\n\n```\n")
    error = refusal(minibook, langs=None)
    assert [each.where for each in error.errors] == ["chapters/uno.qmd:3", "chapters/en/dos.qmd:5"]


def test_citations_are_told_all_and_once(minibook):
    minibook.both("uno.qmd", UNO + "Texto [@nada1; @he2016].\n\nY @nada2, otra vez @nada2.\n")
    minibook.both("dos.qmd", "# Dos {#sec-dos}\n")
    error = refusal(minibook)
    assert [each.where for each in error.errors] == ["chapters/uno.qmd:3", "chapters/uno.qmd:5"]


def test_a_fault_of_a_shared_include_is_told_once(minibook):
    minibook.write("chapters/_parte.qmd", "Texto.\n\n:::\n")
    for name in ("uno", "dos"):
        minibook.write(f"chapters/{name}.qmd", f"# {name} {{#sec-{name}}}\n\n{{{{< include _parte.qmd >}}}}\n")
    error = refusal(minibook)
    assert error.where == "chapters/_parte.qmd:3" and not hasattr(error, "errors")


# ---- files


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
    error = refusal(minibook)
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
    error = refusal(minibook)
    assert error.where == WHERE[file] and words in error.what


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_that_may_not_be_read(minibook):
    (minibook.root / "chapters/uno.qmd").chmod(0)
    assert "no permission" in refusal(minibook).what


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
    minibook.write("index.qmd", REFERENCES)
    pages = []
    for mark, end in (("", "\n"), (MARK, "\n"), (MARK, "\r\n"), ("", "\r")):
        for name, written in texts.items():
            (minibook.root / name).write_bytes((mark + written).replace("\n", end).encode())
        minibook.render(langs=("es",))
        pages.append(minibook.page("chapters/uno.html"))
    assert "42" in pages[0] and 'class="chapter-number"' not in pages[0] and pages == pages[:1] * 4


def test_lines_are_counted_as_editors_do(minibook):
    only_uno(minibook, UNO + "Uno\x0cdos\u2028tres\x85cuatro.\n\n" + cell("1 / 0"))
    assert refusal(minibook).where == "chapters/uno.qmd:6"


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
    only_uno(minibook, UNO + cell("print(41 + 1)"))
    minibook.render(langs=("es",))
    assert "42" in minibook.page("chapters/uno.html")


def test_the_book_may_be_a_link(minibook):
    (minibook.root / "otro").mkdir()
    (minibook.root / "_book").symlink_to("otro")
    minibook.render()
    assert (minibook.root / "_book").is_symlink() and (minibook.root / "otro/chapters/uno.html").is_file()


def test_a_damaged_cache_of_cells_begins_anew(minibook):
    only_uno(minibook, UNO + cell("print(41 + 1)"))
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
    minibook.write("index.qmd", REFERENCES)
    minibook.render()
    for each in "ab":
        for ours, theirs, root in ((folders[0], folders[1], ""), (folders[1], folders[0], "en/")):
            links = re.findall(r'<a[^>]*hreflang="\w+"[^>]*>', minibook.page(f"{root}{ours}/{each}/intro.html"))
            assert links and all(f"{theirs}/{each}/intro.html" in link for link in links)


# ---- progress, Ctrl-C, preview


def test_a_long_cell_says_that_it_runs(minibook, monkeypatch):
    monkeypatch.setattr(progress, "FIRST", 0.5)
    only_uno(minibook, UNO + cell("import time", "time.sleep(2.5)"))
    said = minibook.render(langs=("es",))
    told = [line for line in said if re.fullmatch(r"chapters/uno\.qmd:4: this cell runs, \d+ s so far", line)]
    assert len(told) == 1


def test_a_terminal_shows_one_line_that_is_written_again(monkeypatch, capsys):
    monkeypatch.setattr(progress, "FIRST", 0)
    shown = progress.Progress(print)
    shown.rewrites = True
    shown.begin("page", "uno.qmd:4")
    shown.tell()
    shown.tell()
    shown.end("page")
    shown.line("ran uno.qmd")
    assert capsys.readouterr().out == "uno.qmd:4 runs, 0 s\r\x1b[Kuno.qmd:4 runs, 0 s\r\x1b[Kran uno.qmd\n"


def test_interrupted(minibook, tmp_path_factory):
    minibook.render()
    before, marker = minibook.files(), tmp_path_factory.mktemp("marks") / "pid"
    code = cell("import os, time", f"open({str(marker)!r}, 'w').write(f'{{os.getpid()}} ')", "time.sleep(60)")
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\n" + code)
    command = [sys.executable, "-m", "cnnlab", "render"]
    environment = os.environ | {"PYTHONPATH": str(Path(build.__file__).parents[2])}
    render = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: marker.exists() and marker.read_text().endswith(" "))
    render.send_signal(signal.SIGINT)
    out, err = render.communicate(timeout=30)
    assert render.returncode == cli.INTERRUPTED and out == ""
    assert err.strip().count("\n") == 0 and err.strip().startswith("cnnlab: stopped.")
    assert minibook.files() == before
    wait_for(lambda: not Path(f"/proc/{marker.read_text().strip()}").exists())


def test_preview_shows_changes_and_prints_errors(minibook, monkeypatch, capsys):
    ended, address = threading.Event(), re.compile(r"http://\S+/")

    def sleep(seconds: float) -> None:
        if ended.wait(seconds):
            raise KeyboardInterrupt

    monkeypatch.setattr(preview.time, "sleep", sleep)
    said: list[str] = []

    def render(shown) -> None:
        build.render(minibook.root, None, ["html", "pdf"], said.append, shown)

    served = threading.Thread(target=preview.serve, args=(minibook.root, render))
    served.start()
    printed: list[str] = []

    def out() -> str:
        printed.append(capsys.readouterr().out)
        return "".join(printed)

    def page(name: str) -> str:
        with urllib.request.urlopen(url + name) as answer:
            return answer.read().decode()

    try:
        wait_for(lambda: address.search(out()))
        url = address.search(out())[0]
        version = page(".version")
        minibook.edit("chapters/dos.qmd", "Véase", "Frase nueva. Véase")
        wait_for(lambda: page(".version") != version)
        assert "Frase nueva." in page("chapters/dos.html")
        wait_for(lambda: len([line for line in said if line.startswith("done")]) == 2)
        good = (minibook.root / "chapters/dos.qmd").read_text()
        minibook.write("chapters/dos.qmd", good + "\n:::\n")
        wait_for(lambda: "chapters/dos.qmd:11: ':::' closes a div" in out())
        assert "Frase nueva." in page("chapters/dos.html")
        minibook.write("chapters/dos.qmd", good.replace("nueva", "mejor"))
        wait_for(lambda: "Frase mejor." in page("chapters/dos.html"))
    finally:
        ended.set()
        served.join(30)


def test_pages_are_in_place_before_the_pdf_is_made(minibook):
    minibook.render(formats=("html", "pdf"))
    before = minibook.files()
    minibook.edit("chapters/dos.qmd", "Véase", "Frase nueva. Véase")
    seen = []

    def shown() -> None:
        with contextlib.suppress(FileNotFoundError):
            seen.append((minibook.page("chapters/dos.html"), minibook.files()["libro.pdf"]))

    build.render(minibook.root, None, ["html", "pdf"], lambda _: None, shown)
    assert len(seen) == 1 and "Frase nueva." in seen[0][0] and seen[0][1] == before["libro.pdf"]
    assert minibook.files()["libro.pdf"] != before["libro.pdf"]


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        threading.Event().wait(0.05)  # time.sleep is replaced in a test
