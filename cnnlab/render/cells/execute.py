"""Cells to outputs: run through nbclient, kept by jupyter-cache, run again when what they read has changed.

A hidden cell before the chapter's own starts a `recorder` in the kernel; another after them shows its record. The
record is remembered beside the outputs. jupyter-cache's key is the code of a chapter's cells; ours, metadata of the
hidden first cell, joins the language, the version of Python and the digests of the files in the record.
Captions and most other options are no part of it: they only change how outputs are shown.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnlab.errors import CnnlabError
from cnnlab.render.book.config import Book, Page
from cnnlab.render.memory import Digests, digest, read_json, write_json
from cnnlab.render.text.source import Source

# Pictures are drawings at the size they were given, the same at every run; plotly gives the figure itself.
# A stream sends what it holds before another is written to: Jupyter sends each at its own time. IPython replaces what
# writes at each cell. What a crash says goes to a file.
SETUP = """\
import faulthandler, matplotlib_inline.config, sys
faulthandler.enable(open(__import__("os").environ.pop("CNNLAB_CRASH"), "w"))
def _in_order(info, sys=sys):
    last = sys.stdout
    def ordered(stream, write):
        def written(text):
            nonlocal last
            if stream is not last: last.flush()
            last = stream
            return write(text)
        return written
    for stream in (sys.stdout, sys.stderr): stream.write = ordered(stream, stream.write)
get_ipython().events.register("pre_run_cell", _in_order)
del _in_order
if {root!r} not in sys.path: sys.path.insert(0, {root!r})
if {package!r} not in sys.path: sys.path.append({package!r})
__import__("cnnlab.recorder").recorder.start({root!r})
__import__("os").environ["PLOTLY_RENDERER"] = "plotly_mimetype"
get_ipython().run_line_magic("config", "InlineBackend.figure_formats = ['svg']")
get_ipython().run_line_magic("config", "InlineBackend.rc = {{'svg.hashsalt': 'informe', 'figure.figsize': (7, 5)}}")
"""
RECORD_TYPE = "application/vnd.cnnlab.record+json"
RECORD = f"""\
__import__("IPython.display").display.display(
    {{{RECORD_TYPE!r}: __import__("cnnlab.recorder").recorder.record()}}, raw=True)
"""
PACKAGE = Path(__file__).parents[3]  # the folder that `cnnlab` is imported from


@dataclass
class Job:
    """The cells of a chapter. memory: where what they read and gave is remembered: {"key", "read", "written",
    "digest"}, and beside it the outputs. error: that of the cell that failed, if one did."""

    book: Book
    page: Page
    source: Source
    memory: Path
    known: dict[str, Any] = field(init=False)
    error: CnnlabError | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.known = read_json(self.memory)

    @property
    def key(self) -> str:
        """Digest of what the outputs depend on, beside the files that the cells read."""
        return digest(SETUP, self.codes, self.book.lang, sys.version_info[:2], self.in_project)

    @property
    def codes(self) -> list[tuple[str, bool]]:
        """The code of each cell, empty for one that does not run, and whether an exception may end it."""
        execute = self.book.execute
        return [
            (cell.code if cell.setting("eval", execute) else "", cell.setting("error", execute))
            for cell in self.source.cells
        ]

    @property
    def in_project(self) -> bool:
        """Whether cells run in the project's folder, not in their chapter's."""
        return self.book.options["project"].get("execute-dir") == "project"

    def is_up_to_date(self, digests: Digests) -> bool:
        """Whether the remembered outputs are still what the cells would give."""
        is_same = self.known.get("key") == self.key and self.outputs_file.is_file()
        return is_same and is_current(self.known, self.book.root, digests)

    @property
    def outputs_file(self) -> Path:
        return self.memory.with_name(f"{self.memory.stem}-outputs.json")

    @property
    def outputs(self) -> list:
        """Outputs of each cell, as nbformat writes them."""
        return read_json(self.outputs_file)["outputs"]


def is_current(record: dict[str, Any], root: Path, digests: Digests) -> bool:
    """Whether all that was read is unchanged, and all that was written still there."""
    return digests.are(record["read"]) and all((root / name).exists() for name in record["written"])


def run(jobs: list[Job], store: Path, digests: Digests, say: Callable) -> None:
    """Bring what is known of each job up to date, or set its error; several chapters run at a time."""
    cache, waiting = open_cache(store), []
    for job in jobs:
        # Only an execution that read the same files, with these digests, has this key.
        read = {name: digests.of(name) for name in job.known.get("read", {})}
        notebook = notebook_of(job, digest(job.key, read))
        try:
            found = remembered(job, cache.merge_match_into_notebook(notebook)[1])
        except KeyError:
            found = None
        if found and is_current(found, job.book.root, digests):
            remember(job, found)
        else:
            waiting.append((job, notebook))
    if waiting:
        execute_all(waiting, cache, say)


def open_cache(store: Path) -> Any:
    """jupyter-cache in a folder, emptied where its database is damaged.

    The library writes the database's path into a URL, where "%" and "?" would not stand for themselves.
    """
    from jupyter_cache.cache.db import DB_NAME, OrmBase
    from jupyter_cache.cache.main import JupyterCacheBase
    from sqlalchemy.engine import URL, create_engine
    from sqlalchemy.exc import DatabaseError

    class Cache(JupyterCacheBase):
        _db: Any

        @property
        def db(self) -> Any:
            if self._db is None:
                self._db = create_engine(URL.create("sqlite", database=str(self.path / DB_NAME)))
                OrmBase.metadata.create_all(self._db)
            return self._db

    cache = Cache(store)
    try:
        cache.list_cache_records()
    except DatabaseError:
        cache.clear_cache()
    return cache


def execute_all(waiting: list[tuple[Job, Any]], cache: Any, say: Callable) -> None:
    """Run notebooks, as many at a time as there are processors, and keep what each gave as soon as it has ended."""
    import asyncio

    from cnnlab.render.cells import kernels
    from cnnlab.render.cells.progress import Progress
    from cnnlab.render.cells.running import execute

    free, progress = asyncio.Semaphore(os.cpu_count() or 1), Progress(say)

    async def one(job: Job, notebook: Any) -> None:
        async with free:
            seconds = await execute(job, notebook, progress)
        made = remembered(job, notebook)
        notebook.cells[0].metadata["cnnlab"] = digest(job.key, made["read"])
        store_notebook(cache, notebook, job.page)
        remember(job, made)
        progress.line(f"ran {job.page.source} ({len(job.source.cells)} cells, {seconds:.1f} s)")

    async def together() -> list[BaseException | None]:
        watching = asyncio.create_task(progress.watch())
        try:
            return await asyncio.gather(*(one(*pair) for pair in waiting), return_exceptions=True)
        finally:
            watching.cancel()

    with kernels.forked():
        ended = kernels.run_aside(together())
    for (job, _), error in zip(waiting, ended, strict=True):
        if isinstance(error, CnnlabError):
            job.error = error
        elif error is not None:
            raise error


def remember(job: Job, made: dict[str, Any]) -> None:
    outputs = made.pop("outputs")
    job.known = made | {"digest": digest(outputs)}
    write_json(job.outputs_file, {"outputs": outputs})
    write_json(job.memory, job.known)


def notebook_of(job: Job, key: str):
    import nbformat

    def cell(code: str, name: str, **metadata: Any):
        return nbformat.v4.new_code_cell(code, id=name, metadata=metadata)

    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    setup = SETUP.format(root=str(job.book.root), package=str(PACKAGE))
    codes = [
        cell(code, f"cell-{n}", **({"tags": ["raises-exception"]} if may_fail else {}))
        for n, (code, may_fail) in enumerate(job.codes, 1)
    ]
    notebook.cells = [cell(setup, "setup", cnnlab=key), *codes, cell(RECORD, "record")]
    return notebook


def remembered(job: Job, notebook) -> dict[str, Any]:
    """The outputs of an executed notebook's cells, as nbformat writes them, and its record."""
    *outputs, record = json.loads(json.dumps([cell.outputs for cell in notebook.cells[1:]]))
    made = next(output["data"][RECORD_TYPE] for output in record if RECORD_TYPE in output.get("data", ()))
    return {"key": job.key, **made, "outputs": outputs}


def store_notebook(cache, notebook, page: Page) -> None:
    from jupyter_cache.cache.main import CacheBundleIn

    cache.cache_notebook_bundle(CacheBundleIn(notebook, str(page.source)), check_validity=False, overwrite=True)
