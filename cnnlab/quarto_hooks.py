"""What runs before and after a render: `quarto render` alone then builds both languages, and so does `cnnlab render`.

python cnnlab/quarto_hooks.py pre-render     styles from the tokens, the numbers of the prose, plotly's library
python cnnlab/quarto_hooks.py post-render    under Quarto, the English edition
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(ROOT)  # in the place of this file's folder, whose modules are the package's

import importlib.util  # noqa: E402
import json  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402

from cnnlab import paths  # noqa: E402
from cnnlab.errors import CnnlabError, RenderError  # noqa: E402

EXTENSION = ROOT / "_extensions" / "informe"


def pre_render() -> None:
    from cnnlab import results
    from cnnlab.results import variables

    write_styles()
    variables.write(paths.profile())
    copy_plotly()
    for each in results.status():
        if each.state == "stale":
            print(f"the result {each.name!r} is stale ({each.reasons[0]}): cnnlab run {each.name}")
    if paths.under_quarto():
        drop_cached_cells()


def write_styles() -> None:
    """The colours and sizes of tokens.json as stylesheets."""
    script = EXTENSION / "tools" / "tokens.py"
    if script.is_file():
        spec = importlib.util.spec_from_file_location("tokens", script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.main(ROOT)


def copy_plotly() -> None:
    """plotly's library from its wheel to where Quarto's pages take it from."""
    spec = importlib.util.find_spec("plotly")
    library = Path(spec.origin).parent / "package_data" / "plotly.min.js" if spec else None
    if library is None or not library.is_file():
        raise RenderError("plotly is not installed", remedy="pip install -r requirements-render.txt")
    copy = EXTENSION / library.name
    if EXTENSION.is_dir() and not (copy.is_file() and same(copy, library)):
        shutil.copy2(library, copy)


def same(one: Path, other: Path) -> bool:
    first, second = one.stat(), other.stat()
    return (first.st_size, int(first.st_mtime)) == (second.st_size, int(second.st_mtime))


def drop_cached_cells() -> None:
    """Make Quarto run the cells of the chapters whose results, plots or language have changed since it last did.

    Quarto's key for cached cells is their code alone.
    """
    from cnnlab.render.config import read_book
    from cnnlab.render.execute import key_of
    from cnnlab.render.source import read_chapter

    book = read_book(ROOT, paths.profile())
    memory = paths.project_cache() / f"quarto-{book.lang}.json"
    before = json.loads(memory.read_text(encoding="utf-8")) if memory.is_file() else {}
    now = {str(page.source): key_of(book, read_chapter(ROOT, page.source)) for page in book.pages}
    for source, key in now.items():
        if key and before.get(source) != key:
            forget(ROOT / source)
    paths.write_atomically(memory, json.dumps(now, indent=1))


def forget(chapter: Path) -> None:
    """Remove a chapter's notebooks from the cache that lies beside it."""
    folder = chapter.parent / ".jupyter_cache"
    if not folder.is_dir():
        return
    from jupyter_cache import get_cache

    cache = get_cache(folder)
    for record in cache.list_cache_records():
        if Path(record.uri).stem == chapter.stem:
            cache.remove_cache(record.pk)


def post_render() -> None:
    """Build the English edition after a whole render of the Spanish one; never from within itself."""
    if paths.is_whole_quarto_render():
        quarto, environment = paths.second_edition()
        done = subprocess.run([quarto, "render", "--profile", "en"], cwd=ROOT, env=environment, check=False)
        if done.returncode:
            raise RenderError("the English edition failed", remedy="Quarto's message stands above")


if __name__ == "__main__":
    try:
        {"pre-render": pre_render, "post-render": post_render}[sys.argv[1]]()
    except CnnlabError as error:
        sys.exit(str(error))
