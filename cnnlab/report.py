"""All that a chapter needs: `lab = report.chapter("a06-red", lang="es")`, in its one hidden opening cell.

Tables and interactive figures are given back as Markdown, so that pages and PDF show the same; figures are drawings at
their final size, one for each theme.
"""

from __future__ import annotations

import ast
import html
import io
import json
import linecache
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from cnnlab import catalog, paths
from cnnlab.errors import BookError, ClaimError, OptionError, nearest
from cnnlab.results import Result, code, load, status, variables
from cnnlab.results.provenance import DEVICES, seeds_text
from cnnlab.words import Words

THEMES = ("light", "dark")
ALIGNMENTS = {"l": (1, 0), "r": (0, 1), "c": (1, 1)}  # colons at the ends of what aligns a column
WIDEST = 40  # letters that a column of a table may claim for itself
BETWEEN = 2  # letters that the space between two columns takes
NBSP = "\u00a0"


def chapter(name: str, *, lang: str) -> Chapter:
    """The tools of one chapter. name: its file in `chapters/` without suffix; lang: the language it is written in."""
    return Chapter(name, lang)


class Chapter:
    def __init__(self, name: str, lang: str):
        self.words = Words(lang)
        self.name, self.lang = name, lang
        self.root = paths.project_root()
        self.path = self.root / "chapters" / ("" if lang == "es" else lang) / f"{name}.qmd"
        if not self.path.is_file():
            known = [path.stem for path in self.path.parent.glob("*.qmd")]
            raise OptionError(f"there is no chapter {self.path.relative_to(self.root)}", remedy=nearest(name, known))

    def results(self, name: str) -> Result:
        """The kept result of an experiment; MissingResultError with the command that computes it where there is none."""
        return load(name)

    def numbers(self, name: str) -> dict[str, str]:
        """The numbers of an experiment as the prose writes them, in the chapter's language, for its tables."""
        return variables.numbers_of(load(name), self.lang)

    def claim(self, condition: bool, what: str) -> None:
        """Stop the render where the results no longer bear out what the text says. what: the claim, in words."""
        if not condition:
            frame = sys._getframe(1)
            line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
            raise ClaimError(
                f"the results no longer bear out: {what}",
                where=self._line_of(line, what),
                remedy="mend the text, or compute the result again",
            )

    def _line_of(self, *needles: str) -> str:
        """file:line of the first of some texts that stands in the chapter."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        found = (n for needle in needles if needle for n, line in enumerate(lines, 1) if needle in line)
        return f"{self.path.relative_to(self.root)}:{next(found, 1)}"

    def table(self, header: list[str], rows: Iterable[list], align: str | None = None):
        """A table as Markdown. align: one of l, r, c for each column; the cells are text that is ready to print.

        Headings begin with a capital.
        """
        from IPython.display import Markdown

        align = align or "l" + "r" * (len(header) - 1)
        if len(align) != len(header) or set(align) - set(ALIGNMENTS):
            raise OptionError(
                f"align {align!r} for {len(header)} columns", allowed="a letter of l, r, c for each column"
            )
        lines = [[heading[:1].upper() + heading[1:] for heading in header]]
        for row in rows:
            if len(row) != len(header):
                raise OptionError(f"a row of {len(row)} cells in a table of {len(header)} columns: {row}")
            lines.append([str(cell).replace("|", "\\|") for cell in row])
        # Where a table is too wide for its lines, pandoc gives its columns the proportions of these dashes.
        longest = [max(len(line[column]) for line in lines) for column in range(len(header))]
        widths = [min(letters, WIDEST) + BETWEEN for letters in longest]
        lines.insert(1, [rule(letter, width) for letter, width in zip(align, widths, strict=True)])
        return Markdown("".join(f"| {' | '.join(line)} |\n" for line in lines))

    def draw(self, plot: Callable, *args, **options) -> None:
        """Show a plot in each theme; the cell says `renderings: [light, dark]`."""
        from IPython.display import display

        for theme in THEMES:
            display({"image/svg+xml": self._svg(plot, theme, *args, **options)}, raw=True)

    def _svg(self, plot: Callable, theme: str, *args, **options) -> str:
        """A plot as the text of an SVG at its own size, the same at every run."""
        from matplotlib import pyplot

        from cnnlab.plots.style import style

        buffer = io.StringIO()
        with style(theme):
            figure = plot(*args, words=self.words, theme=theme, **options)
            figure.savefig(buffer, format="svg", metadata={"Date": None})
            pyplot.close(figure)
        return buffer.getvalue()

    def interactive(self, name: str, figure, static: Callable, *args, alt: str):
        """A plotly figure for pages and its static twin for the PDF, as Markdown.

        figure: without a theme, which the page applies; static: a plot function, called with `args`, words and theme.
        """
        from IPython.display import Markdown

        picture = paths.project_cache() / "static" / self.lang / f"{name}.svg"
        picture.parent.mkdir(parents=True, exist_ok=True)
        paths.write_atomically(picture, self._svg(static, "light", *args))
        plain = json.loads(figure.to_json())
        plain.get("layout", {}).pop("template", None)
        text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        label = html.escape(alt, quote=True)
        figure = (
            f'<div class="plotly-figure" data-plotly id="interactive-{name}" role="group" aria-label="{label}">'
            f'<script type="application/json">{text}</script></div>'
        )
        return Markdown(either(f"~~~{{=html}}\n{figure}\n~~~", self._picture(picture, alt)))

    def image(self, result: Result, name: str, *, alt: str):
        """A picture that an experiment kept, as Markdown. alt: what it shows, for who cannot see it.

        The PDF gets it as JPEG on white: it would hold a WebP's pixels without loss, in ten times the bytes.
        """
        from IPython.display import Markdown

        kept = result.picture(name)
        printed = paths.project_cache() / "static" / f"{result.record.name}-{name}.jpg"
        printed.parent.mkdir(parents=True, exist_ok=True)
        paths.write_atomically(printed, on_white(kept))
        return Markdown(either(self._picture(kept, alt), self._picture(printed, alt)))

    def photo(self, picture):
        """A picture (PIL) that is drawn while rendering, in the words of the language; the cell says `fig-alt`."""
        from IPython.display import Image

        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=88)
        return Image(data=buffer.getvalue(), format="jpeg")

    def verbatim(self, text: str):
        """Lines as they are, in letters of one width, as Markdown."""
        from IPython.display import Markdown

        return Markdown(f"```text\n{text}\n```\n")

    def _picture(self, path: Path, alt: str) -> str:
        if not alt.strip():
            raise OptionError(f"picture {path.name} has no alternative text", remedy="say in alt= what it shows")
        relative = Path(os.path.relpath(path, self.path.parent)).as_posix()
        quoted = alt.replace("\\", "\\\\").replace('"', '\\"')
        return f'![]({relative}){{fig-alt="{quoted}"}}'

    def source(self, module: str, *names: str):
        """The source of functions, classes and constants of a module, which is read and not imported."""
        from IPython.display import Markdown

        path = code.path_of(module, code.SOURCES)
        if path is None:
            raise OptionError(f"there is no module {module!r}", remedy=nearest(module, code.modules()))
        text = path.read_text(encoding="utf-8")
        lines, places = text.splitlines(), dict(definitions(ast.parse(text)))
        for name in names:
            if name not in places:
                raise BookError(
                    f"module {module} defines no {name!r}",
                    where=self._line_of(f'"{name}"'),
                    allowed=places,
                    remedy=nearest(name, places),
                )
        parts = ["\n".join(lines[places[name][0] - 1 : places[name][1]]) for name in names]
        return Markdown("```python\n" + "\n\n\n".join(parts) + "\n```\n")

    def provenance_table(self):
        """Where every kept result comes from: device, seeds, code, time and memory; a stale one is marked."""
        w = self.words
        header = [w(key) for key in ("experiment", "device", "seeds", "commit", "time", "memory")]
        rows = [provenance_row(each.name, each.state, each.result.provenance, w) for each in status() if each.result]
        return self.table(header, rows, align="llllrr")

    def libraries_table(self):
        """Which versions of the libraries made which results: a row for each set of versions."""
        made: dict[str, list[str]] = {}
        for each in status():
            if each.result:
                made.setdefault(versions_text(each.result.provenance.versions), []).append(f"`{each.name}`")
        rows = [[versions, ", ".join(names)] for versions, names in made.items()]
        return self.table([self.words("libraries"), self.words("experiments")], rows, align="ll")

    def catalogue_table(self):
        """Every data set and every file of weights: what it is, who made it, its licence."""
        w = self.words
        rows = [
            [f"`{entry.name}`", entry.title.show(self.lang), entry.source, entry.licence.show(self.lang)]
            for entry in (*catalog.DATA.values(), *catalog.WEIGHTS.values())
        ]
        return self.table([w("name"), w("content"), w("origin"), w("licence")], rows, align="llll")


def either(page: str, printed: str) -> str:
    """Markdown of which pages show one part and the PDF the other."""
    shown = (("html", page), ("typst", printed))
    return "\n".join(f'::: {{.content-visible when-format="{kind}"}}\n{text}\n:::\n' for kind, text in shown)


def on_white(path: Path) -> bytes:
    """A picture as JPEG, white where it is clear."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(path) as picture:
        clear = picture.convert("RGBA")
    whole = Image.new("RGB", clear.size, "white")
    whole.paste(clear, mask=clear)
    whole.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def rule(letter: str, width: int) -> str:
    """What aligns a column of a Markdown table, `width` characters wide: ":---", "---:", ":--:"."""
    before, after = ALIGNMENTS[letter]
    return ":" * before + "-" * max(width - before - after, 2) + ":" * after


def provenance_row(name: str, state: str, made, words: Words) -> list[str]:
    """One experiment's row of the table of provenance."""
    return [
        f"`{name}`" + (f" ({words('stale')})" if state == "stale" else ""),
        f"{DEVICES[made.device]}: {made.device_name}, {made.precision}",
        seeds_text(made.seeds, words).removeprefix(f"{words('seeds')} ").removeprefix(f"{words('seed')} "),
        f"`{made.commit}`" if made.commit else "–",
        (f"{words('at_least')} " if made.resumed else "") + duration(made.seconds, words),
        f"{words.decimal((made.peak_device_memory_mb or made.peak_memory_mb) / 1000, 1)}{NBSP}GB",
    ]


def versions_text(versions) -> str:
    """Libraries with their versions, Python last: "numpy 2.4.6, …, python 3.11.7"."""
    python, *others = (f"{library}{NBSP}{version.partition('+')[0]}" for library, version in versions.items())
    return ", ".join([*others, python])


def duration(seconds: float, words: Words) -> str:
    """A time as a reader would say it: 8 s, 6 min, 1 h 20 min."""
    if seconds < 100:
        return f"{words.integer(round(seconds))}{NBSP}s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    return f"{minutes // 60}{NBSP}h {minutes % 60}{NBSP}min"


def definitions(tree: ast.Module) -> Iterable[tuple[str, tuple[int, int]]]:
    """(name, (first line, last line)) of what a module defines, decorators included."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, (first, node.end_lineno)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, (node.lineno, node.end_lineno)
