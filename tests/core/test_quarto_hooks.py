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


def test_under_quarto_cached_cells_are_dropped_when_what_they_use_has_changed(book):
    from jupyter_cache import get_cache
    from jupyter_cache.cache.main import CacheBundleIn
    from nbformat.v4 import new_code_cell, new_notebook

    def keep(*names: str):
        for name in names:
            notebook = new_notebook(
                cells=[new_code_cell(name)], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
            )
            bundle = CacheBundleIn(notebook, str(book.root / "chapters" / f"{name}.quarto_ipynb"))
            cache.cache_notebook_bundle(bundle, check_validity=False)

    def kept() -> list[str]:
        return sorted(Path(record.uri).stem for record in get_cache(folder).list_cache_records())

    folder = book.root / "chapters" / ".jupyter_cache"
    cache = get_cache(folder)
    keep("x", "y")
    quarto = {"QUARTO_BIN_PATH": str(book.root)}
    done = book("pre-render", **quarto)
    assert done.returncode == 0, done.stderr
    assert kept() == ["y"]  # never seen before
    keep("x")
    book("pre-render", **quarto)
    assert kept() == ["x", "y"]  # nothing has changed
    (book.root / "chapters" / "x.qmd").write_text("# X\n\n```{python}\nfrom cnnlab import words\n```\n")
    book("pre-render", **quarto)
    keep("x")
    with (book.root / "cnnlab" / "words.py").open("a") as file:
        file.write("\nANOTHER = 1\n")
    book("pre-render")
    assert kept() == ["x", "y"]  # not under Quarto
    book("pre-render", **quarto)
    assert kept() == ["y"]


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
