"""All that a chapter needs: kept results, the words of its language, figures for both themes, tables, listings, claims.

    lab = report.chapter("a06-red", lang="es")
"""
from __future__ import annotations

import ast
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from cnnlab import paths
from cnnlab import results as kept
from cnnlab.errors import ClaimTrouble, OptionTrouble, nearest
from cnnlab.words import LANGUAGES, Words

THEMES = ("light", "dark")


def chapter(name: str, lang: str) -> Chapter:
    """What the opening cell of a chapter makes: `name` is its file's name without ".qmd", `lang` "es" or "en"."""
    if lang not in LANGUAGES:
        raise OptionTrouble(f"lang is {lang!r}", allowed="es, en")
    return Chapter(name, lang)


class Chapter:
    def __init__(self, name: str, lang: str):
        self.name, self.lang, self.words = name, lang, Words(lang)
        self._folder = Path("chapters") if lang == "es" else Path("chapters") / lang

    def results(self, name: str) -> kept.Result:
        """The kept result of an experiment; a stale one serves, with a word on the console."""
        result = kept.results(name)
        status = kept.why(name)
        if status.state == "stale":
            print(f"result {name!r} is stale: {'; '.join(status.reasons)}", file=sys.__stderr__)
        return result

    def claim(self, holds: bool, what: str) -> None:
        """Stop the render where a result no longer bears out what the text says."""
        if not holds:
            caller = sys._getframe(1)
            raise ClaimTrouble(f"{self.name}: the results no longer show that {what}", where=f"{self._folder / self.name}.qmd, line {caller.f_lineno} of the cell",
                               remedy="correct the text, or find out why the result changed: cnnlab why NAME")

    # ---- what cells show, always as Markdown or SVG: Quarto answers HTML by loading scripts from another host

    def table(self, header: list, rows: list[list], align: str):
        """A pipe table. align: a letter a column, l, c or r; numbers come as text, written by `words`."""
        columns = {len(header), len(align), *map(len, rows)}
        if len(columns) != 1 or not set(align) <= set("lcr"):
            raise OptionTrouble(f"a table of {len(header)} headings, rows of {sorted(set(map(len, rows)))} cells, align {align!r}", allowed="as many letters l, c, r and cells as headings")
        rules = {"l": ":---", "c": ":---:", "r": "---:"}
        lines = [header, [rules[letter] for letter in align], *rows]
        return markdown("\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n")

    def draw(self, plot: Callable, *args, **options) -> None:
        """Show `plot(*args, words=, theme=, **options)` once for each theme: the cell says `renderings: [light, dark]`."""
        from IPython.display import display

        for theme in THEMES:
            display({"image/svg+xml": self._svg(plot, theme, *args, **options)}, raw=True)

    def interactive(self, name: str, figure, static: Callable, *args, alt: str):
        """A plotly figure on the page, `static(*args, words=, theme=)` on paper. `figure` sets no colours: the page does.

        name: letters and hyphens, unique in the book. alt: what the figure shows.
        """
        picture = paths.workshop() / "static" / self.lang / f"{name}.svg"
        picture.parent.mkdir(parents=True, exist_ok=True)
        paths.write_atomically(picture, self._svg(static, "light", *args))
        data = figure.to_json().replace("</", "<\\/")
        label = alt.replace("&", "&amp;").replace('"', "&quot;")
        return markdown(f"""
::: {{.content-visible when-format="html"}}
```{{=html}}
<div class="plotly-figure" id="{name}" role="group" aria-label="{label}"><script type="application/json">{data}</script></div>
```
:::

::: {{.content-visible when-format="typst"}}
![]({self._relative(picture)}){{fig-alt="{alt.replace('"', "'")}"}}
:::
""")

    def image(self, result: kept.Result, name: str, *, alt: str, width: str | None = None):
        """A picture that a result keeps. width: as CSS has it, e.g. "50%"."""
        size = f' width="{width}"' if width else ""
        return markdown(f'![]({self._relative(result.picture(name))}){{fig-alt="{alt}"{size}}}')

    def source(self, module: str, *names: str):
        """The source of a module's functions, classes or assignments, as a block of code; read without importing it."""
        path = kept.code.path_of(module)
        if path is None:
            raise OptionTrouble(f"no module is named {module!r}", remedy="name a module of cnnlab, e.g. 'cnnlab.nets.resnet_keras'")
        text = path.read_text(encoding="utf-8")
        found = {name: segment for node in ast.parse(text).body for name, segment in named(node, text)}
        for name in names:
            if name not in found:
                raise OptionTrouble(f"{module} defines no {name!r}", allowed=", ".join(found), remedy=nearest(name, found))
        return markdown("```python\n" + "\n\n\n".join(found[name] for name in names or found) + "\n```\n")

    # ---- appendices

    def provenance_table(self):
        """Where every result comes from: device, budget, seeds, time, memory, versions, commit, and whether it is fresh."""
        w, rows = self.words, []
        for status in kept.status():
            if status.state == "missing":
                continue
            made = kept.load(status.name).provenance
            versions = ", ".join(f"{name} {number}" for name, number in made.versions.items())
            rows.append([f"`{status.name}`", w(status.state), f"{made.device.upper()}: {made.device_name}", w(f"budget_{made.budget}"), seeds(made.seeds),
                         duration(made.seconds, w), w.integer(made.peak_memory_mb), versions, f"`{made.commit}`" if made.commit else "–"])
        header = [w(key) for key in ("experiment", "state", "device", "budget", "seeds", "time", "memory_mb", "versions", "commit")]
        return self.table(header, rows, align="llllrrrll")

    def catalogue_table(self):
        """Data sets and weights of the catalogue with their source and licence."""
        from cnnlab import catalog

        w = self.words
        rows = [[f"`{entry.name}`", entry.title, entry.licence, entry.source] for entry in (*catalog.DATA.values(), *catalog.WEIGHTS.values())]
        return self.table([w("name"), w("what"), w("licence"), w("source")], rows, align="llll")

    # ----

    def _svg(self, plot: Callable, theme: str, *args, **options) -> str:
        from cnnlab.plots.style import style

        with style(theme):
            figure = plot(*args, words=self.words, theme=theme, **options)
            buffer = io.StringIO()
            figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        from matplotlib import pyplot

        pyplot.close(figure)
        return buffer.getvalue()

    def _relative(self, path: Path) -> str:
        """A file's path from the folder of this chapter's source."""
        return Path(os.path.relpath(path, paths.project_root() / self._folder)).as_posix()


def markdown(text: str):
    from IPython.display import Markdown

    return Markdown(text)


def named(node: ast.stmt, text: str):
    """(name, source) of what a statement of a module defines."""
    lines = text.splitlines()
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        yield node.name, "\n".join(lines[first - 1:node.end_lineno])
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                yield target.id, "\n".join(lines[node.lineno - 1:node.end_lineno])


def seeds(numbers: list[int]) -> str:
    """[0, 1, 2] → "0–2"; gaps keep their commas."""
    if not numbers:
        return "–"
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(map(str, numbers))


def duration(seconds: float, words: Words) -> str:
    return f"{words.decimal(seconds, 0)} s" if seconds < 90 else f"{words.decimal(seconds / 60, 0)} min"


def variables(lang: str) -> dict:
    """What `_variables.yml` holds for a language: the numbers of every kept result as prose prints them, and the book's own words."""
    import importlib

    words, out = Words(lang), {"book": {"preface": words("preface")}}
    for name in kept.names():
        if kept.why(name).state == "missing":
            continue
        result = kept.load(name)
        module = importlib.import_module(f"cnnlab.experiments.{name}")
        values = {key: quantity.show(lang) for key, quantity in module.numbers(result).items()} if hasattr(module, "numbers") else {}
        out[name] = values | {"provenance": provenance_line(result, words)}
    return out


def provenance_line(result: kept.Result, words: Words) -> str:
    """"CPU · float32 · semillas 0–2 · 1a2b3c4d5e", as captions print it."""
    made = result.provenance
    parts = [made.device.upper(), made.precision]
    if made.seeds:
        parts.append(f"{words('seed' if len(made.seeds) == 1 else 'seeds')} {seeds(made.seeds)}")
    return " · ".join([*parts, *([made.commit] if made.commit else [])])
