"""What a render runs before and after itself, under Quarto and under `cnnlab render`: `quarto_hooks.py pre-render | post-render`.

Before: the theme's files out of the tokens, plotly's script out of the wheel, `_variables.yml` out of the kept results, and, under
Quarto, whose key of cached cells knows nothing of results and plots, the cached cells of the chapters for which these changed.
After: Quarto renders the English book too, so that one `quarto render` builds both.
"""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":  # run as a file: the package's own folder must not be where modules are looked for
    sys.path[0] = str(Path(__file__).resolve().parents[1])


def write_variables(lang: str) -> str:
    """Write `_variables.yml` for a language where it is not what it should be; says what was done."""
    import yaml

    from cnnlab import paths, report

    path = paths.project_root() / "_variables.yml"
    text = yaml.safe_dump(report.variables(lang), allow_unicode=True, sort_keys=True, width=1000)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return f"_variables.yml is up to date ({lang})"
    paths.write_atomically(path, text)
    return f"_variables.yml written ({lang})"


def pre_render() -> None:
    from cnnlab import paths

    root = paths.project_root()
    extension = root / "_extensions" / "informe"
    subprocess.run([sys.executable, str(extension / "tools" / "tokens.py")], check=True)
    copy_plotly(extension / "plotly.min.js")
    write_variables(paths.profile())
    if under_quarto():
        drop_changed_cells(root, paths.profile())


def under_quarto() -> bool:
    return "QUARTO_BIN_PATH" in os.environ


def copy_plotly(target: Path) -> None:
    """The script that the installed plotly brings, where the extension looks for it; too large to keep in the repository."""
    from cnnlab import paths
    from cnnlab.render.site import plotly

    source = plotly()
    if not target.is_file() or target.stat().st_size != source.stat().st_size:
        paths.write_atomically(target, source.read_bytes())


def drop_changed_cells(root: Path, lang: str) -> None:
    """Forget Quarto's cached cells where a chapter's results, plots or language changed since they ran."""
    import json
    import shutil

    from cnnlab import paths
    from cnnlab.render.config import read_book
    from cnnlab.render.execute import key_of
    from cnnlab.render.source import read_chapter

    book = read_book(root, lang)
    now = {str(page.source): key_of(book, read_chapter(root, page.source)) for page in book.pages}
    memory = paths.workshop() / f"quarto-cells-{lang}.json"
    before = json.loads(memory.read_text()) if memory.is_file() else {}
    # jupyter-cache keeps one store a folder, for all its chapters; a changed chapter empties it.
    for folder in {Path(name).parent for name, key in now.items() if before.get(name) != key}:
        shutil.rmtree(root / folder / ".jupyter_cache", ignore_errors=True)
    paths.write_atomically(memory, json.dumps(now))


def post_render() -> None:
    """Quarto only: after a whole Spanish render, render the English book, once and with the same Quarto."""
    if os.environ.get("INFORME_NESTED") or not os.environ.get("QUARTO_PROJECT_RENDER_ALL"):
        return
    env = {key: value for key, value in os.environ.items() if not key.startswith("QUARTO_PROJECT_")}
    quarto = Path(os.environ.get("QUARTO_BIN_PATH", "")) / "quarto"
    subprocess.run([str(quarto) if quarto.exists() else "quarto", "render", "--profile", "en"], check=True, env=env | {"INFORME_NESTED": "1"})


if __name__ == "__main__":
    from cnnlab.errors import Trouble

    try:
        {"pre-render": pre_render, "post-render": post_render}[sys.argv[1]]()
    except Trouble as trouble:
        sys.exit(f"cnnlab: {trouble}")
