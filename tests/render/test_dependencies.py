"""A chapter's cells run again where something that they read has changed, and no other chapter's."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from cnnlab.errors import BookError

PROJECT = Path(__file__).parents[2]
QUARTO = "project: {type: book, execute-dir: project}\nformat:\n  informe-html: {code-fold: true}\n"
PROFILE = "lang: es\nbook:\n  title: Libro\n  output-file: libro\n  chapters: [index.qmd, %s]\n"
OPENING = "from cnnlab import report\nlab = report.chapter('{name}', lang='es')\n"
CELLS = {
    "solo": "print(6 * 7)",
    "bucle": OPENING
    + "first, second = (lab.results(name) for name in ('pointwise', 'handout'))\nprint(second.record.name)",
    "figura": OPENING + "from cnnlab.experiments.pointwise import figures\nlab.draw(figures.matrix_product)",
    "nombres": "from cnnlab.detection.names import spanish_names\nprint(len(spanish_names()))",
    "catalogo": OPENING + "from cnnlab import catalog\nprint(catalog.DATA['coco'].title.show(lab.lang))",
    "manifiesto": "from cnnlab import catalog\nprint(len(catalog.DATA['coco'].official.files))",
    "lista": OPENING + "from pathlib import Path\nprint(sorted(path.name for path in Path('datos').glob('*.csv')))",
    "escribe": "from pathlib import Path\nPath('hecho').mkdir(exist_ok=True)\n"
    "Path('hecho/hecho.txt').write_text('1')\nprint(Path('hecho/hecho.txt').read_text())",
    "ambos": "with open('ambos.txt', 'r+') as file:\n    print(file.read())",
    "mapa": "import numpy\nprint(numpy.memmap('mapa.bin', dtype='uint8')[0])",
    "diario": "from pathlib import Path\nprint(Path('diario.txt').read_text().splitlines()[0])\n"
    "with open('diario.txt', 'a') as file:\n    file.write('más\\n')",
    "base": "import contextlib, sqlite3\nwith contextlib.closing(sqlite3.connect('base.db')) as base:\n"
    "    print(base.execute('select count(*) from t').fetchone())",
    "falta": "from pathlib import Path\ntry:\n    print(Path('otros/nuevo.txt').read_text())\n"
    "except FileNotFoundError:\n    print('no')",
}
WITH_PACKAGE = {"bucle", "figura", "catalogo", "lista"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book that imports a copy of the package with two kept results; gives the chapters whose cells ran."""
    from cnnlab.render import build

    root = tmp_path_factory.mktemp("dependencies")
    without = shutil.ignore_patterns("__pycache__", "*.woff2")
    for name in ("cnnlab", "_extensions", "figures/pointwise", "figures/handout"):
        shutil.copytree(PROJECT / name, root / name, ignore=without)
    (root / "_quarto.yml").write_text(QUARTO)
    (root / "_quarto-es.yml").write_text(PROFILE % ", ".join(f"chapters/{name}.qmd" for name in CELLS))
    (root / "index.qmd").write_text("# Libro {.unnumbered}\n\nTexto.\n")
    (root / "README.md").write_text("Nada.\n")
    for folder in ("chapters", "datos"):
        (root / folder).mkdir()
    (root / "datos" / "a.csv").write_text("1\n")
    for name in ("ambos.txt", "mapa.bin", "diario.txt"):
        (root / name).write_text("1\n")
    with contextlib.closing(sqlite3.connect(root / "base.db")) as base:
        base.execute("create table t (x)")
    for name, code in CELLS.items():
        options = "#| renderings: [light, dark]\n#| fig-alt: Figura\n" if name == "figura" else ""
        text = f"# {name.title()} {{#sec-{name}}}\n\n```{{python}}\n{options}{code}\n```\n"
        (root / "chapters" / f"{name}.qmd").write_text(text.replace("{name}", name))

    def render() -> set[str]:
        said: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(root)
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            build.render(root, ["es"], ["html"], say=said.append)
        return {Path(line.split()[1]).stem for line in said if line.startswith("ran ")}

    render.root = root
    assert render() == set(CELLS)
    shutil.rmtree(root / ".cnnlab")
    assert render() == set(CELLS)  # now modules come compiled from their caches, and their sources are not opened
    return render


def append(path: Path, text: str = "\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


LINES = {"cnnlab/detection/class_names.tsv": "x\ty\n", "cnnlab/words.tsv": "x\ty\tz\n"}  # that may be added
CHANGES = {
    "figures/handout/result.json": {"bucle"},  # a kept result that is fetched in a loop
    "_extensions/informe/tokens.json": {"figura"},
    "cnnlab/experiments/pointwise/figures.py": {"figura"},  # a plot
    "cnnlab/plots/style.py": {"figura"},  # what plots share
    "cnnlab/detection/class_names.tsv": {"nombres"},
    "cnnlab/catalog/manifests/coco.txt": {"manifiesto"},
    "cnnlab/words.py": {*WITH_PACKAGE, "manifiesto"},
    "cnnlab/words.tsv": {*WITH_PACKAGE, "manifiesto"},
    "datos/b.csv": {"lista"},  # a new file in a folder that was listed
    "otros/nuevo.txt": {"falta"},  # a file that was looked for and was not there
    "ambos.txt": {"ambos"},  # opened for reading and writing
    "mapa.bin": {"mapa"},
    "README.md": set(),
    "cnnlab/detection/drawing.py": set(),  # a module that no cell imports
    "figures/resnet/result.json": set(),  # a result that no cell fetches
    "NEW.md": set(),  # in a folder that modules were looked for in
    "cnnlab/plots/new.py": set(),
    "datos/.hidden.csv": set(),
    "cnnlab/plots/__pycache__/x.pyc": set(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change(book, name):
    before = (book.root / name).read_text(encoding="utf-8") if (book.root / name).exists() else None
    extra = LINES.get(name, f"{'0' * 64} 1 x\n" if "manifests" in name else "\n")
    append(book.root / name, extra)
    assert book() == CHANGES[name]
    assert book() == set()
    (book.root / name).unlink() if before is None else (book.root / name).write_text(before, encoding="utf-8")
    assert book() == set()  # what was run before is still in jupyter-cache


def test_a_database(book):
    with contextlib.closing(sqlite3.connect(book.root / "base.db")) as base:
        base.execute("insert into t values (1)")
        base.commit()
    assert book() == {"base"}
    assert book() == set()


def test_its_own_cells(book):
    append(book.root / "chapters/solo.qmd", "\nTexto.\n")
    assert book() == set()
    append(book.root / "chapters/solo.qmd", "\n```{python}\nprint(1)\n```\n")
    assert book() == {"solo"}


def test_a_file_that_the_cells_wrote_is_gone(book):
    (book.root / "hecho/hecho.txt").unlink()
    assert book() == {"escribe"}


def test_a_missing_result_is_never_computed(book):
    chapter = book.root / "chapters/bucle.qmd"
    before = chapter.read_text(encoding="utf-8")
    chapter.write_text(before.replace("'handout')", "'resnet')"), encoding="utf-8")
    append(book.root / "chapters/solo.qmd", "\n```{python}\nprint(2)\n```\n")
    with pytest.raises(BookError, match=r"bucle.qmd:\d+(.|\n)*cnnlab run resnet"):
        book()
    chapter.write_text(before, encoding="utf-8")
    assert book() == set()  # the cells of the other chapter had run
