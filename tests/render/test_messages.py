"""Messages of runs that fail: the author's file and line, every fault, no traceback; the last book stays."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cnnlab import cli
from cnnlab.render import build
from cnnlab.render.cells import progress, running

UNO = "# Uno {#sec-uno}\n\n"  # cells of a chapter begin at its line 3


def cell(*lines: str) -> str:
    return "\n".join(["```{python}", *lines, "```", ""])


SHOWS = "from IPython.display import Image"
DRAWS = ("class A:", "    def _repr_png_(self): return 1 / 0")

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
    "picture without file": (cell(SHOWS, "Image('../img/no.png')"), 5, "FileNotFoundError: No such file"),
    "picture without file displayed": (cell(SHOWS, "display(Image('no.png'))", "a = 1"), 5, "FileNotFoundError"),
    "__repr__ that raises": (
        cell("class A:", "    def __repr__(self):", "        1 / 0", "A()"),
        6,
        "ZeroDivisionError",
    ),
    "_repr_png_ that raises": (cell(*DRAWS, "display(A())", "a = 1"), 5, "ZeroDivisionError: division by zero"),
    "_repr_png_ of another cell": (cell(*DRAWS) + "\n" + cell("a = 1", "A()"), 5, "ZeroDivisionError"),
    "figure with a wrong formula": (
        cell("import matplotlib.pyplot as plt", "plt.title(r'$\\nada$')", "plt.show()"),
        6,
        "Unknown symbol: \\nada",
    ),
    "interrupted by itself": (cell("a = 1", "raise KeyboardInterrupt"), 5, "KeyboardInterrupt"),
}


@pytest.mark.parametrize("name", CELLS)
def test_cell_that_fails(minibook, name):
    text, line, words = CELLS[name]
    minibook.only_uno(UNO + text)
    error = minibook.refusal()
    assert error.where == f"chapters/uno.qmd:{line}"
    assert words in error.what and len(error.what) < 900 and ".py, line" not in error.what
    assert error.remedy and "long work" not in error.remedy


def test_what_cannot_be_drawn_is_printed_where_an_error_may_be(minibook):
    minibook.only_uno(UNO + cell("#| error: true", *DRAWS, "display(A())"))
    minibook.render(langs=["es"])
    assert "ZeroDivisionError" in minibook.page("chapters/uno.html")


def test_cell_of_an_included_file(minibook):
    minibook.only_uno(UNO + "{{< include _parte.qmd >}}\n")
    minibook.write("chapters/_parte.qmd", "Texto.\n\n" + cell("#| echo: false", "", "a = 1", "a.nada"))
    assert minibook.refusal().where == "chapters/_parte.qmd:7"


def test_time_limit(minibook, monkeypatch):
    monkeypatch.setattr(running, "LONGEST", 1)
    minibook.only_uno(UNO + cell("import time", "time.sleep(30)"))
    error = minibook.refusal()
    assert (error.where, error.what) == ("chapters/uno.qmd:4", "a cell has not ended after 1 s")
    assert "cnnlab run" in error.remedy


def test_what_cells_do_to_print_is_no_matter(minibook):
    minibook.only_uno(UNO + cell("print(41 + 1)", "print = None"))
    minibook.render(langs=("es",))
    assert "42" in minibook.page("chapters/uno.html")


def test_every_cell_that_fails_is_told_in_the_order_of_the_book(minibook):
    minibook.both("dos.qmd", "# Dos {#sec-dos}\n\n" + cell("1 / 0"))
    minibook.write("chapters/uno.qmd", UNO + cell("nada"))
    error = minibook.refusal(langs=None)
    places = ["chapters/uno.qmd:4", "chapters/dos.qmd:4", "chapters/en/dos.qmd:4"]
    assert [each.where for each in error.errors] == places
    assert re.findall(r"^(\S+:\d+): a cell fails", str(error), re.MULTILINE) == places
    assert str(error).startswith("3 faults\n")


def test_cells_and_pictures_are_told_together(minibook):
    minibook.write("chapters/uno.qmd", UNO + '![a](nada.png){#fig-a fig-alt="a"}\n')
    minibook.write("chapters/dos.qmd", "# Dos {#sec-dos}\n\n" + cell("1 / 0"))
    assert [each.where for each in minibook.refusal().errors] == ["chapters/uno.qmd:3", "chapters/dos.qmd:4"]


def test_what_is_read_is_told_of_all_editions(minibook):
    minibook.write("chapters/uno.qmd", UNO + ":::\n")
    minibook.write("chapters/en/dos.qmd", "# Dos\n\nTexto.\n\n```\n")
    error = minibook.refusal(langs=None)
    assert [each.where for each in error.errors] == ["chapters/uno.qmd:3", "chapters/en/dos.qmd:5"]


def test_citations_are_told_all_and_once(minibook):
    minibook.both("uno.qmd", UNO + "Texto [@nada1; @he2016].\n\nY @nada2, otra vez @nada2.\n")
    minibook.both("dos.qmd", "# Dos {#sec-dos}\n")
    error = minibook.refusal()
    assert [each.where for each in error.errors] == ["chapters/uno.qmd:3", "chapters/uno.qmd:5"]


def test_a_fault_of_a_shared_include_is_told_once(minibook):
    minibook.write("chapters/_parte.qmd", "Texto.\n\n:::\n")
    for name in ("uno", "dos"):
        minibook.write(f"chapters/{name}.qmd", f"# {name} {{#sec-{name}}}\n\n{{{{< include _parte.qmd >}}}}\n")
    error = minibook.refusal()
    assert error.where == "chapters/_parte.qmd:3" and not hasattr(error, "errors")


# ---- progress, Ctrl-C, preview


def test_a_long_cell_says_that_it_runs(minibook, monkeypatch):
    monkeypatch.setattr(progress, "FIRST", 0.5)
    minibook.only_uno(UNO + cell("import time", "time.sleep(2.5)"))
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
    # A shell that runs the tests in the background lets its children ignore Ctrl-C.
    hears = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    command = [sys.executable, "-c", f"{hears}; from cnnlab import cli; exit(cli.main(['render']))"]
    environment = os.environ | {"PYTHONPATH": str(Path(build.__file__).parents[2])}

    render = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: marker.exists() and marker.read_text().endswith(" "))
    render.send_signal(signal.SIGINT)
    out, err = render.communicate(timeout=30)
    assert render.returncode == cli.INTERRUPTED and out == ""
    assert err.strip().count("\n") == 0 and err.strip().startswith("cnnlab: stopped.")
    assert minibook.files() == before
    wait_for(lambda: not Path(f"/proc/{marker.read_text().strip()}").exists())


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        threading.Event().wait(0.05)  # time.sleep is replaced in a test
