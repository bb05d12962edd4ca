"""One notebook run in a kernel of its own, through nbclient; what goes wrong there becomes an error of the chapter."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnlab.errors import CnnlabError, RenderError
from cnnlab.render.cells import failures
from cnnlab.render.cells.kernels import INLINE
from cnnlab.render.cells.progress import Progress

if TYPE_CHECKING:
    from cnnlab.render.cells.execute import Job

LONGEST = 600  # seconds of one cell
SOCKET_PATH = 90  # characters of a path to which a kernel may still add its own: the system takes no more than 103


async def execute(job: Job, notebook: Any, progress: Progress) -> float:
    """Run a notebook and return the seconds it took; BookError at the cell and line that fail."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    begin, book = time.monotonic(), job.book
    env = os.environ | INLINE | {"QUARTO_PROFILE": book.lang, "QUARTO_PROJECT_ROOT": str(book.root)}
    folder = book.root if job.in_project else book.root / job.page.source.parent
    running = 0  # position of the cell that runs, in the notebook

    def starts(cell: Any, cell_index: int) -> None:
        nonlocal running
        running = cell_index
        progress.begin(job.page, failures.place(job, running))

    def ended(cell: Any, cell_index: int, execute_reply: dict[str, Any]) -> None:
        """`exit()` ends Python only after its cell; the next one would be blamed. What fails while it is drawn, such as
        a picture without file, leaves an error among the outputs and its cell goes on."""
        if any(each.get("source") == "ask_exit" for each in execute_reply["content"].get("payload", ())):
            raise failures.ended_python(job, cell_index, "")
        error = next((each for each in cell.outputs if each.output_type == "error"), None)
        if error is not None and "raises-exception" not in cell.metadata.get("tags", ()):
            raise failures.failed_cell(job, notebook, cell_index, error)

    with kernel_folder() as own:
        said, crash = own / "stderr", own / "crash"  # what Python itself says, not its cells; where it crashed
        connection: dict[str, Any] = {"connection_file": str(own / "kernel.json")}
        if os.name == "posix" and len(str(own)) <= SOCKET_PATH:
            # Over TCP a kernel can be overheard, and says so; sockets of the file system exist on POSIX alone.
            connection |= {"transport": "ipc", "ip": str(own / "kernel")}
        client = NotebookClient(
            notebook,
            config=Config({"KernelManager": connection}),
            kernel_name="python3",
            timeout=LONGEST,
            resources={"metadata": {"path": str(folder)}},
            store_widget_state=False,
            record_timing=False,  # times would be part of jupyter-cache's key
            shutdown_kernel="immediate",
            on_cell_start=starts,
            on_cell_executed=ended,
        )
        client.log.disabled = True  # what it would print is told as an error
        error: CnnlabError
        try:
            with said.open("wb") as stderr:
                await client.async_execute(env=env | {"CNNLAB_CRASH": str(crash)}, stderr=stderr)
            return time.monotonic() - begin
        except CellExecutionError as caught:
            error = failures.failed_cell(job, notebook, running, caught)
        except CellTimeoutError:
            error = failures.too_long(job, running, LONGEST)
        except DeadKernelError:
            error = failures.ended_python(job, running, crash.read_text(errors="replace") if crash.exists() else "")
        except RuntimeError as caught:  # it did not start
            words = said.read_text(errors="replace").strip().splitlines()[-1:]
            error = RenderError(
                f"the Python of {job.page.source} does not start: {' '.join(words) or caught}",
                remedy=f"look for a file in {job.page.source.parent} named as a module of Python, such as random.py; "
                "else: pip install -r requirements-render.txt",
            )
        finally:
            progress.end(job.page)
    raise error from None


@contextlib.contextmanager
def kernel_folder() -> Iterator[Path]:
    """A new folder for the files of a kernel; in /tmp where the path of the user's own is too long for a socket."""
    longest = os.name == "posix" and len(tempfile.gettempdir()) > SOCKET_PATH - len("/cnnlab-12345678")
    base = "/tmp" if longest and os.access("/tmp", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="cnnlab-", dir=base, ignore_cleanup_errors=True) as name:
        yield Path(name)
