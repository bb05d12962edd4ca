"""Errors of cells, at the author's file and line: what a kernel said, or that it fell silent."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from cnnlab.errors import BookError

if TYPE_CHECKING:
    from cnnlab.render.cells.execute import Job

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CELL_FRAME = re.compile(r"^\s*Cell In\[(\d+)\], line (\d+)", re.MULTILINE)
CODE_LINE = re.compile(r" \((?:\d+\.py|<tokenize>|<unknown>), line (\d+)\)$")  # in what a SyntaxError says
FATAL = re.compile(r"^Fatal Python error: (.+)$", re.MULTILINE)
FATAL_FRAME = re.compile(r'File ".*ipykernel_\d+/\d+\.py", line (\d+) in <module>')
ENDS_PYTHON = re.compile(r"\b(?:exit|_exit|quit|abort|kill|raise_signal|execv\w*)\s*\(")
DISPLAYS = re.compile(r"^[^#]*\bdisplay\(")
LONGEST_TEXT = 800  # characters of what an error says
MEND = "mend the cell; the last good book stays as it was"


def place(job: Job, index: int, line: int = 1) -> str:
    """file:line of a line of the code of a notebook's cell; cells are counted with the hidden first and last."""
    at = min(max(index - 1, 0), len(job.source.cells) - 1)
    cell = job.source.cells[at]
    if at != index - 1:  # a hidden cell: no line of it is the author's
        return cell.line.where
    return f"{cell.line.file}:{cell.line.number + cell.length + line}"


def failed_cell(job: Job, notebook: Any, running: int, error: Any) -> BookError:
    """The error of a cell, at the innermost line of its calls that lies in a cell of this chapter."""
    cells = notebook.cells
    if error.ename == "SystemExit":
        return ended_python(job, running, "")
    if not 0 < running < len(cells) - 1:
        hidden = "before" if running == 0 else "after"
        return BookError(
            f"what runs {hidden} the cells of {job.page.source} fails: {said(error)}",
            where=place(job, running),
            remedy="see whether a cell, or a file beside the chapter, replaces a part of Python"
            if hidden == "after"
            else "pip install -r requirements-render.txt; see whether a file beside the chapter has a module's name",
        )
    trace: list[str] = next((each.traceback for each in cells[running].outputs if each.output_type == "error"), [])
    index, line = running, shown_line(job.codes[running - 1][0])
    counts = {cell.execution_count: n for n, cell in enumerate(cells) if cell.execution_count}
    for count, number in CELL_FRAME.findall(COLOURS.sub("", "\n".join(trace))):
        if 0 < counts.get(int(count), 0) < len(cells) - 1:
            index, line = counts[int(count)], int(number)
    if found := CODE_LINE.search(str(error.evalue)):
        index, line = running, int(found[1])
    return BookError(f"a cell fails: {said(error)}", where=place(job, index, line), remedy=MEND)


def shown_line(code: str) -> int:
    """The line of a cell that shows something: `display(…)` if it stands there once, else its last expression.

    The calls that draw an object, where the object is not of this chapter, name no line of it.
    """
    lines = [n for n, text in enumerate(code.split("\n"), 1) if DISPLAYS.search(text)]
    if len(lines) == 1:
        return lines[0]
    try:
        last = ast.parse(code).body[-1]
    except (SyntaxError, IndexError):  # a line of IPython's own, or nothing
        return 1
    return last.lineno if isinstance(last, ast.Expr) and not lines else 1


def said(error: Any) -> str:
    """Name and text of an error, a very long one cut."""
    text = COLOURS.sub("", f"{error.ename}: {CODE_LINE.sub('', error.evalue)}".removesuffix(": "))
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def ended_python(job: Job, running: int, crash: str) -> BookError:
    """A cell after which its Python was gone. crash: what Python said of a crash, if it was one."""
    fatal, frame = FATAL.search(crash), FATAL_FRAME.search(crash)
    own = 0 < running <= len(job.source.cells)
    lines = job.source.cells[running - 1].code.split("\n") if own else []
    calls = [n for n, text in enumerate(lines, 1) if ENDS_PYTHON.search(text)]
    if fatal:
        line, cause = int(frame[1]) if frame else 1, f": {fatal[1]}"
        remedy = "a library crashed there: run the cell's lines one by one in python, or update the library"
    elif calls:
        line, cause, remedy = calls[0], "", "take the call out: a cell ends with its last line"
    else:
        line, cause = 1, ", which said nothing"
        remedy = "memory may have run out, or a library crashed: run the cell's lines one by one in python"
    return BookError(f"a cell ends the Python that runs it{cause}", where=place(job, running, line), remedy=remedy)


def too_long(job: Job, running: int, seconds: float) -> BookError:
    return BookError(
        f"a cell has not ended after {seconds:g} s",
        allowed=f"cells of at most {seconds:g} s",
        where=place(job, running),
        remedy="let an experiment do the long work (cnnlab run); cells only draw what it kept",
    )
