"""Cells to outputs: run through nbclient, kept by jupyter-cache, put back into the chapter as Markdown.

jupyter-cache's key is the code of a chapter's cells. It knows nothing of imported modules or kept results; ours joins,
as metadata of the first cell, the digests of what the cells import from `cnnlab`, of the results and sources that they
name, and the language.
Captions and other options are no part of it: they only change how outputs are shown.
"""

from __future__ import annotations

import ast
import asyncio
import base64
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cnnlab.errors import BookError
from cnnlab.render.config import Book, Page
from cnnlab.render.source import Cell, Source

# The first cell of every notebook. Pictures are drawings at the size they were given, the same at every run.
SETUP = """\
import matplotlib_inline.config, sys
if {root!r} not in sys.path: sys.path.insert(0, {root!r})
get_ipython().run_line_magic("config", "InlineBackend.figure_formats = ['svg']")
get_ipython().run_line_magic("config", "InlineBackend.rc = {{'svg.hashsalt': 'informe', 'figure.figsize': (7, 5)}}")
"""
# What matplotlib's calls return, beside the picture.
CALL = re.compile(r"\A<(?:Axes|Figure|matplotlib)|\A\[?<matplotlib|\AText\(")
PICTURES = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
ALL_RESULTS = ("provenance_table", "libraries_table")  # calls that depend on every kept result


@dataclass
class Job:
    """A chapter whose cells must run."""

    page: Page
    source: Source
    key: str


def key_of(book: Book, source: Source) -> str:
    """Digest of all that can change the outputs of a chapter's cells; "" for a chapter without cells."""
    if not source.cells:
        return ""
    codes = [cell.code for cell in source.cells]
    return hashlib.sha256(
        json.dumps([codes, sorted(dependencies(book, codes).items()), book.lang, sys.version_info[:2]]).encode()
    ).hexdigest()


def dependencies(book: Book, codes: list[str]) -> dict[str, str]:
    """Digests of the cnnlab modules that cells import, of the results they load, of the sources they show."""
    from cnnlab import results
    from cnnlab.results import code as modules

    found: dict[str, str] = {}
    for text in codes:
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue  # running the cell says so, with its line
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
                if node.func.attr == "results" and first:
                    found[f"result {first}"] = results.digest(first)
                elif node.func.attr == "source" and first:
                    found[f"source {first}"] = modules.digest_of_text(first)
                elif node.func.attr in ALL_RESULTS:
                    standing = {status.name: status.state for status in results.status()}
                    found |= {f"result {name}": f"{results.digest(name)} {state}" for name, state in standing.items()}
            for name in names:
                if name == "cnnlab" or name.startswith("cnnlab."):
                    found |= modules.closure(name)
    return found


def run(book: Book, jobs: list[Job], store: Path, report) -> dict[str, list]:
    """Outputs (as nbformat writes them) of each job's cells, by the page's slug; several chapters run at a time."""
    from jupyter_cache import get_cache

    cache = get_cache(store)
    done: dict[str, list] = {}
    waiting = []
    for job in jobs:
        notebook = notebook_of(book, job)
        try:
            _, kept = cache.merge_match_into_notebook(notebook)
            done[job.page.slug] = outputs_of(kept)
        except KeyError:
            waiting.append((job, notebook))
    failure = None
    for (job, notebook), seconds in zip(waiting, asyncio.run(execute_all(book, waiting)), strict=True):
        if isinstance(seconds, BaseException):
            failure = failure or seconds
            continue
        keep(cache, notebook, job.page)
        report(f"ran {job.page.source} ({len(job.source.cells)} cells, {seconds:.1f} s)")
        done[job.page.slug] = outputs_of(notebook)
    if failure is not None:
        raise failure  # what the other chapters gave is kept
    return done


def notebook_of(book: Book, job: Job):
    import nbformat

    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    notebook.cells = [
        nbformat.v4.new_code_cell(SETUP.format(root=str(book.root)), metadata={"cnnlab": job.key}, id="setup")
    ]
    notebook.cells += [
        nbformat.v4.new_code_cell(cell.code, id=f"cell-{n}") for n, cell in enumerate(job.source.cells, 1)
    ]
    return notebook


def outputs_of(notebook) -> list:
    return [json.loads(json.dumps(cell.outputs)) for cell in notebook.cells[1:]]


def keep(cache, notebook, page: Page) -> None:
    from jupyter_cache.cache.main import CacheBundleIn

    cache.cache_notebook_bundle(CacheBundleIn(notebook, str(page.source)), check_validity=False, overwrite=True)


async def execute_all(book: Book, waiting: list) -> list:
    """Run notebooks, as many at a time as there are processors; for each the seconds it took, or what ended it."""
    free = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(job: Job, notebook) -> float:
        async with free:
            return await execute(book, job, notebook)

    return await asyncio.gather(*(one(*pair) for pair in waiting), return_exceptions=True)


async def execute(book: Book, job: Job, notebook) -> float:
    """Run a notebook and return the seconds it took; BookError at the cell and line that fail."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    begin = time.monotonic()
    env = os.environ | {
        "QUARTO_PROFILE": book.lang,
        "QUARTO_PROJECT_ROOT": str(book.root),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    whole = book.options["project"].get("execute-dir") == "project"
    folder = book.root if whole else book.root / job.page.source.parent
    # Over TCP a kernel can be overheard, and says so; sockets of the file system exist on POSIX alone.
    sockets = tempfile.TemporaryDirectory(prefix="cnnlab-")
    config = Config(
        {"KernelManager": {"transport": "ipc", "ip": f"{sockets.name}/kernel"} if os.name == "posix" else {}}
    )
    client = NotebookClient(
        notebook,
        config=config,
        kernel_name="python3",
        timeout=600,
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
    )
    try:
        with sockets:
            await client.async_execute(env=env)
    except CellExecutionError as error:
        raise failed_cell(job, notebook, error) from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise BookError(
            f"the cells of {job.page.source} did not end: {error}",
            where=f"{job.page.source}:1",
            remedy="long work belongs in an experiment (cnnlab run), cells only draw",
        ) from None
    return time.monotonic() - begin


def failed_cell(job: Job, notebook, error) -> BookError:
    for cell, code in zip(job.source.cells, notebook.cells[1:], strict=True):
        for output in code.outputs:
            if output.output_type == "error":
                trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output.traceback))
                lines = [int(n) for n in re.findall(r"Cell In\[\d+\], line (\d+)", trace)]
                number = cell.line.number + cell.length + (lines[-1] if lines else 1)
                return BookError(
                    f"a cell fails: {output.ename}: {output.evalue}",
                    where=f"{cell.line.file}:{number}",
                    remedy="mend the cell; the last good book stays as it was",
                )
    return BookError(
        f"the cells of {job.page.source} fail: {error.ename}: {error.evalue}", where=f"{job.page.source}:1"
    )


# ---- outputs as Markdown


class Assembly:
    """Builds a chapter's Markdown; pictures of cells are written to `folder` and named `cell:NAME` in the text."""

    def __init__(self, source: Source, outputs: list, folder: Path):
        self.source, self.outputs, self.folder = source, outputs, folder
        self.pictures: dict[str, bytes] = {}

    def markdown(self) -> str:
        text, n = [], 0
        for part in self.source.parts:
            if isinstance(part, Cell):
                text.append(self.cell(part, self.outputs[n], n + 1))
                n += 1
            else:
                text.append("\n".join(line.text for line in part))
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            if old.name not in self.pictures:
                old.unlink()
        for name, data in self.pictures.items():
            path = self.folder / name
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)
        return "\n".join(text) + "\n"

    def cell(self, cell: Cell, outputs: list, number: int) -> str:
        if cell.option("include") is False:
            return ""
        label = cell.option("label")
        name = label or f"cell-{number}"
        shown = [block for block in (self.output(cell, output, name) for output in outputs) if block]
        if not shown and label and label.startswith(("fig-", "tbl-")):
            raise BookError(
                f"cell {label!r} has a caption and shows nothing",
                where=cell.line.where,
                remedy="let its last line be the figure or table",
            )
        body = [self.code(cell)] if cell.option("echo", True) and cell.code else []
        body += [self.float(cell, shown)] if label and label.startswith(("fig-", "tbl-")) else self.plain(cell, shown)
        return "\n".join([f"\n::: {{.cell{f' #cell-{label}' if label else ''}}}", *body, ":::\n"])

    def code(self, cell: Cell) -> str:
        fold = cell.option("code-fold")
        attributes = [".python", ".cell-code"]
        if fold is not None:
            attributes.append(f'code-fold="{str(fold).lower()}"')
        if cell.option("code-summary"):
            attributes.append(f'code-summary="{cell.option("code-summary")}"')
        return fenced(cell.code, " ".join(attributes))

    def output(self, cell: Cell, output: dict, name: str):
        """("picture", markdown) or ("text", markdown) for an output of a cell; None where nothing is shown."""
        kind = output["output_type"]
        if cell.option("output") is False:
            return None
        if kind == "stream":
            text = "".join(output["text"])
            if output["name"] == "stderr":
                return (
                    None
                    if cell.option("warning") is False
                    else ("text", div(".cell-output .cell-output-stderr", fenced(text)))
                )
            if cell.option("output") == "asis":
                return ("text", text)
            return ("text", div(".cell-output .cell-output-stdout", fenced(text)))
        data = output["data"]
        if "text/markdown" in data:
            return (
                "text",
                div(".cell-output .cell-output-display .cell-output-markdown", "".join(data["text/markdown"])),
            )
        for mime, suffix in PICTURES.items():
            if mime in data:
                content = "".join(data[mime])
                picture = f"{name}-{1 + sum(key.startswith(f'{name}-') for key in self.pictures)}.{suffix}"
                self.pictures[picture] = content.encode() if suffix == "svg" else base64.b64decode(content)
                return ("picture", f"cell:{picture}")
        if "text/html" in data:
            raise BookError(
                "a cell shows HTML",
                where=cell.line.where,
                allowed="Markdown, text, pictures",
                remedy="return IPython.display.Markdown: for HTML Quarto loads scripts from another host",
            )
        text = "".join(data.get("text/plain", ""))
        return (
            None if not text or CALL.match(text) else ("text", div(".cell-output .cell-output-display", fenced(text)))
        )

    def plain(self, cell: Cell, shown: list) -> list[str]:
        """Outputs of a cell that is no float: its pictures stand each in a paragraph, or one for each theme."""
        at = next((n for n, (kind, _) in enumerate(shown) if kind == "picture"), len(shown))
        pictures = self.themed(cell, [text for kind, text in shown if kind == "picture"])
        before, after = ([text for kind, text in part if kind == "text"] for part in (shown[:at], shown[at:]))
        return [*before, *(div(".cell-output .cell-output-display", picture) for picture in pictures), *after]

    def themed(self, cell: Cell, pictures: list[str]) -> list[str]:
        themes = cell.option("renderings")
        alts = cell.option("fig-alt")
        count = len(pictures)
        if themes is not None:
            if themes != ["light", "dark"] or count % 2:
                raise BookError(
                    f"'renderings: {themes}' for {count} pictures",
                    allowed="[light, dark], a picture for each",
                    where=cell.line.where,
                )
            count //= 2
        alts = alts if isinstance(alts, list) else [alts] * count
        if pictures and (len(alts) != count or not all(alts)):
            raise BookError(
                f"{count} pictures and {sum(map(bool, alts))} alternative texts ('fig-alt')",
                where=cell.line.where,
                remedy="say in 'fig-alt' what each picture shows",
            )
        if themes is None:
            return [image(path, alt) for path, alt in zip(pictures, alts, strict=True)]
        return [
            "\n".join(
                div(f".{theme}-content", image(path, alt))
                for theme, path in zip(themes, pictures[2 * n : 2 * n + 2], strict=True)
            )
            for n, alt in enumerate(alts)
        ]

    def float(self, cell: Cell, shown: list) -> str:
        """The outputs of a labelled cell as a float: pictures with their captions, or a table with its own."""
        label, kind = cell.option("label"), cell.option("label")[:3]
        caption = cell.option("tbl-cap" if kind == "tbl" else "fig-cap")
        pictures = self.themed(cell, [text for k, text in shown if k == "picture"])
        texts = [text for k, text in shown if k == "text"]
        subcaptions = cell.option("fig-subcap")
        if subcaptions is not None:
            if len(subcaptions) != len(pictures):
                raise BookError(
                    f"{len(pictures)} pictures and {len(subcaptions)} captions in 'fig-subcap'", where=cell.line.where
                )
            pictures = [
                div(f"#{label}-{n}", picture + f"\n\n{text}\n")
                for n, (picture, text) in enumerate(zip(pictures, subcaptions, strict=True), 1)
            ]
        columns = f" layout-ncol={cell.option('layout-ncol')}" if cell.option("layout-ncol") else ""
        return div(f"#{label}{columns}", "\n".join([*texts, *pictures, f"\n{caption}\n"]))


def div(attributes: str, content: str) -> str:
    return f"\n::: {{{attributes}}}\n{content}\n:::\n"


def image(path: str, alt: str) -> str:
    quoted = alt.replace("\\", "\\\\").replace('"', '\\"')
    return f'\n![]({path}){{fig-alt="{quoted}"}}\n'


def fenced(text: str, attributes: str = "") -> str:
    """A block of code whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"\n{fence}{f' {{{attributes}}}' if attributes else ''}\n{text.rstrip(chr(10))}\n{fence}\n"
