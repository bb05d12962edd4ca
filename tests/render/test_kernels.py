"""Forked kernels are as apart from each other as those that Jupyter starts, and end with the render."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cnnlab.render.cells import kernels

PROJECT = Path(__file__).parents[2]
linux = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="kernels are forked on Linux alone")

LEAKS = """\
import json, os, random, sys
import numpy
print(json.dumps({
    "folder": os.path.basename(os.getcwd()), "environment": os.environ.get("LEAKED"), "module": hasattr(sys, "leaked"),
    "language": os.environ["QUARTO_PROFILE"], "numpy": numpy.random.random(), "random": random.random(),
    "parent": os.getppid(), "package": "cnnlab.render" in sys.modules,
}))
os.environ["LEAKED"] = "yes"
sys.leaked = True
os.chdir("/")
"""


def outputs(book, name: str) -> dict:
    file = book.root / ".cnnlab" / "render" / "es" / "cells" / f"chapters-{name}-outputs.json"
    return json.loads("".join(json.loads(file.read_text())["outputs"][0][0]["text"]))


def render_both(minibook) -> list[dict]:
    for name in ("uno", "dos"):
        text = (minibook.root / f"chapters/{name}.qmd").read_text()
        minibook.write(f"chapters/{name}.qmd", f"{text}\n```{{python}}\n#| include: false\n{LEAKS}```\n")
    minibook.render(langs=("es",))
    return [outputs(minibook, name) for name in ("uno", "dos")]


@linux
def test_kernels_share_a_parent_and_nothing_else(minibook):
    one, two = render_both(minibook)
    assert one["parent"] == two["parent"] != os.getpid()
    for state in (one, two):
        assert (state["folder"], state["environment"], state["module"]) == ("chapters", None, False)
        assert state["language"] == "es" and not state["package"]
    assert one["numpy"] != two["numpy"] and one["random"] != two["random"]


@linux
def test_without_the_process_that_forks_jupyter_starts_them(minibook, monkeypatch, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(1)\n")
    monkeypatch.setattr(kernels, "SERVER", broken)
    one, two = render_both(minibook)
    assert one["parent"] == two["parent"] == os.getpid()


@linux
def test_kernels_end_with_the_process_that_renders(minibook):
    pids = minibook.root / "pids"
    code = f"import os, time\nopen({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}')\ntime.sleep(60)\n"
    text = (minibook.root / "chapters/uno.qmd").read_text()
    minibook.write("chapters/uno.qmd", f"{text}\n```{{python}}\n{code}```\n")
    program = "from pathlib import Path; from cnnlab.render import build; build.render(Path.cwd(), ['es'], ['html'])"
    render = subprocess.Popen(
        [sys.executable, "-c", program], cwd=minibook.root, env=os.environ | {"PYTHONPATH": str(PROJECT)}
    )
    try:
        wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    finally:
        os.kill(render.pid, signal.SIGKILL)
        render.wait()
    wait_for(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()))


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that has ended and waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)
