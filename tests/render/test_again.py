"""Rendering again does only what changed; a render cut short leaves a whole book; full or forbidden disks are said."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cnnlab import paths
from cnnlab.errors import StorageError
from cnnlab.render import build

PROJECT = Path(__file__).parents[2]


def test_nothing_changed(minibook):
    minibook.render()
    before = minibook.files()
    assert minibook.render()[0].startswith("nothing changed")
    assert minibook.files() == before


def test_one_sentence_rewrites_one_page_and_the_search(minibook):
    minibook.render(formats=("html", "pdf"))
    before = minibook.files()
    minibook.write(
        "chapters/dos.qmd", (minibook.root / "chapters/dos.qmd").read_text().replace("Véase", "Otra frase. Véase")
    )
    minibook.render(formats=("html", "pdf"))
    changed = {name for name, stamp in minibook.files().items() if before.get(name) != stamp}
    assert "chapters/dos.html" in changed and "libro.pdf" in changed
    assert not {name for name in changed if name.endswith(".html")} - {"chapters/dos.html"}
    assert not any(name.startswith("en/") for name in changed)


def test_a_new_number_reaches_the_pages_that_refer_to_it(minibook):
    minibook.render()
    text = (minibook.root / "chapters/dos.qmd").read_text()
    for folder in ("chapters", "chapters/en"):
        minibook.write(
            f"{folder}/uno.qmd",
            (minibook.root / folder / "uno.qmd")
            .read_text()
            .replace("## Parte", "## Antes {#sec-antes}\n\nTexto.\n\n## Parte"),
        )
    minibook.render()
    assert "Sección\u00a01.2" in minibook.page("chapters/dos.html")
    assert (minibook.root / "chapters/dos.qmd").read_text() == text


def test_cells_run_once(minibook):
    marker = minibook.root / "ran"
    code = f"from pathlib import Path\nwith Path({str(marker)!r}).open('a') as f: f.write('x')\nprint(6 * 7)"
    cell = f"```{{python}}\n#| echo: false\n{code}\n```\n"
    minibook.write("chapters/dos.qmd", (minibook.root / "chapters/dos.qmd").read_text() + cell)
    minibook.render(langs=("es",))
    minibook.write("chapters/dos.qmd", (minibook.root / "chapters/dos.qmd").read_text() + "\nUna frase más.\n")
    minibook.render(langs=("es",))
    assert marker.read_text() == "x"
    assert "42" in minibook.page("chapters/dos.html") and "Una frase más." in minibook.page("chapters/dos.html")


def test_cells_run_again_where_their_code_changed(minibook):
    source = minibook.root / "chapters/dos.qmd"
    head = source.read_text()
    for value in (1, 2):
        source.write_text(head + f"\n```{{python}}\nprint({value} + 40)\n```\n")
        minibook.render(langs=("es",))
        assert str(value + 40) in minibook.page("chapters/dos.html")


def test_one_language_leaves_the_other(minibook):
    minibook.render()
    before = {name: stamp for name, stamp in minibook.files().items() if name.startswith("en/")}
    minibook.write("chapters/dos.qmd", (minibook.root / "chapters/dos.qmd").read_text() + "\nMás.\n")
    minibook.render(langs=("es",))
    assert {name: stamp for name, stamp in minibook.files().items() if name.startswith("en/")} == before


def test_a_chapter_taken_out_leaves_no_page(minibook):
    minibook.render()
    for lang, folder in (("es", "chapters"), ("en", "chapters/en")):
        profile = minibook.root / f"_quarto-{lang}.yml"
        profile.write_text(profile.read_text().replace(f", {folder}/dos.qmd", ""))
        minibook.write(f"{folder}/uno.qmd", "# Uno {#sec-uno}\n")
    minibook.render()
    assert not (minibook.root / "_book/chapters/dos.html").exists()


def test_full_disk(minibook, monkeypatch):
    minibook.render()
    before = minibook.files()
    minibook.both("dos.qmd", "# Dos {#sec-dos}\n\nDistinto.\n")
    minibook.both("uno.qmd", "# Uno {#sec-uno}\n")
    monkeypatch.setattr(
        build.shutil,
        "copyfile",
        lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device", "book")),
    )
    with pytest.raises(StorageError, match="disk is full|No space"):
        minibook.render()
    assert minibook.files() == before


def test_no_permission(minibook, monkeypatch):
    def refuse(new, old):
        raise PermissionError(errno.EACCES, "Permission denied", str(old))

    monkeypatch.setattr(build.paths, "replace_folder", refuse)
    with pytest.raises(StorageError, match="permission"):
        minibook.render()


def test_damaged_stage_is_made_again(minibook):
    minibook.render()
    for path in (paths.project_cache() / "render" / "es").rglob("*.json"):
        path.write_text(path.read_text()[:20])
    minibook.write("chapters/dos.qmd", (minibook.root / "chapters/dos.qmd").read_text() + "\nMás.\n")
    minibook.render()
    assert "Más." in minibook.page("chapters/dos.html")


@pytest.mark.slow
def test_killed_at_any_moment(minibook):
    """Twelve renders killed by SIGKILL: the book is always one of those seen whole, and the next render ends well."""
    command = [
        sys.executable,
        "-c",
        "from cnnlab.render import build; from cnnlab import paths; build.render(paths.project_root(), None, ['html'])",
    ]
    env = os.environ | {"PYTHONPATH": str(PROJECT)}

    def state():
        return {
            str(path.relative_to(minibook.root)): path.read_bytes()
            for path in (minibook.root / "_book").rglob("*")
            if path.is_file()
        }

    subprocess.run(command, cwd=minibook.root, env=env, check=True, capture_output=True)
    whole, chance = [state()], random.Random(0)
    for n in range(12):
        minibook.write(
            "chapters/dos.qmd", f"# Dos {{#sec-dos}}\n\nVéase @sec-parte. Vuelta {n}.\n\n$$\nx = 1\n$$ {{#eq-x}}\n"
        )
        process = subprocess.Popen(
            command,
            cwd=minibook.root,
            env=env,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0, 1.2))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        now = state()
        assert now == whole[-1] or f"Vuelta {n}.".encode() in now["_book/chapters/dos.html"]
        subprocess.run(command, cwd=minibook.root, env=env, check=True, capture_output=True)
        assert f"Vuelta {n}.".encode() in state()["_book/chapters/dos.html"]
        whole.append(state())


def test_options_of_the_whole_book_reach_the_pages(minibook):
    """Defaults of cells, several authors, several bibliographies, the title over a chapter's contents."""
    quarto = minibook.root / "_quarto.yml"
    text = quarto.read_text().replace("author: Nadie", "author: [Nadie, Nadia]")
    text = text.replace("bibliography: chapters/references.bib", "bibliography: [chapters/references.bib, more.bib]")
    quarto.write_text(text + "toc-title: Secciones\nexecute: {echo: false, warning: false}\n")
    minibook.write("more.bib", "@book{par2020, title={Segundo}, author={Apellido, N.}, year={2020}}\n")
    code = "import warnings\nwarnings.warn('cuidado')\nprint(6 * 7)"
    minibook.both(
        "dos.qmd", f"# Dos {{#sec-dos}}\n\n## Una {{#sec-una}}\n\n[@par2020].\n\n```{{python}}\n{code}\n```\n"
    )
    minibook.both("uno.qmd", "# Uno {#sec-uno}\n\n[@he2016].\n")
    minibook.render()
    page = minibook.page("chapters/dos.html")
    assert "42" in page and "Apellido 2020" in page and "Secciones" in page
    assert "print(" not in page and "cuidado" not in page
    assert "Nadie, Nadia" in minibook.page("index.html")
