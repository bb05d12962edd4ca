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
import runpy  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402

from cnnlab import paths  # noqa: E402
from cnnlab.errors import CnnlabError, RenderError  # noqa: E402

EXTENSION = ROOT / "_extensions" / "informe"


def pre_render() -> None:
    """Before a render: styles, numbers of the prose, plotly's library; which results are out of date is said."""
    from cnnlab import results
    from cnnlab.results import variables

    write_styles()
    variables.write(paths.profile())
    copy_plotly()
    for each in results.status():
        if each.state in ("stale", "unverified"):
            print(f"the result {each.name!r} is {each.state} ({each.reasons[0]}): {each.remedy}")
    if paths.under_quarto():
        drop_cached_cells()


def write_styles() -> None:
    """The colours and sizes of tokens.json as stylesheets."""
    script = EXTENSION / "tools" / "tokens.py"
    if script.is_file():
        runpy.run_path(str(script))["main"](ROOT)


def copy_plotly() -> None:
    """plotly's library from its wheel to where Quarto's pages take it from."""
    spec = importlib.util.find_spec("plotly")
    library = Path(spec.origin).parent / "package_data" / "plotly.min.js" if spec and spec.origin else None
    if library is None or not library.is_file():
        raise RenderError("plotly is not installed", remedy="pip install -r requirements-render.txt")
    copy = EXTENSION / library.name
    if EXTENSION.is_dir() and not (copy.is_file() and same(copy, library)):
        shutil.copy2(library, copy)


def same(one: Path, other: Path) -> bool:
    """Whether two files have the same size and time."""
    first, second = one.stat(), other.stat()
    return (first.st_size, int(first.st_mtime)) == (second.st_size, int(second.st_mtime))


def drop_cached_cells() -> None:
    """Make Quarto run the cells of the chapters of which a file that they read has changed, or one that they wrote is
    gone.

    Quarto's key for cached cells is their code alone. What cells read and wrote, their kernel has recorded.
    """
    from cnnlab.render.book.config import read_book
    from cnnlab.render.cells.execute import is_current
    from cnnlab.render.memory import Digests, read_json

    digests = Digests(ROOT, paths.project_cache() / "quarto" / "digests.json")
    for page in read_book(ROOT, paths.profile()).pages:
        file = paths.cells_record(ROOT / page.source)
        record = read_json(file)
        if not record or not is_current(record, ROOT, digests):
            forget(ROOT / page.source)
            file.unlink(missing_ok=True)
    digests.save()


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
