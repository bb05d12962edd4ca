"""The tools of a chapter: kept results, claims, tables, figures, listings.

Tables and interactive figures are given back as Markdown, so that pages and PDF show the same; figures are drawings at
their final size, one for each theme.
"""

from __future__ import annotations

import html
import io
import json
import linecache
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from cnnlab import paths, recorder
from cnnlab.errors import BookError, ClaimError, OptionError, nearest
from cnnlab.paths import THEMES
from cnnlab.report import listings, tables
from cnnlab.report.narrow import narrow
from cnnlab.results import Result, load, variables
from cnnlab.words import Words

NAME = re.compile(r"[\w-]+")
FILE = re.compile(r"[\w-]+\.js")


def chapter(name: str, *, lang: str) -> Chapter:
    """The tools of one chapter. name: its file in `chapters/` without suffix; lang: the language it is written in."""
    lab = Chapter(name, lang)
    recorder.keep(lab.root, paths.cells_record(lab.path))
    return lab


class Chapter:
    """The tools of one chapter in one language; what its methods return is shown as a cell's last line."""

    def __init__(self, name: str, lang: str):
        self.words = Words(lang)
        self.name, self.lang = name, lang
        self.root = paths.project_root()
        self.path = self.root / "chapters" / ("" if lang == "es" else lang) / f"{name}.qmd"
        known = [path.stem for path in self.path.parent.glob("*.qmd")]
        if name not in known:
            raise OptionError(f"there is no chapter {self.path.relative_to(self.root)}", remedy=nearest(name, known))

    def results(self, name: str) -> Result:
        """The kept result of an experiment. Raises MissingResultError, with the command that computes it."""
        return load(name)

    def numbers(self, name: str) -> dict[str, str]:
        """The numbers of an experiment as the prose writes them, in the chapter's language, for its tables."""
        return variables.numbers_of(load(name), self.lang)

    def claim(self, condition: bool, what: str) -> None:
        """Stop the render where the results no longer bear out what the text says. what: the claim, in words.

        Raises: ClaimError where the condition does not hold; OptionError where it is no truth value: a function, a
        generator or a text would always hold.
        """
        if type(condition).__name__ not in ("bool", "bool_"):  # Python's, numpy's
            given = f"the condition of the claim {what!r} is of type {type(condition).__name__}"
            raise OptionError(given, allowed="True or False", remedy="compare, or take all(…) or any(…) of several")
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
        """A table as Markdown, see `tables.markdown_table`."""
        from IPython.display import Markdown

        return Markdown(tables.markdown_table(header, rows, align))

    def draw(self, plot: Callable, *args, **options) -> None:
        """Show a plot in each theme, under its folded code; the cell says `renderings: [light, dark]`."""
        from IPython.display import Markdown, display

        if code := self._code(plot):
            display(Markdown(code))
        for theme in THEMES:
            display({"image/svg+xml": self._svg(plot, theme, *args, **options)}, raw=True)

    def _code(self, plot: Callable) -> str:
        """The source of a plot function of the package as Markdown: folded on pages, nothing in the PDF.

        Empty for a function of the chapter itself, whose code the cell shows.
        """
        plot = getattr(plot, "func", plot)  # of a partial
        if not plot.__module__.startswith("cnnlab."):
            return ""
        path = f"{plot.__module__.replace('.', '/')}.py"
        code = narrow(listings.listing(plot.__module__, [plot.__name__]))
        fold = f'code-fold="true" code-summary="{self.words("figure_code")}"'
        return only("html", f"~~~{{.python .cell-code {fold}}}\n# {path}\n{code}\n~~~")

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
        """A plotly figure for pages and its static twin for the PDF and for pages that are printed, as Markdown.

        figure: without a theme, which the page applies; static: a plot function, called with `args`, words and theme,
        whose code the page shows, folded.

        Raises: OptionError for a name that is no file's, a figure with numbers that are not finite, no text in `alt`.
        """
        plain = json.loads(figure.to_json())
        plain.get("layout", {}).pop("template", None)
        return self._with_twin(name, "plotly-figure", plain, "", static, *args, alt=alt)

    def scripted(
        self,
        name: str,
        script: Path,
        data: dict,
        static: Callable,
        *args,
        alt: str,
        loads: Mapping[str, str] | None = None,
    ):
        """A figure that a script draws in the reader's browser, and its static twin as in `interactive`, as Markdown.

        script: a file of JavaScript of the package, which finds the figure as the element before its own, and `data` as
        JSON in the script element inside the figure. It asks no other host for anything. loads: by their names, the
        texts of files that it loads when they are needed: the page links them, which makes them a part of the site.

        Raises: OptionError as `interactive` does, and for a name of a file in `loads` that is none.
        """
        code = f"<script>\n{script.read_text(encoding='utf-8')}</script>"
        links = ", ".join(self._linked(file, text) for file, text in (loads or {}).items())
        after = f"\n[{self.words('loaded_on_demand')}: {links}]{{.provenance}}\n" if links else ""
        return self._with_twin(name, "script-figure", data, code, static, *args, alt=alt, after=after)

    def _linked(self, name: str, text: str) -> str:
        """A file beside the static pictures, the same in both languages, as a link of Markdown."""
        if not FILE.fullmatch(name):
            raise OptionError(f"file {name!r} of an interactive figure", allowed="letters, digits, - and _, and .js")
        path = paths.site_file(name)
        paths.write_atomically(path, text)
        return f"[{name}]({Path(os.path.relpath(path, self.path.parent)).as_posix()})"

    def _with_twin(self, name: str, kind: str, data: dict, script: str, static: Callable, *args, alt: str, after=""):
        """A figure of one kind for pages, with its data and what draws it, and its static twin for paper.

        after: Markdown that pages show below the figure.
        """
        from IPython.display import Markdown

        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise OptionError(f"name {name!r} of an interactive figure", allowed="letters, digits, - and _")
        picture = paths.site_file(f"{self.lang}/{name}.svg")
        paths.write_atomically(picture, self._svg(static, "light", *args))
        try:
            text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
        except ValueError:  # a browser would not read it
            raise OptionError(
                f"figure {name!r} has numbers that are not finite", allowed="finite ones, or none"
            ) from None
        twin = self._picture(picture, alt)
        label = html.escape(alt, quote=True)
        figure = (
            f'<div class="{kind}"{" data-plotly" if kind == "plotly-figure" else ""} id="interactive-{name}"'
            f' role="group" aria-label="{label}"><script type="application/json">{text}</script></div>{script}'
        )
        code = self._code(static)
        return Markdown(
            code + either(f"~~~{{=html}}\n{figure}\n~~~\n{after}\n::: {{.static-figure}}\n{twin}\n:::", twin)
        )

    def image(self, result: Result, name: str, *, alt: str):
        """A picture that an experiment kept, as Markdown. alt: what it shows, for who cannot see it.

        The PDF gets it as JPEG on white: it would hold a WebP's pixels without loss, in ten times the bytes.
        """
        from IPython.display import Markdown

        kept = result.picture(name)
        printed = paths.site_file(f"{result.record.name}-{name}.jpg")
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
        if not isinstance(alt, str) or not alt.strip():
            raise OptionError(f"picture {path.name} has no alternative text", remedy="say in alt= what it shows")
        if "\n\n" in alt:
            raise OptionError(f"the alternative text of picture {path.name} has an empty line", allowed="one paragraph")
        relative = Path(os.path.relpath(path, self.path.parent)).as_posix()
        quoted = alt.replace("\\", "\\\\").replace('"', '\\"')
        return f'![]({relative}){{fig-alt="{quoted}"}}'

    def source(self, module: str, *names: str, label: str, caption: str):
        """The source of functions, classes and constants of a module, which is read and not imported, as a listing
        with a number. label: "lst-…", for references to it; caption: one sentence without quotation marks.

        Raises: BookError, with file and line, for what does not exist, and for a label or caption of another kind.
        """
        from IPython.display import Markdown

        try:
            check_listing(names, label, caption)
            code = listings.listing(module, names)
            return Markdown(f'```{{#{label} .python lst-cap="{caption}"}}\n{code}\n```\n')
        except OptionError as error:
            needles = [f'"{name}"' for name in (*names, label, module)]
            raise BookError(
                error.what, where=self._line_of(*needles), allowed=error.allowed, remedy=error.remedy
            ) from None

    def provenance_table(self):
        """Where every kept result comes from, as Markdown: device, seeds, commit, time and memory, state."""
        from IPython.display import Markdown

        return Markdown(tables.provenance_table(self.lang))

    def libraries_table(self):
        """Which versions of the libraries computed which results, as Markdown."""
        from IPython.display import Markdown

        return Markdown(tables.libraries_table(self.lang))

    def inputs_table(self):
        """Which results read which data and weights, and in which variant, as Markdown."""
        from IPython.display import Markdown

        return Markdown(tables.inputs_table(self.lang))

    def catalogue_table(self, *, used: bool):
        """The data sets and weights that the kept results read, or the catalogue's others, as Markdown."""
        from IPython.display import Markdown

        return Markdown(tables.catalogue_table(self.lang, used))


def check_listing(names: tuple[str, ...], label: str, caption: str) -> None:
    """Raise OptionError for no name, for a label that no reference finds, for a caption that ends before its end."""
    if not names:
        raise OptionError("a listing of nothing", allowed="the names of functions, classes or constants")
    if not re.fullmatch(r"lst-[\w-]+", str(label)):
        raise OptionError(f"label={label!r}", allowed='"lst-" and letters, digits, - and _')
    if not isinstance(caption, str) or not caption.strip() or set(caption) & {'"', "\n"}:
        raise OptionError(f"caption={caption!r}", allowed="one line of text without quotation marks")


def either(page: str, printed: str) -> str:
    """Markdown of which pages show one part and the PDF the other."""
    return only("html", page) + "\n" + only("typst", printed)


def only(kind: str, text: str) -> str:
    """Markdown that one format shows, "html" or "typst"."""
    return f'::: {{.content-visible when-format="{kind}"}}\n{text}\n:::\n'


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
