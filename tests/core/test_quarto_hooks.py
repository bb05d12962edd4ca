"""The scripts around a render, run as Quarto runs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
QUARTO = '#!/bin/sh\necho "$@ [$CNNLAB_NESTED_RENDER] [$QUARTO_PROJECT_RENDER_ALL]" >> called\n'


@pytest.fixture
def book(tmp_path):
    """A project with a copy of the package and of the extension; runs its hooks."""
    without = shutil.ignore_patterns("__pycache__", "experiments", "fonts", "img")
    for name in ("cnnlab", "_extensions"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=without)
    (tmp_path / "cnnlab" / "experiments").mkdir()
    (tmp_path / "cnnlab" / "experiments" / "__init__.py").touch()
    for lang, output in (("es", "_book"), ("en", "_book/en")):
        page = "chapters/x.qmd" if lang == "es" else "chapters/en/x.qmd"
        options = f"{{title: X, output-file: x, chapters: [index.qmd, {page}]}}"
        text = f"lang: {lang}\nproject: {{output-dir: {output}}}\nbook: {options}\n"
        (tmp_path / f"_quarto-{lang}.yml").write_text(text)
        (tmp_path / page).parent.mkdir(exist_ok=True)
        (tmp_path / page).write_text("# X\n\n```{python}\nprint(1)\n```\n")
    (tmp_path / "_quarto.yml").write_text("project: {type: book}\nprofile: {default: es, group: [[es, en]]}\n")
    (tmp_path / "index.qmd").write_text("# Index {.unnumbered}\n")
    (tmp_path / "quarto").write_text(QUARTO)
    (tmp_path / "quarto").chmod(0o755)

    def run(stage: str, **variables: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-W", "error", "cnnlab/quarto_hooks.py", stage]
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", **variables}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    run.root = tmp_path
    return run


def test_before_a_render_numbers_styles_and_plotly_are_written_once(book):
    for name in ("light.scss", "dark.scss"):
        (book.root / "_extensions" / "informe" / name).unlink()
    assert book("pre-render", QUARTO_PROFILE="en").returncode == 0
    made = [book.root / "_variables.yml"]
    made += [book.root / "_extensions" / "informe" / name for name in ("light.scss", "dark.scss", "plotly.min.js")]
    assert "Preface" in made[0].read_text()
    times = [path.stat().st_mtime_ns for path in made]
    assert book("pre-render", QUARTO_PROFILE="en").returncode == 0
    assert [path.stat().st_mtime_ns for path in made] == times
    assert book("pre-render").returncode == 0
    assert "Prefacio" in made[0].read_text()


CELLS = """\
import sys
sys.path.insert(0, {root!r})
from cnnlab import report
lab = report.chapter("x", lang="es")
from cnnlab import words
from pathlib import Path
table = Path({root!r}, "table.tsv").read_text()
drawn = Path({root!r}, "cnnlab_files", "x.svg")
drawn.parent.mkdir(parents=True, exist_ok=True)
drawn.write_text("<svg/>")
"""


class Quarto:
    """What Quarto does with the cells of a chapter: it runs them in a kernel, and keeps them under their code alone."""

    def __init__(self, book):
        from jupyter_cache import get_cache

        self.book, self.chapters = book, book.root / "chapters"
        self.cache = get_cache(self.chapters / ".jupyter_cache")

    def run(self, name: str, code: str) -> None:
        from jupyter_cache.cache.main import CacheBundleIn
        from nbclient import NotebookClient
        from nbformat.v4 import new_code_cell, new_notebook

        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = new_notebook(cells=[new_code_cell(code)], metadata=kernel)
        client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(self.chapters)}})
        client.execute()
        bundle = CacheBundleIn(notebook, str(self.chapters / f"{name}.quarto_ipynb"))
        self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def prepare(self, **variables: str) -> list[str]:
        """The hook before a render; the chapters that then are still in the cache."""
        done = self.book("pre-render", **variables)
        assert done.returncode == 0, done.stderr
        return sorted(Path(record.uri).stem for record in self.cache.list_cache_records())


def test_under_quarto_cached_cells_are_dropped_when_what_they_read_has_changed(book):
    quarto, under = Quarto(book), {"QUARTO_BIN_PATH": str(book.root)}
    root, code = book.root, CELLS.format(root=str(book.root))
    (root / "table.tsv").write_text("1\n")
    quarto.run("x", "1")
    quarto.run("y", "2")
    assert quarto.prepare(**under) == ["y"]  # nothing is known of what the cells of x read; y is no chapter
    quarto.run("x", code)
    assert quarto.prepare(**under) == ["x", "y"]  # nothing has changed
    (root / "other.tsv").write_text("1\n")
    assert quarto.prepare(**under) == ["x", "y"]  # a file that they do not read
    for changed in (root / "table.tsv", root / "cnnlab" / "words.py"):
        changed.write_text(changed.read_text() + "\n")
        assert quarto.prepare() == ["x", "y"]  # not under Quarto
        assert quarto.prepare(**under) == ["y"], changed.name
        quarto.run("x", code)
    shutil.rmtree(root / "cnnlab_files")  # as `make clean` does
    assert quarto.prepare(**under) == ["y"]


def test_after_a_whole_render_quarto_builds_the_other_edition_once(book):
    called = book.root / "called"
    quarto = {"QUARTO_BIN_PATH": str(book.root), "QUARTO_PROJECT_RENDER_ALL": "1"}
    assert book("post-render").returncode == 0
    assert book("post-render", QUARTO_BIN_PATH=str(book.root)).returncode == 0
    assert book("post-render", **quarto, CNNLAB_NESTED_RENDER="1").returncode == 0
    assert not called.exists()
    assert book("post-render", **quarto).returncode == 0
    assert called.read_text() == "render --profile en [1] []\n"


def test_a_failure_is_a_message_and_a_status(book):
    (book.root / "quarto").write_text("#!/bin/sh\nexit 3\n")
    done = book("post-render", QUARTO_BIN_PATH=str(book.root), QUARTO_PROJECT_RENDER_ALL="1")
    assert done.returncode == 1
    assert "the English edition failed" in done.stderr
    assert "Traceback" not in done.stderr
